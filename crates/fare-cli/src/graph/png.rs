//! The picture as PNG.

use super::model::Graph;
use super::path::Path;
use super::svg::to_svg;
use crate::error::Result;
use crate::png::png_of;

/// Draws a machine, or the path that was taken through it, as a PNG file.
///
/// # Errors
/// [`Error::Picture`](crate::Error::Picture) when it is too large to be one.
pub fn to_png(graph: &Graph, path: Option<&Path>) -> Result<Vec<u8>> {
    png_of(&to_svg(graph, path))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_machine_becomes_a_picture_with_letters_in_it() {
        let named = |name: &str| {
            let machine = json!({ "StartAt": name, "States": { name: { "Type": "Succeed" } } });
            to_png(&Graph::of(&machine).unwrap(), None).unwrap()
        };
        let png = named("Done");
        assert_eq!(&png[1..4], b"PNG");
        assert_ne!(png, named("Fine"));
    }
}
