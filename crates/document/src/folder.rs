//! The files that a document names: images, tables, appendices. They lie in the document's own folder, or came
//! along with it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::limits::{MAX_FILE_COUNT, MAX_FILE_NAME, MAX_FILES};
use crate::lang::Message;
use crate::message;

/// Where a document's files are read from; nothing outside of it can be named.
#[derive(Debug, Clone, Default)]
pub struct Folder(Place);

#[derive(Debug, Clone, Default)]
enum Place {
    #[default]
    None,
    Disk(PathBuf),
    Memory(Files),
}

/// Files that came along with a document, by the names that it has for them: relative, without `..`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, Arc<[u8]>>);

impl Files {
    /// Gathers files by their names.
    ///
    /// # Errors
    /// A name leads out of the folder, is empty, too long or that of two different files; the files are too many,
    /// or have too many bytes together.
    pub fn gather<B: Into<Arc<[u8]>>>(
        files: impl IntoIterator<Item = (String, B)>,
    ) -> Result<Files, Message> {
        let (mut gathered, mut length) = (BTreeMap::new(), 0_usize);
        for (name, bytes) in files {
            let inside = plain(&name).filter(|name| name.len() <= MAX_FILE_NAME);
            let Some(inside) = inside else {
                let start: String = name.chars().take(MAX_FILE_NAME).collect();
                return Err(message!(
                    "tên tệp \"{start}\" không dùng được: tên phải tương đối, không có \"..\", dài đến {MAX_FILE_NAME} byte",
                    "the file name \"{start}\" can't be used: names are relative, without \"..\", of up to {MAX_FILE_NAME} bytes"
                ));
            };
            let bytes: Arc<[u8]> = bytes.into();
            length = length.saturating_add(bytes.len());
            if length > MAX_FILES || gathered.len() >= MAX_FILE_COUNT {
                return Err(message!(
                    "quá nhiều tệp kèm theo: giới hạn {MAX_FILE_COUNT} tệp, cộng lại {MAX_FILES} byte",
                    "too many files: the limit is {MAX_FILE_COUNT} files with {MAX_FILES} bytes together"
                ));
            }
            let before = gathered.insert(inside, Arc::clone(&bytes));
            if before.is_some_and(|before| before != bytes) {
                return Err(message!(
                    "có hai tệp khác nhau cùng tên \"{name}\"",
                    "there are two different files \"{name}\""
                ));
            }
        }
        Ok(Files(gathered))
    }

    /// The files with their names, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.0.iter().map(|(name, bytes)| (name.as_str(), bytes))
    }
}

/// `name` with its parts parted by one slash each; `None` where it leads anywhere but down.
fn plain(name: &str) -> Option<String> {
    let part = |part: Component<'_>| match part {
        Component::Normal(part) => part.to_str().map(str::to_owned),
        _ => None,
    };
    let parts: Option<Vec<String>> = Path::new(name).components().map(part).collect();
    parts.map(|parts| parts.join("/")).filter(|name| !name.is_empty())
}

impl Folder {
    /// No folder: a document that names a file is refused.
    pub fn none() -> Folder {
        Folder(Place::None)
    }

    /// The folder at `path`.
    pub fn at(path: impl Into<PathBuf>) -> Folder {
        Folder(Place::Disk(path.into()))
    }

    /// Files that came along with the document, and no others.
    pub fn of(files: Files) -> Folder {
        Folder(Place::Memory(files))
    }

    /// Whether files can be read at all.
    pub(super) fn is_there(&self) -> bool {
        !matches!(self.0, Place::None)
    }

    /// Reads the file `name`, which has at most `limit` bytes.
    pub(super) fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>, Message> {
        match &self.0 {
            Place::None => Err(message!(
                "ở đây không đọc được tệp kèm theo \"{name}\"",
                "the file \"{name}\" can't be read from here"
            )),
            Place::Disk(folder) => read_from(folder, name, limit),
            Place::Memory(files) => {
                let bytes = plain(name).ok_or_else(|| outside(name)).map(|name| files.0.get(&name))?;
                let bytes = bytes.ok_or_else(|| {
                    message!("tệp \"{name}\" không được gửi kèm", "the file \"{name}\" did not come along")
                })?;
                if bytes.len() as u64 > limit { Err(too_large(name, limit)) } else { Ok(bytes.to_vec()) }
            }
        }
    }
}

fn read_from(folder: &Path, name: &str, limit: u64) -> Result<Vec<u8>, Message> {
    let relative = Path::new(name);
    let inside = relative.components().all(|part| matches!(part, Component::Normal(_)));
    // A link could lead out of the folder.
    let real = |path: &Path| path.canonicalize();
    let within = || -> std::io::Result<Option<PathBuf>> {
        let (root, path) = (real(folder)?, real(&folder.join(relative))?);
        // A pipe could be read for ever.
        Ok((path.starts_with(&root) && path.metadata()?.is_file()).then_some(path))
    };
    let path = if inside && !name.is_empty() { within() } else { Ok(None) };
    let path = path.map_err(|cause| disk(name, &cause))?.ok_or_else(|| outside(name))?;
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    read.map_err(|cause| disk(name, &cause))?;
    if bytes.len() as u64 > limit { Err(too_large(name, limit)) } else { Ok(bytes) }
}

fn outside(name: &str) -> Message {
    message!(
        "tệp \"{name}\" phải nằm trong thư mục của văn bản",
        "the file \"{name}\" must lie in the document's folder"
    )
}

fn too_large(name: &str, limit: u64) -> Message {
    message!(
        "tệp \"{name}\" quá lớn, giới hạn {limit} byte",
        "the file \"{name}\" is too large, the limit is {limit} bytes"
    )
}

fn disk(name: &str, cause: &std::io::Error) -> Message {
    message!("không đọc được tệp \"{name}\": {cause}", "the file \"{name}\" can't be read: {cause}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_is_read() {
        let outer = tempfile::tempdir().unwrap();
        let inner = outer.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(outer.path().join("secret"), "s").unwrap();
        std::fs::write(inner.join("own"), "own").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("../secret", inner.join("link")).unwrap();
        let folder = Folder::at(&inner);
        assert_eq!(folder.read("own", 3).unwrap(), b"own");
        let absolute = outer.path().join("secret");
        for name in ["../secret", "link", absolute.to_str().unwrap(), "", ".", "missing", "own/../own"] {
            assert!(folder.read(name, 9).is_err(), "{name}");
        }
        assert!(folder.read("own", 2).is_err() && Folder::none().read("own", 9).is_err());
    }
    #[test]
    fn what_came_along_is_read_by_the_same_rules() {
        let files = [("own".to_owned(), b"own".to_vec()), ("a//b".to_owned(), b"b".to_vec())];
        let folder = Folder::of(Files::gather(files).unwrap());
        assert_eq!(folder.read("own", 3).unwrap(), b"own");
        assert_eq!(folder.read("a/b", 3).unwrap(), b"b");
        for name in ["../own", "/own", "", ".", "missing", "own/../own"] {
            assert!(folder.read(name, 9).is_err(), "{name}");
        }
        assert!(folder.read("own", 2).is_err());
        for name in ["../own", "/own", "", ".", &"x".repeat(256)] {
            assert!(Files::gather([(name.to_owned(), Vec::new())]).is_err(), "{name}");
        }
        let twice = |bytes: [&[u8]; 2]| {
            [("a/b".to_owned(), bytes[0].to_vec()), ("a/./b".to_owned(), bytes[1].to_vec())]
        };
        assert!(Files::gather(twice([b"1", b"2"])).is_err() && Files::gather(twice([b"1", b"1"])).is_ok());
        let many = (0..=MAX_FILE_COUNT).map(|number| (number.to_string(), Vec::new()));
        assert!(Files::gather(many).is_err());
    }
}
