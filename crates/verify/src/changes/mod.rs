//! What every save after a signature did to the file.
//!
//! Each revision is compared with the one before it by a few rules, and each rule *clears* the objects
//! that it can explain: validation data, a document time-stamp, a signature in its field, a field that
//! was filled in, metadata. An object that was changed or added and that no rule cleared is a
//! violation. Whether what was explained is also permitted depends on the signature
//! ([`super::permissions`]).

mod appearance;
mod change;
mod explain;
mod fields;
mod form_resources;
mod history;
mod indexed_form;
mod lists;
mod page_index;
mod placement;
mod spelling;
mod transition;
mod validation_data;

pub(super) use change::{Change, FieldChange};
pub(super) use explain::what;
pub(super) use history::History;
