//! The strict reader: whatever it takes, it can go through from end to end.

use vanthu_pdf::reader::read;

pub fn reader(bytes: &[u8]) {
    let Ok(file) = read(bytes) else { return };
    let mut end = 0;
    for (index, revision) in file.revisions().iter().enumerate() {
        assert!(end <= revision.span.start && revision.span.end <= bytes.len());
        end = revision.span.end;
        let _ = file.check_coverage(index);
        let _ = file.check_update(index);
        for number in file.defined(index) {
            let Ok(Some(located)) = file.object(number, index) else { continue };
            let inside = located.span.is_none_or(|span| span.start <= span.end && span.end <= bytes.len());
            assert!(inside && located.number == number);
            let _ = file.resolve(&located.value, index);
        }
    }
    let _ = file.check_repair(bytes.len() / 2);
    let _ = file.unused(1000);
    assert!(file.findings().iter().all(|finding| finding.at <= bytes.len()));
}
