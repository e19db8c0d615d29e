//! Bytes as hexadecimal digits.

/// Lower-case hexadecimal digits of `bytes`.
pub fn lower(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
