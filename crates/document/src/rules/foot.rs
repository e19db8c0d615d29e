//! What stands under the content: recipients, contact and who signs.

use super::context::Rules;
use crate::message;
use crate::model::Document;
use crate::profile::MM;

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
        if mentions && first.is_none_or(|first| !bare(first).starts_with(above)) {
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
            self.recipient(&pointer, item, recipients.items.get(..index).unwrap_or_default());
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

    /// The archive line is printed after the recipients, and each of these stands once.
    fn recipient(&mut self, pointer: &str, item: &str, before: &[String]) {
        let archive = self.profile.labels.archive.trim_end_matches(':');
        let bare = bare(item);
        let article = Some(self.profile.articles.recipients.as_str());
        if bare.strip_prefix(archive).is_some_and(|rest| rest.starts_with([':', ' '])) {
            self.error(
                "E-RECIPIENTS-ARCHIVE",
                pointer,
                message!(
                    "dòng \"{archive}:\" không đứng trong danh sách nơi nhận: in ra sẽ có hai dòng",
                    "the line \"{archive}:\" is no recipient: it would be printed twice"
                ),
                Some(message!("chuyển sang recipients.archive", "move it to recipients.archive")),
                article,
            );
            return;
        }
        self.bare(pointer, item);
        if !bare.is_empty()
            && before.iter().any(|other| self::bare(other).to_lowercase() == bare.to_lowercase())
        {
            self.warning(
                "W-RECIPIENTS-REPEATED",
                pointer,
                message!("nơi nhận \"{bare}\" đã có ở trên", "the recipient \"{bare}\" stands above already"),
                article,
            );
        }
    }

    /// Dash and final punctuation of a recipient are printed by the layout.
    fn bare(&mut self, pointer: &str, item: &str) {
        if item.starts_with('-') || item.ends_with([';', '.', ',']) {
            let bare = bare(item);
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

/// A recipient without the marks that the layout prints.
fn bare(item: &str) -> &str {
    item.trim_start_matches(['-', ' ']).trim_end_matches([';', '.', ',', ' '])
}
