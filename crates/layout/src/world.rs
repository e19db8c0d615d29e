//! Typst's view of the world: one template, one data file, one attachment, one font, the document's
//! images. Nothing else.

use std::sync::Arc;

use typst::diag::{FileError, FileResult, Severity, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;

use super::error::LayoutError;
use crate::document::MAX_IMAGES;
use crate::fonts::Faces;

/// The fonts and Typst's standard library, built once and shared by all layouts of a process.
pub struct Engine {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    faces: Faces,
    main: FileId,
    data: FileId,
    source: FileId,
    images: Vec<FileId>,
}

/// What a template may read.
pub(super) struct Inputs<'a> {
    /// The JSON text that it sets.
    pub data: String,
    /// The JSON text that it attaches.
    pub source: &'a str,
    /// The images that it shows, by their number.
    pub images: Vec<Arc<[u8]>>,
}

/// The path of image `number` (from 0), as templates name it.
pub(super) fn image_path(number: usize) -> String {
    format!("/image-{number}")
}

impl Engine {
    /// Takes `faces` as the only font.
    ///
    /// # Errors
    /// A face can't be parsed.
    pub fn new(faces: Faces) -> Result<Engine, LayoutError> {
        let fonts: Option<Vec<Font>> =
            faces.data().iter().map(|data| Font::new(Bytes::new(data.clone()), 0)).collect();
        let fonts = fonts.ok_or_else(|| LayoutError::Font { family: faces.family().to_owned() })?;
        Ok(Engine {
            library: LazyHash::new(Library::builder().build()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            faces,
            main: file("/main.typ")?,
            data: file("/data.json")?,
            source: file("/source.json")?,
            images: (0..MAX_IMAGES).map(|number| file(&image_path(number))).collect::<Result<_, _>>()?,
        })
    }

    /// The faces of the font that every text is set in.
    pub(super) fn faces(&self) -> &Faces {
        &self.faces
    }

    /// Compiles `template`, which reads `inputs` and nothing else.
    pub(super) fn compile(
        &self,
        template: &'static str,
        inputs: Inputs<'_>,
    ) -> Result<PagedDocument, LayoutError> {
        let world = LayoutWorld {
            engine: self,
            template: Source::new(self.main, template.to_owned()),
            data: Bytes::from_string(inputs.data),
            source: Bytes::from_string(inputs.source.to_owned()),
            images: inputs.images.into_iter().map(Bytes::new).collect(),
        };
        let compiled = typst::compile::<PagedDocument>(&world);
        // What Typst remembers of this document is of no use to the next one and would only grow.
        typst::comemo::evict(0);
        compiled.output.map_err(|errors| LayoutError::Typst(sentences(&errors)))
    }
}

/// Errors as one line; the places in the template are of use to its authors only.
pub(super) fn sentences(diagnostics: &[SourceDiagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.map(|error| error.message.to_string()).collect::<Vec<_>>().join("; ")
}

/// Fixed names: Typst keeps every file name that it has seen for the life of the process.
fn file(name: &str) -> Result<FileId, LayoutError> {
    let path = VirtualPath::new(name).map_err(|cause| LayoutError::Typst(cause.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// One document on the desk.
struct LayoutWorld<'a> {
    engine: &'a Engine,
    template: Source,
    data: Bytes,
    source: Bytes,
    images: Vec<Bytes>,
}

impl World for LayoutWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.engine.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.engine.book
    }

    fn main(&self) -> FileId {
        self.engine.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.engine.main { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.engine.data {
            Ok(self.data.clone())
        } else if id == self.engine.source {
            Ok(self.source.clone())
        } else {
            let number = self.engine.images.iter().position(|image| *image == id);
            number.and_then(|number| self.images.get(number).cloned()).ok_or(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.engine.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
