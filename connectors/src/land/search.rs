//! The search's form and the frame of its answer: the same for a commune and for one owner.

use super::position::{Start, names};
use crate::page::refuse_a_flood;
use crate::read::{Fields, Json, key};
use crate::transport::{Payload, Request};
use schemas::{ErrorClass, ProvinceCode, Sensitive, SourceError};

const SEARCH: &str = "/dc/CungCapThongTinGiayChungNhanAjax/AdvancedSearchGiayChungNhan";

/// What is searched for.
#[derive(Clone, Copy)]
pub enum Wanted<'a> {
    /// All certificates of a commune, by its code.
    Commune(&'a str),
    /// Those of the whole province that name this number among their owners.
    Owner(&'a str),
}

/// Codes are whole numbers here: they lose their zeros. 0 stands for all of them.
pub fn request(province: ProvinceCode, wanted: Wanted<'_>, at: &Start, length: u32) -> Request {
    let number = |code: &str| {
        let code = code.trim_start_matches('0');
        if code.is_empty() { "0".to_owned() } else { code.to_owned() }
    };
    let (commune, owner) = match wanted {
        Wanted::Commune(code) => (number(code), None),
        Wanted::Owner(owner) => ("0".to_owned(), Some(owner)),
    };
    let mut fields = vec![
        ("draw", draw(at, length).to_string()),
        ("start", at.start.to_string()),
        ("length", length.to_string()),
        ("tinhId", number(province.as_str())),
        ("huyenId", "0".to_owned()),
        ("xaId", commune),
    ];
    if let Some(owner) = owner {
        fields.extend([("timChinhXac", "true".to_owned()), ("soGiayTo", owner.to_owned())]);
    }
    let fields = fields.into_iter().map(|(name, value)| (name, Sensitive::new(value)));
    Request::post(SEARCH, Payload::Form(fields.collect()))
}

/// One page of the answer, before its certificates are read.
pub struct Frame<'a> {
    pub total: u64,
    entries: &'a [Json<'a>],
    /// What tells each entry from the others.
    names: Vec<String>,
    /// The page's own name.
    name: String,
}

impl<'a> Frame<'a> {
    pub fn read(answer: &'a Json<'a>, at: &Start, length: u32) -> Result<Self, SourceError> {
        let frame = Fields::of(answer).ok_or_else(|| contract("bad_page", "the answer must be an object"))?;
        let number = |name: &str| frame.integer(name).map_err(|problem| contract("bad_page", &problem.detail));
        let entries = match frame.get("data") {
            Some(Json::List(entries)) => entries,
            _ => return Err(contract("bad_page", "the answer has no list of data")),
        };
        refuse_a_flood(entries.len())?;
        if number("draw")?.is_some_and(|echo| u64::try_from(echo) != Ok(draw(at, length))) {
            return Err(contract("wrong_page", "the answer belongs to another question"));
        }
        let total = match number("recordsTotal")? {
            Some(total) => Some(total),
            None => number("recordsFiltered")?,
        };
        let total = total.and_then(|total| u64::try_from(total).ok());
        let total = total.ok_or_else(|| contract("bad_page", "recordsTotal is missing"))?;
        let (names, name) = (names(entries), key::of_page(entries));
        if name == at.last {
            return Err(contract("cursor_loop", "the source serves the same page again"));
        }
        if entries.is_empty() && at.start < total && !at.is_moved(&names) {
            return Err(contract("empty_page", "a page is empty although more were promised"));
        }
        Ok(Self { total, entries, names, name })
    }

    /// The entries without the one that the page before ended with: it was counted there.
    pub fn fresh(&self, at: &Start) -> impl Iterator<Item = &'a Json<'a>> {
        let fresh = self.entries.iter().zip(&self.names).filter(|(_, name)| **name != at.known);
        fresh.map(|(entry, _)| entry)
    }

    /// Where the next page begins, if there is one.
    pub fn next(self, at: &Start, length: u32) -> Result<Option<Start>, SourceError> {
        let has_more = at.end(self.entries.len(), length) < self.total.max(at.total);
        match has_more || at.is_moved(&self.names) {
            true => at.next(&self.names, self.name, length, self.total).map(Some),
            false => Ok(None),
        }
    }
}

/// A number that the source echoes: counts the pages from 1.
fn draw(at: &Start, length: u32) -> u64 {
    at.start / u64::from(length.max(1)) + 1
}

fn contract(code: &str, detail: &str) -> SourceError {
    SourceError::new(ErrorClass::Contract, code, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(wanted: Wanted<'_>) -> impl Fn(&str) -> Option<String> {
        let province = ProvinceCode::parse("08").expect("a code");
        let request = request(province, wanted, &Start::default(), 2);
        assert!(request.query.is_empty() && !request.path.contains("099085"), "no number in the address");
        let Payload::Form(fields) = request.payload else { panic!("a form") };
        move |name| fields.iter().find(|(key, _)| *key == name).map(|(_, value)| value.expose().to_owned())
    }

    #[test]
    fn codes_are_asked_for_without_their_zeros() {
        let value = form(Wanted::Commune("00691"));
        let asked = ["tinhId", "xaId", "draw", "soGiayTo"].map(value);
        assert_eq!(asked, [Some("8".into()), Some("691".into()), Some("1".into()), None]);
    }

    #[test]
    fn an_owner_is_searched_for_in_the_whole_province_and_by_the_whole_number() {
        let value = form(Wanted::Owner("099085000123"));
        let asked = ["tinhId", "huyenId", "xaId", "timChinhXac", "soGiayTo"].map(value);
        assert_eq!(asked.map(Option::unwrap_or_default), ["8", "0", "0", "true", "099085000123"]);
    }
}
