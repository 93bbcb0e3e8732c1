//! Vietnamese first, English on request.

/// The language a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Vi,
    En,
}

impl Lang {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "vi" => Some(Self::Vi),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// From the locale variables, in the order POSIX gives them; English only where they say so.
    pub fn from_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| variable(name).filter(|v| !v.is_empty()));
        match locale {
            Some(locale) if locale.starts_with("en") => Self::En,
            _ => Self::Vi,
        }
    }

    pub fn pick<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// `1.234.567` or `1,234,567`.
    pub fn number(self, value: u64) -> String {
        let digits = value.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(match self {
                    Self::Vi => '.',
                    Self::En => ',',
                });
            }
            text.push(digit);
        }
        text
    }

    /// One decimal place: `1,5` or `1.5`.
    pub fn decimal(self, value: f64) -> String {
        let text = format!("{value:.1}");
        match self {
            Self::Vi => text.replace('.', ","),
            Self::En => text,
        }
    }

    /// An ISO day as it is shown: `24/11/2026` in Vietnamese. Anything else is left as it is.
    pub fn date(self, iso: &str) -> String {
        match (self, iso.split('-').collect::<Vec<_>>().as_slice()) {
            (Self::Vi, [year, month, day]) => format!("{day}/{month}/{year}"),
            _ => iso.to_owned(),
        }
    }

    /// An instant as it is shown: `24/11/2026 02:00` in Vietnam, ISO in English.
    pub fn instant(self, at: jiff::Timestamp) -> String {
        let local = schemas::clock::VIETNAM.to_datetime(at);
        match self {
            Self::Vi => format!(
                "{:02}/{:02}/{} {:02}:{:02}",
                local.day(),
                local.month(),
                local.year(),
                local.hour(),
                local.minute()
            ),
            Self::En => format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_decides_and_vietnamese_is_the_rest() {
        let with =
            |name: &'static str, value: &'static str| Lang::from_locale(move |n| (n == name).then(|| value.into()));
        assert_eq!(with("LANG", "en_US.UTF-8"), Lang::En);
        assert_eq!(with("LC_ALL", "vi_VN.UTF-8"), Lang::Vi);
        assert_eq!(with("LANG", "C"), Lang::Vi);
    }

    #[test]
    fn numbers_are_grouped_as_the_language_groups_them() {
        assert_eq!(Lang::Vi.number(1_234_567), "1.234.567");
        assert_eq!(Lang::En.number(999), "999");
    }
}
