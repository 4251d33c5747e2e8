//! What there is in a Markdown document that can be wrong.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// What GitHub understands beyond CommonMark.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM);

/// One document.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// Where it lies in the repository.
    pub(crate) path: PathBuf,
    /// What a link can name behind `#`.
    pub(crate) anchors: BTreeSet<String>,
    /// Links and pictures.
    pub(crate) links: Vec<Link>,
    /// Code within a line.
    pub(crate) codes: Vec<Code>,
    /// Fenced blocks.
    pub(crate) blocks: Vec<Block>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) line: usize,
    pub(crate) destination: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) line: usize,
    pub(crate) text: String,
    /// Where the link leads that it is the text of.
    pub(crate) linked: Option<String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// That of its fence.
    pub(crate) line: usize,
    /// What stands behind the fence.
    pub(crate) info: String,
    pub(crate) text: String,
}

impl Document {
    pub(crate) fn parse(path: &Path, text: &str) -> Self {
        let mut document = Self { path: path.to_owned(), ..Self::default() };
        let (mut heading, mut block, mut linked) = (None::<String>, None::<Block>, Vec::new());
        for (event, place) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
            let line = text[..place.start].matches('\n').count() + 1;
            if let Event::Start(Tag::Heading { .. }) = event {
                heading = Some(String::new());
            } else if let Event::End(TagEnd::Heading(_)) = event {
                document.add_anchor(&heading.take().unwrap_or_default());
            } else if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event {
                document.links.push(Link { line, destination: dest_url.to_string() });
                linked.push(dest_url.to_string());
            } else if let Event::End(TagEnd::Link | TagEnd::Image) = event {
                linked.pop();
            } else if let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event {
                block = Some(Block { line, info: info.to_string(), text: String::new() });
            } else if let Event::End(TagEnd::CodeBlock) = event {
                document.blocks.extend(block.take());
            } else if let Event::Text(words) = event {
                if let Some(into) = block.as_mut().map(|block| &mut block.text).or(heading.as_mut()) {
                    into.push_str(&words);
                }
            } else if let Event::Code(code) = event {
                if let Some(heading) = &mut heading {
                    heading.push_str(&code);
                }
                document.codes.push(Code { line, text: code.to_string(), linked: linked.last().cloned() });
            } else if let Event::Html(html) | Event::InlineHtml(html) = event {
                document.add_html(line, &html);
            }
        }
        document
    }

    /// The same anchor again gets a number, as on GitHub.
    fn add_anchor(&mut self, heading: &str) {
        let first = anchor(heading);
        let mut next = first.clone();
        for number in 1.. {
            if self.anchors.insert(next) {
                break;
            }
            next = format!("{first}-{number}");
        }
    }

    fn add_html(&mut self, line: usize, html: &str) {
        for name in ["href", "src", "srcset"] {
            let destinations =
                attribute(html, name).map(|destination| Link { line, destination: destination.to_owned() });
            self.links.extend(destinations);
        }
        self.anchors.extend(["id", "name"].into_iter().flat_map(|name| attribute(html, name)).map(str::to_owned));
    }
}

impl Block {
    /// Whether it is for a shell, and is looked through for commands.
    pub(crate) fn is_shell(&self) -> bool {
        self.info.split_whitespace().next() == Some("sh")
    }

    /// Whether it says that it can be run as it stands.
    pub(crate) fn is_runnable(&self) -> bool {
        self.info == RUNNABLE
    }
}

/// What stands behind the fence of a block that can be run.
pub(crate) const RUNNABLE: &str = "sh runnable";

/// What GitHub makes of a heading: in lower case, without punctuation, with hyphens for spaces.
fn anchor(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' ');
    heading.trim().to_lowercase().chars().filter(kept).map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

/// The values of an attribute of any tag.
fn attribute<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let mut parts = html.split('"');
    let mut found = Vec::new();
    while let (Some(before), Some(value)) = (parts.next(), parts.next()) {
        if before.strip_suffix('=').is_some_and(|before| before.split_whitespace().next_back() == Some(name)) {
            found.push(value);
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Document {
        Document::parse(Path::new("docs/a.md"), text)
    }

    #[test]
    fn a_heading_becomes_the_anchor_that_github_makes_of_it() {
        let page = parsed("# `fare`, the command-line\n\n## What's new?\n\nUnder\n-----\n## A_b 1.2 & *é*\n");
        let expected = ["fare-the-command-line", "whats-new", "under", "a_b-12--é"];
        assert_eq!(page.anchors, expected.map(str::to_owned).into());
    }

    #[test]
    fn the_same_heading_again_is_numbered() {
        let page = parsed("# Again\n# Again\n# Again 1\n# Again\n");
        assert_eq!(page.anchors, ["again", "again-1", "again-1-1", "again-2"].map(str::to_owned).into());
    }

    #[test]
    fn links_pictures_and_references_are_found_and_what_is_code_is_not() {
        let page =
            parsed("[a](b.md)\n![c][d] <https://e.f>\n`[g](h)`\n\n    [i](j)\n\n[d]: k.png\n<img src=\"l.svg\">\n");
        let found: Vec<_> = page.links.iter().map(|link| (link.line, link.destination.as_str())).collect();
        assert_eq!(found, [(1, "b.md"), (2, "k.png"), (2, "https://e.f"), (8, "l.svg")]);
    }

    #[test]
    fn code_within_a_line_knows_the_link_that_it_is_the_text_of() {
        let page = parsed("`a` [`b`](c)\n");
        let linked: Vec<_> = page.codes.iter().map(|code| (code.text.as_str(), code.linked.as_deref())).collect();
        assert_eq!(linked, [("a", None), ("b", Some("c"))]);
    }

    #[test]
    fn a_block_is_found_with_what_stands_behind_its_fence_also_within_a_list() {
        let page = parsed("1. One\n\n   ```sh runnable\n   ls\n   ```\n\n```text\nls\n```\n");
        let [first, second] = page.blocks.as_slice() else { panic!("{page:?}") };
        assert_eq!((first.line, first.text.as_str(), first.is_shell(), first.is_runnable()), (3, "ls\n", true, true));
        assert!(!second.is_shell() && !second.is_runnable());
    }
}
