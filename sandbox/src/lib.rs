//! A made-up province on real communes, with planted defects and their truth.
//!
//! Promises: nobody in it exists (numbers begin with 099, CMNDs with 990); it is a function of its
//! settings; a reconciler that is right finds exactly [`Truth`], whatever faults the servers make.

pub mod cases;
pub mod civil;
pub mod days;
pub mod defects;
pub mod dice;
pub mod error;
pub mod faults;
pub mod files;
pub mod land;
pub mod names;
pub mod numbers;
pub mod people;
pub mod places;
pub mod rows;
pub mod servers;
pub mod shown;
pub mod spelling;
pub mod truth;
pub mod wire;
pub mod world;

pub use error::SandboxError;
pub use faults::{FaultKind, Faults};
pub use files::{drop_files, old_text};
pub use servers::{CivilStatusShape, Credentials, Running, ServerSettings, Servers, Variants};
pub use truth::{Planted, PlantedLink, Truth};
pub use world::{Question, Summary, World, WorldSettings};
