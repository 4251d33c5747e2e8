//! Where links lead.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use url::Url;

use crate::document::Document;

/// Every link that leads nowhere, with its place and the reason.
pub(crate) fn faults(root: &Path, documents: &BTreeMap<PathBuf, Document>) -> Vec<String> {
    let mut faults = Vec::new();
    for document in documents.values() {
        for link in &document.links {
            if let Err(reason) = check(root, documents, document, &link.destination) {
                faults.push(format!("{}:{}: {}: {reason}", document.path.display(), link.line, link.destination));
            }
        }
    }
    faults
}

fn check(
    root: &Path,
    documents: &BTreeMap<PathBuf, Document>,
    from: &Document,
    destination: &str,
) -> Result<(), String> {
    if let Ok(address) = Url::parse(destination) {
        let is_https = address.scheme() == "https" && address.has_host();
        return if is_https { Ok(()) } else { Err("an address must begin with https://".to_owned()) };
    }
    if destination.contains("://") {
        return Err("this is no address".to_owned());
    }
    let (path, anchor) = destination.split_once('#').map_or((destination, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() { from.path.clone() } else { resolved(&from.path, path)? };
    if !root.join(&target).exists() {
        return Err(format!("there is no {}", target.display()));
    }
    match (anchor, documents.get(&target)) {
        (None, _) => Ok(()),
        (Some(anchor), Some(document)) if document.anchors.contains(anchor) => Ok(()),
        (Some(_), Some(document)) => {
            let headings: Vec<_> = document.anchors.iter().map(String::as_str).collect();
            Err(format!("{} has no such heading, but {}", target.display(), headings.join(", ")))
        }
        (Some(anchor), None) => lines_are_there(&root.join(target), anchor),
    }
}

/// A relative path, from the repository's root.
fn resolved(document: &Path, path: &str) -> Result<PathBuf, String> {
    let mut place: Vec<_> = document.parent().into_iter().flat_map(Path::components).collect();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(_) => place.push(part),
            Component::CurDir => {}
            Component::ParentDir => drop(place.pop().ok_or("it leads out of the repository")?),
            Component::RootDir | Component::Prefix(_) => return Err("it must be relative".to_owned()),
        }
    }
    Ok(place.iter().collect())
}

/// Of a file that is no document only lines can be named, as in `#L10` or `#L10-L12`.
fn lines_are_there(file: &Path, anchor: &str) -> Result<(), String> {
    let line = |text: &str| text.strip_prefix('L').and_then(|number| number.parse::<usize>().ok());
    let last = anchor.split('-').map(line).collect::<Option<Vec<_>>>().and_then(|lines| lines.into_iter().max());
    let last = last.ok_or("what is no document of these has no headings")?;
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let lines = text.lines().count();
    if (1..=lines).contains(&last) { Ok(()) } else { Err(format!("it has {lines} lines")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a link in `docs/a.md`, beside which there are `docs/b.md` and `main.rs`.
    fn fault(destination: &str) -> Option<String> {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("docs")).unwrap();
        fs::write(root.path().join("main.rs"), "one\ntwo\n").unwrap();
        let texts = [("docs/a.md", format!("# Here\n\n[x]({destination})\n")), ("docs/b.md", "# There\n".to_owned())];
        let documents = texts.into_iter().map(|(path, text)| {
            fs::write(root.path().join(path), &text).unwrap();
            (PathBuf::from(path), Document::parse(Path::new(path), &text))
        });
        let mut faults = faults(root.path(), &documents.collect());
        assert!(faults.len() <= 1, "{faults:?}");
        faults.pop()
    }

    #[test]
    fn a_link_to_a_file_a_directory_a_heading_or_a_line_leads_somewhere() {
        for good in ["b.md", "#here", "b.md#there", "../main.rs", "../main.rs#L2", "../main.rs#L1-L2", "../docs", "."] {
            assert_eq!(fault(good), None, "{good}");
        }
    }

    #[test]
    fn a_link_to_what_is_not_there_is_told_with_its_place() {
        assert_eq!(fault("c.md").unwrap(), "docs/a.md:3: c.md: there is no docs/c.md");
        assert!(fault("B.md").is_some(), "letters count");
        assert!(fault("/docs/b.md").is_some(), "it is not relative");
        assert!(fault("../../b.md").unwrap().contains("out of the repository"));
        assert!(fault("../main.rs#L3").unwrap().ends_with("it has 2 lines"));
        assert!(fault("../main.rs#main").is_some(), "a program has no headings");
    }

    #[test]
    fn a_heading_that_is_not_there_is_told_with_those_that_are() {
        assert_eq!(fault("b.md#here").unwrap(), "docs/a.md:3: b.md#here: docs/b.md has no such heading, but there");
        assert!(fault("#There").is_some(), "anchors are in lower case");
    }

    #[test]
    fn an_address_is_one_and_begins_with_https() {
        assert_eq!(fault("https://docs.localstack.cloud/a?b=c#d"), None);
        for bad in
            ["http://example.com", "https://", "https://a..b:x/", "ftp://example.com", "mailto:a@b.c", "htps//:x"]
        {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }
}
