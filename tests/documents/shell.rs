//! The words of commands, as far as they can be told without being a shell.

/// What ends a simple command, or begins another within it. Quotation marks do, since what is quoted may be a command for
/// another shell.
const SEPARATORS: [char; 14] = ['\n', ';', '|', '&', '(', ')', '`', '"', '\'', '{', '}', '<', '>', '$'];

/// The words of each simple command in a script.
pub(crate) fn commands(script: &str) -> Vec<Vec<&str>> {
    let lines = script.lines().map(without_comment).flat_map(|line| line.split(SEPARATORS));
    lines.map(|command| command.split_whitespace().collect()).filter(|words: &Vec<_>| !words.is_empty()).collect()
}

/// What follows a program within a command, whatever the path that it is given with.
pub(crate) fn arguments<'a, 'b>(command: &'b [&'a str], program: &str) -> Option<&'b [&'a str]> {
    let is_it = |word: &&str| word.strip_suffix(program).is_some_and(|path| path.is_empty() || path.ends_with('/'));
    let at = command.iter().position(is_it)?;
    command.get(at + 1..)
}

/// A comment is for people.
fn without_comment(line: &str) -> &str {
    let begins = |(at, _): &(usize, &str)| line[..*at].chars().next_back().is_none_or(char::is_whitespace);
    line.match_indices('#').find(begins).map_or(line, |(at, _)| &line[..at])
}

/// Whether it is a name in small letters. In capitals, brackets or with an ellipsis it stands for another one.
pub(crate) fn is_name(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_lowercase())
        && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_taken_apart_into_simple_commands() {
        let script = "make a  # then make b\nx=$(fare c) && sh -c 'fare d; fare e' | f #'g'\n";
        let expected: [&[&str]; 7] =
            [&["make", "a"], &["x="], &["fare", "c"], &["sh", "-c"], &["fare", "d"], &["fare", "e"], &["f"]];
        assert_eq!(commands(script), expected);
        assert_eq!(commands("echo '#a'"), [["echo"].as_slice(), &["#a"]], "this is none");
    }

    #[test]
    fn a_program_is_known_also_by_its_path() {
        assert_eq!(
            arguments(&["env", "target/debug/fare", "list", "--newest"], "fare"),
            Some(["list", "--newest"].as_slice())
        );
        assert_eq!(arguments(&["fare"], "fare"), Some([].as_slice()));
        assert_eq!(arguments(&["cargo", "fare-cli", "welfare"], "fare"), None);
    }

    #[test]
    fn a_name_is_told_from_what_stands_for_one() {
        for (word, expected) in
            [("test-localstack", true), ("COMMAND", false), ("wr_563", false), ("[ID]", false), ("…", false)]
        {
            assert_eq!(is_name(word), expected, "{word}");
        }
    }
}
