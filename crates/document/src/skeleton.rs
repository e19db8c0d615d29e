//! A starting document with everything that is known and a mark wherever something must be written.

use serde_json::{Value, json};

use super::form::FORM_VERSION;
use super::kind::{DocumentKind, IssuerPlace, Opening, Presence};
use super::profile::{Profile, either};

/// What is known of the office that a document is started for.
#[derive(Debug, Clone, Default)]
pub struct Letterhead {
    /// The direct superior, one entry a line.
    pub superior: Vec<String>,
    /// The agency, one entry a line.
    pub agency: Vec<String>,
    /// The agency's abbreviation in notations, such as `UBND`.
    pub abbreviation: Option<String>,
    /// The place (địa danh) that documents are dated from.
    pub place: Option<String>,
}

/// A starting document of `kind` as JSON text.
pub fn skeleton(kind: &DocumentKind, letterhead: &Letterhead) -> String {
    let profile = Profile::default_profile();
    let office = letterhead.abbreviation.as_deref().unwrap_or("UBND");
    let notation = match &kind.abbreviation {
        Some(abbreviation) => format!("{abbreviation}-{office}"),
        None => format!("{office}-VP"),
    };
    let agency = match letterhead.agency.as_slice() {
        [] => vec![fill("tên cơ quan ban hành, viết hoa")],
        lines => lines.iter().map(|line| json!(line)).collect(),
    };
    let place = letterhead.place.as_ref().map_or_else(|| fill("địa danh"), |place| json!(place));
    let authority = match letterhead.agency.first() {
        Some(agency) => json!(format!("TM. {agency}")),
        None => fill(&format!("quyền hạn: {}", either(&profile.authority, "hoặc"))),
    };
    let form = &kind.form;
    let mut lines: Vec<(&str, Value)> =
        vec![("$schema", json!("document.schema.json")), ("version", json!(FORM_VERSION))];
    lines.push(("type", json!(kind.slug)));
    lines.push((
        "header",
        json!({
            "superior": letterhead.superior,
            "agency": agency,
            "number": null,
            "notation": notation,
            "place": place,
            "date": null,
        }),
    ));
    if form.issuer != IssuerPlace::None {
        lines
            .push(("issuer", fill("thẩm quyền ban hành, viết thường, ví dụ: Chủ tịch Ủy ban nhân dân xã …")));
    }
    if form.subject == Presence::Required {
        lines.push(("subject", fill("trích yếu nội dung, không có dấu chấm cuối")));
    }
    if form.addressees != Presence::None {
        let hint =
            if form.dashes { "cơ quan, người nhận" } else { "Ông (bà): họ và tên, chức vụ" };
        lines.push(("addressees", json!([fill(hint)])));
    }
    if form.enacts.is_some() {
        let bases = [
            json!("Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025"),
            fill("Theo đề nghị của …, không có dấu cuối"),
        ];
        lines.push(("bases", json!(bases)));
    }
    if form.opening == Opening::Leave {
        lines.push((
            "bases",
            json!([fill("Xét Đơn đề nghị nghỉ phép ngày … của ông (bà) …, không có dấu cuối")]),
        ));
    }
    lines.push(("body", body(kind)));
    let first = if form.mentions && form.addressees != Presence::None {
        json!(profile.labels.above)
    } else if form.enacts.is_some() {
        fill("Như Điều …")
    } else if form.opening == Opening::Leave {
        fill("ông (bà) được cấp giấy")
    } else {
        fill("cơ quan, đơn vị nhận")
    };
    lines.push(("recipients", json!({ "items": [first], "archive": "VT" })));
    let name = fill("họ và tên người ký");
    let beside = form.cosignature.then(|| sides(form.opening));
    lines.push(match beside {
        Some((_, right)) => ("signature", json!({ "position": right, "name": name })),
        None => ("signature", json!({ "authority": [authority], "position": "CHỦ TỊCH", "name": name })),
    });
    if let Some((left, _)) = beside {
        lines.push(("cosignature", json!({ "position": left, "name": fill("họ và tên người ký bên trái") })));
    }
    written(&lines)
}

/// Who signs on the left and on the right of a document with two signatures.
fn sides(opening: Opening) -> (&'static str, &'static str) {
    match opening {
        Opening::Agreement => ("ĐẠI DIỆN BÊN A", "ĐẠI DIỆN BÊN B"),
        Opening::Mandate => ("NGƯỜI ĐƯỢC ỦY QUYỀN", "NGƯỜI ỦY QUYỀN"),
        _ => ("THƯ KÝ", "CHỦ TỌA"),
    }
}

/// The content that documents of this form usually begin with.
fn body(kind: &DocumentKind) -> Value {
    let paragraph = |hint: &str| json!({ "block": "paragraph", "text": fill(hint) });
    let labelled = |label: &str, hint: &str| paragraph(&format!("{label}: {hint}"));
    let closing = paragraph("… ./.");
    match kind.form.opening {
        Opening::Articles => json!([
            { "block": "article", "text": fill("nội dung quyết định") },
            { "block": "article", "text": fill("hiệu lực thi hành") },
            { "block": "article", "text": fill("trách nhiệm thi hành ./.") },
        ]),
        Opening::Invitation => json!([
            labelled("Tới dự", "…"),
            labelled("Chủ trì", "…"),
            labelled("Thời gian", "…"),
            labelled("Địa điểm", "… ./."),
        ]),
        Opening::Introduction => json!([
            labelled("Được cử đến", "…"),
            labelled("Về việc", "…"),
            paragraph("Đề nghị Quý cơ quan tạo điều kiện để ông (bà) có tên ở trên hoàn thành nhiệm vụ."),
            paragraph("Giấy này có giá trị đến hết ngày …./."),
        ]),
        Opening::Minutes => json!([
            labelled("Thời gian bắt đầu", "…"),
            labelled("Địa điểm", "…"),
            labelled("Thành phần tham dự", "…"),
            labelled("Chủ trì (chủ tọa)", "…"),
            labelled("Thư ký (người ghi biên bản)", "…"),
            paragraph("Nội dung (theo diễn biến)"),
            paragraph("Cuộc họp kết thúc vào … giờ …, ngày … tháng … năm …./."),
        ]),
        Opening::Leave => json!([
            labelled("Nghỉ phép trong thời gian", "… kể từ ngày … đến hết ngày …"),
            labelled("Nơi nghỉ phép", "…"),
            paragraph("Số ngày nghỉ phép nêu trên được tính vào thời gian …./."),
        ]),
        Opening::Agreement => json!([
            paragraph("Hôm nay, ngày … tháng … năm …, tại …, hai bên gồm:"),
            labelled("Bên A", "tên cơ quan, địa chỉ, người đại diện, chức vụ"),
            labelled("Bên B", "tên cơ quan, tổ chức, địa chỉ, người đại diện, chức vụ"),
            { "block": "article", "title": fill("nội dung thỏa thuận"), "text": fill("…") },
            { "block": "article", "title": fill("quyền và nghĩa vụ của hai bên"), "text": fill("…") },
            { "block": "article", "title": fill("hiệu lực và số bản"), "text": fill("… ./.") },
        ]),
        Opening::Mandate => json!([
            labelled("Người ủy quyền", "họ và tên, chức vụ"),
            labelled("Người được ủy quyền", "họ và tên, chức vụ"),
            labelled("Nội dung ủy quyền", "…"),
            labelled("Thời hạn ủy quyền", "từ ngày … đến hết ngày …"),
            paragraph("Người được ủy quyền không được ủy quyền lại cho người khác./."),
        ]),
        Opening::Text => json!([paragraph("nội dung"), closing]),
        Opening::Headings => json!([
            paragraph("Thực hiện …, … như sau:"),
            { "block": "heading", "level": 1, "number": "1.", "text": fill("tên mục") },
            { "block": "item", "marker": "-", "text": fill("nội dung; **đậm**, *nghiêng*, ^[chú thích]") },
            {
                "block": "table",
                "columns": [
                    { "title": "TT", "align": "center" },
                    { "title": "Chỉ tiêu", "align": "left" },
                    { "title": "Kết quả", "align": "right" },
                ],
                "rows": [["1", fill("tên chỉ tiêu"), ""]],
            },
            closing,
        ]),
    }
}

fn fill(hint: &str) -> Value {
    json!({ "fill": hint })
}

/// The entries as JSON text.
fn written(lines: &[(&str, Value)]) -> String {
    let lines: Vec<String> = lines.iter().map(|(key, value)| entry(key, value)).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

/// A document's form as JSON text that a person can edit: an entry a line, a block of the content a line.
pub fn readable_json(form: &Value) -> String {
    let Value::Object(form) = form else { return form.to_string() };
    // In the order of the page.
    const ORDER: [&str; 17] = [
        "$schema",
        "version",
        "profile",
        "type",
        "style",
        "medium",
        "urgency",
        "circulation",
        "header",
        "issuer",
        "subject",
        "addressees",
        "bases",
        "body",
        "recipients",
        "signature",
        "cosignature",
    ];
    let rank = |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
    let mut keys: Vec<&String> = form.keys().collect();
    keys.sort_by_key(|key| rank(key));
    let lines: Vec<String> =
        keys.iter().filter_map(|key| form.get(*key).map(|value| entry(key, value))).collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

fn entry(key: &str, value: &Value) -> String {
    match value {
        Value::Array(blocks) if key == "body" => {
            let blocks: Vec<String> = blocks.iter().map(|block| format!("    {block}")).collect();
            format!("  \"body\": [\n{}\n  ]", blocks.join(",\n"))
        }
        Value::Object(entries) if key == "header" => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("    {}: {value}", json!(key))).collect();
            format!("  \"header\": {{\n{}\n  }}", entries.join(",\n"))
        }
        value => format!("  {}: {value}", json!(key)),
    }
}
