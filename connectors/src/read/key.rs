//! Keys of records: the source's own, but never a person's number.

use super::json::Json;
use schemas::PersonalId;
use sha2::{Digest, Sha256};

/// The first 16 hexadecimal digits of SHA-256: a name for a number that does not tell the number.
pub fn hashed(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..8])
}

/// A name for a whole page: equal for the same page served twice, in whatever order its keys come.
/// Only ever compared with the page before. Nobody gains from making two pages look alike (it ends
/// the pull), so a quick hash with fixed keys serves: the same on each machine and in each run.
pub fn of_page(entries: &[Json<'_>]) -> String {
    format!("{:016x}", of_list(entries))
}

/// A key as the source gives it; one that looks like a person's number is hashed.
pub fn safe(key: &str) -> String {
    let is_number = PersonalId::parse(key).is_ok_and(|id| id.prefix_is_known());
    if is_number { hashed(key) } else { key.to_owned() }
}

/// Odd constants without a pattern: the first digits of the roots of 2, 3, 5, 7, 11, 13.
const KINDS: [u64; 6] = [
    0x6a09_e667_f3bc_c909,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
];
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Every bit of the product of both tells on the result.
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b | 1);
    (product as u64 ^ (product >> 64) as u64).wrapping_add(a.rotate_left(32))
}

fn of_bytes(kind: u64, bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut hash = kind ^ bytes.len() as u64;
    for word in words {
        hash = mix(hash ^ u64::from_le_bytes(*word), SPREAD);
    }
    let mut last = [0u8; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(hash ^ u64::from_le_bytes(last), SPREAD)
}

fn of_list(list: &[Json<'_>]) -> u64 {
    list.iter().fold(KINDS[4] ^ list.len() as u64, |hash, value| mix(hash ^ of_value(value), SPREAD))
}

fn of_value(value: &Json<'_>) -> u64 {
    match value {
        Json::Null => KINDS[0],
        Json::Bool(flag) => KINDS[1] ^ u64::from(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => mix(KINDS[2] ^ whole as u64, SPREAD),
            None => of_bytes(KINDS[2], number.to_string().as_bytes()),
        },
        Json::Text(text) => of_bytes(KINDS[3], text.as_bytes()),
        Json::List(list) => of_list(list),
        // A sum does not know the order.
        Json::Object(members) => members.iter().fold(KINDS[5], |sum, (key, value)| {
            let member = mix(of_bytes(KINDS[3], key.as_bytes()) ^ of_value(value).rotate_left(17), SPREAD);
            sum.wrapping_add(member)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_a_persons_number_is_hidden_and_any_other_stays() {
        assert_eq!(safe("DC-000123"), "DC-000123");
        assert_eq!(safe("123456789"), "123456789");
        assert_eq!(safe("099085000123"), hashed("099085000123"));
        assert_eq!(hashed("099085000123").len(), 16);
        assert_ne!(hashed("099085000123"), hashed("099085000124"));
    }

    fn page(text: &str) -> String {
        match Json::parse(text) {
            Ok(Json::List(entries)) => of_page(&entries),
            _ => panic!("a list"),
        }
    }

    #[test]
    fn a_page_keeps_its_name_in_every_run_and_whatever_the_order_of_its_keys() {
        let name = page(r#"[{"a": 1, "b": ["x", null]}, {"c": 2.5}]"#);
        assert_eq!(name, page(r#"[{"b":["x",null],"a":1},{"c":2.50}]"#));
        assert_eq!(name, "56f51eb53f3741be");
    }

    #[test]
    fn pages_that_differ_anywhere_have_different_names() {
        let pages = [
            "[]",
            "[[]]",
            "[{}]",
            "[null]",
            "[0]",
            "[1]",
            "[\"1\"]",
            "[1.5]",
            "[true]",
            "[false]",
            "[\"\"]",
            r#"["ab","c"]"#,
            r#"["a","bc"]"#,
            r#"["a","b"]"#,
            r#"["b","a"]"#,
            r#"[["a"],"b"]"#,
            r#"[["a","b"]]"#,
            r#"[{"a":"b"}]"#,
            r#"[{"b":"a"}]"#,
            r#"[{"a":1,"b":2}]"#,
            r#"[{"a":2,"b":1}]"#,
            r#"[{"a":1},{"b":2}]"#,
            r#"["12345678"]"#,
            r#"["12345678\u0000"]"#,
            r#"["123456789"]"#,
        ];
        let names: std::collections::BTreeSet<String> = pages.iter().map(|text| page(text)).collect();
        assert_eq!(names.len(), pages.len());
    }
}
