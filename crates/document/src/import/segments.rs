//! The parts of a Markdown file that Markdown does not read as drafts mean them.

#[derive(Clone, Copy)]
pub(super) enum Segment<'a> {
    Prose(&'a str),
    /// Lines with tabs between their cells.
    Tabbed(&'a str),
    /// A table in HTML, which Markdown would end at its first empty line.
    Html(&'a str),
}

/// Parts `text` at tables in HTML, and where at least two lines in a row have the same number of tabs, two
/// or more.
pub(super) fn segments(text: &str) -> Vec<Segment<'_>> {
    let mut lines: Vec<(usize, usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        // Leading tabs are Markdown's.
        let tabs = if line.starts_with('\t') { 0 } else { line.matches('\t').count() };
        lines.push((at, at + line.len(), tabs));
        at += line.len();
    }
    let begins = |start: usize| {
        let start = text.get(start..).unwrap_or_default().trim_start_matches([' ', '\t']);
        start.get(..6).is_some_and(|tag| tag.eq_ignore_ascii_case("<table"))
    };
    let ends = |(start, end): (usize, usize)| {
        text.get(start..end).is_some_and(|line| line.to_ascii_lowercase().contains("</table"))
    };
    let mut segments = Vec::new();
    let (mut index, mut prose) = (0, 0);
    while let Some((start, _, tabs)) = lines.get(index).copied() {
        let run = if begins(start) {
            let rest = lines.iter().skip(index);
            rest.clone().position(|line| ends((line.0, line.1))).map(|at| at + 1)
        } else {
            let run = lines.iter().skip(index).take_while(|line| line.2 == tabs).count();
            Some(run).filter(|run| tabs >= 2 && *run >= 2)
        };
        let Some(run) = run else {
            index += 1;
            continue;
        };
        let end = lines.get(index + run - 1).map_or(start, |line| line.1);
        segments.extend(text.get(prose..start).map(Segment::Prose));
        let html = begins(start);
        segments.extend(
            text.get(start..end).map(|part| if html { Segment::Html(part) } else { Segment::Tabbed(part) }),
        );
        (index, prose) = (index + run, end);
    }
    segments.extend(text.get(prose..).map(Segment::Prose));
    segments
}
