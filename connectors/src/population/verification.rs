//! The answer of a verification: yes or no, and nothing else.
//!
//! "Yes" says that the source has this number with this name. The row of it holds the number and
//! the name as asked, so that nothing looks as if the source had said more; the source compares
//! names without their accents, so not even the accents are its word. "No" says that number and
//! name are not there together: the number may well be, under another spelling of the name.

use super::citizens::{Citizens, Nobody};
use crate::connector::Question;
use crate::read::text::clean;
use crate::read::{key, xml};
use crate::transport::Reply;
use schemas::{CanonicalRecord, Envelope, ErrorClass, PersonRecord, Record, SourceError};

/// Reads `KetQuaXacThucResponse/TonTai`.
pub fn read(root: &xml::Element, reply: &Reply, question: &Question) -> Result<Citizens, SourceError> {
    let contract = |detail: &str| SourceError::new(ErrorClass::Contract, "bad_page", detail);
    let answer =
        root.find("KetQuaXacThucResponse").ok_or_else(|| contract("the answer has no KetQuaXacThucResponse"))?;
    let exists = answer.find("TonTai").ok_or_else(|| contract("the answer has no TonTai"))?;
    let is_confirmed = match exists.text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" => true,
        "false" | "0" => false,
        _ => return Err(contract("TonTai must be true or false")),
    };
    let as_of = reply.served_at();
    let number = question.personal_id.trim();
    let (personal_id, old_id) = if number.len() == 12 { (clean(number), None) } else { (None, clean(number)) };
    let person = PersonRecord { personal_id, old_id, name: clean(&question.name), ..PersonRecord::default() };
    let envelope = Envelope {
        record_key: key::hashed(number),
        part: 0,
        commune: None,
        // Nothing is versioned here; a later answer replaces an earlier one.
        version: as_of.as_millisecond(),
        updated_at: None,
        deleted: false,
    };
    let row = CanonicalRecord { envelope, record: Record::Person(person) };
    let rows = if is_confirmed { vec![row] } else { Vec::new() };
    Ok(Citizens { rows, rejects: Vec::new(), as_of, nobody: Nobody::NotConfirmed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn answered(body: &str) -> Result<Citizens, SourceError> {
        let question = Question {
            personal_id: " 099085000123".into(),
            name: "Nguyễn Văn Mẫu".into(),
            birth_date: "1985-03-05".into(),
            procedure: None,
            case: None,
        };
        let reply = testing::reply(body);
        read(&xml::parse(&reply.body)?, &reply, &question)
    }

    fn told(exists: &str) -> String {
        format!(
            r#"<e:Envelope xmlns:e="x"><e:Body><b:KetQuaXacThucResponse xmlns:b="y"><b:TonTai>{exists}</b:TonTai></b:KetQuaXacThucResponse></e:Body></e:Envelope>"#
        )
    }

    #[test]
    fn yes_makes_a_row_of_the_number_and_the_name_and_of_nothing_else() {
        for yes in ["true", "1", " TRUE "] {
            let said = answered(&told(yes)).expect("an answer");
            let Record::Person(person) = &said.rows[0].record else { panic!("a person") };
            let expected = PersonRecord {
                personal_id: Some("099085000123".into()),
                name: Some("Nguyễn Văn Mẫu".into()),
                ..PersonRecord::default()
            };
            assert!(*person == expected, "the birth date that was known is not confirmed by anybody");
            assert_eq!(said.rows[0].envelope.commune, None);
        }
    }

    #[test]
    fn no_is_an_answer_that_does_not_say_that_the_citizen_does_not_exist() {
        for no in ["false", "0"] {
            let said = answered(&told(no)).expect("an answer");
            assert!(said.rows.is_empty() && said.rejects.is_empty());
            assert_eq!(said.nobody, Nobody::NotConfirmed);
        }
    }

    #[test]
    fn anything_but_yes_or_no_is_no_answer() {
        for body in [told(""), told("có"), "<a/>".into(), "<KetQuaXacThucResponse/>".into()] {
            let error = answered(&body).map(|_| ()).expect_err("no answer");
            assert_eq!((error.class, error.code.as_str()), (ErrorClass::Contract, "bad_page"), "{body}");
        }
    }
}
