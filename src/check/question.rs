//! What a clerk typed or scanned.

use super::card::Card;
use crate::problem::Problem;
use reconcile::normal::id::{IdForm, classify};
use reconcile::normal::serial::normal_serial;
use schemas::{PartialDate, PersonalId};

/// The longest that a card's QR gives, and room.
const MOST_CHARACTERS: usize = 1_000;

/// What is asked for. Carries personal values.
#[derive(Clone, PartialEq, Eq)]
pub enum Question {
    /// 12 digits, of now or cancelled.
    Number(PersonalId),
    /// The same from the QR of a card, with what else stands on it.
    Card(PersonalId, Card),
    /// A CMND of nine digits.
    OldNumber(u32),
    /// The code of a case, the one-stop centre's or the national one.
    Case(String),
    /// The serial of a land certificate.
    Serial(String),
    Name {
        name: String,
        birth: PartialDate,
    },
}

impl Question {
    /// `number`, `cmnd`, `case`, `serial`, `name`: for logs, which never hold the value.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => "number",
            Self::Card(..) => "card",
            Self::OldNumber(_) => "cmnd",
            Self::Case(_) => "case",
            Self::Serial(_) => "serial",
            Self::Name { .. } => "name",
        }
    }

    /// Reads one line: 12 digits, 9 digits, the QR text of a card (its leading number counts, the rest is one more source), a
    /// case code, a certificate serial, or a name followed by a birth date or year.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.chars().count() > MOST_CHARACTERS {
            return Err(unreadable("it is too long to be a number, a code, a card or a name"));
        }
        if text.contains('|') {
            let card = Card::read(text).map(|(number, card)| Self::Card(number, card));
            return card.ok_or_else(|| unreadable("the card's code does not begin with 12 digits: scan it again"));
        }
        match classify(text) {
            IdForm::Number(id) | IdForm::UnknownPrefix(id) | IdForm::Repaired(id) => return Ok(Self::Number(id)),
            IdForm::OldNumber(old) | IdForm::RepairedOld(old) => return Ok(Self::OldNumber(old)),
            IdForm::Bad => {}
        }
        if let Some(serial) = normal_serial(text) {
            return Ok(Self::Serial(serial));
        }
        if let Some((name, date)) = text.rsplit_once(' ')
            && name.split_whitespace().count() >= 2
            && name.chars().any(char::is_alphabetic)
            && let Some(birth) = typed_date(date)
        {
            let name = name.trim().trim_end_matches(',').to_owned();
            return Ok(Self::Name { name, birth });
        }
        let is_code = text.contains(['-', '.'])
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && !text.contains(char::is_whitespace);
        if is_code {
            return Ok(Self::Case(text.to_owned()));
        }
        Err(unreadable(
            "it is no number of 12 or 9 digits, no case code, no serial, and no name followed by a birth date or year",
        ))
    }
}

/// Characters of a procedure's code.
const MOST_OF_CODE: usize = 40;

/// The code of a procedure as it was typed; `None` where nothing was. What a scanner or a hurried hand
/// puts into the wrong box goes no further: the code stands in the audit log, which holds no number and
/// no name.
pub fn procedure_code(text: &str) -> Result<Option<&str>, Problem> {
    let code = text.trim();
    if code.is_empty() {
        return Ok(None);
    }
    let letters = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let has_a_number = code.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 9);
    if code.chars().count() > MOST_OF_CODE || !code.chars().all(letters) || has_a_number {
        let cause =
            "a procedure's code has at most 40 letters, digits, dots and dashes, and holds no number of a person";
        return Err(Problem::usage("PROCEDURE", cause));
    }
    Ok(Some(code))
}

fn unreadable(cause: &str) -> Problem {
    Problem::usage("QUESTION", cause)
}

/// `05/03/1985`, `5-3-1985`, `1985-03-05`, `1985`, and `05031985` as cards have it.
fn typed_date(text: &str) -> Option<PartialDate> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() == 8 && digits(text) {
        return PartialDate::parse_iso(&format!("{}-{}-{}", &text[4..], &text[2..4], &text[..2])).ok();
    }
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    match parts.as_slice() {
        [year] if year.len() == 4 && digits(year) => PartialDate::parse_iso(year).ok(),
        [day, month, year] if year.len() == 4 => PartialDate::parse_iso(&format!("{year}-{month:0>2}-{day:0>2}")).ok(),
        [year, ..] if year.len() == 4 => PartialDate::parse_iso(text).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> &'static str {
        Question::parse(text).map_or("?", |question| question.kind())
    }

    #[test]
    fn a_procedure_is_its_code_and_never_what_belongs_into_the_other_box() {
        for code in ["1.000894", "2.002622", "1.001193.000.00.00.H60"] {
            assert_eq!(procedure_code(&format!(" {code} ")).expect("a code"), Some(code));
        }
        assert_eq!(procedure_code("  ").expect("nothing typed"), None);
        let long = "1".repeat(8) + &".1".repeat(17);
        for text in ["099085000123", "990000123", "Nguyễn", "1.000894|x", "đăng ký kết hôn", &long] {
            assert_eq!(procedure_code(text).expect_err("no code").code, "PROCEDURE", "{text}");
        }
    }

    #[test]
    fn one_line_is_told_apart_by_its_form() {
        for (text, expected) in [
            ("099085000123", "number"),
            ("099 085 000 123", "number"),
            ("990000123", "cmnd"),
            ("099085000123|990000123|NGUYỄN VĂN MẪU|05031985|Nam|Xã Mẫu|01012022", "card"),
            ("H08.12-261101-0001", "case"),
            ("000.00.12.H08-261101-0001", "case"),
            ("BA 123456", "serial"),
            ("ba-123456", "serial"),
            ("Nguyễn Văn Mẫu 05/03/1985", "name"),
            ("Nguyễn Văn Mẫu, 5/3/1985", "name"),
            ("Nguyễn Văn Mẫu 1985", "name"),
            ("Nguyễn Văn Mẫu 05031985", "name"),
            ("Nguyễn Văn Mẫu", "?"),
            ("", "?"),
            ("12345", "?"),
            ("Nguyễn Văn Mẫu 31/02/1985", "?"),
            ("99|x", "?"),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn a_typed_date_is_a_day_of_that_month() {
        let date = |text| typed_date(text).map(|date| date.to_string());
        assert_eq!(date("5/3/1985").as_deref(), Some("1985-03-05"));
        assert_eq!(date("05031985").as_deref(), Some("1985-03-05"));
        assert_eq!(date("1985-03-05").as_deref(), Some("1985-03-05"));
    }
}
