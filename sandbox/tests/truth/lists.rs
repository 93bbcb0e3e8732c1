//! The communes' files.

use crate::mention::{Mention, iso};
use crate::opinion::Opinion;
use schemas::FindingKind as K;
use std::collections::BTreeMap;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

/// All rows of all files, as texts.
pub fn rows(folder: &Path) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        let key = path.file_name().and_then(|n| n.to_str()).expect("name")[..5].to_owned();
        let lines: Vec<Vec<String>> = if path.extension().is_some_and(|e| e == "xlsx") {
            use calamine::{Reader, Xlsx, open_workbook};
            let mut book: Xlsx<_> = open_workbook(&path).expect("workbook");
            let range = book.worksheet_range_at(0).expect("sheet").expect("range");
            range.rows().map(|r| r.iter().map(ToString::to_string).collect()).collect()
        } else {
            let whole: String = text_of(&std::fs::read(&path).expect("a file")).nfc().collect();
            let separator = if whole.contains("STT;") { b';' } else { b',' };
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(separator)
                .flexible(true)
                .has_headers(false)
                .from_reader(whole.as_bytes());
            reader.records().map(|r| r.expect("row").iter().map(str::to_owned).collect()).collect()
        };
        let numbered = |row: &Vec<String>| row.len() == 18 && row[0].parse::<u32>().is_ok();
        all.extend(lines.into_iter().filter(numbered).map(|mut row| {
            row[0] = format!("{key}/{}", row[0]);
            row
        }));
    }
    all
}

/// UTF-8, or the old font under which the header reads as it should.
fn text_of(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let tcvn3 = sandbox::old_text::from_tcvn3(bytes);
    if tcvn3.contains("Họ và tên") { tcvn3 } else { from_vni(bytes) }
}

fn from_vni(bytes: &[u8]) -> String {
    let small = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ";
    let letters: BTreeMap<Vec<u8>, char> = small
        .chars()
        .chain(small.to_uppercase().chars())
        .map(|letter| (sandbox::old_text::vni(&letter.to_string()), letter))
        .collect();
    let (mut text, mut at) = (String::new(), 0);
    while at < bytes.len() {
        let found = [2, 1].into_iter().find_map(|length| Some((length, letters.get(bytes.get(at..at + length)?)?)));
        let (length, letter) = found.map_or((1, char::from(bytes[at])), |(length, letter)| (length, *letter));
        text.push(letter);
        at += length;
    }
    text
}

pub fn list_birth(cell: &str) -> String {
    match cell.parse::<f64>() {
        Ok(serial) if serial > 3_000.0 => {
            let days = jiff::SignedDuration::from_hours(24 * serial as i64);
            jiff::civil::date(1899, 12, 30).saturating_add(days).to_string()
        }
        _ => iso(cell),
    }
}

pub fn lists(folder: &Path, opinion: &mut Opinion) {
    let nations = sandbox::names::tables::NATION_NAMES;
    let mentions: Vec<Mention> = rows(folder)
        .into_iter()
        .map(|row| Mention {
            source: "commune_files",
            key: row[0].clone(),
            number: row[1].clone(),
            cmnd: row[2].clone(),
            name: row[3].clone(),
            birth: list_birth(&row[4]),
            sex: if row[5] == "Nam" { "1" } else { "2" }.to_owned(),
            ethnicity: nations.iter().position(|n| *n == row[6]).map_or(row[6].clone(), |at| format!("{:02}", at + 1)),
            commune: row[9].clone(),
            district: row[10].clone(),
            ..Mention::default()
        })
        .collect();
    let mut by_number: BTreeMap<&str, Vec<&Mention>> = BTreeMap::new();
    for m in mentions.iter().filter(|m| !m.number.is_empty()) {
        by_number.entry(&m.number).or_default().push(m);
    }
    for m in &mentions {
        let same = by_number.get(m.number.as_str()).map_or(1, Vec::len);
        if same > 1 {
            opinion.found.add(K::IdDuplicate, format!("person:{}", m.number), "personal_id", "commune_files");
        } else {
            opinion.hear(m);
        }
    }
}
