//! Why the records are thought to be of one person.

/// One record and its person.
pub struct EvidenceView {
    /// “Đất đai, giấy chứng nhận BA 123456”.
    pub record: String,
    /// “cùng số định danh”, “ghép theo họ tên và ngày sinh: 98,7 %”.
    pub conclusion: String,
    pub strengths: Vec<Strength>,
    /// Empty: linked by its number.
    pub steps: Vec<WaterfallStep>,
    /// “+12,4”.
    pub sum: String,
}

pub struct Strength {
    /// `strong`, `medium`, `weak`, `against`.
    pub level: String,
    /// mạnh, vừa, yếu, trái lại.
    pub words: String,
    pub text: String,
}

pub struct WaterfallStep {
    pub field: String,
    pub level: String,
    /// “+6,2”.
    pub bits: String,
    /// Of a drawing 200 wide; where the bar begins and how wide it is.
    pub bar_from: u32,
    pub bar_width: u32,
    pub against: bool,
    pub record_value: String,
    pub person_value: String,
}
