//! Words that every part of vanthu shares: messages in two languages, findings about an input file, the
//! two roles, time as Vietnamese offices keep it.

pub mod clock;
pub mod diagnostic;
pub mod hex;
pub mod lang;
pub mod plain;
pub mod printable;
pub mod role;
