//! Pages as pictures: as printed, and as they come back from a copier and a scanner.

use std::path::{Path, PathBuf};
use std::process::Command;

use image::{GrayImage, Luma, imageops};

use crate::judges;

/// Page `page` (from 1) of `file` as a grey picture, `resolution` dots an inch; Poppler draws it.
pub fn picture(file: &Path, page: usize, resolution: u32) -> GrayImage {
    drawn(file, page, resolution, &[])
}

/// The lower 80 mm of the first page, and how far down they begin in points.
pub fn foot(file: &Path, resolution: u32) -> (GrayImage, f64) {
    let top = (217.0 / 25.4 * f64::from(resolution)).round();
    let (y, size) = (format!("{top}"), format!("{}", resolution * 9));
    let part = ["-x", "0", "-y", &y, "-W", &size, "-H", &size];
    (drawn(file, 1, resolution, &part), top * 72.0 / f64::from(resolution))
}

fn drawn(file: &Path, page: usize, resolution: u32, part: &[&str]) -> GrayImage {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page");
    let (page, resolution) = (page.to_string(), resolution.to_string());
    let output = Command::new("pdftoppm")
        .args(["-png", "-gray", "-singlefile", "-f", &page, "-l", &page, "-r", &resolution])
        .args(part)
        .args([file, &target])
        .output()
        .unwrap();
    assert!(output.status.success(), "pdftoppm: {}", String::from_utf8_lossy(&output.stderr));
    image::open(target.with_extension("png")).unwrap().into_luma8()
}

/// What ZBar reads in `picture`.
pub fn read(picture: &GrayImage) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("page.png");
    picture.save(&path).unwrap();
    judges::qr_codes(&path)
}

/// The dark pixels of `picture` left of a line, as left, top, right and bottom.
pub fn ink(picture: &GrayImage, right: f64) -> Option<[f64; 4]> {
    let dark = picture.enumerate_pixels().filter(|(x, _, pixel)| f64::from(*x) < right && pixel.0[0] < 128);
    dark.fold(None, |known, (x, y, _)| {
        let (x, y) = (f64::from(x), f64::from(y));
        let [left, top, right, bottom] = known.unwrap_or([x, y, x + 1.0, y + 1.0]);
        Some([left.min(x), top.min(y), right.max(x + 1.0), bottom.max(y + 1.0)])
    })
}

/// What a worn printer and a scanner make of a page: turned by `degrees`, out of focus, grey on grey, with
/// specks. The same specks each time.
pub fn scanned(picture: &GrayImage, degrees: f64, blur: f32) -> GrayImage {
    let (width, height) = picture.dimensions();
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let (middle_x, middle_y) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let at = |x: i64, y: i64| {
        let inside = u32::try_from(x).ok().zip(u32::try_from(y).ok());
        let inside = inside.filter(|(x, y)| *x < width && *y < height);
        inside.map_or(255.0, |(x, y)| f64::from(picture.get_pixel(x, y).0[0]))
    };
    let turned = GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = (f64::from(x) - middle_x, f64::from(y) - middle_y);
        let (x, y) = (x * cosine + y * sine + middle_x, y * cosine - x * sine + middle_y);
        let (column, row) = (x.floor(), y.floor());
        let (right, below) = (x - column, y - row);
        let (column, row) = (column as i64, row as i64);
        let upper = at(column, row) * (1.0 - right) + at(column + 1, row) * right;
        let lower = at(column, row + 1) * (1.0 - right) + at(column + 1, row + 1) * right;
        Luma([(upper * (1.0 - below) + lower * below).round() as u8])
    });
    let mut grey = imageops::blur(&turned, blur);
    let mut seed: u32 = 30_2020;
    for pixel in grey.pixels_mut() {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = f64::from(seed >> 24) / 255.0 * 16.0 - 8.0;
        // Toner is not black and paper not white.
        pixel.0[0] = (60.0 + f64::from(pixel.0[0]) * 0.65 + noise).round() as u8;
    }
    grey
}
