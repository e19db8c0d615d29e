//! Words that every part of vanthu shares: messages in two languages, findings about an input file, the
//! two roles, time as Vietnamese offices keep it.

pub mod clock;
pub mod diacritics;
pub mod diagnostic;
pub mod explain;
pub mod hex;
pub mod lang;
pub mod printable;
pub mod role;
