//! The register as a book: printed, as a spreadsheet, from an older one, and as the envelope of a document.

use std::fs;

use vanthu::book::{Book, ByteOrderMark, EdxmlSender, header, headings, read_csv, write_csv, write_xlsx};
use vanthu::register::{
    DocumentRevision, Filter, NewEvent, RecordState, RegisterError, RevisionKind, Series,
};

use crate::desk::{at, audit, file, issue, letter, number, on_both, open, run, series};

#[test]
fn what_happens_to_a_document_stands_in_its_line() {
    on_both(async |database| {
        let register = open(database).await;
        let entry = issue(&register, series("*"), letter("Một"), 0).await;
        let events = [
            NewEvent::Revision(DocumentRevision::of(
                RevisionKind::Signed,
                b"signed",
                "a.signed.pdf",
                Some(("CN=A".to_owned(), "2026-06-18T11:00:00+07:00".to_owned())),
            )),
            NewEvent::Dispatch { to: "Sở Nội vụ".to_owned(), way: "trục liên thông".to_owned() },
            NewEvent::Receive { from: "Sở Nội vụ".to_owned() },
            NewEvent::Recall { reason: "sai số liệu".to_owned(), by: "Chủ tịch".to_owned() },
        ];
        for (n, event) in (1..).zip(&events) {
            register.record_event(&entry.key, event, at(n)).await.unwrap();
        }
        let record = register.record_at(&entry.key).await.unwrap().unwrap();
        assert_eq!(record.state, RecordState::Recalled);
        assert_eq!(record.events.len(), 5, "{record:?}");
        let signed = DocumentRevision::of(RevisionKind::Signed, b"signed", "", None).sha256;
        assert_eq!(register.find_file(&signed).await.unwrap().as_ref(), Some(&entry));
        assert_eq!(register.find_document(&entry.report_sha256).await.unwrap(), Some(entry));
        let nobody = register.record_event(&number("*", 9), &events[3], at(9)).await.unwrap_err();
        assert!(matches!(nobody, RegisterError::Unknown(_)), "{nobody}");
        let book = Book::new(&[], &["ỦY BAN".to_owned()], Some(2026), &[record], &[]);
        let line = &book.lines[0].0;
        assert_eq!(line[0], "01/BC-UBND");
        assert_eq!(line[7], "18/06/2026 (Sở Nội vụ)");
        assert_eq!(line[8], "Sở Nội vụ (18/06/2026)");
        assert_eq!(line[9], "Thu hồi ngày 18/06/2026: sai số liệu");
        assert_eq!(audit(&register).await.faults, []);
    });
}

#[test]
fn an_older_book_is_taken_over_from_csv() {
    on_both(async |database| {
        let register = open(database).await;
        let csv = format!(
            "\u{FEFF}{}\r\n01/BC-UBND,05/01/2026,Báo cáo: Tết,Nguyễn Văn A,Sở Nội vụ,VT,2,06/01/2026,Chị Hoa,\r\n\
             03/UBND-VX,2026-01-07,\"Về việc \"\"mới\"\"\",B,C,VT,,,,hỏng trang\r\n",
            headings().map(|title| format!("\"{title}\"")).join(",")
        );
        let lines = read_csv(csv.as_bytes(), "*").unwrap();
        assert_eq!(register.import(lines.clone(), at(0)).await.unwrap(), 2);
        let again = register.import(lines, at(1)).await.unwrap_err();
        assert!(matches!(again, RegisterError::Taken { number: 1, .. }), "{again}");
        // Where this register begins is said by its office: 3 follows from the book.
        assert_eq!(register.next(&series("*")).await.unwrap(), 4);
        let begins = Series { first: 201, ..series("*") };
        assert_eq!(issue(&register, begins, letter("Mới"), 2).await.key.number, 201);
        let kinds = Filter { kind: Some("bao cao".to_owned()), ..Filter::default() };
        assert_eq!(register.records(&kinds).await.unwrap().len(), 2);
        let text = Filter { text: Some("ve viec".to_owned()), ..Filter::default() };
        let found = register.records(&text).await.unwrap();
        assert_eq!(found[0].entry.document.subject, "Về việc \"mới\"");
        let exact = Filter { text: Some("vê viêc".to_owned()), ..Filter::default() };
        assert_eq!(register.records(&exact).await.unwrap(), []);
        // Written again it is the same book, but for what an older book says of sending.
        let all = register.records(&Filter::default()).await.unwrap();
        let book = Book::new(&[], &[], None, &all, &[]);
        let written = write_csv(&book, ByteOrderMark::Utf8).unwrap();
        assert_eq!(read_csv(&written, "*").unwrap().len(), 3);
        let faults = audit(&register).await.faults;
        assert!(faults.iter().all(|fault| !fault.is_tampering()) && !faults.is_empty(), "{faults:?}");
    });
}

#[test]
fn a_spreadsheet_never_takes_a_cell_for_a_formula() {
    let mut record = run(async {
        let folder = tempfile::tempdir().unwrap();
        let register = open(file(folder.path())).await;
        issue(&register, series("*"), letter("=HYPERLINK(\"http://a\")"), 0).await;
        register.records(&Filter::default()).await.unwrap()
    });
    record[0].entry.document.kind.clear();
    let book = Book::new(&[], &[], Some(2026), &record, &[]);
    let csv = String::from_utf8(write_csv(&book, ByteOrderMark::None).unwrap()).unwrap();
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://a\"\")\""), "{csv}");
    assert!(csv.ends_with("\r\n"));
    let xlsx = write_xlsx(&book, at(0)).unwrap();
    assert_eq!(xlsx, write_xlsx(&book, at(0)).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xlsx");
    fs::write(&path, xlsx).unwrap();
    use calamine::{Data, Reader as _};
    let mut workbook = calamine::open_workbook_auto(&path).unwrap();
    let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!(sheet.get((0, 9)), Some(&Data::String("Ghi chú".to_owned())));
    assert_eq!(sheet.get((1, 2)), Some(&Data::String("=HYPERLINK(\"http://a\")".to_owned())));
}

#[test]
fn an_envelope_says_who_sends_what_to_whom() {
    let folder = tempfile::tempdir().unwrap();
    let entry = run(async {
        let register = open(file(folder.path())).await;
        issue(&register, series("*"), letter("Thi đua & khen thưởng"), 0).await
    });
    let sender =
        EdxmlSender { organ_id: "H37.DN.001", in_charge: "", name: "UBND xã Hòa An", place: "Hòa An" };
    let xml = String::from_utf8(header(&entry, &sender).unwrap()).unwrap();
    let read = roxmltree::Document::parse(&xml).unwrap();
    let text = |name: &str| {
        let namespace = "http://www.mic.gov.vn/TBT/QCVN_102_2016";
        let found = read.descendants().find(|node| node.has_tag_name((namespace, name)));
        found.and_then(|node| node.text()).unwrap_or_default().to_owned()
    };
    assert_eq!(text("Subject"), "Thi đua & khen thưởng");
    assert_eq!(text("PromulgationDate"), "2026/06/18");
    assert_eq!(text("DocumentId"), "H37.DN.001,2026/06/18,01/BC-UBND");
    assert_eq!(text("CodeNumber"), "1");
}
