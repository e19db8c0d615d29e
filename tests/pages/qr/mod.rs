//! The code on paper: where it stands on the pages of every layout, what ZBar reads of it when it was printed,
//! copied and scanned, and that it leads to the record of its document.

mod desk;
mod pages;
mod paper;
