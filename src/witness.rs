//! A second opinion on what followed a signature: the pages are drawn, as they were signed and as they
//! are, and compared.
//!
//! It knows nothing of the rules by which [`crate::verify`] explains changes, and reads files with
//! another parser (hayro's, which forgives what a viewer forgives). Foreign pages are drawn on threads
//! of their own with a time limit: a page that never ends costs an answer, and not the program. Such a
//! thread is left behind; the program that asked is about to end.

use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings, render};

use crate::lang::Message;
use crate::message;
use crate::verify::{Region, Witness};

/// What looking may cost.
#[derive(Debug, Clone, Copy)]
pub struct DrawingLimits {
    /// Pages that are compared.
    pub pages: usize,
    /// Pixels of one page; larger pages are drawn smaller.
    pub pixels: f32,
    /// How long all of it may take.
    pub time: Duration,
    /// Pixels to a point.
    pub scale: f32,
}

impl Default for DrawingLimits {
    fn default() -> DrawingLimits {
        DrawingLimits { pages: 500, pixels: 2_000_000.0, time: Duration::from_secs(4), scale: 1.0 }
    }
}

/// Differences closer than this, in pixels, are one.
const CELL: usize = 16;
/// How far, in pixels, the border of a field may reach beyond its rectangle.
const MARGIN: f64 = 2.0;
/// Stack of a drawing thread, in bytes: forms in forms are drawn in depth.
const STACK: usize = 32 << 20;

/// A page as a picture.
#[derive(Debug, Clone)]
pub struct DrawnPage {
    /// Width and height as it is shown, in points.
    pub size: (f64, f64),
    /// How far below the upper edge something stands at the most, in points.
    pub ink: f64,
    /// The page drawn, as PNG.
    pub png: Vec<u8>,
}

/// Someone who looks at pages.
#[derive(Debug, Clone, Copy, Default)]
pub struct Renderer {
    limits: DrawingLimits,
}

impl Renderer {
    /// A renderer that stays within `limits`.
    pub fn new(limits: DrawingLimits) -> Renderer {
        Renderer { limits }
    }

    /// Page `page`, from 1, as PNG; `None` where it can't be drawn within the limits.
    pub fn picture(&self, bytes: &[u8], page: usize) -> Option<Vec<u8>> {
        let index = page.checked_sub(1)?;
        let pages = self.start(bytes, index..page);
        let drawn = pages.next(Instant::now() + self.limits.time).ok()??;
        drawn.pixels.into_png().ok()
    }

    /// The pages of `bytes` in `range`, from 1, as pictures; fewer where the file ends before, `None`
    /// where they can't be drawn within the limits.
    pub fn sheets(&self, bytes: &[u8], range: RangeInclusive<usize>) -> Option<Vec<DrawnPage>> {
        let until = Instant::now() + self.limits.time;
        let (first, last) = (range.start().checked_sub(1)?, *range.end());
        let pages = self.start(bytes, first..last.min(first + self.limits.pages));
        let mut sheets = Vec::new();
        while sheets.len() + first < last {
            let Some(drawn) = pages.next(until).ok()? else { break };
            let (width, height) = drawn.size();
            let [left, top, right, bottom] = drawn.rect([0.0, 0.0, real(width), real(height)]);
            let rows = drawn.pixels.data().chunks(width);
            let blank = drawn.pixels.data().first().copied();
            let last = rows.enumerate().rfind(|(_, row)| row.iter().any(|pixel| Some(*pixel) != blank));
            let scale = (bottom - top).abs() / real(height);
            sheets.push(DrawnPage {
                size: ((right - left).abs(), (bottom - top).abs()),
                ink: last.map_or(0.0, |(row, _)| real(row + 1) * scale),
                png: drawn.pixels.into_png().ok()?,
            });
        }
        Some(sheets)
    }

    /// Draws the pages of `bytes` in `range`, from 0, on a thread of its own.
    fn start(&self, bytes: &[u8], range: std::ops::Range<usize>) -> Drawing {
        let (sender, receiver) = mpsc::sync_channel(1);
        let (bytes, limits) = (Arc::new(bytes.to_vec()), self.limits);
        let draw = move || {
            // hayro reads strangers' bytes: a mistake in it must not end the program.
            let drawn = catch_unwind(AssertUnwindSafe(|| {
                let Ok(pdf) = Pdf::new(bytes) else {
                    return;
                };
                let cache = RenderCache::new();
                let pages = pdf.pages();
                for page in range {
                    let drawn = pages.get(page).map(|page| Drawn::of(page, &cache, &limits));
                    let is_last = drawn.is_none();
                    if sender.send(drawn).is_err() || is_last {
                        return;
                    }
                }
            }));
            drop(drawn);
        };
        // Without a thread nothing arrives, which is told apart from a page that is drawn.
        let _ = thread::Builder::new().stack_size(STACK).spawn(draw);
        Drawing { receiver }
    }
}

/// Pages that are being drawn.
struct Drawing {
    receiver: mpsc::Receiver<Option<Drawn>>,
}

/// Why a page could not be drawn.
enum Unseen {
    TooSlow,
    Broken,
}

impl Drawing {
    /// The next page; `None` after the last.
    fn next(&self, until: Instant) -> Result<Option<Drawn>, Unseen> {
        let left = until.saturating_duration_since(Instant::now());
        match self.receiver.recv_timeout(left) {
            Ok(drawn) => Ok(drawn),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(Unseen::TooSlow),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(Unseen::Broken),
        }
    }
}

/// A page as pixels.
struct Drawn {
    pixels: Pixmap,
    /// From points of the page to pixels: x' = a x + c y + e, y' = b x + d y + f.
    transform: [f64; 6],
}

impl Drawn {
    fn of<'a>(page: &'a Page<'a>, cache: &RenderCache<'a>, limits: &DrawingLimits) -> Drawn {
        let (width, height) = page.render_dimensions();
        // A page of kilometres is drawn as small as it has to be.
        let fits = (limits.pixels / (width * height)).sqrt().min(16_000.0 / width.max(height));
        let scale = limits.scale.min(fits);
        let settings = RenderSettings {
            x_scale: scale,
            y_scale: scale,
            width: Some(whole(width * scale)),
            height: Some(whole(height * scale)),
            bg_color: WHITE,
        };
        let pixels = render(page, cache, &InterpreterSettings::default(), &settings);
        let [a, b, c, d, e, f] = page.initial_transform(true).as_coeffs();
        let scale = f64::from(scale);
        Drawn { pixels, transform: [a * scale, b * scale, c * scale, d * scale, e * scale, f * scale] }
    }

    fn size(&self) -> (usize, usize) {
        (usize::from(self.pixels.width()), usize::from(self.pixels.height()))
    }

    /// The pixels of a rectangle in points: left, top, right, bottom, widened by `margin`.
    fn area(&self, rect: [f64; 4], margin: f64) -> [f64; 4] {
        let [a, b, c, d, e, f] = self.transform;
        let [x0, y0, x1, y1] = rect;
        let corners =
            [(x0, y0), (x1, y0), (x0, y1), (x1, y1)].map(|(x, y)| (a * x + c * y + e, b * x + d * y + f));
        let least = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::INFINITY, f64::min);
        let most = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
        [least(|c| c.0) - margin, least(|c| c.1) - margin, most(|c| c.0) + margin, most(|c| c.1) + margin]
    }

    /// The rectangle, in points, of an area of pixels.
    fn rect(&self, area: [f64; 4]) -> [f64; 4] {
        let [a, b, c, d, e, f] = self.transform;
        let determinant = a * d - b * c;
        let [left, top, right, bottom] = area;
        let corners = [(left, top), (right, bottom)].map(|(x, y)| {
            let (x, y) = (x - e, y - f);
            ((d * x - c * y) / determinant, (a * y - b * x) / determinant)
        });
        let [(x0, y0), (x1, y1)] = corners;
        [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)]
    }

    /// Where `other` differs, outside of the areas `allowed`, in pixels.
    fn differences(&self, other: &Drawn, allowed: &[[f64; 4]]) -> Vec<[f64; 4]> {
        let (width, height) = self.size();
        if self.size() != other.size() {
            return vec![[0.0, 0.0, real(width), real(height)]];
        }
        let (columns, rows) = (width.div_ceil(CELL), height.div_ceil(CELL));
        let mut cells = vec![false; columns * rows];
        let pairs = self.pixels.data().iter().zip(other.pixels.data());
        for (index, (a, b)) in pairs.enumerate() {
            if a == b {
                continue;
            }
            let (x, y) = (index % width, index / width);
            let (at_x, at_y) = (real(x) + 0.5, real(y) + 0.5);
            let is_allowed = allowed.iter().any(|[left, top, right, bottom]| {
                (*left..=*right).contains(&at_x) && (*top..=*bottom).contains(&at_y)
            });
            if let Some(cell) = cells.get_mut(y / CELL * columns + x / CELL).filter(|_| !is_allowed) {
                *cell = true;
            }
        }
        areas(&mut cells, columns)
    }
}

/// The rectangles around neighbouring cells that are set; empties `cells`.
fn areas(cells: &mut [bool], columns: usize) -> Vec<[f64; 4]> {
    let mut areas = Vec::new();
    for start in 0..cells.len() {
        let mut queue = vec![start];
        let mut area: Option<[usize; 4]> = None;
        while let Some(index) = queue.pop() {
            if !cells.get_mut(index).is_some_and(std::mem::take) {
                continue;
            }
            let (x, y) = (index % columns, index / columns);
            let [left, top, right, bottom] = area.unwrap_or([x, y, x, y]);
            area = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
            queue.extend(index.checked_sub(columns));
            queue.push(index + columns);
            queue.extend(index.checked_sub(1).filter(|_| x > 0));
            queue.extend((x + 1 < columns).then_some(index + 1));
        }
        areas.extend(area.map(|[left, top, right, bottom]| {
            [real(left * CELL), real(top * CELL), real((right + 1) * CELL), real((bottom + 1) * CELL)]
        }));
    }
    areas
}

#[expect(clippy::cast_precision_loss, reason = "pixels of a page")]
fn real(number: usize) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 65535")]
fn whole(length: f32) -> u16 {
    length.clamp(1.0, 65_535.0) as u16
}

impl Witness for Renderer {
    fn is_blank(&self, bytes: &[u8], region: &Region) -> Option<bool> {
        let page = region.page.checked_sub(1)?;
        let drawn = self.start(bytes, page..page + 1).next(Instant::now() + self.limits.time).ok()??;
        let [left, top, right, bottom] = drawn.area(region.rect, 0.0);
        let (width, _) = drawn.size();
        let inside = drawn.pixels.data().iter().enumerate().filter(|(index, _)| {
            let (x, y) = (real(index % width) + 0.5, real(index / width) + 0.5);
            (left..=right).contains(&x) && (top..=bottom).contains(&y)
        });
        let mut inside = inside.map(|(_, pixel)| *pixel);
        let first = inside.next()?;
        Some(inside.all(|pixel| pixel == first))
    }

    fn differences(&self, before: &[u8], after: &[u8], allowed: &[Region]) -> Result<Vec<Region>, Message> {
        let until = Instant::now() + self.limits.time;
        let range = 0..self.limits.pages + 1;
        let (old, new) = (self.start(before, range.clone()), self.start(after, range));
        let unseen = |cause| match cause {
            Unseen::TooSlow => {
                message!("vẽ các trang mất quá nhiều thời gian", "drawing the pages takes too long")
            }
            Unseen::Broken => message!("các trang không vẽ được", "the pages can't be drawn"),
        };
        let mut found = Vec::new();
        for page in 1.. {
            let (old, new) = (old.next(until).map_err(unseen)?, new.next(until).map_err(unseen)?);
            let (old, new) = match (old, new) {
                (Some(old), Some(new)) => (old, new),
                (None, None) => break,
                // A page came, or went.
                (Some(page_drawn), None) | (None, Some(page_drawn)) => {
                    let (width, height) = page_drawn.size();
                    found.push(Region { page, rect: page_drawn.rect([0.0, 0.0, real(width), real(height)]) });
                    break;
                }
            };
            if page > self.limits.pages {
                let limit = self.limits.pages;
                return Err(message!("tệp có hơn {limit} trang", "the file has more than {limit} pages"));
            }
            let allowed = allowed.iter().filter(|region| region.page == page);
            let allowed: Vec<[f64; 4]> = allowed.map(|region| new.area(region.rect, MARGIN)).collect();
            let differences = old.differences(&new, &allowed);
            found.extend(differences.into_iter().map(|area| Region { page, rect: new.rect(area) }));
        }
        Ok(found)
    }
}
