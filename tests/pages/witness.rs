//! The witness sees what a page shows: every difference, and none where there is none.

use std::time::{Duration, Instant};

use vanthu::verify::{Region, Witness};
use vanthu::witness::{DrawingLimits, Renderer};

use crate::pdf::{self, CATALOG, CONTENT, FONT, Numbered, PAGE, Update};

const NEW: u32 = 20;

fn report() -> Vec<u8> {
    pdf::write(&pdf::report_objects())
}

/// Where the pages differ, when somebody looks at all that can.
fn seen(before: &[u8], after: &[u8], allowed: &[Region]) -> Vec<Region> {
    let sight = Renderer::default().compare(before, after, allowed);
    assert_eq!(sight.unseen, None);
    sight.differences
}

/// Where the page of an update differs from that of the report.
fn differences(objects: &[Numbered], allowed: &[Region]) -> Vec<Region> {
    let report = report();
    let after = Update::of(&report, objects).whole();
    seen(&report, &after, allowed)
}

fn content(text: &str) -> Numbered {
    (CONTENT, pdf::stream("", text))
}

/// An annotation with an appearance of its own.
fn annotation(rect: &str, drawing: &str) -> [Numbered; 3] {
    let stamp =
        format!("<< /Type /Annot /Subtype /Stamp /Rect [{rect}] /F 4 /AP << /N {} 0 R >> >>", NEW + 1);
    let appearance = pdf::stream("/Type /XObject /Subtype /Form /BBox [0 0 100 50] ", drawing);
    [(PAGE, pdf::page(&format!(" {NEW} 0 R"))), (NEW, stamp), (NEW + 1, appearance)]
}

#[test]
fn what_looks_the_same_is_no_difference() {
    assert_eq!(differences(&[], &[]), []);
    assert_eq!(differences(&[(CATALOG, pdf::catalog(""))], &[]), []);
    // White on white.
    assert_eq!(differences(&annotation("100 100 200 150", "1 g 0 0 100 50 re f"), &[]), []);
}

#[test]
fn every_kind_of_change_is_seen_where_it_is() {
    let original = "BT /F1 14 Tf 72 720 Td (1 of 23 households) Tj ET";
    let changes: [(&str, Vec<Numbered>); 9] = [
        ("one glyph", vec![content(&original.replace("1 of", "7 of"))]),
        ("colour", vec![content(&format!("0.2 g {original}"))]),
        ("a little to the side", vec![content(&original.replace("72 720", "73 720"))]),
        ("a thin line", vec![content(&format!("{original} 0.3 w 72 700 m 200 700 l S"))]),
        ("text gone", vec![content("")]),
        ("another font", vec![(FONT, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".into())]),
        ("an annotation", annotation("100 700 200 750", "1 0 0 rg 0 0 100 50 re f").to_vec()),
        ("the page turned", vec![(PAGE, pdf::page("").replace("/Parent", "/Rotate 90 /Parent"))]),
        (
            "the page cropped",
            vec![(PAGE, pdf::page("").replace("/Parent", "/CropBox [0 0 595 600] /Parent"))],
        ),
    ];
    for (name, objects) in changes {
        assert!(!differences(&objects, &[]).is_empty(), "{name} was not seen");
    }
    let [only] =
        differences(&annotation("100 100 200 150", "1 0 0 rg 0 0 100 50 re f"), &[]).try_into().unwrap();
    let Region { page: 1, rect: [left, bottom, right, top] } = only else { panic!("another page") };
    // As exact as the cells are.
    assert!((80.0..=100.0).contains(&left) && (80.0..=100.0).contains(&bottom), "{left} {bottom}");
    assert!((200.0..=220.0).contains(&right) && (150.0..=170.0).contains(&top), "{right} {top}");
}

#[test]
fn what_is_allowed_is_not_looked_at_and_the_rest_is() {
    let objects = annotation("100 100 200 150", "1 0 0 rg 0 0 100 50 re f");
    let allowed = Region { page: 1, rect: [100.0, 100.0, 200.0, 150.0] };
    assert_eq!(differences(&objects, &[allowed]), []);
    let small = Region { page: 1, rect: [100.0, 100.0, 150.0, 150.0] };
    assert_eq!(differences(&objects, &[small]).len(), 1);
    let elsewhere = Region { page: 2, rect: allowed.rect };
    assert_eq!(differences(&objects, &[elsewhere]).len(), 1);
}

#[test]
fn allowed_regions_are_found_on_turned_pages() {
    let mut objects = pdf::report_objects();
    objects[2].1 = objects[2].1.replace("/Parent", "/Rotate 90 /Parent");
    let turned = pdf::write(&objects);
    let mut update = annotation("100 100 200 150", "1 0 0 rg 0 0 100 50 re f");
    update[0].1 = update[0].1.replace("/Parent", "/Rotate 90 /Parent");
    let after = Update::of(&turned, &update).whole();
    let allowed = Region { page: 1, rect: [100.0, 100.0, 200.0, 150.0] };
    assert_eq!(seen(&turned, &after, &[allowed]), []);
    let [only] = seen(&turned, &after, &[]).try_into().unwrap();
    let [left, bottom, ..] = only.rect;
    assert!((80.0..=100.0).contains(&left) && (80.0..=100.0).contains(&bottom), "{only:?}");
}

#[test]
fn a_page_that_came_or_went_is_seen() {
    let pages = "<< /Type /Pages /Kids [3 0 R 20 0 R] /Count 2 >>";
    let second = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>";
    let seen = differences(&[(2, pages.into()), (NEW, second.into())], &[]);
    assert_eq!(seen.iter().map(|region| region.page).collect::<Vec<_>>(), [2]);
    let gone = differences(&[(2, "<< /Type /Pages /Kids [] /Count 0 >>".into())], &[]);
    assert_eq!(gone.len(), 1);
}

#[test]
fn blank_is_where_nothing_is() {
    let report = report();
    let blank = |rect| Renderer::default().is_blank(&report, &Region { page: 1, rect });
    assert_eq!(blank([100.0, 300.0, 300.0, 400.0]), Some(true));
    assert_eq!(blank([60.0, 700.0, 300.0, 760.0]), Some(false));
    assert_eq!(Renderer::default().is_blank(&report, &Region { page: 2, rect: [0.0, 0.0, 9.0, 9.0] }), None);
}

#[test]
fn hostile_pages_end() {
    let eyes = Renderer::new(DrawingLimits { time: Duration::from_secs(3), ..DrawingLimits::default() });
    let nested = "q ".repeat(200_000);
    let endless = pdf::stream(
        &format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {NEW} 0 R >> >> "
        ),
        "/X Do /X Do",
    );
    let drawing = format!("/Resources << /XObject << /X {NEW} 0 R >> >>");
    let page = pdf::page("").replace("/Resources", "/Old").replace("/Parent", &format!("{drawing} /Parent"));
    let huge = pdf::page("").replace("[0 0 595 842]", "[0 0 100000000 100000000]");
    let files: [Vec<Numbered>; 5] = [
        vec![content(&nested)],
        vec![(PAGE, page), (NEW, endless), content("/X Do")],
        vec![(PAGE, huge)],
        vec![content("BT /F1 1e30 Tf 1e38 0 0 1e38 0 0 Tm (x) Tj ET")],
        vec![content("\u{0}\u{1}((((<<<<[[[[")],
    ];
    for objects in files {
        let report = report();
        let after = Update::of(&report, &objects).whole();
        let began = Instant::now();
        // What comes of it is a matter of the page; that something comes is not.
        let _ = eyes.compare(&report, &after, &[]);
        assert!(began.elapsed() < Duration::from_secs(5));
    }
    assert!(eyes.compare(b"not a PDF", b"not a PDF", &[]).unseen.is_some());
}

/// A document of `count` pages, each with a text of its own in a font that all of them share.
fn long(count: u32) -> Vec<u8> {
    let mut objects = vec![
        (1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()),
        (2, String::new()),
        (3, "<< /Font << /F1 4 0 R >> >>".into()),
        (4, "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>".into()),
    ];
    let first = 5;
    let kids: String = (0..count).map(|page| format!("{} 0 R ", first + 2 * page)).collect();
    objects[1].1 =
        format!("<< /Type /Pages /Kids [{kids}] /Count {count} /MediaBox [0 0 595 842] /Resources 3 0 R >>");
    for page in 0..count {
        let number = first + 2 * page;
        let keys = format!("<< /Type /Page /Parent 2 0 R /Contents {} 0 R >>", number + 1);
        objects.push((number, keys));
        objects.push((number + 1, pdf::stream("", &format!("BT /F1 14 Tf 72 720 Td (page {page}) Tj ET"))));
    }
    pdf::write(&objects)
}

/// What costs is the pages from which something leads to a change, and not how many there are.
#[test]
fn pages_that_cannot_have_changed_are_not_drawn() {
    let eyes = Renderer::new(DrawingLimits { pages: 1, ..DrawingLimits::default() });
    let file = long(700);
    let content = |text: &str| pdf::stream("", &format!("BT /F1 14 Tf 72 720 Td ({text}) Tj ET"));
    let look = |objects: &[Numbered]| eyes.compare(&file, &Update::of(&file, objects).whole(), &[]);
    // Page 301.
    let sight = look(&[(606, content("forged"))]);
    assert_eq!((sight.differences.iter().map(|region| region.page).max(), sight.unseen), (Some(301), None));
    let unused = look(&[(9000, content("forged"))]);
    assert_eq!((unused.differences, unused.unseen), (vec![], None));
    // What all pages draw, or inherit, or which layers they have, concerns all of them; they are too many here.
    for (name, objects) in [
        ("a font", vec![(4, "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>".to_owned())]),
        ("resources", vec![(3, "<< /Font << >> >>".into())]),
        (
            "layers",
            vec![(1, "<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [] /D << >> >> >>".into())],
        ),
    ] {
        assert!(look(&objects).unseen.is_some(), "{name}");
    }
    let boundary = "<< /Type /Pages /Kids [5 0 R 7 0 R] /Count 2 /MediaBox [0 0 300 300] /Resources 3 0 R >>";
    let short = long(2);
    let turned =
        Renderer::default().compare(&short, &Update::of(&short, &[(2, boundary.into())]).whole(), &[]);
    assert_eq!(turned.differences.iter().map(|region| region.page).collect::<Vec<_>>(), [1, 2]);
}

/// A difference that was seen stays one, whatever becomes of the other pages.
#[test]
fn what_was_seen_is_not_forgotten() {
    let file = long(3);
    let forged = (6, pdf::stream("", "BT /F1 14 Tf 72 720 Td (forged) Tj ET"));
    let other = (8, pdf::stream("", "BT /F1 14 Tf 72 700 Td (page 1) Tj ET"));
    let after = Update::of(&file, &[forged, other]).whole();
    let eyes = Renderer::new(DrawingLimits { pages: 1, ..DrawingLimits::default() });
    let sight = eyes.compare(&file, &after, &[]);
    assert_eq!(sight.differences.first().map(|region| region.page), Some(1));
    assert!(sight.unseen.is_some());
}

#[test]
fn a_picture_is_a_png_of_the_page() {
    let picture = Renderer::default().picture(&report(), 1).unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
    assert_eq!(u32::from_be_bytes(picture[16..20].try_into().unwrap()), 595);
    assert!(Renderer::default().picture(&report(), 2).is_none());
}
