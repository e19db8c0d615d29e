//! What a PDF says, revision by revision (ISO 32000-2 7.5): the strict reader, its forms and attachments; and the
//! updates that are appended to it.

pub mod attachments;
pub mod date;
pub mod form;
pub mod names;
pub mod reader;
pub mod writer;

pub(crate) use vanthu_base::{clock, explain, lang, message};

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    // Lengths and offsets come from foreign files: where a check is missing, stop rather than wrap around.
    #[test]
    #[should_panic(expected = "overflow")]
    fn overflow_checks_hold() {
        black_box(black_box(usize::MAX) + black_box(1));
    }
}
