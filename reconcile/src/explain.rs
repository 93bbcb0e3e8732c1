//! Why two values are not the same, for eyes: which characters differ, and what both come to in
//! the normal form in which they are compared.

use crate::normal::fold::fold;
use crate::normal::id::{IdForm, classify};
use config::rules::Spelling;
use similar::{Algorithm, DiffTag, capture_diff_slices};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// A stretch of a value, of whole letters (an accent is never cut from its letter).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    pub text: String,
    /// The other value does not have it.
    pub differs: bool,
}

/// Where two texts differ, letter by letter; composition (NFC against NFD) and case are no difference,
/// as they are none when values are compared.
///
/// The stretches of a side joined are that side's text in NFC.
pub fn differences(a: &str, b: &str) -> (Vec<Stretch>, Vec<Stretch>) {
    let (a, b): (String, String) = (a.nfc().collect(), b.nfc().collect());
    let (left, right): (Vec<&str>, Vec<&str>) = (a.graphemes(true).collect(), b.graphemes(true).collect());
    let lower = |side: &[&str]| side.iter().map(|letter| letter.to_lowercase()).collect::<Vec<_>>();
    let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
    for operation in capture_diff_slices(Algorithm::Myers, &lower(&left), &lower(&right)) {
        let differs = operation.tag() != DiffTag::Equal;
        push(&mut of_a, left[operation.old_range()].concat(), differs);
        push(&mut of_b, right[operation.new_range()].concat(), differs);
    }
    (of_a, of_b)
}

fn push(stretches: &mut Vec<Stretch>, text: String, differs: bool) {
    if text.is_empty() {
        return;
    }
    match stretches.last_mut() {
        Some(last) if last.differs == differs => last.text.push_str(&text),
        _ => stretches.push(Stretch { text, differs }),
    }
}

/// What a value of a compared field comes to before it is compared: names without case, accents and
/// variants of spelling, numbers without separators. `None` where a value is compared as it stands.
pub fn normal_form(field: &str, value: &str) -> Option<String> {
    match field {
        "name" | "father" | "mother" => Some(words(value, &PLAIN)),
        "personal_id" => match classify(value) {
            IdForm::Number(id) | IdForm::UnknownPrefix(id) | IdForm::Repaired(id) => Some(id.as_str().to_owned()),
            IdForm::OldNumber(old) | IdForm::RepairedOld(old) => Some(format!("{old:09}")),
            IdForm::Bad => None,
        },
        "residence" | "owner" | "serial" => Some(words(value, &[])),
        _ => None,
    }
    .filter(|normal| normal != value)
}

/// All that spelling may change, but for i and y, without which a name reads strangely.
const PLAIN: [Spelling; 4] = [Spelling::TonePlacement, Spelling::DStroke, Spelling::Accents, Spelling::Hyphen];

fn words(value: &str, away: &[Spelling]) -> String {
    value.split_whitespace().map(|word| fold(word, away)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(stretches: &[Stretch]) -> String {
        stretches.iter().map(|s| if s.differs { format!("[{}]", s.text) } else { s.text.clone() }).collect()
    }

    fn both(a: &str, b: &str) -> (String, String) {
        let (a, b) = differences(a, b);
        (marked(&a), marked(&b))
    }

    #[test]
    fn letters_that_differ_are_marked_whole_with_their_accents() {
        assert_eq!(both("Nguyễn Văn Hoà", "Nguyễn Văn Hòa"), ("Nguyễn Văn H[oà]".into(), "Nguyễn Văn H[òa]".into()));
        assert_eq!(both("12/03/1985", "03/12/1985").0.matches(|c: char| c.is_ascii_digit()).count(), 8);
        assert_eq!(both("TRẦN THỊ AN", "Trần An"), ("TRẦN [THỊ ]AN".into(), "Trần An".into()));
        assert_eq!(both("Trần Thị An", "Trần An"), ("Trần [Thị ]An".into(), "Trần An".into()));
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same() {
        let decomposed: String = "Nguyễn Thị Hoà".nfd().collect();
        assert_eq!(both("Nguyễn Thị Hoà", &decomposed), ("Nguyễn Thị Hoà".into(), "Nguyễn Thị Hoà".into()));
    }

    #[test]
    fn the_stretches_of_a_side_are_its_text_and_what_does_not_differ_is_the_same_on_both() {
        let samples = ["", "a", "Lê Văn Đạt", "LE VAN DAT", "Lê Đạt", "Giàng A Páo", "1985-03-12", "👩‍👩‍👧 x"];
        for a in samples {
            for b in samples {
                let (left, right) = differences(a, b);
                let joined = |side: &[Stretch]| side.iter().map(|s| s.text.as_str()).collect::<String>();
                let common =
                    |side: &[Stretch]| side.iter().filter(|s| !s.differs).map(|s| s.text.as_str()).collect::<String>();
                assert_eq!((joined(&left), joined(&right)), (a.nfc().collect(), b.nfc().collect()));
                assert_eq!(common(&left).to_lowercase(), common(&right).to_lowercase(), "{a} {b}");
            }
        }
    }

    #[test]
    fn a_normal_form_is_told_only_where_it_is_not_the_value_itself() {
        assert_eq!(normal_form("name", "NGUYỄN  Thị Hoà").as_deref(), Some("nguyen thi hoa"));
        assert_eq!(normal_form("personal_id", "099 085 000123").as_deref(), Some("099085000123"));
        assert_eq!(normal_form("personal_id", "099085000123"), None);
        assert_eq!(normal_form("birth_date", "1985-03-12"), None);
    }
}
