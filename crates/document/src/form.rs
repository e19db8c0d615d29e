//! The JSON form of a document: its keys and types, read with every mistake reported at once, and
//! written back.

use deserr::{Deserr, ErrorKind, IntoValue, Map, Value, ValueKind, ValuePointerRef};
use schemars::JsonSchema;
use serde::Serialize;

use super::faults::{Faults, Mend, wrong_kind};
use super::limits::{MAX_NUMBER, MIN_WIDTH};
use super::model::Align;
use super::profile::Profile;
use crate::message;

/// The version of the JSON form that this program reads and writes.
pub const FORM_VERSION: u32 = 1;

/// The JSON Schema (2020-12) of the form, for editors.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(DocumentForm).to_value()
}

/// A document as a whole.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields, title = "vanthu document", description = described())]
pub(super) struct DocumentForm {
    /// Lược đồ cho trình soạn thảo; chương trình không đọc / The schema for editors; the program does not read it.
    #[deserr(rename = "$schema", default)]
    #[serde(rename = "$schema", skip_serializing)]
    #[schemars(default)]
    pub _schema: Option<String>,
    /// Phiên bản của dạng tệp / Version of this form: 1.
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// Căn cứ pháp lý của thể thức / The decree that it follows; nd30-2020 otherwise.
    #[deserr(default)]
    #[schemars(default, extend("enum" = Profile::names()))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Tên loại / Kind of document.
    #[deserr(rename = "type")]
    #[serde(rename = "type")]
    #[schemars(schema_with = "kind_schema")]
    pub kind: TextOrFill,
    /// Cỡ chữ, thụt đầu dòng, giãn cách / What the decree leaves open.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "StyleForm::is_empty")]
    pub style: StyleForm,
    /// Văn bản điện tử hay văn bản giấy / A file, or paper.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "is_electronic")]
    pub medium: MediumForm,
    /// Độ mật: văn bản mật bị từ chối / State secrets are refused: they are not signed electronically.
    #[deserr(default)]
    #[schemars(default)]
    #[serde(skip)]
    pub secrecy: Option<String>,
    /// Độ khẩn / Mark of urgency.
    #[deserr(default)]
    #[schemars(default, extend("enum" = keys(&Profile::default_profile().urgency)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgency: Option<String>,
    /// Chỉ dẫn phạm vi lưu hành / Mark of circulation.
    #[deserr(default)]
    #[schemars(default, extend("enum" = keys(&Profile::default_profile().circulation)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circulation: Option<String>,
    /// Phần đầu / Letterhead.
    pub header: HeaderForm,
    /// Thẩm quyền ban hành, viết thường / Issuing authority in sentence case, such as «Chủ tịch Ủy ban
    /// nhân dân xã Hòa An».
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<TextOrFill>,
    /// Trích yếu nội dung / Subject, without a final full stop; some kinds have none.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<TextOrFill>,
    /// Kính gửi / Addressees.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addressees: Vec<TextOrFill>,
    /// Căn cứ ban hành / Legal bases, each without final punctuation.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bases: Vec<TextOrFill>,
    /// Nội dung / Content.
    pub body: Vec<BlockForm>,
    /// Nơi nhận / Recipients.
    pub recipients: RecipientsForm,
    /// Quyền hạn, chức vụ, họ tên / Signature block.
    pub signature: SignatureForm,
    /// Người ký thứ hai, bên trái / A second signature, on the left.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cosignature: Option<SignatureForm>,
    /// Địa chỉ, điện thoại… ở cuối trang một / Address and the like, in the foot of page 1.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contact: Vec<TextOrFill>,
    /// Phụ lục / Appendices.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appendices: Vec<AppendixForm>,
}

/// Cỡ chữ, thụt đầu dòng, giãn cách / What the decree leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
#[serde(default)]
pub(super) struct StyleForm {
    /// Size of body text, in points.
    #[deserr(default)]
    #[schemars(description = bounds::size(), extend("enum" = bounds::sizes()))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u8>,
    /// Indent of first lines, in millimetres.
    #[deserr(default)]
    #[schemars(description = bounds::indent(), extend("enum" = bounds::indents()))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indent: Option<f64>,
    /// Space between paragraphs, in points.
    #[deserr(default)]
    #[schemars(description = bounds::gap(), range(min = bounds::spacing(0), max = bounds::spacing(1)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spacing: Option<f64>,
    /// Line spacing; 1 is single.
    #[deserr(default)]
    #[schemars(description = bounds::lines(), range(min = bounds::leading(0), max = bounds::leading(1)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leading: Option<f64>,
}

/// The slug of a kind, or a place still to be filled in.
fn kind_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let written = generator.subschema_for::<TextOrFill>();
    let kinds = schemars::json_schema!({ "enum": Profile::default_profile().slugs() });
    let fill = schemars::json_schema!({ "type": "object" });
    schemars::json_schema!({ "allOf": [written, { "anyOf": [kinds, fill] }] })
}

/// What the default profile bounds, as the schema for editors says it.
mod bounds {
    use serde_json::{Number, Value};

    use super::super::profile::{Profile, StyleRules, either};

    fn rules() -> &'static StyleRules {
        &Profile::default_profile().style
    }

    /// `value` as a person writes it: without `.0`.
    pub(super) fn number(value: f64) -> Value {
        let written: Option<Number> = value.to_string().parse().ok();
        written.map_or(Value::Null, Value::Number)
    }

    pub(super) fn sizes() -> Vec<Option<u8>> {
        rules().sizes.iter().map(|size| Some(*size)).chain([None]).collect()
    }

    pub(super) fn size() -> String {
        let sizes: Vec<String> = rules().sizes.iter().map(u8::to_string).collect();
        format!("Cỡ chữ nội dung / Size of body text, in points: {}.", either(&sizes, "or"))
    }

    pub(super) fn indents() -> Vec<Value> {
        rules().indents.iter().map(|indent| number(*indent)).chain([Value::Null]).collect()
    }

    pub(super) fn indent() -> String {
        let indents: Vec<String> = rules().indents.iter().map(f64::to_string).collect();
        format!("Thụt đầu dòng / Indent of first lines, in millimetres: {}.", either(&indents, "or"))
    }

    pub(super) fn spacing(bound: usize) -> Value {
        rules().spacing_bounds.get(bound).map_or(Value::Null, |bound| number(*bound))
    }

    pub(super) fn gap() -> String {
        let least = spacing(0);
        format!("Khoảng cách giữa các đoạn / Space between paragraphs, in points, at least {least}.")
    }

    pub(super) fn leading(bound: usize) -> Value {
        rules().leading_bounds.get(bound).map_or(Value::Null, |bound| number(*bound))
    }

    pub(super) fn lines() -> String {
        let (single, most) = (leading(0), leading(1));
        format!("Giãn dòng / Line spacing, from {single} (single) to {most}.")
    }

    pub(super) fn authority() -> String {
        let prefixes = either(&Profile::default_profile().authority, "or");
        format!("Quyền hạn / Authority lines that begin with {prefixes}")
    }

    /// The width of the text, in millimetres.
    pub(super) fn line(landscape: bool) -> Value {
        number(Profile::default_profile().page.line(landscape))
    }
}

fn described() -> String {
    format!("Văn bản hành chính / An official document ({}).", Profile::default_profile().title)
}

impl StyleForm {
    fn is_empty(&self) -> bool {
        *self == StyleForm::default()
    }
}

/// Văn bản điện tử hay văn bản giấy / A file, or paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, rename_all = lowercase)]
#[serde(rename_all = "lowercase")]
pub(super) enum MediumForm {
    /// Điện tử / A file.
    #[default]
    Electronic,
    /// Giấy / On paper.
    Paper,
}

fn is_electronic(medium: &MediumForm) -> bool {
    *medium == MediumForm::Electronic
}

fn keys<T>(map: &std::collections::BTreeMap<String, T>) -> Vec<&str> {
    map.keys().map(String::as_str).collect()
}

/// Phụ lục / An appendix: its content, or the file that holds it.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct AppendixForm {
    /// Dành cho tệp riêng; chương trình không đọc / For files of their own; the program does not read it.
    #[deserr(rename = "$schema", default)]
    #[serde(rename = "$schema", skip_serializing)]
    #[schemars(default)]
    pub _schema: Option<String>,
    /// Số La Mã; không ghi thì tự đánh số / Roman numeral; counted where it is left out.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Tên loại văn bản ban hành kèm theo, như quy-che / Kind of an enclosed document, such as quy-che.
    #[deserr(rename = "type", default)]
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schemars(default, extend("enum" = Profile::default_profile().slugs()))]
    pub kind: Option<String>,
    /// Tiêu đề / Title; a file of JSON brings its own.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<TextOrFill>,
    /// Trang nằm ngang / Pages lie on their side.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "is_false")]
    pub landscape: bool,
    /// Thành tệp riêng, cơ quan ký riêng / A file of its own, which the agency signs too.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "is_false")]
    pub separate: bool,
    /// Nội dung / Content.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Vec<BlockForm>>,
    /// Tệp có sẵn: PDF, PNG, JPEG, SVG, JSON / A file beside this one; a PDF stays a file of its own.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// SHA-256 của tệp PDF / Digest of the PDF; it must have these bytes.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// Phần đầu văn bản / The letterhead.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct HeaderForm {
    /// Cơ quan chủ quản / The direct superior, one entry a line.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub superior: Vec<TextOrFill>,
    /// Cơ quan ban hành / The issuing agency, one entry a line.
    pub agency: Vec<TextOrFill>,
    /// Số / Number; null: the register gives the next one.
    #[deserr(default)]
    #[schemars(default, range(min = 1, max = MAX_NUMBER))]
    pub number: Option<u32>,
    /// Ký hiệu / Notation, such as BC-UBND.
    pub notation: TextOrFill,
    /// Địa danh / Place.
    pub place: TextOrFill,
    /// Ngày ban hành / Date of issue, YYYY-MM-DD; null: the day it is issued.
    #[deserr(default)]
    #[schemars(default, extend("format" = "date"))]
    pub date: Option<String>,
}

/// Nơi nhận / Recipients.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct RecipientsForm {
    /// Mỗi nơi nhận, không gạch đầu dòng, không dấu cuối / Each without dash and final punctuation, such as «Như trên».
    pub items: Vec<TextOrFill>,
    /// Lưu / Archive line without «Lưu:» and full stop, such as «VT, NV».
    pub archive: TextOrFill,
    /// Ký hiệu người soạn thảo, số bản / Drafter's sign and copies, such as «PL.(300)».
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drafter: Option<TextOrFill>,
}

/// Chữ ký / The signature block.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct SignatureForm {
    /// Authority lines.
    #[deserr(default)]
    #[schemars(default, description = bounds::authority())]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authority: Vec<TextOrFill>,
    /// Chức vụ / Position, such as CHỦ TỊCH.
    pub position: TextOrFill,
    /// Họ tên / Name.
    pub name: TextOrFill,
}

/// Một khối nội dung / A piece of the content.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(tag = "block", rename_all = "lowercase")]
pub(super) enum BlockForm {
    /// Đoạn văn / A paragraph.
    Paragraph(ParagraphForm),
    /// Đề mục / A heading with the author's own number.
    Heading(HeadingForm),
    /// Gạch đầu dòng / An item with the author's own marker.
    Item(ItemForm),
    /// Phần, chương, mục, tiểu mục / A division.
    Division(DivisionForm),
    /// Điều / An article.
    Article(ProvisionForm),
    /// Khoản / A clause.
    Clause(ProvisionForm),
    /// Điểm / A point.
    Point(PointForm),
    /// Bảng / A table.
    Table(TableForm),
    /// Hình / An image.
    Figure(FigureForm),
    /// Trang nằm ngang / Pages that lie on their side.
    Landscape(LandscapeForm),
}

/// The words for the kinds of block.
const BLOCKS: [&str; 10] = [
    "paragraph",
    "heading",
    "item",
    "division",
    "article",
    "clause",
    "point",
    "table",
    "figure",
    "landscape",
];

/// Phần, chương, mục, tiểu mục / A division: number and title on lines of their own.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct DivisionForm {
    /// Phần, chương, mục, tiểu mục / phan, chuong, muc, tieu-muc
    #[schemars(extend("enum" = keys(&Profile::default_profile().labels.divisions)))]
    pub kind: String,
    /// Không ghi thì tự đánh số / Counted where it is left out.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Tiêu đề, viết thường / Title in sentence case; it is printed in capitals.
    pub title: TextOrFill,
}

/// Điều hoặc khoản / An article or a clause: a title, or text, or both.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct ProvisionForm {
    /// Không ghi thì tự đánh số / Counted where it is left out.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Tiêu đề, đứng riêng một dòng / Title on a line of its own.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<TextOrFill>,
    /// Nội dung / Text.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextOrFill>,
}

/// Điểm / A point.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct PointForm {
    /// Không ghi thì tự đánh / Counted where it is left out: a b c d đ e g …
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
    /// Nội dung / Its text.
    pub text: TextOrFill,
}

/// Hình / An image.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct FigureForm {
    /// Tệp PNG, JPEG hoặc SVG / The file beside this one.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Hoặc chính hình đó / Or the image itself, as a data URL (RFC 2397) in base64.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Mô tả cho người không nhìn thấy hình / What it shows, for readers that can't see it.
    pub alt: TextOrFill,
    /// Chú thích dưới hình / Caption.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<TextOrFill>,
    /// Độ rộng, milimét / Width in millimetres.
    #[deserr(default)]
    #[schemars(default, range(min = bounds::number(MIN_WIDTH), max = bounds::line(true)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
}

/// Trang nằm ngang / Pages that lie on their side.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct LandscapeForm {
    /// Các khối nội dung / The blocks on them.
    pub body: Vec<BlockForm>,
}

/// Đoạn văn / A paragraph.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct ParagraphForm {
    /// Đậm, nghiêng, chú thích, xuống dòng / `**bold**`, `*italic*`, `^[footnote]`, `\n`; `\*` is a star.
    pub text: TextOrFill,
}

/// Đề mục / A heading with the author's own number.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct HeadingForm {
    /// Cấp, 1 là ngoài cùng / 1 for the outermost, at most 3.
    #[schemars(range(min = 1, max = 3))]
    pub level: u8,
    /// Số đề mục / Such as `1.2.`
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Nội dung / Its text.
    pub text: TextOrFill,
}

/// Gạch đầu dòng / An item with the author's own marker.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct ItemForm {
    /// Dấu đầu dòng / The marker as the author wants it, such as `-`, `+` or `(1)`.
    #[schemars(length(min = 1, max = 8))]
    pub marker: String,
    /// Cấp, 1 là ngoài cùng / 1 for the outermost, at most 4.
    #[deserr(default = 1)]
    #[schemars(default = "first_level", range(min = 1, max = 4))]
    #[serde(skip_serializing_if = "is_first_level")]
    pub level: u8,
    /// Nội dung / Its text.
    pub text: TextOrFill,
}

/// Bảng / A table.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct TableForm {
    /// Tên bảng, ở trên bảng / Over the table.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<TextOrFill>,
    /// Các cột; có data mà không ghi thì lấy hàng đầu / The columns; with data, its first row otherwise.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ColumnForm>>,
    /// Các hàng / The body rows.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<RowForm>>,
    /// Số liệu từ tệp CSV, XLSX / The body rows from a CSV or XLSX file.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataForm>,
}

/// Số liệu từ tệp / Rows of a CSV or XLSX file beside this one.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct DataForm {
    /// Tệp / The file.
    pub file: String,
    /// Trang tính / The sheet; the first one otherwise.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Vùng, như A3:F27 / The cells, such as A3:F27; all of them otherwise.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
}

/// Cột / A column.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct ColumnForm {
    /// Tiêu đề cột / Its cell in the header row.
    pub title: TextOrFill,
    /// Căn lề các ô / How its cells are aligned.
    #[deserr(default)]
    #[schemars(default)]
    pub align: AlignForm,
    /// Độ rộng, milimét / Width in millimetres.
    #[deserr(default)]
    #[schemars(default, range(min = bounds::number(MIN_WIDTH), max = bounds::line(false)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
}

/// Căn lề / Alignment.
#[derive(Debug, Clone, Copy, Default, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, rename_all = lowercase)]
#[serde(rename_all = "lowercase")]
pub(super) enum AlignForm {
    /// Trái / Flush left.
    #[default]
    Left,
    /// Giữa / Centred.
    Center,
    /// Phải / Flush right.
    Right,
}

impl From<AlignForm> for Align {
    fn from(input: AlignForm) -> Align {
        match input {
            AlignForm::Left => Align::Left,
            AlignForm::Center => Align::Center,
            AlignForm::Right => Align::Right,
        }
    }
}

/// Hàng / A row: its cells, or an object that also says whether it heads a group.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(untagged)]
pub(super) enum RowForm {
    /// Các ô / The cells.
    Cells(Vec<CellForm>),
    /// Các ô và vai trò của hàng / The cells, and more.
    Row(RowObject),
}

/// Hàng và vai trò của nó / A row with its role.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct RowObject {
    /// Đứng đầu các hàng bên dưới / Whether it heads the rows below it.
    #[deserr(default)]
    #[schemars(default)]
    pub group: bool,
    /// Các ô / The cells.
    pub cells: Vec<CellForm>,
}

/// Ô / A cell: its text, or an object that also says what it spans.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(untagged)]
pub(super) enum CellForm {
    /// Chữ / The text.
    Text(TextOrFill),
    /// Chữ, số ô gộp, căn lề / The text, and more.
    Cell(CellObject),
}

/// Ô gộp hoặc căn lề riêng / A cell with spans or an alignment of its own.
#[derive(Debug, Deserr, JsonSchema, Serialize)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schemars(deny_unknown_fields)]
pub(super) struct CellObject {
    /// Nội dung / Its text.
    pub text: TextOrFill,
    /// Số cột gộp / Columns it spans.
    #[deserr(default = 1)]
    #[schemars(default = "one", range(min = 1))]
    #[serde(skip_serializing_if = "is_one")]
    pub colspan: usize,
    /// Số hàng gộp / Rows it spans.
    #[deserr(default = 1)]
    #[schemars(default = "one", range(min = 1))]
    #[serde(skip_serializing_if = "is_one")]
    pub rowspan: usize,
    /// Khi khác căn lề của cột / Where it differs from the column's.
    #[deserr(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub align: Option<AlignForm>,
}

fn one() -> usize {
    1
}

fn first_level() -> u8 {
    1
}

fn is_first_level(level: &u8) -> bool {
    *level == 1
}

fn is_one(span: &usize) -> bool {
    *span == 1
}

/// Chữ, hoặc chỗ còn phải điền / Text, or a place still to be filled in.
#[derive(Debug, Clone, JsonSchema, Serialize)]
#[schemars(rename = "Written")]
#[serde(untagged)]
pub(super) enum TextOrFill {
    /// Chữ / Text.
    Text(String),
    /// Nói chỗ này phải viết gì; chưa viết thì chưa ban hành được / Says what is to be written here; the document can't be issued before.
    Fill {
        /// Điều phải viết / What is to be written.
        fill: String,
    },
}

impl Deserr<Faults> for TextOrFill {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        match value {
            Value::String(text) => Ok(TextOrFill::Text(text)),
            Value::Map(map) => {
                let fill = FillObject::deserialize_from_value(Value::<V>::Map(map), location)?;
                Ok(TextOrFill::Fill { fill: fill.fill })
            }
            other => Err(wrong_kind(other, &[ValueKind::String], location)),
        }
    }
}

#[derive(Debug, Deserr)]
#[deserr(error = Faults, deny_unknown_fields)]
struct FillObject {
    fill: String,
}

impl Deserr<Faults> for BlockForm {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let mut map = match value {
            Value::Map(map) => map,
            other => return Err(wrong_kind(other, &[ValueKind::Map], location)),
        };
        let Some(tag) = map.remove("block") else {
            return Err(Faults::of::<V>(ErrorKind::MissingField { field: "block" }, location));
        };
        let place = location.push_key("block");
        let tag = String::deserialize_from_value(tag.into_value(), place)?;
        let rest = Value::<V>::Map(map);
        match tag.as_str() {
            "paragraph" => ParagraphForm::deserialize_from_value(rest, location).map(BlockForm::Paragraph),
            "heading" => HeadingForm::deserialize_from_value(rest, location).map(BlockForm::Heading),
            "item" => ItemForm::deserialize_from_value(rest, location).map(BlockForm::Item),
            "division" => DivisionForm::deserialize_from_value(rest, location).map(BlockForm::Division),
            "article" => ProvisionForm::deserialize_from_value(rest, location).map(BlockForm::Article),
            "clause" => ProvisionForm::deserialize_from_value(rest, location).map(BlockForm::Clause),
            "point" => PointForm::deserialize_from_value(rest, location).map(BlockForm::Point),
            "table" => TableForm::deserialize_from_value(rest, location).map(BlockForm::Table),
            "figure" => FigureForm::deserialize_from_value(rest, location).map(BlockForm::Figure),
            "landscape" => LandscapeForm::deserialize_from_value(rest, location).map(BlockForm::Landscape),
            other => Err(Faults::of::<V>(ErrorKind::UnknownValue { value: other, accepted: &BLOCKS }, place)),
        }
    }
}

impl Deserr<Faults> for RowForm {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        match value {
            Value::Sequence(_) => Vec::deserialize_from_value(value, location).map(RowForm::Cells),
            Value::Map(_) => RowObject::deserialize_from_value(value, location).map(RowForm::Row),
            other => Err(wrong_kind(other, &[ValueKind::Sequence, ValueKind::Map], location)),
        }
    }
}

impl Deserr<Faults> for CellForm {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        match value {
            Value::String(text) => Ok(CellForm::Text(TextOrFill::Text(text))),
            Value::Map(mut map) => match map.remove("fill") {
                // The removed key is put to use here: a fill has no other keys.
                Some(fill) if map.len() == 0 => {
                    let fill = String::deserialize_from_value(fill.into_value(), location.push_key("fill"))?;
                    Ok(CellForm::Text(TextOrFill::Fill { fill }))
                }
                Some(_) => Err(Faults::one(
                    &location,
                    "E-JSON-KIND",
                    message!("\"fill\" phải đứng một mình", "\"fill\" must stand alone"),
                    None,
                    Mend::Replace("—".into()),
                )),
                None => {
                    CellObject::deserialize_from_value(Value::<V>::Map(map), location).map(CellForm::Cell)
                }
            },
            other => Err(wrong_kind(other, &[ValueKind::String, ValueKind::Map], location)),
        }
    }
}
