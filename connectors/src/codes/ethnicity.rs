//! The 54 peoples of Vietnam (General Statistics Office list 121-TCTK/PPCĐ of 1979) and the ways
//! the sources write them: `01` (population), `63001` (newer civil status), a name (lists).

use crate::read::text::{fold, padded};

/// Code and folded names, the official one first.
const PEOPLES: &[(&str, &[&str])] = &[
    ("01", &["kinh", "viet"]),
    ("02", &["tay"]),
    ("03", &["thai"]),
    ("04", &["hoa", "han"]),
    ("05", &["khome", "khmer", "khomer"]),
    ("06", &["muong"]),
    ("07", &["nung"]),
    ("08", &["hmong", "mong", "meo"]),
    ("09", &["dao"]),
    ("10", &["giarai", "jrai"]),
    ("11", &["ngai"]),
    ("12", &["ede"]),
    ("13", &["bana"]),
    ("14", &["xodang", "sedang"]),
    ("15", &["sanchay", "caolan", "caolansanchi", "sanchi"]),
    ("16", &["coho"]),
    ("17", &["cham"]),
    ("18", &["sandiu"]),
    ("19", &["hre"]),
    ("20", &["mnong"]),
    ("21", &["raglai", "raglay"]),
    ("22", &["xtieng", "stieng"]),
    ("23", &["bruvankieu", "vankieu"]),
    ("24", &["tho"]),
    ("25", &["giay"]),
    ("26", &["cotu", "katu"]),
    ("27", &["gietrieng", "giatrieng"]),
    ("28", &["ma"]),
    ("29", &["khomu", "khmu"]),
    ("30", &["co", "cor"]),
    ("31", &["taoi"]),
    ("32", &["choro"]),
    ("33", &["khang"]),
    ("34", &["xinhmun"]),
    ("35", &["hanhi"]),
    ("36", &["churu"]),
    ("37", &["lao"]),
    ("38", &["lachi"]),
    ("39", &["laha"]),
    ("40", &["phula"]),
    ("41", &["lahu"]),
    ("42", &["lu"]),
    ("43", &["lolo"]),
    ("44", &["chut"]),
    ("45", &["mang"]),
    ("46", &["pathen"]),
    ("47", &["colao"]),
    ("48", &["cong"]),
    ("49", &["boy", "bouy"]),
    ("50", &["sila"]),
    ("51", &["pupeo"]),
    ("52", &["brau"]),
    ("53", &["odu"]),
    ("54", &["romam"]),
];

/// The prefix of the newer civil-status list.
const CIVIL_STATUS_PREFIX: &str = "63";

/// The 2-digit code. A code that is in neither list stays as the source wrote it: it is not ours
/// to drop. A name that is not known says nothing.
pub fn code(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        let name = fold(text);
        let name = name.strip_prefix("dantoc").unwrap_or(&name);
        return PEOPLES.iter().find(|(_, names)| names.contains(&name)).map(|(code, _)| (*code).to_owned());
    }
    if text.len() == 5
        && let Some(rest) = text.strip_prefix(CIVIL_STATUS_PREFIX)
        && let Some(two) = rest.strip_prefix('0')
    {
        return Some(two.to_owned());
    }
    Some(padded(text, 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn code_list_and_name_lead_to_one_code() {
        for (text, expected) in [
            ("01", "01"),
            ("1", "01"),
            ("63001", "01"),
            ("63054", "54"),
            ("Kinh", "01"),
            ("Tày", "02"),
            ("H'Mông", "08"),
            ("Cao Lan", "15"),
            ("Dân tộc Dao", "09"),
            ("Ê Đê", "12"),
        ] {
            assert_eq!(code(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(code(""), None);
        assert_eq!(code("không rõ"), None);
        assert_eq!(code("99").as_deref(), Some("99"));
    }

    #[test]
    fn the_table_has_54_peoples_and_no_name_twice() {
        assert_eq!(PEOPLES.len(), 54);
        let names: Vec<&str> = PEOPLES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert!(PEOPLES.iter().enumerate().all(|(at, (code, _))| *code == format!("{:02}", at + 1)));
    }
}
