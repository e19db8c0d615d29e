//! Pages as a viewer drew them, and where two of them differ.

use vanthu::verify::Region;

/// How far, in pixels, what a field draws may reach beyond its rectangle.
const MARGIN: f64 = 2.0;

/// A page: one byte a pixel, from the upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub grey: Vec<u8>,
}

/// What of a page is shown, in points, and how it is turned.
#[derive(Debug, Clone, Copy)]
pub struct Sheet {
    /// Left, bottom, right, top.
    pub shown: [f64; 4],
    /// Clockwise, in degrees.
    pub turned: i64,
}

impl Sheet {
    /// The pixels of `rect` where the sheet is drawn `width` times `height`: left, top, right, bottom.
    fn pixels(&self, rect: [f64; 4], width: usize, height: usize) -> [f64; 4] {
        let [left, bottom, right, top] = self.shown;
        let corner = |x: f64, y: f64| {
            // From the upper left corner of the sheet as it is before it is turned, as parts of its sides.
            let (x, y) = ((x - left) / (right - left), (top - y) / (top - bottom));
            let (x, y) = match self.turned.rem_euclid(360) {
                90 => (1.0 - y, x),
                180 => (1.0 - x, 1.0 - y),
                270 => (y, 1.0 - x),
                _ => (x, y),
            };
            (x * width as f64, y * height as f64)
        };
        let ((a, b), (c, d)) = (corner(rect[0], rect[1]), corner(rect[2], rect[3]));
        [a.min(c) - MARGIN, b.min(d) - MARGIN, a.max(c) + MARGIN, b.max(d) + MARGIN]
    }
}

/// A pixel in which `before` and `after` differ outside of `allowed`, in words; `None` where they look the same.
pub fn difference(
    before: &[Picture],
    after: &[Picture],
    sheets: &[Sheet],
    allowed: &[Region],
) -> Option<String> {
    if before.len() != after.len() {
        return Some(format!("{} pages were {}", after.len(), before.len()));
    }
    for (index, (old, new)) in before.iter().zip(after).enumerate() {
        let page = index + 1;
        if (old.width, old.height) != (new.width, new.height) {
            return Some(format!("page {page} has another size"));
        }
        if old.grey == new.grey {
            continue;
        }
        let regions = allowed.iter().filter(|region| region.page == page);
        let areas: Vec<[f64; 4]> =
            regions.map(|region| sheets[index].pixels(region.rect, old.width, old.height)).collect();
        let outside = |at: &usize| {
            let (x, y) = ((at % old.width) as f64 + 0.5, (at / old.width) as f64 + 0.5);
            !areas.iter().any(|[left, top, right, bottom]| {
                (*left..=*right).contains(&x) && (*top..=*bottom).contains(&y)
            })
        };
        let differing = (0..old.grey.len()).filter(|at| old.grey[*at] != new.grey[*at]).filter(outside);
        let places: Vec<usize> = differing.collect();
        if let Some(first) = places.first() {
            let (x, y) = (first % old.width, first / old.width);
            return Some(format!("page {page}: {} pixels, the first at {x}, {y}", places.len()));
        }
    }
    None
}
