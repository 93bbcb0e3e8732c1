//! Normal forms: what makes two spellings of one value equal.

pub mod ethnicity;
pub mod fold;
pub mod id;
pub mod owner;
pub mod serial;
