//! The two languages that officials and recipients read, and a text in both of them.

use serde::{Deserialize, Serialize};

/// A language of the program's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Vietnamese, the default.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// Its tag of BCP 47, as HTML's `lang` and HTTP's `Content-Language` have it.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Vi => "vi",
            Lang::En => "en",
        }
    }
}

/// One message in both languages; [`message!`](crate::message) writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// The Vietnamese text.
    pub vi: String,
    /// The English text.
    pub en: String,
}

impl Message {
    /// A message of another program or library, which has no Vietnamese words.
    pub fn from_english(text: &impl ToString) -> Message {
        let text = text.to_string();
        Message { vi: text.clone(), en: text }
    }

    /// The same with a capital at its beginning.
    #[must_use]
    pub fn capitalised(&self) -> Message {
        let raised = |text: &str| {
            let mut letters = text.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters.as_str().chars()).collect()
        };
        Message { vi: raised(&self.vi), en: raised(&self.en) }
    }

    /// The text in `lang`.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

/// Writes a [`Message`]: the Vietnamese format string, then the English one. Both may capture
/// variables (`{name}`), so the compiler checks both.
#[macro_export]
macro_rules! message {
    ($vi:literal, $en:literal $(,)?) => {
        $crate::lang::Message { vi: format!($vi), en: format!($en) }
    };
}
