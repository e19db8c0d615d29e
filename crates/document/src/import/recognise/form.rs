//! The parts as the JSON form; what was not found is a place to be filled in.

use serde_json::{Map, Value, json};

use super::super::account::Elsewhere;
use super::super::front_matter::FrontMatter;
use super::super::words::{clean, date_of};
use super::{Parts, Signer, letters};
use crate::form::FORM_VERSION;
use crate::kind::{IssuerPlace, Presence};
use crate::model::{Run, Text};

impl Parts {
    /// Takes from the front matter what the draft does not say itself.
    pub(super) fn front_matter(&mut self, found: &FrontMatter) {
        let profile = self.profile;
        let kind = |value: &str| {
            let wanted = letters(value);
            profile.kinds.iter().find(|kind| {
                let short = kind.abbreviation.as_deref().map(letters);
                letters(&kind.slug) == wanted
                    || letters(&kind.name) == wanted
                    || short.as_ref() == Some(&wanted)
            })
        };
        for entry in found.0.iter().filter(|entry| !entry.value.trim().is_empty()) {
            let value = clean(&entry.value).trim().to_owned();
            let take = |part: &mut Option<String>| {
                if part.is_none() {
                    *part = Some(value.clone());
                }
            };
            match letters(&entry.key).as_str() {
                "title" | "subject" | "tieude" | "trichyeu" if self.subject.is_none() => {
                    self.subject = Some(crate::text::write(&Text(vec![Run::new(value, false, false)])));
                }
                "date" | "ngay" if self.date.is_none() => self.date = date_of(&value),
                "type" | "kind" | "loai" | "tenloai" | "loaivanban" if self.kind.is_none() => {
                    self.kind = kind(&value);
                    if self.kind.is_some() {
                        self.printed(&value);
                    }
                }
                "number" | "so" if self.number.is_none() => {
                    let (number, notation) = value.split_once('/').unwrap_or((&value, ""));
                    self.number = number.trim().parse().ok().filter(|number| *number > 0);
                    if self.notation.is_none() && !notation.is_empty() {
                        self.notation = Some(notation.trim().to_owned());
                    }
                }
                "notation" | "kyhieu" => take(&mut self.notation),
                "place" | "diadanh" => take(&mut self.place),
                "signer" | "nguoiky" | "hoten" => take(&mut self.signer.name),
                "position" | "chucvu" => take(&mut self.signer.position),
                _ => {}
            }
        }
    }

    /// The form, and the words of the draft that stand elsewhere.
    pub(super) fn form(mut self) -> (Value, Vec<Elsewhere>) {
        let text =
            |found: Option<String>, hint: &str| found.map_or_else(|| fill(hint), |text| json!(clean(&text)));
        let form = self.kind.map(|kind| &kind.form);
        let agency = match self.agency.is_empty() {
            true => json!([fill("tên cơ quan ban hành, viết hoa")]),
            false => list(&self.agency),
        };
        let mut document = Map::new();
        let mut put = |key: &str, value: Value| _ = document.insert(key.to_owned(), value);
        put("$schema", json!("document.schema.json"));
        put("version", json!(FORM_VERSION));
        put(
            "type",
            self.kind.map_or_else(|| fill("loại văn bản, ví dụ bao-cao, cong-van"), |kind| json!(kind.slug)),
        );
        for (key, mark) in [("urgency", &self.urgency), ("circulation", &self.circulation)] {
            if let Some(mark) = mark {
                put(key, json!(mark));
            }
        }
        let example = self.kind.and_then(|kind| kind.abbreviation.as_deref());
        let example =
            example.map_or_else(|| "UBND-VP".to_owned(), |abbreviation| format!("{abbreviation}-UBND"));
        put(
            "header",
            json!({
                "superior": list(&self.superior),
                "agency": agency,
                "number": self.number,
                "notation": text(self.notation.take(), &format!("ký hiệu, ví dụ {example}")),
                "place": text(self.place.take(), "địa danh"),
                "date": self.date.map(|date| date.to_string()),
            }),
        );
        let optional = form.is_some_and(|form| form.subject == Presence::Optional);
        match self.subject.take() {
            None if optional => {}
            subject => put("subject", text(subject, "trích yếu nội dung, không có dấu chấm cuối")),
        }
        let issuer = self.issuer.take();
        if form.is_some_and(|form| form.issuer != IssuerPlace::None) || issuer.is_some() {
            match issuer {
                // In capitals: which letters stay capital is the author's to say.
                Some(issuer) if super::super::words::is_upper(&issuer) => {
                    put("issuer", fill(&format!("thẩm quyền ban hành, viết thường: {issuer}")));
                    self.elsewhere.push(Elsewhere { pointer: Some("/issuer"), text: issuer });
                }
                Some(issuer) => put("issuer", json!(clean(&issuer))),
                None => {
                    put("issuer", fill("thẩm quyền ban hành, viết thường: Chủ tịch Ủy ban nhân dân xã …"));
                }
            }
        } else if !self.appendices.is_empty() {
            put("issuer", fill("tên cơ quan ban hành, viết thường"));
        }
        let missing = self.addressees.is_empty();
        let required = form.is_some_and(|form| form.addressees == Presence::Required);
        if missing && required {
            put("addressees", json!([fill("cơ quan, người nhận")]));
        } else if !missing && self.takes_addressees() {
            put("addressees", list(&self.addressees));
        } else {
            // A kind that addresses nobody keeps the words.
            let lead = form.map(|form| form.lead.clone()).filter(|lead| !lead.is_empty());
            let lead = lead.unwrap_or_else(|| self.profile.labels.addressees.clone());
            let lead =
                |line: &String| json!({ "block": "paragraph", "text": clean(&format!("{lead} {}", line)) });
            self.body.splice(0..0, self.addressees.iter().map(lead));
        }
        if !self.bases.is_empty() {
            let bases: Vec<String> = self.bases.iter().map(|base| clean(base)).collect();
            put("bases", bases.into());
        }
        if self.body.is_empty() {
            self.body.push(json!({ "block": "paragraph", "text": fill("nội dung") }));
        }
        put("body", std::mem::take(&mut self.body).into());
        let mut recipients = Map::new();
        recipients.insert("items".to_owned(), list(&self.recipients));
        recipients.insert("archive".to_owned(), text(self.archive.take(), "nơi lưu, ví dụ VT, NV"));
        if let Some(drafter) = &self.drafter {
            recipients.insert("drafter".to_owned(), json!(clean(drafter)));
        }
        put("recipients", recipients.into());
        put("signature", signature(std::mem::take(&mut self.signer)));
        if let Some(cosigner) = self.cosigner.take() {
            put("cosignature", signature(cosigner));
        }
        if !self.appendices.is_empty() {
            put("appendices", std::mem::take(&mut self.appendices).into());
        }
        (document.into(), self.elsewhere)
    }
}

fn signature(signer: Signer) -> Value {
    let text =
        |found: Option<String>, hint: &str| found.map_or_else(|| fill(hint), |text| json!(clean(&text)));
    json!({
        "authority": list(&signer.authority),
        "position": text(signer.position, "chức vụ"),
        "name": text(signer.name, "họ và tên người ký"),
    })
}

fn list(lines: &[String]) -> Value {
    lines.iter().map(|line| clean(line)).collect::<Vec<_>>().into()
}

pub(super) fn fill(hint: &str) -> Value {
    json!({ "fill": clean(hint) })
}
