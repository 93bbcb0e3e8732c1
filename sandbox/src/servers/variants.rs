//! Which of the shapes seen in the field the servers speak.

use crate::days::{Minute, minute_of};
use config::{BirthDateShape, Wrapper};
use jiff::Timestamp;
use schemas::clock::VIETNAM;

/// Default: SOAP without a gateway, the older civil-status shape, numbers as the world has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Variants {
    /// The gateway before the population database.
    pub wrapper: Wrapper,
    /// How the look-up wants the birth date; the other shape is a fault.
    pub birth_date: BirthDateShape,
    pub civil_status: CivilStatusShape,
    /// Births of the last days have no number before this instant, and then a new version with it.
    pub numbers_arrive: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CivilStatusShape {
    /// Names and dates are texts; a request that is wrong is 400.
    #[default]
    Older,
    /// Names and dates come in parts; a request that is wrong is 500 with its fields run together.
    Newer,
}

impl Variants {
    pub(super) fn arrival(&self) -> Option<Minute> {
        self.numbers_arrive.map(|at| minute_of(VIETNAM.to_datetime(at)))
    }
}
