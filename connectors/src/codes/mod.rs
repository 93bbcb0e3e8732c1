//! Code lists of the sources, mapped to the canonical ones.

pub mod ethnicity;
pub mod marital;
pub mod paper;
pub mod sex;
