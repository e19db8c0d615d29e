//! What a signature shows: text, the handwritten signature, the seal, both, or nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use image::{ImageFormat, Rgba, RgbaImage};

use super::assert_judges_agree;
use crate::judges::{approve, pdftotext};
use crate::office::{Office, TIME};

/// A drawn placeholder, as of a handwritten signature or a seal: strokes of `ink` on nothing.
fn placeholder(path: &Path, ink: [u8; 3]) {
    let image = RgbaImage::from_fn(400, 240, |x, y| {
        let (dx, dy) = (f64::from(x) - 200.0, f64::from(y) - 120.0);
        let ring = (dx / 190.0).powi(2) + (dy / 110.0).powi(2);
        let [r, g, b] = ink;
        if (0.85..1.0).contains(&ring) { Rgba([r, g, b, 255]) } else { Rgba([0, 0, 0, 0]) }
    });
    image.save_with_format(path, ImageFormat::Png).unwrap();
}

fn office() -> Office {
    let office = Office::new();
    office.draft("draft.json", "Kết quả phong trào thi đua");
    office.ok(&["issue", "draft.json", "--time", TIME]);
    placeholder(&office.path("signature.png"), [16, 48, 160]);
    placeholder(&office.path("seal.png"), [200, 16, 16]);
    office
}

fn sign(office: &Office, arguments: &[&str], code: i32) -> String {
    let common = ["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "signed.pdf"];
    office.clear("signed.pdf");
    office.code(&[&common, arguments].concat(), code)
}

/// How many pixels of the last page are clearly blue, and clearly red.
fn inks(office: &Office, file: &str) -> (usize, usize) {
    let pages = approve(Command::new("pdfinfo").arg(office.path(file)));
    let pages = pages.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap().trim().to_owned();
    let stem = office.path("page");
    approve(
        Command::new("pdftoppm")
            .args(["-r", "100", "-f", &pages, "-l", &pages, "-singlefile", "-png"])
            .arg(office.path(file))
            .arg(&stem),
    );
    let image = image::open(stem.with_extension("png")).unwrap().into_rgb8();
    let count =
        |ink: fn([i32; 3]) -> bool| image.pixels().filter(|pixel| ink(pixel.0.map(i32::from))).count();
    (count(|[r, _, b]| b > r + 80), count(|[r, _, b]| r > b + 80))
}

#[test]
fn the_signature_is_blue_and_the_seal_red_and_over_it() {
    let office = office();
    sign(&office, &["--image", "signature.png", "--show", "image"], 0);
    #[rustfmt::skip]
    office.ok(&[
        "sign", "signed.pdf", "--as", "agency", "--key", "keys/agency.key", "--image", "seal.png",
        "--show", "image", "--time", TIME, "-o", "sealed.pdf",
    ]);
    let (blue, red) = inks(&office, "signed.pdf");
    assert!(blue > 1000 && red < 20, "{blue} {red}");
    let (blue, red) = inks(&office, "sealed.pdf");
    assert!(blue > 1000 && red > 1000, "{blue} {red}");
    assert!(!pdftotext(&office.path("sealed.pdf")).contains("SHA-256"));
    assert_judges_agree(&office, "sealed.pdf", 2);
}

#[test]
fn a_field_shows_text_an_image_both_or_nothing() {
    let office = office();
    let blank = inks(&office, "01-BC-UBND.pdf").0;
    let says = |office: &Office| pdftotext(&office.path("signed.pdf")).contains("SHA-256");
    sign(&office, &[], 0);
    assert!(says(&office));
    sign(&office, &["--image", "signature.png"], 0);
    assert!(says(&office) && inks(&office, "signed.pdf").0 > 1000);
    assert_judges_agree(&office, "signed.pdf", 1);
    sign(&office, &["--show", "nothing"], 0);
    assert!(!says(&office) && inks(&office, "signed.pdf").0 == blank);
    assert_judges_agree(&office, "signed.pdf", 1);
    // Nothing is invented where there is no image.
    sign(&office, &["--show", "image"], 2);
    sign(&office, &["--show", "text", "--image", "signature.png"], 0);
    assert!(says(&office));
}

#[test]
fn an_image_is_decoded_and_written_anew() {
    let office = office();
    // A comment in the file must not end up in the report.
    let mut bytes = fs::read(office.path("signature.png")).unwrap();
    let chunk = |kind: &[u8], data: &[u8]| {
        let mut chunk = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
        chunk.extend_from_slice(kind);
        chunk.extend_from_slice(data);
        let mut crc = flate2::Crc::new();
        crc.update(&[kind, data].concat());
        chunk.extend_from_slice(&crc.sum().to_be_bytes());
        chunk
    };
    bytes.splice(33..33, chunk(b"tEXt", b"Comment\0where the chairman lives"));
    fs::write(office.path("telling.png"), &bytes).unwrap();
    sign(&office, &["--image", "telling.png"], 0);
    let signed = fs::read(office.path("signed.pdf")).unwrap();
    assert!(!signed.windows(8).any(|window| window == b"chairman\0" || window == b"the chai"));
    for (name, bytes) in [
        ("half.png", &bytes[..bytes.len() / 2]),
        ("text.png", b"not an image".as_slice()),
        ("empty.png", b""),
    ] {
        fs::write(office.path(name), bytes).unwrap();
        let said = sign(&office, &["--image", name], 3);
        assert!(said.contains(name), "{said}");
    }
    // A picture that claims to be huge costs nothing.
    let mut huge = fs::read(office.path("signature.png")).unwrap();
    huge[16..24].copy_from_slice(&[0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0]);
    fs::write(office.path("huge.png"), huge).unwrap();
    sign(&office, &["--image", "huge.png"], 3);
    sign(&office, &["--image", "missing.png"], 9);
}
