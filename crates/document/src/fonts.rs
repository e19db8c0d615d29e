//! The four faces of the font that documents are set in, and what they can print.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ttf_parser::{Face, name_id};

use crate::explain::{self, Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// A style of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Upright, of usual weight.
    Regular,
    /// Upright, of bold weight.
    Bold,
    /// Italic, of usual weight.
    Italic,
    /// Italic, of bold weight.
    BoldItalic,
}

impl Style {
    /// The four styles in the order of [`Faces::data`].
    pub(crate) const ALL: [Style; 4] = [Style::Regular, Style::Bold, Style::Italic, Style::BoldItalic];

    fn of(face: &Face<'_>) -> Style {
        match (face.is_bold(), face.is_italic()) {
            (false, false) => Style::Regular,
            (true, false) => Style::Bold,
            (false, true) => Style::Italic,
            (true, true) => Style::BoldItalic,
        }
    }

    fn index(self) -> usize {
        match self {
            Style::Regular => 0,
            Style::Bold => 1,
            Style::Italic => 2,
            Style::BoldItalic => 3,
        }
    }
}

/// The four faces of one family.
#[derive(Debug, Clone)]
pub struct Faces {
    family: String,
    data: [Cow<'static, [u8]>; 4],
}

/// Why a folder's fonts can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum FontError {
    /// The folder or a file in it can't be read.
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The folder has no family with all four faces.
    Incomplete(PathBuf),
    /// The folder has faces of more than one whole family.
    Ambiguous {
        /// The folder that was looked through.
        path: PathBuf,
        /// The names of the families, as the fonts give them.
        families: Vec<String>,
    },
}

impl Explain for FontError {
    fn words(&self) -> Message {
        match self {
            FontError::Disk { path, cause } => explain::disk(path, cause),
            FontError::Incomplete(path) => {
                let path = path.display();
                message!(
                    "{path} không có phông nào đủ bốn kiểu thường, đậm, nghiêng, đậm nghiêng (.ttf, .otf)",
                    "{path} has no font with all of regular, bold, italic and bold italic (.ttf, .otf)"
                )
            }
            FontError::Ambiguous { path, families } => {
                let (path, families) = (path.display(), families.join(", "));
                message!(
                    "{path} có nhiều hơn một họ phông: {families}",
                    "{path} has more than one family: {families}"
                )
            }
        }
    }

    fn kind(&self) -> Refusal {
        Refusal::Environment
    }
}

impl Faces {
    /// Liberation Serif, which the program carries.
    pub fn embedded() -> Faces {
        Faces {
            family: "Liberation Serif".to_owned(),
            data: [
                Cow::Borrowed(include_bytes!("../../../fonts/LiberationSerif-Regular.ttf")),
                Cow::Borrowed(include_bytes!("../../../fonts/LiberationSerif-Bold.ttf")),
                Cow::Borrowed(include_bytes!("../../../fonts/LiberationSerif-Italic.ttf")),
                Cow::Borrowed(include_bytes!("../../../fonts/LiberationSerif-BoldItalic.ttf")),
            ],
        }
    }

    /// The one family in `folder` that has all four faces.
    ///
    /// # Errors
    /// See [`FontError`].
    pub fn from_dir(folder: &Path) -> Result<Faces, FontError> {
        let disk = |path: &Path, cause| FontError::Disk { path: path.to_owned(), cause };
        let entries = fs::read_dir(folder).map_err(|cause| disk(folder, cause))?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.map_err(|cause| disk(folder, cause))?.path());
        }
        paths.sort();
        let mut families: Vec<(String, [Option<Vec<u8>>; 4])> = Vec::new();
        for path in paths.iter().filter(|path| is_font(path)) {
            let data = fs::read(path).map_err(|cause| disk(path, cause))?;
            let Some((family, style)) = Face::parse(&data, 0).ok().and_then(|face| identify(&face)) else {
                continue;
            };
            let at = families.iter().position(|(name, _)| *name == family).unwrap_or_else(|| {
                families.push((family, [const { None }; 4]));
                families.len() - 1
            });
            if let Some(face) = families.get_mut(at).and_then(|(_, faces)| faces.get_mut(style.index())) {
                *face = Some(data);
            }
        }
        let mut whole: Vec<Faces> = families
            .into_iter()
            .filter_map(|(family, [regular, bold, italic, bold_italic])| {
                let data = [regular?, bold?, italic?, bold_italic?].map(Cow::Owned);
                Some(Faces { family, data })
            })
            .collect();
        match (whole.pop(), whole.is_empty()) {
            (Some(faces), true) => Ok(faces),
            (None, _) => Err(FontError::Incomplete(folder.to_owned())),
            (Some(last), false) => Err(FontError::Ambiguous {
                path: folder.to_owned(),
                families: whole.into_iter().chain([last]).map(|faces| faces.family).collect(),
            }),
        }
    }

    /// The family's name, as the fonts give it.
    pub fn family(&self) -> &str {
        &self.family
    }

    /// The font files, in the order regular, bold, italic, bold italic.
    pub fn data(&self) -> &[Cow<'static, [u8]>; 4] {
        &self.data
    }

    /// The faces opened for measuring.
    pub fn measure(&self) -> Measure<'_> {
        let faces = self.data.each_ref().map(|data| Face::parse(data, 0).ok());
        Measure { faces, known: RefCell::default() }
    }
}

/// The faces opened for measuring.
pub struct Measure<'a> {
    faces: [Option<Face<'a>>; 4],
    /// Advances of the characters that were met: a text has few different ones.
    known: RefCell<HashMap<char, [Option<f64>; 4]>>,
}

impl Measure<'_> {
    /// The advance width of `character` in em; `None` where the font lacks it.
    pub fn advance(&self, character: char, style: Style) -> Option<f64> {
        let mut known = self.known.borrow_mut();
        let advances = known
            .entry(character)
            .or_insert_with(|| self.faces.each_ref().map(|face| advance(face.as_ref()?, character)));
        advances.get(style.index()).copied().flatten()
    }
}

fn advance(face: &Face<'_>, character: char) -> Option<f64> {
    let glyph = face.glyph_index(character)?;
    let advance = face.glyph_hor_advance(glyph).unwrap_or(0);
    Some(f64::from(advance) / f64::from(face.units_per_em()))
}

fn is_font(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    matches!(ending.as_deref(), Some("ttf" | "otf"))
}

/// Family and style of a face, by its own name table.
fn identify(face: &Face<'_>) -> Option<(String, Style)> {
    let family = face
        .names()
        .into_iter()
        .filter(|name| name.name_id == name_id::FAMILY)
        .find_map(|name| name.to_string())?;
    Some((family, Style::of(face)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_font_prints_vietnamese_in_every_style() {
        let faces = Faces::embedded();
        let measure = faces.measure();
        let lower =
            "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ";
        for style in Style::ALL {
            for c in lower.chars().chain(lower.to_uppercase().chars()).chain("“”–‰&%./()".chars()) {
                assert!(measure.advance(c, style).is_some(), "{c} in {style:?}");
            }
            assert_eq!(measure.advance('😀', style), None);
        }
    }

    #[test]
    fn a_folder_must_hold_one_whole_family() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Faces::from_dir(folder.path()), Err(FontError::Incomplete(_))));
        let names = ["c.ttf", "a.TTF", "d.ttf", "b.ttf"];
        for (name, data) in names.iter().zip(Faces::embedded().data()) {
            fs::write(folder.path().join(name), data).unwrap();
        }
        let faces = Faces::from_dir(folder.path()).unwrap();
        assert_eq!(faces.family(), "Liberation Serif");
        assert_eq!(faces.data()[3], Faces::embedded().data()[3]);
        fs::remove_file(folder.path().join("b.ttf")).unwrap();
        assert!(matches!(Faces::from_dir(folder.path()), Err(FontError::Incomplete(_))));
    }
}
