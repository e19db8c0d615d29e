//! Who signs: authority, position and name (NĐ 30/2020, Phụ lục I, II.7).

use super::context::Rules;
use crate::message;
use crate::model::SignatureBlock;
use crate::positions::{is_collective, is_position};
use crate::profile::{MM, either};

impl Rules<'_> {
    pub(super) fn signature(&mut self, pointer: &str, signature: &SignatureBlock) {
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
            self.capital(&pointer, line);
            self.words(&pointer, line, width * MM, self.sizes.authority);
        }
        for (key, value) in [("position", &signature.position), ("name", &signature.name)] {
            let pointer = format!("{pointer}/{key}");
            self.not_empty(&pointer, value);
            self.short(&pointer, value);
            self.words(&pointer, value, width * MM, self.sizes.authority);
        }
        self.capital(&format!("{pointer}/position"), &signature.position);
        self.behalf(pointer, signature);
        self.name(&format!("{pointer}/name"), &signature.name);
    }

    /// Authority and position stand in capitals.
    fn capital(&mut self, pointer: &str, line: &str) {
        if line.chars().any(char::is_lowercase) {
            self.fixed(
                "W-SIGNATURE-CAPITALS",
                pointer,
                message!(
                    "quyền hạn và chức vụ viết bằng chữ in hoa",
                    "authority and position stand in capitals"
                ),
                Some(&self.profile.articles.signature),
                Some(line.to_uppercase()),
            );
        }
    }

    /// A collective is signed for by TM., a position by KT., TL., TUQ.; nobody signs for their own.
    fn behalf(&mut self, pointer: &str, signature: &SignatureBlock) {
        let article = Some(self.profile.articles.signature.as_str());
        let Some((collective, others)) = self.profile.authority.split_first() else { return };
        for (index, line) in signature.authority.iter().enumerate() {
            let pointer = format!("{pointer}/authority/{index}");
            let Some((prefix, whom)) = line.split_once(' ') else { continue };
            let whom = whom.trim();
            if prefix == collective && is_position(whom) {
                self.warning(
                    "W-AUTHORITY-BEHALF",
                    &pointer,
                    message!(
                        "sau {prefix} là tên tập thể, cơ quan; \"{whom}\" là chức vụ",
                        "after {prefix} stands a collective; \"{whom}\" is a position"
                    ),
                    article,
                );
            } else if others.iter().any(|other| other == prefix) && is_collective(whom) {
                self.warning(
                    "W-AUTHORITY-BEHALF",
                    &pointer,
                    message!(
                        "sau {prefix} là chức vụ của người đứng đầu; \"{whom}\" là tên tập thể",
                        "after {prefix} stands the head's position; \"{whom}\" is a collective"
                    ),
                    article,
                );
            } else if others.iter().any(|other| other == prefix)
                && whom.to_uppercase() == signature.position.trim().to_uppercase()
            {
                self.warning(
                    "W-AUTHORITY-SELF",
                    &pointer,
                    message!(
                        "{line}: dưới đó phải là chức vụ của người ký, không lặp lại \"{whom}\"",
                        "{line}: under it stands the signer's own position, not \"{whom}\" again"
                    ),
                    article,
                );
            }
        }
    }

    fn name(&mut self, pointer: &str, name: &str) {
        let titled = ["GS.", "PGS.", "TS.", "ThS.", "BS.", "CN.", "KS.", "Ông ", "Bà "]
            .iter()
            .any(|title| name.starts_with(title));
        if titled {
            self.warning(
                "W-NAME-TITLE",
                pointer,
                message!(
                    "trước họ tên người ký không ghi học hàm, học vị hay danh xưng",
                    "no degree or title stands before the signer's name"
                ),
                Some(&self.profile.articles.signature),
            );
        }
        let letters: Vec<char> = name.chars().filter(|c| c.is_alphabetic()).collect();
        let shouted = letters.len() > 3 && letters.iter().all(|c| !c.is_lowercase());
        let small = name.split_whitespace().any(|word| word.starts_with(char::is_lowercase));
        if shouted || small {
            self.fixed(
                "W-NAME-CAPITALS",
                pointer,
                message!(
                    "họ tên người ký viết hoa chữ cái đầu mỗi từ",
                    "each word of the signer's name begins with a capital"
                ),
                Some(&self.profile.articles.signature),
                Some(titled_words(name)),
            );
        }
    }
}

/// Each word of `name` with its first letter as a capital; what was all capitals goes on in small ones.
pub(super) fn titled_words(name: &str) -> String {
    let shouted = name.chars().all(|c| !c.is_lowercase());
    let word = |word: &str| {
        let mut letters = word.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        let rest = letters.as_str();
        if shouted { first + &rest.to_lowercase() } else { first + rest }
    };
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
