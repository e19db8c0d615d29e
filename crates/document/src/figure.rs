//! Images of a document, from files beside it or from itself.

use super::builder::{DocumentBuilder, stand_in};
use super::form::FigureForm;
use super::image::Image;
use super::limits::{MAX_IMAGE, MAX_IMAGES, MAX_IMAGES_SIZE, MIN_WIDTH};
use super::model::{Block, Figure};
use super::source::join;
use crate::lang::Message;
use crate::message;

impl DocumentBuilder<'_> {
    pub(super) fn figure(&mut self, pointer: &str, form: &FigureForm) -> Block {
        let alt = self.plain(&join(pointer, "alt"), &form.alt);
        let caption = form.caption.as_ref().map(|caption| self.text(&join(pointer, "caption"), caption));
        let widest = self.profile.page.line(true);
        if form.width.is_some_and(|width| !(MIN_WIDTH..=widest).contains(&width)) {
            self.error(
                "E-FIGURE-WIDTH",
                &join(pointer, "width"),
                message!(
                    "độ rộng hình phải từ {MIN_WIDTH} đến {widest} mm",
                    "a figure's width is {MIN_WIDTH} to {widest} mm"
                ),
                None,
            );
        }
        let image = match (&form.file, &form.data) {
            (Some(file), None) => {
                let pointer = join(pointer, "file");
                match self.read(file, MAX_IMAGE as u64) {
                    Ok(bytes) => self.image(&pointer, bytes),
                    Err(said) => self.refused(&pointer, said),
                }
            }
            (None, Some(data)) => {
                let pointer = join(pointer, "data");
                match Image::of_data_url(data) {
                    Ok(image) => self.counted(&pointer, image),
                    Err(said) => self.refused(&pointer, said),
                }
            }
            _ => self.refused(
                pointer,
                message!(
                    "hình phải có \"file\" hoặc \"data\", và chỉ một trong hai",
                    "a figure has a \"file\" or \"data\", and one of them only"
                ),
            ),
        };
        let width = form.width.map(|width| (width * 100.0).round() / 100.0);
        match image {
            Some(image) => Block::Figure(Figure { image, alt, caption, width }),
            None => stand_in(),
        }
    }

    /// The image in the file `bytes`.
    pub(super) fn image(&mut self, pointer: &str, bytes: Vec<u8>) -> Option<Image> {
        match Image::of(bytes) {
            Ok(image) => self.counted(pointer, image),
            Err(said) => self.refused(pointer, said),
        }
    }

    fn counted(&mut self, pointer: &str, image: Image) -> Option<Image> {
        self.images.push(image.bytes.len());
        let (count, size) = (self.images.len(), self.images.iter().sum::<usize>());
        if count <= MAX_IMAGES && size <= MAX_IMAGES_SIZE {
            return Some(image);
        }
        self.refused(
            pointer,
            message!(
                "quá nhiều hình: giới hạn {MAX_IMAGES} hình, {MAX_IMAGES_SIZE} byte",
                "too many images: the limits are {MAX_IMAGES} images and {MAX_IMAGES_SIZE} bytes"
            ),
        )
    }

    fn refused(&mut self, pointer: &str, said: Message) -> Option<Image> {
        self.error("E-IMAGE", pointer, said, None);
        None
    }
}
