//! Kinds of identity papers, as civil status and land number them.

/// 1 CMND, 2 passport, 4 CCCD; all others are `other`.
pub fn kind(code: &str) -> String {
    match code.trim() {
        "1" => "cmnd",
        "2" => "passport",
        "4" => "cccd",
        _ => "other",
    }
    .to_owned()
}
