//! Field by field, source beside source.

/// A source, with the age of what it says.
pub struct SourceColumn {
    pub name: String,
    /// “số liệu đến 05:12 24/11/2026, 7 giờ trước”; empty: never asked.
    pub age: String,
    /// Older than the source's budget.
    pub stale: bool,
    /// “có”, “không có”, “không hỏi được”.
    pub answer: String,
}

pub struct FieldRow {
    pub label: String,
    /// As many as there are columns.
    pub cells: Vec<Cell>,
}

pub struct Cell {
    /// The heading of its column, for narrow screens.
    pub source: String,
    /// Empty: the source says nothing; then `note` says why.
    pub stretches: Vec<Stretch>,
    /// “khác”, “chỉ khác cách viết”, “không hỏi được”; may be empty.
    pub note: String,
    /// The commune of today, where the value has an old name; else empty.
    pub today: String,
}

/// A piece of a value, cut at graphemes.
pub struct Stretch {
    pub text: String,
    pub differs: bool,
}
