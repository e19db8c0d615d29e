use vanthu::{document, fonts::Faces, layout::*};
#[test]
fn look() {
    let faces = Faces::embedded();
    let json = std::fs::read("examples/201-bc-ubnd.json").unwrap();
    let draft = match document::parse(&json, &faces) { Ok(d) => d, Err(e) => { for d in e { eprintln!("{d:?}"); } panic!() } };
    for w in &draft.warnings { eprintln!("{w:?}"); }
    assert_eq!(document::parse(document::to_json(&draft.document).as_bytes(), &faces).unwrap().document, draft.document);
    let t = std::time::Instant::now();
    let engine = Engine::new(faces).unwrap();
    eprintln!("engine {:?}", t.elapsed());
    let created = vanthu::clock::parse("2020-06-18T10:15:30+07:00").unwrap();
    let json = document::to_json(&draft.document);
    let t = std::time::Instant::now();
    let pages = engine.lay_out(&draft.document, &Source { json: &json, created, mark: DraftMark::Issued }).unwrap();
    eprintln!("layout {:?}", t.elapsed());
    let t = std::time::Instant::now();
    let pdf = pages.pdf().unwrap();
    eprintln!("pdf {:?} {} bytes, {} pages", t.elapsed(), pdf.len(), pages.count());
    eprintln!("{:?}", pages.fields());
    let out = std::path::Path::new("target/look"); std::fs::create_dir_all(out).unwrap();
    std::fs::write(out.join("r.pdf"), &pdf).unwrap();
    let f = pages.fields()[0];
    let stamp = engine.stamp(&StampText { role: f.role, name: "Danh tính trình diễn (DEMO)", lines: ["Chủ tịch", "Ủy ban nhân dân huyện Hòa An"], time: created, digest: &"0123456789abcdef".repeat(4), size: (f.rect[2]-f.rect[0], f.rect[3]-f.rect[1]) }).unwrap();
    std::fs::write(out.join("stamp.pdf"), &stamp).unwrap();
}
