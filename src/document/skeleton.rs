//! A starting document with everything that is known and a mark wherever something must be written.

use serde_json::json;

use super::kind::Kind;

/// What is known of the office that a document is started for.
#[derive(Debug, Clone, Default)]
pub struct Letterhead {
    /// The direct superior, one entry a line.
    pub superior: Vec<String>,
    /// The agency, one entry a line.
    pub agency: Vec<String>,
    /// The agency's abbreviation.
    pub abbreviation: Option<String>,
    /// The place.
    pub place: Option<String>,
}

/// A starting document of `kind` as JSON text.
pub fn skeleton(kind: Kind, letterhead: &Letterhead) -> String {
    let fill = |hint: &str| json!({ "fill": hint }).to_string();
    let text = |text: &str| json!(text).to_string();
    let lines = |lines: &[String]| json!(lines).to_string();
    let agency = if letterhead.agency.is_empty() {
        format!("[{}]", fill("tên cơ quan ban hành, viết hoa"))
    } else {
        lines(&letterhead.agency)
    };
    let notation = match &letterhead.abbreviation {
        Some(abbreviation) => text(&format!("{}-{abbreviation}", kind.abbreviation())),
        None => text(&format!("{}-UBND", kind.abbreviation())),
    };
    let place = letterhead.place.as_deref().map_or_else(|| fill("địa danh"), text);
    let authority = letterhead.agency.first().map_or_else(
        || format!("[{}]", fill("quyền hạn: TM., KT., TL., TUQ. hoặc Q.")),
        |agency| json!([format!("TM. {agency}")]).to_string(),
    );
    format!(
        r#"{{
  "$schema": "document.schema.json",
  "version": {version},
  "type": "{kind}",
  "header": {{
    "superior": {superior},
    "agency": {agency},
    "number": null,
    "notation": {notation},
    "place": {place},
    "date": null
  }},
  "subject": {subject},
  "addressees": [{addressee}],
  "body": [
    {{ "block": "paragraph", "text": {opening} }},
    {{ "block": "heading", "level": 1, "number": "1.", "text": {heading} }},
    {{ "block": "item", "marker": "-", "text": {item} }},
    {{
      "block": "table",
      "columns": [
        {{ "title": "TT", "align": "center" }},
        {{ "title": "Chỉ tiêu", "align": "left" }},
        {{ "title": "Kết quả", "align": "right" }}
      ],
      "rows": [["1", {cell}, ""]]
    }},
    {{ "block": "paragraph", "text": {closing} }}
  ],
  "recipients": {{ "items": ["Như trên"], "archive": {archive} }},
  "signature": {{
    "authority": {authority},
    "position": {position},
    "name": {name}
  }}
}}
"#,
        version = super::FORM_VERSION,
        kind = kind.slug(),
        superior = lines(&letterhead.superior),
        subject = fill("trích yếu nội dung, không có dấu chấm cuối"),
        addressee = fill("cơ quan nhận"),
        opening = fill("Thực hiện …, … báo cáo như sau:"),
        heading = fill("tên mục"),
        item = fill("nội dung; **đậm**, *nghiêng*"),
        cell = fill("tên chỉ tiêu"),
        closing = fill("Trên đây là báo cáo … của …./."),
        archive = text("VT"),
        position = text("CHỦ TỊCH"),
        name = fill("họ và tên người ký"),
    )
}
