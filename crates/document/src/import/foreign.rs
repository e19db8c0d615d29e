//! Drafts in formats that are not read: which one it is, so that a person is told what to do.

use crate::lang::Message;
use crate::message;

/// A format of drafts that is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForeignFormat {
    /// Word up to 2003, or a Word file under a password: both are compound files (MS-CFB).
    Doc,
    /// OpenDocument text (ISO/IEC 26300).
    Odt,
    /// Rich Text Format.
    Rtf,
    /// HTML, or a web page saved by Word in one file (MHTML).
    Html,
    /// PDF.
    Pdf,
    /// Word 2003 XML, or the flat form of OPC.
    FlatXml,
    /// Another archive, such as a spreadsheet or a presentation.
    Archive,
    /// Text in UTF-16.
    Utf16,
}

impl ForeignFormat {
    /// Whether LibreOffice makes a Word document of it.
    pub fn is_converted(self) -> bool {
        matches!(self, ForeignFormat::Doc | ForeignFormat::Odt | ForeignFormat::Rtf | ForeignFormat::FlatXml)
    }

    /// The ending of such files.
    pub fn ending(self) -> &'static str {
        match self {
            ForeignFormat::Doc => "doc",
            ForeignFormat::Odt => "odt",
            ForeignFormat::Rtf => "rtf",
            ForeignFormat::Html => "html",
            ForeignFormat::Pdf => "pdf",
            ForeignFormat::FlatXml => "xml",
            ForeignFormat::Archive => "zip",
            ForeignFormat::Utf16 => "txt",
        }
    }

    /// What it is, and what to do.
    pub(super) fn words(self) -> Message {
        match self {
            ForeignFormat::Doc => message!(
                "đây là tệp Word 97–2003 (.doc) hoặc tệp Word có mật khẩu; mở bằng Word hay LibreOffice, bỏ mật khẩu nếu có, rồi lưu thành .docx",
                "this is a Word 97–2003 file (.doc), or a Word file with a password; open it in Word or LibreOffice, take the password off if there is one, and save it as .docx"
            ),
            ForeignFormat::Odt => message!(
                "đây là tệp OpenDocument (.odt); mở bằng LibreOffice hay Word rồi lưu thành .docx",
                "this is an OpenDocument file (.odt); open it in LibreOffice or Word and save it as .docx"
            ),
            ForeignFormat::Rtf => message!(
                "đây là tệp RTF; mở bằng Word hay LibreOffice rồi lưu thành .docx",
                "this is an RTF file; open it in Word or LibreOffice and save it as .docx"
            ),
            ForeignFormat::Html => message!(
                "đây là trang web (HTML), dù tên tệp có thể là .doc; mở bằng Word hay LibreOffice rồi lưu thành .docx",
                "this is a web page (HTML), though its name may end in .doc; open it in Word or LibreOffice and save it as .docx"
            ),
            ForeignFormat::Pdf => message!(
                "đây là tệp PDF, không còn là bản thảo; dùng tệp Word đã tạo ra nó, hoặc mở bằng Word rồi lưu thành .docx",
                "this is a PDF, no draft any more; take the Word file that it was made from, or open it in Word and save it as .docx"
            ),
            ForeignFormat::FlatXml => message!(
                "đây là tệp Word dạng XML; mở bằng Word hay LibreOffice rồi lưu thành .docx",
                "this is a Word file in XML; open it in Word or LibreOffice and save it as .docx"
            ),
            ForeignFormat::Archive => message!(
                "đây không phải văn bản Word; nếu là bảng tính hay trình chiếu, chép nội dung vào một tệp Word rồi lưu thành .docx",
                "this is no Word document; if it is a spreadsheet or a presentation, copy what it says into a Word file and save that as .docx"
            ),
            ForeignFormat::Utf16 => message!(
                "tệp chữ này mã hóa UTF-16; lưu lại với mã hóa UTF-8",
                "this text is in UTF-16; save it in UTF-8"
            ),
        }
    }
}

/// The format of `bytes` where it is one that is not read, whatever the file is called.
pub fn foreign_format(bytes: &[u8]) -> Option<ForeignFormat> {
    let start = bytes.get(..4096).unwrap_or(bytes);
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start().to_ascii_lowercase();
    let within = |wanted: &[u8]| text.windows(wanted.len()).any(|window| window == wanted);
    if start.starts_with(b"\xD0\xCF\x11\xE0") {
        Some(ForeignFormat::Doc)
    } else if start.starts_with(b"PK") {
        let odt = b"mimetypeapplication/vnd.oasis.opendocument.text";
        start.get(30..30 + odt.len()).is_some_and(|name| name == odt).then_some(ForeignFormat::Odt)
    } else if text.starts_with(b"{\\rtf") {
        Some(ForeignFormat::Rtf)
    } else if text.starts_with(b"%pdf-") {
        Some(ForeignFormat::Pdf)
    } else if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        Some(ForeignFormat::Utf16)
    } else if text.starts_with(b"<!doctype html")
        || text.starts_with(b"<html")
        || (text.starts_with(b"<?xml") && within(b"<html"))
        || (text.starts_with(b"mime-version:") && within(b"multipart/"))
    {
        Some(ForeignFormat::Html)
    } else if text.starts_with(b"<?xml") && (within(b"word.document") || within(b"<pkg:package")) {
        Some(ForeignFormat::FlatXml)
    } else {
        None
    }
}
