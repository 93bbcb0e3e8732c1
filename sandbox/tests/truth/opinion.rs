//! Linking and comparing, as `docs/findings.md` says and as plainly as possible.

use crate::mention::{Findings, Mention};
use crate::population::Population;
use sandbox::spelling::fold;
use schemas::FindingKind as K;
use std::collections::BTreeMap;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

/// Old commune → its successors.
pub fn successors() -> BTreeMap<String, Vec<String>> {
    let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut reader = csv::Reader::from_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/units/mapping.csv"))
        .expect("catalogue");
    for row in reader.records().map(|r| r.expect("row")) {
        map.entry(row[0].to_owned()).or_default().push(row[1].to_owned());
    }
    map
}

pub struct Opinion {
    pub population: Population,
    pub successors: BTreeMap<String, Vec<String>>,
    pub found: Findings,
}

impl Opinion {
    /// Ties the mention to a person and compares; returns the person's number.
    pub fn hear(&mut self, m: &Mention) -> Option<String> {
        let number = self.link(m)?;
        let reference = self.population.people[&number].clone();
        let subject = format!("person:{number}");
        let (one, other) = (plain(&reference.name), plain(&m.name));
        if one != other {
            let kind = if fold(&one) == fold(&other) { K::NameDiacritic } else { K::NameDiff };
            self.found.add(kind, &subject, "name", m.source);
        }
        self.births(&reference, m, &subject);
        if !m.sex.is_empty() && m.sex != reference.sex {
            self.found.add(K::SexDiff, &subject, "sex", m.source);
        }
        if !m.ethnicity.is_empty() && m.ethnicity != reference.ethnicity {
            self.found.add(K::EthnicCode, &subject, "ethnicity", m.source);
        }
        for (at, field) in ["father", "mother"].into_iter().enumerate() {
            let (one, other) = (&reference.parents[at], &m.parents[at]);
            if m.source == "civil_status" && !one.is_empty() && !other.is_empty() && fold(one) != fold(other) {
                self.found.add(K::ParentDiff, &subject, field, m.source);
            }
        }
        self.home(m, &subject);
        if !m.commune.is_empty() {
            let (here, there) = (self.candidates(&reference), self.candidates(m));
            if !there.iter().any(|c| here.contains(c)) {
                self.found.add(K::AddrMoved, &subject, "residence", m.source);
            }
        }
        Some(number)
    }

    pub fn link(&mut self, m: &Mention) -> Option<String> {
        // One-stop systems have one field for either.
        let cmnd = if m.number.len() == 9 { &m.number } else { &m.cmnd };
        if m.number.is_empty() || m.number.len() == 9 {
            let Some(holders) = self.population.cmnds.get(cmnd) else { return self.by_name(m) };
            let [only] = holders.as_slice() else { return None };
            self.found.add(K::Id9Vs12, format!("person:{only}"), "personal_id", m.source);
            return Some(only.clone());
        }
        let mut digits: String = m.number.chars().filter(char::is_ascii_digit).collect();
        if digits.len() == 11 {
            digits.insert(0, '0');
        }
        if digits.len() != 12 || !digits.starts_with("099") {
            let person = self.by_name(m);
            let subject = person
                .as_ref()
                .map_or_else(|| format!("record:{}/{}", m.source, m.key), |number| format!("person:{number}"));
            self.found.add(K::IdBadFormat, subject, "personal_id", m.source);
            return person;
        }
        if digits != m.number {
            self.found.add(K::IdBadFormat, format!("person:{digits}"), "personal_id", m.source);
        }
        if self.population.people.contains_key(&digits) {
            return Some(digits);
        }
        if let Some(now) = self.population.former.get(&digits) {
            self.found.add(K::IdReissued, format!("person:{now}"), "personal_id", m.source);
            return Some(now.clone());
        }
        self.found.add(K::IdAliasMissing, format!("person:{digits}"), "personal_id", m.source);
        None
    }

    /// Whoever alone has this name, whatever its spelling, and this birth date.
    fn by_name(&self, m: &Mention) -> Option<String> {
        let holders = self.population.names.get(&(fold(&m.name), m.birth.clone()))?;
        let [only] = holders.as_slice() else { return None };
        Some(only.clone())
    }

    pub fn births(&mut self, reference: &Mention, m: &Mention, subject: &str) {
        let (one, other) = (&reference.birth, &m.birth);
        let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
        if one == other {
            return;
        }
        if long.starts_with(short.as_str()) {
            let poorer = if one.len() < other.len() { "population" } else { m.source };
            return self.found.add(K::DobPartial, subject, "birth_date", poorer);
        }
        let exchanged = |d: &str| format!("{}-{}-{}", &d[..4], &d[8..], &d[5..7]);
        let swap = one.len() == 10 && other.len() == 10 && exchanged(one) == **other;
        self.found.add(if swap { K::DobSwap } else { K::DobDiff }, subject, "birth_date", m.source);
    }

    pub fn candidates(&self, m: &Mention) -> Vec<String> {
        if m.district.is_empty() { vec![m.commune.clone()] } else { self.successors[&m.commune].clone() }
    }

    pub fn home(&mut self, m: &Mention, subject: &str) {
        if !m.district.is_empty() {
            let kind = if self.candidates(m).len() > 1 { K::AddrSplitUnit } else { K::AddrStaleUnit };
            self.found.add(kind, subject, "residence", m.source);
        }
    }

    pub fn of_population(&mut self) {
        let people: Vec<Mention> = self.population.people.values().cloned().collect();
        let mut doubles: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for p in &people {
            let subject = format!("person:{}", p.number);
            self.home(p, &subject);
            let even = (p.number.as_bytes()[3] - b'0').is_multiple_of(2);
            if even != (p.sex == "1") {
                self.found.add(K::SexDiff, &subject, "sex", "population");
            }
            if !p.parents[1].is_empty() && p.birth.len() == 10 {
                doubles.entry((fold(&p.name), &p.birth, &p.sex, &p.parents[1])).or_default().push(&p.number);
            }
        }
        for numbers in doubles.values().filter(|numbers| numbers.len() > 1) {
            self.found.add(K::IdDuplicate, format!("person:{}", numbers[0]), "personal_id", "population");
        }
    }
}

/// Letter case, spaces and composition set aside.
pub fn plain(name: &str) -> String {
    name.nfc().collect::<String>().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
