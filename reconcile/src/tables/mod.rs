//! Two tables with a common key: which rows are on one side only, which repeat a key, and in what
//! the shared rows differ.
//!
//! Promises: no clock, no randomness, no I/O; the same rows give the same answer with any number of
//! threads. Equal values cost one comparison of memory; only what differs is judged with care.
//!
//! * [`keys`]: a key as a number, with the lost zero put back;
//! * [`join()`]: which row meets which;
//! * [`Judge`]: what a difference means, in levels, with a [`Code`] that people can read.

mod address;
mod code;
mod join;
mod judge;
pub mod keys;
mod values;

pub use code::Code;
pub use join::{Joined, NONE, Repeat, join};
pub use judge::{Judge, Memory};
