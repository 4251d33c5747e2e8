//! How wide letters are, and where lines are broken.

/// How far the letters from the space to `~` advance, in thousandths of the font's size: DejaVu Sans, which is wider than
/// most, so that what is laid out for it has room in other fonts.
const ADVANCES: [i32; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
];
/// Any other letter.
const OTHER: i32 = 1000;

/// The width of a line in pixels, at this font size.
pub(super) fn width(line: &str, size: i32) -> i32 {
    let thousandths: i32 = line.chars().map(advance).sum();
    thousandths * size / 1000 + 1
}

/// The same in bold letters, which are up to a sixth wider.
pub(super) fn bold_width(line: &str, size: i32) -> i32 {
    width(line, size) * 7 / 6
}

fn advance(letter: char) -> i32 {
    let place = u32::from(letter).checked_sub(32).and_then(|place| usize::try_from(place).ok());
    place.and_then(|place| ADVANCES.get(place)).copied().unwrap_or(OTHER)
}

/// Breaks a phrase at its spaces into lines of at most this many letters, where it can.
pub(super) fn wrapped(phrase: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in phrase.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_letter_takes_more_room_than_a_narrow_one() {
        assert!(width("mmmm", 12) > 2 * width("iiii", 12));
        assert!(bold_width("Task", 12) > width("Task", 12));
        assert_eq!(width("→", 10), 11);
    }

    #[test]
    fn a_phrase_is_broken_at_spaces_and_a_long_word_is_left_whole() {
        assert_eq!(wrapped("no id or no detail.executionArn", 12), ["no id or no", "detail.executionArn"]);
        assert_eq!(wrapped("", 12), Vec::<String>::new());
    }
}
