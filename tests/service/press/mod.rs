//! Documents laid out by worker processes, which are the real program: the same pages as the command line's, and
//! an end to whatever never ends.

#![cfg(unix)]

mod bounds;
mod pages;
mod shop;
