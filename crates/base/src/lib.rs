//! Words that every part of vanthu shares: messages in two languages, findings about an input file, the
//! two roles, numbers of documents, time as Vietnamese offices keep it.

pub mod clock;
pub mod diacritics;
pub mod diagnostic;
pub mod explain;
pub mod hex;
pub mod lang;
pub mod number;
pub mod office_name;
pub mod printable;
pub mod role;

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
