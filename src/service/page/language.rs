//! Which of the two languages a page is in, and words in it.

use maud::{Markup, html as markup};
use utoipa::IntoParams;

use crate::lang::{Lang, Message};

/// In which language the page is.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what lang_of_query reads")]
pub(super) struct LangQuery {
    /// `en` for English; anything else, or nothing, is Vietnamese.
    lang: Option<String>,
}

/// The language that a query asks for by `lang`: Vietnamese where it does not ask for English.
pub(in crate::service) fn lang_of_query(query: Option<&str>) -> Lang {
    let mut pairs = query.unwrap_or_default().split('&');
    if pairs.any(|pair| pair == "lang=en") { Lang::En } else { Lang::Vi }
}

pub(super) fn say(lang: Lang, words: &Message) -> &str {
    words.in_lang(lang)
}

/// A paragraph of HTML with `words` in this language.
pub(super) fn paragraph(lang: Lang, words: &Message) -> Markup {
    markup! { p { (say(lang, words)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_says_the_language() {
        assert_eq!(lang_of_query(None), Lang::Vi);
        assert_eq!(lang_of_query(Some("a=b&lang=en")), Lang::En);
        assert_eq!(lang_of_query(Some("lang=xx")), Lang::Vi);
    }
}
