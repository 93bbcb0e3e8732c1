//! Normal forms: what makes two spellings of one value equal.

pub mod ethnicity;
pub mod fold;
pub mod id;
mod letters;
pub mod owner;
pub mod serial;
