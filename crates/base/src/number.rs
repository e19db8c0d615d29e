//! The number of a document as the decree writes it: numbers below 10 get a zero (NĐ 30/2020, Phụ lục I, II.3).

/// The number alone, such as `07`.
pub fn digits(number: u32) -> String {
    format!("{number:02}")
}

/// Number and notation (số, ký hiệu), such as `07/TTr-UBND`.
pub fn code(number: u32, notation: &str) -> String {
    format!("{}/{notation}", digits(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_below_ten_get_a_zero() {
        assert_eq!(
            (digits(7), digits(10), digits(201)),
            ("07".to_owned(), "10".to_owned(), "201".to_owned())
        );
        assert_eq!(code(7, "TTr-UBND"), "07/TTr-UBND");
    }
}
