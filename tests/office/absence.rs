//! Nothing unreadable is taken for nothing there: where the system refuses, that is an error. A revocation list that can't
//! be read would otherwise be no list, and a revoked key would sign.

use std::fs;
use std::path::{Path, PathBuf};

/// What asks the system, beside the questions that have no error at all.
const ASKS: [&str; 17] = [
    "fs::",
    "File::",
    "read_dir(",
    "metadata(",
    "canonicalize(",
    "OpenOptions",
    "read_certificates(",
    "files_in(",
    "revocation_list::read(",
    "read_bounded(",
    "read_to_end(",
    "read_to_string(",
    "KeyFile::read(",
    "try_exists(",
    "is_folder(",
    "is_regular(",
    "TrustFolder::",
];
/// What drops an error.
const DROPS: [&str; 13] = [
    ".ok()",
    ".flatten()",
    "unwrap_or_default()",
    "unwrap_or(",
    "unwrap_or_else(",
    "is_ok_and(",
    "is_ok()",
    "is_err()",
    "if let Ok(",
    "let Ok(",
    "Result::ok",
    "let _ =",
    "map_or(",
];
/// Questions whose answer is `false` where the system refuses; of what was asked already they have none to drop.
const NO_ERROR: [&str; 4] = [".exists()", ".is_file()", ".is_dir()", ".is_symlink()"];
const ASKED_ALREADY: [&str; 4] = ["kind", "about", "metadata()?", "file_type()"];
/// Statements that drop nothing which matters: the file, and what stands in it.
const ALLOWED: [(&str, &str); 5] = [
    // Anything but absence and emptiness counts as a log that has to be read.
    ("crates/register/src/database/files.rs", "-wal"),
    // A wish to the system.
    ("src/cli/press.rs", "oom_score_adj"),
    // An office that can't be opened, and why, is told elsewhere; here it is only named.
    ("src/office/folder.rs", "folder.join(CONFIG_FILE)).ok()"),
    // What was written and is gone again is not watched.
    ("src/cli/watch.rs", "canonicalize"),
    // The room for a file, which is read however long it is.
    ("src/service/upload.rs", "with_capacity"),
];

/// The statements of `source` in one line each, without comments and tests.
fn statements(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join(" ");
    let parts = code.split([';', '{', '}']);
    parts.map(|part| part.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// What a file of the sources drops.
fn dropped(path: &str, source: &str) -> Vec<String> {
    let lists_folders = source.contains("read_dir(");
    let mut found = Vec::new();
    for statement in statements(source) {
        let has = |words: &[&str]| words.iter().any(|word| statement.contains(word));
        let asks = has(&ASKS) && has(&DROPS);
        let entries =
            lists_folders && statement.contains("entr") && has(&[".flatten()", ".ok()", "Result::ok"]);
        let without_error = NO_ERROR.iter().any(|question| {
            statement
                .match_indices(question)
                .any(|(at, _)| !ASKED_ALREADY.iter().any(|asked| statement[..at].ends_with(asked)))
        });
        let allowed = ALLOWED.iter().any(|(file, part)| *file == path && statement.contains(part));
        if (asks || entries || without_error) && !statement.starts_with("use ") && !allowed {
            found.push(format!("{path}: {statement}"));
        }
    }
    found
}

/// The sources of the program and of its crates.
fn sources(root: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries(&root.join("crates")).map(|member| member.join("src")).collect();
    folders.push(root.join("src"));
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                sources.push(path);
            }
        }
    }
    sources.sort();
    sources
}

#[test]
fn no_error_of_the_system_is_taken_for_absence() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut count = 0;
    for path in sources(root) {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        found.extend(dropped(&name, &fs::read_to_string(&path).unwrap()));
        count += 1;
    }
    assert!(count > 300, "only {count} files were looked at");
    assert!(found.is_empty(), "{} statements:\n{}", found.len(), found.join("\n"));
}

#[test]
fn each_way_of_dropping_one_is_found() {
    for statement in [
        "let files = fs::read_dir(folder).into_iter().flatten().map(|entry| entry);",
        "let text = fs::read_to_string(path).unwrap_or_default();",
        "if let Ok(list) = revocation_list::read(path) { }",
        "if path.join(\"keys\").is_dir() { }",
        "let there = path\n    .exists();",
        "let roots = files.iter().flat_map(|path| keys::read_certificates(path).unwrap_or_default());",
    ] {
        assert_eq!(dropped("src/some.rs", statement).len(), 1, "{statement}");
    }
    for statement in [
        "let is_there = path.try_exists()?;",
        "if kind.is_dir() { }",
        "// path.exists()",
        "let Some(first) = files.first().unwrap_or(&other);",
    ] {
        assert_eq!(dropped("src/some.rs", statement), Vec::<String>::new(), "{statement}");
    }
}
