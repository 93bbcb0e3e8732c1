//! The QR of a citizen's card: a number to be trusted, and what else stood on it on the day of issue.

use super::telex;
use reconcile::compare::compare_names;
use reconcile::normal::id::{IdForm, classify};
use schemas::{Level, PartialDate, PersonRecord, PersonalId};

/// What a scan says. Carries personal values.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Card {
    pub old_id: Option<String>,
    pub name: Option<String>,
    /// ISO.
    pub birth_date: Option<String>,
    pub sex: Option<String>,
    pub address: Option<String>,
    /// ISO.
    pub issued_on: Option<String>,
}

impl Card {
    /// `ID|CMND|name|ddMMyyyy|sex|address|ddMMyyyy`, without the CMND in an older kind, with more at
    /// the end in later ones. `None`: it does not begin with 12 digits. Only the number must be
    /// there: fields that cannot be read are left out.
    pub fn read(text: &str) -> Option<(PersonalId, Self)> {
        let fields: Vec<&str> = text.split('|').map(str::trim).collect();
        let (first, rest) = fields.split_first()?;
        let digits: String = first.chars().filter(char::is_ascii_digit).collect();
        let number = match classify(&digits) {
            IdForm::Number(id) | IdForm::UnknownPrefix(id) if digits.len() == 12 => id,
            _ => return None,
        };
        let has_old_id = rest.first().is_some_and(|field| field.bytes().all(|byte| byte.is_ascii_digit()));
        let (old_id, rest) = if has_old_id { (rest[0], &rest[1..]) } else { ("", rest) };
        let field = |at: usize| rest.get(at).copied().filter(|field| !field.is_empty());
        let is_name = |text: &&str| text.chars().all(|c| c.is_alphabetic() || " '’.-".contains(c));
        let card = Self {
            old_id: Some(old_id).filter(|old| old.len() == 9).map(str::to_owned),
            name: field(0).filter(is_name).map(str::to_owned),
            birth_date: field(1).and_then(date),
            sex: field(2).and_then(sex),
            address: field(3).map(str::to_owned),
            issued_on: field(4).and_then(date),
        };
        Some((number, card))
    }

    /// Whether only the number could be read.
    pub fn is_only_a_number(&self) -> bool {
        self.name.is_none() && self.birth_date.is_none()
    }

    /// Mends what an input method did to the name, where it explains all of the difference from the
    /// name that the population has. Says whether it did.
    pub fn mend_name(&mut self, reference: &str) -> bool {
        let Some(name) = &self.name else { return false };
        let alike = |other: &str| compare_names(name, other).level <= Level::Spelling;
        if alike(reference) || !alike(&telex::typed(reference)) {
            return false;
        }
        self.name = Some(reference.to_owned());
        true
    }

    /// As one more record of the person.
    pub fn record(&self, number: &PersonalId) -> PersonRecord {
        PersonRecord {
            personal_id: Some(number.as_str().to_owned()),
            old_id: self.old_id.clone(),
            name: self.name.clone(),
            birth_date: self.birth_date.clone(),
            sex: self.sex.clone(),
            residence_text: self.address.clone(),
            ..PersonRecord::default()
        }
    }
}

/// `05031985` or `05/03/1985`.
fn date(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let iso = (digits.len() == 8).then(|| format!("{}-{}-{}", &digits[4..], &digits[2..4], &digits[..2]))?;
    PartialDate::parse_iso(&iso).ok().map(|date| date.to_string())
}

fn sex(text: &str) -> Option<String> {
    match text.to_lowercase().as_str() {
        "nam" => Some("m".into()),
        "nữ" | "nu" | "nư" => Some("f".into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_card_is_read() {
        let seven = "099085000123|990000123|NGUYỄN VĂN MẪU|05031985|Nam|Thôn 1, Xã Mẫu|01012022";
        let six = "099085000123|NGUYỄN VĂN MẪU|05031985|Nam|Thôn 1, Xã Mẫu|01012022";
        let later = "099085000123||NGUYỄN VĂN MẪU|05031985|Nam|Thôn 1, Xã Mẫu|01012022||NGUYỄN A|TRẦN B|";
        for text in [seven, six, later] {
            let (number, card) = Card::read(text).expect("a card");
            assert_eq!(number.as_str(), "099085000123");
            assert_eq!(card.name.as_deref(), Some("NGUYỄN VĂN MẪU"), "{text}");
            assert_eq!(card.birth_date.as_deref(), Some("1985-03-05"));
            assert_eq!(card.sex.as_deref(), Some("m"));
            assert_eq!(card.issued_on.as_deref(), Some("2022-01-01"));
        }
        assert_eq!(Card::read(seven).expect("a card").1.old_id.as_deref(), Some("990000123"));
        assert!(Card::read("99|x").is_none());
    }

    #[test]
    fn a_scan_of_which_only_the_digits_came_says_so() {
        let (_, card) = Card::read("099085000123|990000123|NGUY?N V?N M?U||").expect("the number");
        assert!(card.is_only_a_number());
    }

    #[test]
    fn what_an_input_method_did_is_mended_and_nothing_else_is() {
        let with = |name: &str| Card { name: Some(name.into()), ..Card::default() };
        let mut card = with("SIU HỞ");
        assert!(card.mend_name("Siu Hơr"));
        assert_eq!(card.name.as_deref(), Some("Siu Hơr"));
        let mut other = with("SIU HOAN");
        assert!(!other.mend_name("Siu Hơr"));
        assert_eq!(other.name.as_deref(), Some("SIU HOAN"));
        assert!(!with("NGUYEN VAN MAU").mend_name("Nguyễn Văn Mẫu"), "spelling needs no mending");
    }
}
