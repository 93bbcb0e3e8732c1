//! Hours in which a source may be down and nobody is told.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// A source, an interconnect, or `*`.
    pub of: String,
    pub from: Timestamp,
    /// Not in it any more.
    pub until: Timestamp,
}

/// All announced windows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Maintenance(pub Vec<Window>);

impl Maintenance {
    /// Whether the source, or the interconnect that it is behind, is being worked on.
    pub fn covers(&self, source: &str, interconnect: Option<&str>, at: Timestamp) -> bool {
        let named = |of: &str| of == "*" || of == source || interconnect == Some(of);
        self.0.iter().any(|window| window.from <= at && at < window.until && named(&window.of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_of_a_source_of_an_interconnect_or_of_all() {
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        let window =
            |of: &str| Window { of: of.into(), from: at("2026-11-24T15:00:00Z"), until: at("2026-11-24T23:00:00Z") };
        let during = at("2026-11-24T19:00:00Z");
        assert!(Maintenance(vec![window("land")]).covers("land", None, during));
        assert!(Maintenance(vec![window("ldop")]).covers("land", Some("ldop"), during));
        assert!(!Maintenance(vec![window("ldop")]).covers("land", None, during));
        assert!(Maintenance(vec![window("*")]).covers("land", None, during));
        assert!(!Maintenance(vec![window("*")]).covers("land", None, at("2026-11-24T23:00:00Z")));
    }
}
