//! The kinds of document (tên loại văn bản, NĐ 30/2020 Điều 7 and Phụ lục III).

use serde::Serialize;

/// Kind of document (tên loại văn bản).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Báo cáo (BC).
    BaoCao,
}

impl Kind {
    /// Every kind that can be laid out.
    pub const ALL: [Kind; 1] = [Kind::BaoCao];

    /// The word for it in files and commands, such as `bao-cao`.
    pub fn slug(self) -> &'static str {
        match self {
            Kind::BaoCao => "bao-cao",
        }
    }

    /// The kind with the slug `slug`.
    pub fn from_slug(slug: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// Its name in a sentence, such as `Báo cáo`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::BaoCao => "Báo cáo",
        }
    }

    /// Its name as the document's title, such as `BÁO CÁO`.
    pub fn title(self) -> &'static str {
        match self {
            Kind::BaoCao => "BÁO CÁO",
        }
    }

    /// Its abbreviation in a notation, such as `BC` (NĐ 30/2020, Phụ lục III, I).
    pub fn abbreviation(self) -> &'static str {
        match self {
            Kind::BaoCao => "BC",
        }
    }
}

pub(super) fn slugs() -> Vec<&'static str> {
    Kind::ALL.into_iter().map(Kind::slug).collect()
}
