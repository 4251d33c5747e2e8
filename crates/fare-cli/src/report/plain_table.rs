//! A table of text, as narrow as it can be.

use comfy_table::{Attribute, Cell, ContentArrangement, Table, presets};

use super::visible::visible;

/// Every table fits into this, however narrow the terminal says it is.
const NARROWEST: u16 = 80;

/// Rows under their titles, with lines between the columns only. Whatever stands in a row is shown, and nothing of it obeyed.
pub(crate) fn plain_table<const N: usize>(
    titles: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    width: u16,
    colours: bool,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.max(NARROWEST));
    if colours {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header(titles.map(|title| {
        let title = Cell::new(title);
        if colours { title.add_attribute(Attribute::Bold) } else { title }
    }));
    for row in rows {
        table.add_row(row.map(|cell| visible(&cell)));
    }
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}
