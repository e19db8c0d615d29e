//! Images of documents: PNG, JPEG and SVG, checked before anything lays them out.

use std::io::Cursor;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{ImageDecoder, ImageReader};
use serde::{Serialize, Serializer};

use super::limits::{MAX_ELEMENTS, MAX_IMAGE, MAX_PIXELS};
use crate::lang::Message;
use crate::message;

/// How an image is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ImageFormat {
    /// PNG (ISO/IEC 15948), of any colour type.
    Png,
    /// JPEG (ISO/IEC 10918-1) in grey or RGB.
    Jpeg,
    /// SVG 1.1, drawings only: no text, images, scripts or effects.
    Svg,
}

impl ImageFormat {
    /// Its media type (RFC 6838), such as `image/png`.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            ImageFormat::Png => "image/png",
            ImageFormat::Jpeg => "image/jpeg",
            ImageFormat::Svg => "image/svg+xml",
        }
    }

    /// The word that Typst has for it.
    pub fn word(self) -> &'static str {
        match self {
            ImageFormat::Png => "png",
            ImageFormat::Jpeg => "jpg",
            ImageFormat::Svg => "svg",
        }
    }
}

/// An image that can be laid out.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// How it is written.
    pub format: ImageFormat,
    /// Width and height, in pixels.
    pub size: (f64, f64),
    /// The file as it was read.
    pub bytes: Arc<[u8]>,
}

impl Serialize for Image {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.data_url())
    }
}

impl Image {
    /// Checks the image file `bytes`.
    pub(super) fn of(bytes: Vec<u8>) -> Result<Image, Message> {
        let (length, limit) = (bytes.len(), MAX_IMAGE);
        if length > limit {
            return Err(message!(
                "hình dài {length} byte, quá giới hạn {limit} byte",
                "the image has {length} bytes, over the limit of {limit}"
            ));
        }
        let (format, size) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            (ImageFormat::Png, pixels(&bytes, image::ImageFormat::Png)?)
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            (ImageFormat::Jpeg, pixels(&bytes, image::ImageFormat::Jpeg)?)
        } else if let Some(text) = std::str::from_utf8(&bytes).ok().filter(|text| text.contains("<svg")) {
            (ImageFormat::Svg, drawing(text)?)
        } else {
            return Err(message!("không phải PNG, JPEG hay SVG", "not a PNG, JPEG or SVG"));
        };
        Ok(Image { format, size, bytes: bytes.into() })
    }

    /// Checks the image of a data URL.
    pub(super) fn of_data_url(url: &str) -> Result<Image, Message> {
        let unreadable =
            || message!("không phải data URL dạng base64", "not a data URL in base64 (RFC 2397)");
        let (head, data) = url.split_once(";base64,").ok_or_else(unreadable)?;
        if data.len() / 4 * 3 > MAX_IMAGE + 3 {
            let limit = MAX_IMAGE;
            return Err(message!(
                "hình quá giới hạn {limit} byte",
                "the image is over the limit of {limit} bytes"
            ));
        }
        let image = Image::of(STANDARD.decode(data).map_err(|_| unreadable())?)?;
        if head.strip_prefix("data:") == Some(image.format.media_type()) {
            Ok(image)
        } else {
            Err(unreadable())
        }
    }

    /// The image as a data URL.
    pub(crate) fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.format.media_type(), STANDARD.encode(&self.bytes))
    }
}

/// The PNG `bytes` decoded and encoded again: what shows and nothing else, no text, no place, no program's name.
/// For the image of a handwritten signature or a seal.
///
/// # Errors
/// It is not a PNG, or over the limits of images.
pub fn clean_png(bytes: &[u8]) -> Result<Vec<u8>, Message> {
    let unreadable = |cause: image::ImageError| {
        message!("không đọc được hình PNG: {cause}", "the PNG can't be read: {cause}")
    };
    if bytes.len() > MAX_IMAGE {
        let limit = MAX_IMAGE;
        return Err(message!(
            "hình quá giới hạn {limit} byte",
            "the image is over the limit of {limit} bytes"
        ));
    }
    pixels(bytes, image::ImageFormat::Png)?;
    let picture = image::load_from_memory_with_format(bytes, image::ImageFormat::Png).map_err(unreadable)?;
    let mut clean = Vec::new();
    let picture = image::DynamicImage::ImageRgba8(picture.into_rgba8());
    picture.write_to(&mut Cursor::new(&mut clean), image::ImageFormat::Png).map_err(unreadable)?;
    Ok(clean)
}

/// Width and height of a raster image, which is decoded once to know that it can be.
fn pixels(bytes: &[u8], format: image::ImageFormat) -> Result<(f64, f64), Message> {
    let damaged = |cause: image::ImageError| {
        message!("không đọc được hình: {cause}", "the image can't be read: {cause}")
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    let (count, limit) = (u64::from(width) * u64::from(height), MAX_PIXELS);
    if count > limit || count == 0 {
        return Err(message!(
            "hình có {width} × {height} điểm, giới hạn {limit} điểm",
            "the image has {width} × {height} pixels, the limit is {limit}"
        ));
    }
    if format == image::ImageFormat::Jpeg && components(bytes) == Some(4) {
        return Err(message!(
            "hình JPEG hệ màu CMYK không dùng được; hãy lưu lại dạng RGB",
            "a JPEG in CMYK can't be archived: save it in RGB"
        ));
    }
    image::DynamicImage::from_decoder(decoder).map_err(damaged)?;
    Ok((f64::from(width), f64::from(height)))
}

/// The number of components in a JPEG's frame header (ISO/IEC 10918-1, B.2.2).
fn components(bytes: &[u8]) -> Option<u8> {
    let mut at = 2;
    loop {
        let [0xff, marker, high, low] = *bytes.get(at..at + 4)? else { return None };
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return bytes.get(at + 9).copied();
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
}

/// What may stand in a drawing. Whatever needs a font, another file, a program, or time that grows
/// faster than the drawing, may not.
const ELEMENTS: [&str; 17] = [
    "svg",
    "g",
    "defs",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "title",
    "desc",
    "metadata",
];

/// Width and height of a drawing.
fn drawing(text: &str) -> Result<(f64, f64), Message> {
    const SVG: &str = "http://www.w3.org/2000/svg";
    // Without document types there are no entities that grow.
    let tree = roxmltree::Document::parse_with_options(
        text,
        roxmltree::ParsingOptions { allow_dtd: false, nodes_limit: 200_000, ..Default::default() },
    );
    let tree =
        tree.map_err(|cause| message!("không đọc được SVG: {cause}", "the SVG can't be read: {cause}"))?;
    let root = tree.root_element();
    let elements = || tree.descendants().filter(|node| node.tag_name().namespace() == Some(SVG));
    let (count, limit) = (elements().count(), MAX_ELEMENTS);
    if count > limit {
        return Err(message!(
            "SVG có {count} phần tử, giới hạn {limit}",
            "the SVG has {count} elements, the limit is {limit}"
        ));
    }
    if let Some(other) = elements().find(|node| !ELEMENTS.contains(&node.tag_name().name())) {
        let name = other.tag_name().name();
        return Err(message!(
            "SVG có <{name}>: chỉ dùng hình vẽ; chữ hãy đổi thành đường (path)",
            "the SVG has <{name}>: only shapes can be used; turn text into paths"
        ));
    }
    let deep = elements().any(|node| node.ancestors().count() > 64);
    let clipped = elements().filter(|node| node.tag_name().name() == "clipPath").count();
    if deep || clipped > 500 {
        return Err(message!("SVG lồng quá sâu", "the SVG is nested too deeply"));
    }
    let length = |name: &str| {
        let value = root.attribute(name)?.trim();
        let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match value.get(digits.len()..)? {
            "" | "px" => 1.0,
            "pt" => 96.0 / 72.0,
            "mm" => 96.0 / 25.4,
            "cm" => 96.0 / 2.54,
            "in" => 96.0,
            _ => return None,
        };
        digits.parse::<f64>().ok().map(|number| number * unit)
    };
    let view: Option<Vec<f64>> = root.attribute("viewBox").and_then(|view| {
        view.split([' ', ',']).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
    });
    let view = view.and_then(|view| Some((*view.get(2)?, *view.get(3)?)));
    let size = length("width").zip(length("height")).or(view);
    let sane = |side: &f64| side.is_finite() && (1.0..=100_000.0).contains(side);
    let is_svg = root.tag_name().name() == "svg" && root.tag_name().namespace() == Some(SVG);
    size.filter(|(width, height)| is_svg && sane(width) && sane(height)).ok_or_else(|| {
        message!(
            "SVG không có kích thước (width, height hoặc viewBox)",
            "the SVG has no size (width, height or viewBox)"
        )
    })
}
