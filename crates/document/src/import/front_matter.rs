//! The lines between `---` (YAML) or `+++` (TOML) at the beginning of a Markdown file: no content, but
//! keys and values, some of which name parts of a document.

/// The most lines that are looked through for the end.
const MAX_LINES: usize = 200;

/// A key and its value, on a line of the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) value: String,
    /// From 1.
    pub(super) line: usize,
}

/// The entries, in their order.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FrontMatter(pub(super) Vec<Entry>);

/// Parts `text` into its front matter, the number of its lines, and what follows.
pub(super) fn split(text: &str) -> Option<(FrontMatter, usize, &str)> {
    let mut lines = text.split_inclusive('\n');
    let fence = lines.next()?.trim_end();
    let separator = match fence {
        "---" => ':',
        "+++" => '=',
        _ => return None,
    };
    let mut at = text.split_inclusive('\n').next()?.len();
    let mut entries: Vec<Entry> = Vec::new();
    for (index, line) in lines.take(MAX_LINES).enumerate() {
        at += line.len();
        let bare = line.trim();
        if line.trim_end() == fence || (fence == "---" && line.trim_end() == "...") {
            return (!entries.is_empty())
                .then(|| (FrontMatter(entries), index + 2, text.get(at..).unwrap_or_default()));
        }
        let number = index + 2;
        let key = bare.split_once(separator).filter(|(key, _)| {
            let key = key.trim();
            !key.is_empty() && !line.starts_with([' ', '\t', '-', '#']) && key.split(' ').count() <= 3
        });
        match (key, entries.last_mut()) {
            _ if bare.is_empty() => {}
            (Some((key, value)), _) => entries.push(Entry {
                key: key.trim().to_owned(),
                value: value.trim().trim_matches(['"', '\'']).to_owned(),
                line: number,
            }),
            // A list, or a value that goes on.
            (None, Some(last)) if line.starts_with([' ', '\t', '-', '#']) => {
                last.value.push(' ');
                last.value.push_str(bare.trim_start_matches(['-', '#', ' ']));
            }
            (None, _) => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_between_fences_are_front_matter() {
        let (found, lines, rest) = split("---\ntitle: \"A: b\"\ntags:\n  - x\n---\n\nC").unwrap();
        let entries: Vec<_> =
            found.0.iter().map(|entry| (entry.key.as_str(), entry.value.as_str(), entry.line)).collect();
        assert_eq!((entries, lines, rest), (vec![("title", "A: b", 2), ("tags", " x", 3)], 5, "\nC"));
        for other in ["---\n\nA: b\n", "---\nMột câu thường.\n---\n", "# A\n---\n", "---\n---\n"] {
            assert_eq!(split(other), None, "{other}");
        }
    }
}
