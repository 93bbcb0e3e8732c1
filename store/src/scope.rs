//! Whose data somebody may see. Every read that a person's screen is made of takes one, so that
//! forgetting it does not compile.

use std::collections::BTreeSet;

/// Communes, by today's codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The whole province.
    Province,
    Communes(BTreeSet<String>),
}

impl Scope {
    /// `*`, or codes with a space between them; as it is kept.
    pub fn parse(text: &str) -> Self {
        match text.trim() {
            "*" => Self::Province,
            codes => Self::Communes(codes.split_whitespace().map(str::to_owned).collect()),
        }
    }

    pub fn to_text(&self) -> String {
        match self {
            Self::Province => "*".to_owned(),
            Self::Communes(codes) => codes.iter().map(String::as_str).collect::<Vec<_>>().join(" "),
        }
    }

    /// Whether what belongs to this commune may be seen. What belongs to none is the province's.
    pub fn sees(&self, commune: Option<&str>) -> bool {
        match self {
            Self::Province => true,
            Self::Communes(codes) => commune.is_some_and(|commune| codes.contains(commune)),
        }
    }

    /// Whether all that `other` sees is seen here, too.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Province, _) => true,
            (Self::Communes(_), Self::Province) => false,
            (Self::Communes(own), Self::Communes(others)) => others.is_subset(own),
        }
    }

    /// `None`: no restriction.
    pub(crate) fn codes(&self) -> Option<Vec<String>> {
        match self {
            Self::Province => None,
            Self::Communes(codes) => Some(codes.iter().cloned().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_kept_as_text_and_comes_back() {
        for text in ["*", "00691 00694", ""] {
            assert_eq!(Scope::parse(text).to_text(), text);
        }
    }

    #[test]
    fn a_commune_sees_itself_and_nothing_that_has_no_commune() {
        let scope = Scope::parse("00691");
        assert!(scope.sees(Some("00691")));
        assert!(!scope.sees(Some("00694")));
        assert!(!scope.sees(None));
        assert!(Scope::Province.sees(None));
        assert!(!Scope::parse("").sees(Some("00691")), "no commune is not the whole province");
    }

    #[test]
    fn nobody_hands_on_more_than_they_see() {
        let (one, two) = (Scope::parse("00691"), Scope::parse("00691 00694"));
        assert!(two.covers(&one) && Scope::Province.covers(&two));
        assert!(!one.covers(&two) && !two.covers(&Scope::Province));
    }
}
