//! The files that a document names: images, tables, appendices. They lie in the document's own folder.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use crate::lang::Message;
use crate::message;

/// The folder that a document's files are read from; nothing outside of it can be named.
#[derive(Debug, Clone, Default)]
pub struct Folder(Option<PathBuf>);

impl Folder {
    /// No folder: a document that names a file is refused.
    pub fn none() -> Folder {
        Folder(None)
    }

    /// The folder at `path`.
    pub fn at(path: impl Into<PathBuf>) -> Folder {
        Folder(Some(path.into()))
    }

    /// Whether files can be read at all.
    pub(super) fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// Reads the file `name`, which has at most `limit` bytes.
    pub(super) fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>, Message> {
        let Some(folder) = &self.0 else {
            return Err(message!(
                "ở đây không đọc được tệp kèm theo \"{name}\"",
                "the file \"{name}\" can't be read from here"
            ));
        };
        let relative = Path::new(name);
        let inside = relative.components().all(|part| matches!(part, Component::Normal(_)));
        // A link could lead out of the folder.
        let real = |path: &Path| path.canonicalize();
        let within = || -> std::io::Result<Option<PathBuf>> {
            let (root, path) = (real(folder)?, real(&folder.join(relative))?);
            // A pipe could be read for ever.
            Ok((path.starts_with(&root) && path.is_file()).then_some(path))
        };
        let path = if inside && !name.is_empty() { within() } else { Ok(None) };
        let path = path.map_err(|cause| disk(name, &cause))?.ok_or_else(|| {
            message!(
                "tệp \"{name}\" phải nằm trong thư mục của văn bản",
                "the file \"{name}\" must lie in the document's folder"
            )
        })?;
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
        read.map_err(|cause| disk(name, &cause))?;
        if bytes.len() as u64 > limit {
            return Err(message!(
                "tệp \"{name}\" quá lớn, giới hạn {limit} byte",
                "the file \"{name}\" is too large, the limit is {limit} bytes"
            ));
        }
        Ok(bytes)
    }
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
}
