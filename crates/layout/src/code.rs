//! The code on paper, drawn: a QR code (ISO/IEC 18004) in the lower left corner of the first page, in the margin
//! for binding, where no other element of the decree ever stands.

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};
use serde::Serialize;

use super::error::LayoutError;
use crate::qr::Link;

/// The side of a module, in points: six dots of a printer with 300 dots an inch (0.51 mm), or five (0.42 mm)
/// where a long link has more than [`FEW`] on a side.
const MODULE: f64 = 1.44;
const SMALL_MODULE: f64 = 1.2;
const FEW: usize = 45;
/// The quiet zone, in modules (ISO/IEC 18004 asks for four).
const QUIET: f64 = 5.0;
/// From its lower edge to that of the sheet, in points (5.1 mm): printers reach no further.
const FOOT: f64 = 14.4;
/// The largest version, of 57 modules on a side: with their quiet zone they fit in the margin.
const MAX_VERSION: i16 = 10;

/// A code as the template reads it; lengths in points.
#[derive(Debug, Serialize)]
pub(super) struct CodeData {
    /// The modules, as one path.
    svg: String,
    side: f64,
    quiet: f64,
    foot: f64,
    /// What it is, for who can't see it.
    alt: String,
    /// For who has no camera.
    pub(super) caption: String,
}

impl CodeData {
    /// Draws the code of `link`.
    pub(super) fn of(link: &Link) -> Result<CodeData, LayoutError> {
        let code = drawn(link)?;
        let (record, module) = (link.record(), module(&code));
        Ok(CodeData {
            svg: path(&code),
            side: count(code.width()) * module,
            quiet: QUIET * module,
            foot: FOOT,
            alt: format!("Mã QR dẫn tới {record}"),
            caption: format!("Kiểm tra bản giấy: quét mã hoặc mở {record}"),
        })
    }
}

/// The smallest code of `link` with level M, and Q where that takes no more room. The digest is always one
/// segment of capitals and digits: what it is must not change the size.
fn drawn(link: &Link) -> Result<QrCode, LayoutError> {
    let with = |version: i16, level: EcLevel| {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_byte_data(link.head().as_bytes())?;
        bits.push_alphanumeric_data(link.digest().as_bytes())?;
        bits.push_terminator(level)?;
        QrCode::with_bits(bits, level)
    };
    let fitting = (1..=MAX_VERSION).find_map(|version| Some((version, with(version, EcLevel::M).ok()?)));
    let (version, code) = fitting.ok_or_else(|| LayoutError::Code(link.record().to_owned()))?;
    Ok(with(version, EcLevel::Q).unwrap_or(code))
}

fn module(code: &QrCode) -> f64 {
    if code.width() <= FEW { MODULE } else { SMALL_MODULE }
}

fn count(modules: usize) -> f64 {
    u32::try_from(modules).map_or(0.0, f64::from)
}

/// Its dark modules as SVG: one path, so that no seam shows between them.
fn path(code: &QrCode) -> String {
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            let length = run.len();
            if run.first() == Some(&Color::Dark) {
                path.push_str(&format!("M{x} {y}h{length}v1h-{length}z"));
            }
            x += length;
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {width}\"><path d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::profile::{MM, Profile};
    use crate::qr::{Address, MAX_RECORD};

    #[test]
    fn the_longest_link_fits_in_the_margin() {
        let address = Address::parse(&format!("https://{}.example.gov.vn", "a".repeat(37))).unwrap();
        // The longest notation that is still taken.
        let longest = (1..60)
            .rev()
            .find_map(|length| address.link(2026, 99_999, &"Đ".repeat(length), &[0x5E; 32]).ok());
        let link = longest.unwrap();
        assert!((MAX_RECORD - 5..=MAX_RECORD + 3).contains(&link.head().len()), "{}", link.head());
        assert_eq!(drawn(&link).unwrap().width(), 57);
        // Printers do not reach the outermost 3.5 mm of the margin.
        let margin = (Profile::default_profile().page.left - 3.5) * MM;
        for (modules, module) in [(FEW, MODULE), (57, SMALL_MODULE)] {
            assert!(margin > (count(modules) + QUIET) * module);
            assert!(module * 25.4 / 72.0 >= 0.4 && QUIET >= 4.0);
        }
    }

    #[test]
    fn a_usual_link_is_small_whatever_its_digest() {
        let address = Address::parse("https://kiemtra.example.gov.vn").unwrap();
        for digest in [[0x5E; 32], [0x11; 32], [0xAA; 32], [0xA1; 32]] {
            let code = drawn(&address.link(2026, 201, "BC-UBND", &digest).unwrap()).unwrap();
            assert_eq!(code.width(), 41);
            assert!(matches!(code.error_correction_level(), EcLevel::M | EcLevel::Q));
            let svg = path(&code);
            // The finder pattern in its corner, and one path.
            assert!(svg.contains("<path d=\"M0 0h7v1h-7z"), "{svg}");
            assert_eq!(svg.matches("<path").count(), 1);
        }
    }
}
