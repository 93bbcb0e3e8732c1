//! What else stands under the person: land, register entries, cases.

pub struct LandLine {
    pub serial: String,
    pub sheet: String,
    pub parcel: String,
    /// As the source has it.
    pub place: String,
    /// The commune of today, where `place` has an old name; else empty.
    pub today: String,
    pub status: String,
    pub source: String,
}

pub struct EventLine {
    pub event: String,
    pub date: String,
    /// What the person is in it.
    pub role: String,
    pub source: String,
}

pub struct CaseLine {
    pub code: String,
    pub procedure: String,
    pub status: String,
    pub due: String,
    /// The case that was asked for.
    pub current: bool,
}
