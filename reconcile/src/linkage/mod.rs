//! Probabilistic linkage after Fellegi and Sunter, for any two tables or one with itself.
//!
//! Fields are compared in levels; how often a level occurs among true pairs (m) is learned by
//! expectation maximisation, how often by chance (u) from the tables themselves; agreement on a
//! rare value weighs more than on a common one. A missing value is no evidence.
//!
//! The same tables, specification and seed give the same model and the same pairs, to the bit.

pub mod blocking;
pub mod cluster;
pub mod compare;
pub mod field;
pub mod learn;
pub mod model;
pub mod score;
pub mod spec;
pub mod text;

pub use field::{Fields, Input};
pub use learn::learn;
pub use model::Model;
pub use score::{Link, link};
pub use spec::Spec;
