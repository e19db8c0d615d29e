//! What stands under the content: recipients, contact and signature blocks.

use super::context::Rules;
use crate::message;
use crate::model::{Document, SignatureBlock};
use crate::profile::{MM, either};

impl Rules<'_> {
    pub(super) fn foot(&mut self, document: &Document) {
        let (labels, allowance) = (&self.profile.labels, &self.profile.allowance);
        let article = Some(self.profile.articles.recipients.as_str());
        let column = self.profile.columns.foot.first().copied().unwrap_or_default();
        let room = (column - allowance.recipients) * MM;
        let archive_room = (column - allowance.archive) * MM;
        let recipients = &document.recipients;
        let first = recipients.items.first().map(String::as_str);
        let (above, addressees) = (labels.above.as_str(), labels.addressees.trim_end_matches(':'));
        let mentions = document.kind.form.mentions && !document.addressees.is_empty();
        if mentions && first.is_none_or(|first| !first.starts_with(above)) {
            self.warning(
                "W-RECIPIENTS-ABOVE",
                "/recipients/items",
                message!(
                    "văn bản có \"{addressees}\" thì dòng nơi nhận đầu tiên là \"{above}\"",
                    "with addressees, the first recipient is \"{above}\""
                ),
                article,
            );
        }
        for (index, item) in recipients.items.iter().enumerate() {
            let pointer = format!("/recipients/items/{index}");
            self.not_empty(&pointer, item);
            self.bare(&pointer, item);
            self.words(&pointer, item, room, self.sizes.recipients);
        }
        self.bare("/recipients/archive", &recipients.archive);
        self.short("/recipients/archive", &recipients.archive);
        self.words("/recipients/archive", &recipients.archive, archive_room, self.sizes.recipients);
        if recipients.archive.trim().is_empty()
            || recipients.archive.starts_with(labels.archive.trim_end_matches(':'))
        {
            let label = labels.archive.as_str();
            let bare = recipients.archive.trim_start_matches(['-', ' ']).strip_prefix(label);
            self.fixed(
                "E-RECIPIENTS-ARCHIVE",
                "/recipients/archive",
                message!(
                    "viết nơi lưu mà không viết \"{label}\", ví dụ \"VT, NV\"",
                    "write who keeps the copy without \"{label}\", such as \"VT, NV\""
                ),
                article,
                bare.map(|bare| bare.trim().trim_end_matches([';', '.', ',']).to_owned()),
            );
        }
        if let Some(drafter) = &recipients.drafter {
            self.short("/recipients/drafter", drafter);
            self.words("/recipients/drafter", drafter, archive_room, self.sizes.recipients);
        }
        for (index, line) in document.contact.iter().enumerate() {
            let pointer = format!("/contact/{index}");
            self.not_empty(&pointer, line);
            self.words(&pointer, line, self.room.line, self.sizes.contact);
            self.short(&pointer, line);
        }
        self.signature("/signature", &document.signature);
        if let Some(cosignature) = &document.cosignature {
            self.signature("/cosignature", cosignature);
            if !document.kind.form.cosignature {
                let name = &document.kind.name;
                self.error(
                    "E-COSIGNATURE",
                    "/cosignature",
                    message!("{name} chỉ có một người ký", "this kind has one signature"),
                    None,
                    Some(&self.profile.articles.layouts),
                );
            }
        }
    }

    fn signature(&mut self, pointer: &str, signature: &SignatureBlock) {
        let column = self.profile.columns.foot.last().copied().unwrap_or_default();
        let width = column - self.profile.allowance.signature;
        for (index, line) in signature.authority.iter().enumerate() {
            let pointer = format!("{pointer}/authority/{index}");
            let prefixes = &self.profile.authority;
            let known = prefixes
                .iter()
                .any(|prefix| line.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with(' ')));
            if !known {
                let (choice_vi, choice_en) = (either(prefixes, "hoặc"), either(prefixes, "or"));
                self.error(
                    "E-AUTHORITY",
                    &pointer,
                    message!(
                        "dòng quyền hạn phải bắt đầu bằng {choice_vi} và một dấu cách",
                        "an authority line begins with {choice_en} and a space"
                    ),
                    None,
                    Some(&self.profile.articles.signature),
                );
            }
            self.words(&pointer, line, width * MM, self.sizes.authority);
        }
        for (key, value) in [("position", &signature.position), ("name", &signature.name)] {
            let pointer = format!("{pointer}/{key}");
            self.not_empty(&pointer, value);
            self.short(&pointer, value);
            self.words(&pointer, value, width * MM, self.sizes.authority);
        }
        let titled = ["GS.", "PGS.", "TS.", "ThS.", "BS.", "CN.", "KS.", "Ông ", "Bà "]
            .iter()
            .any(|title| signature.name.starts_with(title));
        if titled {
            self.warning(
                "W-NAME-TITLE",
                &format!("{pointer}/name"),
                message!(
                    "trước họ tên người ký không ghi học hàm, học vị hay danh xưng",
                    "no degree or title stands before the signer's name"
                ),
                Some(&self.profile.articles.signature),
            );
        }
    }

    /// Dash and final punctuation of a recipient are printed by the layout.
    fn bare(&mut self, pointer: &str, item: &str) {
        if item.starts_with('-') || item.ends_with([';', '.', ',']) {
            let bare = item.trim_start_matches(['-', ' ']).trim_end_matches([';', '.', ',', ' ']);
            self.fixed(
                "E-RECIPIENTS-PUNCTUATION",
                pointer,
                message!(
                    "không viết gạch đầu dòng và dấu cuối: chương trình tự in",
                    "no dash and no final punctuation: they are printed for you"
                ),
                Some(&self.profile.articles.recipients),
                Some(bare.to_owned()),
            );
        }
    }
}
