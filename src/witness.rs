//! A second opinion on what followed a signature: the pages are drawn, as they were signed and as they
//! are, and compared.
//!
//! It knows nothing of the rules by which [`crate::verify`] explains changes, and reads files with
//! another parser (hayro's, which forgives what a viewer forgives). Only pages from which something leads
//! to what changed are drawn, and no more than a number of them. Foreign pages are drawn on threads of
//! their own with a time limit: a page that never ends costs an answer, and not the program. Such a
//! thread is left behind; the program that asked is about to end.

mod affected;

use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
use crate::verify::{Region, Sight, Witness};

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
        let pages = self.start(Contents::of(bytes), index..page);
        let drawn = pages.next(Instant::now() + self.limits.time).ok()??;
        drawn.pixels.into_png().ok()
    }

    /// The pages of `bytes` in `range`, from 1, as pictures; fewer where the file ends before, `None`
    /// where they can't be drawn within the limits.
    pub fn sheets(&self, bytes: &[u8], range: RangeInclusive<usize>) -> Option<Vec<DrawnPage>> {
        let until = Instant::now() + self.limits.time;
        let (first, last) = (range.start().checked_sub(1)?, *range.end());
        let pages = self.start(Contents::of(bytes), first..last.min(first + self.limits.pages));
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

    /// Compares the pages of the first `before` bytes of `after` with those of the whole, outside of `allowed`, and
    /// tells each difference as soon as it is seen; in words why not all pages that can differ were compared.
    pub fn compare_with_beginning(
        &self,
        before: usize,
        after: Vec<u8>,
        allowed: &[Region],
        tell: &mut dyn FnMut(Region),
    ) -> Option<Message> {
        let after = Contents::from(after);
        self.compare_contents(after.beginning(before), after, allowed, tell)
    }

    fn compare_contents(
        &self,
        before: Contents,
        after: Contents,
        allowed: &[Region],
        tell: &mut dyn FnMut(Region),
    ) -> Option<Message> {
        let until = Instant::now() + self.limits.time;
        let mut pages = match affected_pages(&before, &after, until) {
            Ok(pages) => pages,
            Err(cause) => return Some(cause.words()),
        };
        let count = pages.len();
        pages.truncate(self.limits.pages);
        let (old, new) = (self.start(before, pages.clone()), self.start(after, pages.clone()));
        for index in pages {
            let (old, new) = match (old.next(until), new.next(until)) {
                (Ok(old), Ok(new)) => (old, new),
                (Err(cause), _) | (_, Err(cause)) => return Some(cause.words()),
            };
            let page = index + 1;
            let (old, new) = match (old, new) {
                (Some(old), Some(new)) => (old, new),
                (None, None) => continue,
                // A page came, or went.
                (Some(drawn), None) | (None, Some(drawn)) => {
                    let (width, height) = drawn.size();
                    tell(Region { page, rect: drawn.rect([0.0, 0.0, real(width), real(height)]) });
                    continue;
                }
            };
            let allowed = allowed.iter().filter(|region| region.page == page);
            let allowed: Vec<[f64; 4]> = allowed.map(|region| new.area(region.rect, MARGIN)).collect();
            for area in old.differences(&new, &allowed) {
                tell(Region { page, rect: new.rect(area) });
            }
        }
        let limit = self.limits.pages;
        (count > limit).then(|| {
            message!(
                "sau khi ký, hơn {limit} trang có thể đã khác",
                "since it was signed, more than {limit} pages can have changed"
            )
        })
    }

    /// Draws `pages`, from 0, on a thread of its own.
    fn start(&self, contents: Contents, pages: impl IntoIterator<Item = usize> + Send + 'static) -> Drawing {
        let (sender, receiver) = mpsc::sync_channel(1);
        let limits = self.limits;
        let draw = move || {
            let Ok(pdf) = Pdf::new(Arc::new(contents)) else {
                return;
            };
            let cache = RenderCache::new();
            let all = pdf.pages();
            for page in pages {
                let drawn = all.get(page).map(|page| Drawn::of(page, &cache, &limits));
                if sender.send(drawn).is_err() {
                    return;
                }
            }
        };
        apart(draw);
        Drawing { receiver }
    }
}

/// Runs `work` on a thread of its own: hayro reads strangers' bytes, and a mistake in it must not end the program.
/// Without a thread nothing arrives, which is told apart from a page that is drawn.
fn apart(work: impl FnOnce() + Send + 'static) {
    let guarded = || drop(catch_unwind(AssertUnwindSafe(work)));
    let _ = thread::Builder::new().stack_size(STACK).spawn(guarded);
}

/// The pages, from 0, that can look different in `after`.
fn affected_pages(before: &Contents, after: &Contents, until: Instant) -> Result<Vec<usize>, Unseen> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let (before, after) = (before.clone(), after.clone());
    apart(move || {
        let (Ok(before), Ok(after)) = (Pdf::new(Arc::new(before)), Pdf::new(Arc::new(after))) else {
            return;
        };
        let all = 0..before.pages().len().max(after.pages().len());
        let _ = sender.send(affected::affected(&before, &after).unwrap_or_else(|| all.collect()));
    });
    receive(&receiver, until)
}

/// The beginning of a file's bytes, which several threads read.
#[derive(Clone)]
struct Contents {
    bytes: Arc<Vec<u8>>,
    end: usize,
}

impl Contents {
    fn of(bytes: &[u8]) -> Contents {
        Contents::from(bytes.to_vec())
    }

    fn from(bytes: Vec<u8>) -> Contents {
        Contents { end: bytes.len(), bytes: Arc::new(bytes) }
    }

    fn beginning(&self, end: usize) -> Contents {
        Contents { bytes: Arc::clone(&self.bytes), end: end.min(self.end) }
    }
}

impl AsRef<[u8]> for Contents {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.end).unwrap_or_default()
    }
}

/// Pages that are being drawn.
struct Drawing {
    receiver: mpsc::Receiver<Option<Drawn>>,
}

/// Why pages could not be drawn.
enum Unseen {
    TooSlow,
    Broken,
}

impl Unseen {
    fn words(&self) -> Message {
        match self {
            Unseen::TooSlow => {
                message!("vẽ các trang mất quá nhiều thời gian", "drawing the pages takes too long")
            }
            Unseen::Broken => message!("các trang không vẽ được", "the pages can't be drawn"),
        }
    }
}

/// What arrives until then.
fn receive<T>(receiver: &mpsc::Receiver<T>, until: Instant) -> Result<T, Unseen> {
    let left = until.saturating_duration_since(Instant::now());
    receiver.recv_timeout(left).map_err(|cause| match cause {
        mpsc::RecvTimeoutError::Timeout => Unseen::TooSlow,
        mpsc::RecvTimeoutError::Disconnected => Unseen::Broken,
    })
}

impl Drawing {
    /// The next page; `None` where the file has no such page.
    fn next(&self, until: Instant) -> Result<Option<Drawn>, Unseen> {
        receive(&self.receiver, until)
    }
}

/// A page as pixels.
struct Drawn {
    pixels: Pixmap,
    /// From points of the page to pixels: x' = a x + c y + e, y' = b x + d y + f.
    transform: [f64; 6],
    /// Whether everything that the page asks for was drawn.
    is_whole: bool,
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
        let is_whole = Arc::new(AtomicBool::new(!page.xref().has_optional_content_groups()));
        let seen = Arc::clone(&is_whole);
        let interpreter = InterpreterSettings {
            warning_sink: Arc::new(move |_| seen.store(false, Ordering::Relaxed)),
            ..InterpreterSettings::default()
        };
        let pixels = render(page, cache, &interpreter, &settings);
        let [a, b, c, d, e, f] = page.initial_transform(true).as_coeffs();
        let scale = f64::from(scale);
        let transform = [a, b, c, d, e, f].map(|number| number * scale);
        Drawn { pixels, transform, is_whole: is_whole.load(Ordering::Relaxed) }
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
        let drawing = self.start(Contents::of(bytes), page..page + 1);
        let drawn = drawing.next(Instant::now() + self.limits.time).ok()??;
        let [left, top, right, bottom] = drawn.area(region.rect, 0.0);
        let (width, _) = drawn.size();
        let inside = drawn.pixels.data().iter().enumerate().filter(|(index, _)| {
            let (x, y) = (real(index % width) + 0.5, real(index / width) + 0.5);
            (left..=right).contains(&x) && (top..=bottom).contains(&y)
        });
        let mut inside = inside.map(|(_, pixel)| *pixel);
        let first = inside.next()?;
        let is_blank = inside.all(|pixel| pixel == first);
        // Where something was left out, it may stand there.
        (drawn.is_whole || !is_blank).then_some(is_blank)
    }

    fn compare(&self, before: &[u8], after: &[u8], allowed: &[Region]) -> Sight {
        let contents = Contents::of(after);
        let before = match after.starts_with(before) {
            true => contents.beginning(before.len()),
            false => Contents::of(before),
        };
        let mut differences = Vec::new();
        let unseen = self.compare_contents(before, contents, allowed, &mut |region| differences.push(region));
        Sight { differences, unseen }
    }
}
