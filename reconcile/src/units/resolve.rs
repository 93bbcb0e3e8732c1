//! From a residence to the commune of today, by the evidence that the residence carries.

use super::catalogue::{Catalogue, Place};
use super::name::{Written, grade, written};
use super::successors::ambiguous;
use super::{Former, Learned, Query, Resolution, Status};
use config::units::REFORM;
use jiff::civil::Date;
use schemas::record::Residence;
use schemas::{CommuneCode, ProvinceCode};

/// A residence with its empty parts taken out and its text taken apart.
#[derive(Clone, Copy, Default)]
pub(super) struct Evidence<'a> {
    name: Option<Written<'a>>,
    pub district: Option<&'a str>,
    /// Whether a province is named, and which: of today, of before.
    pub province: Option<(Option<ProvinceCode>, Option<ProvinceCode>)>,
    /// The record was last changed before the reform.
    old_record: bool,
}

impl Evidence<'_> {
    fn fits_today(&self, province: ProvinceCode) -> bool {
        self.province.is_none_or(|(today, _)| today == Some(province))
    }

    fn fits_before(&self, province: ProvinceCode) -> bool {
        self.province.is_none_or(|(_, before)| before == Some(province))
    }

    /// Province and commune without a district: the form of an address since the reform. Before,
    /// no address went without its district, so this outweighs the age of the record.
    fn has_two_levels(&self) -> bool {
        self.province.is_some() && self.district.is_none()
    }

    /// A province that went out of use is named.
    pub(super) fn province_is_gone(&self) -> bool {
        matches!(self.province, Some((None, Some(_))))
    }
}

impl Catalogue {
    /// What a residence means today; `as_of` is the day on which its record was last changed.
    pub fn resolve(&self, residence: &Residence<'_>, as_of: Option<Date>) -> Resolution {
        self.plain(residence, as_of).map_or_else(|| self.careful(residence, as_of), Resolution::Current)
    }

    /// The usual cases without a single allocation: a code of today without a district, with the
    /// name of today or none, in a record that is not older than the reform or has the form of an
    /// address since then.
    fn plain(&self, residence: &Residence<'_>, as_of: Option<Date>) -> Option<CommuneCode> {
        if residence.district.is_some_and(|d| !is_nothing(d)) {
            return None;
        }
        let commune = self.current(CommuneCode::parse(residence.commune?).ok()?)?;
        if residence.province.is_some_and(|province| province != commune.province.as_str()) {
            return None;
        }
        if residence.commune_name.is_some_and(|name| name != commune.full_name) {
            return None;
        }
        let text_fits = residence.text.map(|text| self.ends_in_full_name(text, commune.code));
        let new_form = residence.province.is_some() || text_fits == Some(true);
        let new_record = as_of.is_none_or(|day| day >= REFORM);
        (text_fits != Some(false) && (new_form || new_record)).then_some(commune.code)
    }

    fn careful(&self, residence: &Residence<'_>, as_of: Option<Date>) -> Resolution {
        let text = residence.text.filter(|text| !text.trim().is_empty());
        let has_unit = residence.commune.is_some() || residence.commune_name.is_some();
        let detail = residence.detail.filter(|detail| !has_unit && text.is_none() && detail.contains(','));
        let bare = !has_unit && residence.province.is_none() && residence.district.is_none();
        if let Some(text) = text.filter(|_| bare) {
            return self.read(text, as_of);
        }
        let parsed = text.or(detail).map(|text| self.parse(text)).unwrap_or_default();
        let given = residence.commune.map(str::trim).filter(|code| !code.is_empty());
        let digits = given.map(|code| code.rsplit('.').next().unwrap_or(code));
        let code =
            digits.and_then(|code| CommuneCode::parse_lenient(code).ok()).filter(|code| code.as_str() != "00000");
        let misplaced = given.filter(|given| given.chars().any(char::is_alphabetic));
        let name = residence.commune_name.filter(|name| !name.trim().is_empty()).or(misplaced).or(parsed.commune);
        let district = residence.district.filter(|d| !is_nothing(d)).or(parsed.district);
        let province = residence.province.filter(|p| !p.trim().is_empty()).or(parsed.province);
        let evidence = Evidence {
            name: name.map(written),
            district: district.map(str::trim),
            province: province.and_then(|text| self.province(text)),
            old_record: as_of.is_some_and(|day| day < REFORM),
        };
        match (code, evidence.name) {
            (None, None) => Resolution::Unknown,
            (Some(code), None) => self.by_code(code, &evidence),
            (None, Some(name)) => self.by_name(name, &evidence),
            (Some(code), Some(name)) => self.by_code_and_name(code, name, &evidence),
        }
    }

    /// A residence that is nothing but a text.
    fn read(&self, text: &str, as_of: Option<Date>) -> Resolution {
        // Without a day, two levels are the form of today: a nightly run reads today's records.
        let query = Query { text: Some(text), as_of: as_of.or(Some(REFORM)), ..Query::default() };
        let answer = self.resolver().resolve(&query, &Learned::default());
        let mut codes: Vec<CommuneCode> = answer.codes().collect();
        codes.sort();
        let first = answer.candidates.first();
        let from = || match first.and_then(|c| c.path.first()) {
            Some(step) => {
                Former { code: Some(step.from.code), name: format!("{}, {}", step.from.full_name, step.from.within) }
            }
            None => Former { code: codes.first().copied(), name: text.trim().to_owned() },
        };
        match (answer.status, codes.as_slice()) {
            (Status::Current, [one]) => Resolution::Current(*one),
            (Status::Stale, [one]) => {
                let acts = first.map_or(&[][..], |c| c.path.as_slice()).iter().flat_map(|step| step.act.split(';'));
                let acts: Vec<String> = acts.map(str::trim).filter(|act| !act.is_empty()).map(str::to_owned).collect();
                let acts = if acts.is_empty() { self.acts(*one) } else { acts };
                Resolution::Stale { from: from(), to: *one, acts }
            }
            (Status::Split, _) => Resolution::Split { from: from(), candidates: codes },
            (Status::Ambiguous, _) => Resolution::Ambiguous { candidates: codes },
            _ => Resolution::Unknown,
        }
    }

    /// The provinces of both generations that a code or a name means; `None`: it says nothing.
    fn province(&self, text: &str) -> Option<(Option<ProvinceCode>, Option<ProvinceCode>)> {
        let text = text.trim();
        let pick = |today: bool, fits: &dyn Fn(&super::catalogue::ProvinceName) -> bool| {
            self.provinces.iter().find(|p| p.today == today && fits(p)).map(|p| p.code)
        };
        let found = match ProvinceCode::parse_lenient(text) {
            Ok(code) => (pick(true, &|p| p.code == code), pick(false, &|p| p.code == code)),
            Err(_) => {
                let named = self.provinces_named(text);
                let one = |today: bool| {
                    let mut hits = named.iter().filter(|p| p.today == today);
                    hits.next().filter(|_| hits.next().is_none()).map(|p| p.code)
                };
                (one(true), one(false))
            }
        };
        (found != (None, None)).then_some(found)
    }

    fn by_code(&self, code: CommuneCode, evidence: &Evidence<'_>) -> Resolution {
        let now = self.current(code);
        let old = self.old_at(code);
        if evidence.district.is_some() {
            return match (old, now) {
                (Some(at), _) if self.in_district(at, evidence) => self.after_old(at, true),
                (None, Some(_)) => self.called_otherwise(code, evidence),
                (Some(at), Some(_)) => {
                    let mut all = self.successors[at].clone();
                    all.push(code);
                    ambiguous(all)
                }
                (Some(at), None) => self.after_old(at, true),
                (None, None) => self.after_older(self.older_with(code, None)),
            };
        }
        let fits_now = now.is_some_and(|commune| evidence.fits_today(commune.province));
        let fits_old = old.is_some_and(|at| evidence.fits_before(self.old[at].province));
        match (now, old) {
            (Some(_), Some(at)) if fits_old && (!fits_now || (evidence.old_record && !evidence.has_two_levels())) => {
                self.after_old(at, evidence.province_is_gone())
            }
            (Some(_), _) if fits_now => Resolution::Current(code),
            // The province contradicts both readings of the code.
            (Some(_), _) if evidence.province_is_gone() => Resolution::Ambiguous { candidates: vec![code] },
            (Some(_), Some(at)) if evidence.old_record => self.after_old(at, false),
            (Some(_), _) => Resolution::Current(code),
            (None, Some(at)) => self.after_old(at, true),
            (None, None) => self.after_older(self.older_with(code, None)),
        }
    }

    fn by_code_and_name(&self, code: CommuneCode, name: Written<'_>, evidence: &Evidence<'_>) -> Resolution {
        let now = self.current(code);
        let old = self.old_at(code);
        let today = now.map_or(0, |c| grade(name, written(&c.full_name).kind, &c.name));
        let before = old.map_or(0, |at| grade(name, written(&self.old[at].full_name).kind, &self.old[at].name));
        let former = self.former_kind.get(&code).filter(|(kind, ..)| name.kind.is_some() && *kind == name.kind);
        if today > 0 && former.is_some() && evidence.district.is_none() && before < 4 {
            return self.type_changed(code);
        }
        let agrees = |grade: u8, fits: bool| if fits { grade } else { 0 };
        match (today, before) {
            (0, 0) => {
                let older = self.older_with(code, Some(name));
                let found = if older.is_empty() { self.by_name(name, evidence) } else { self.after_older(older) };
                self.reconcile_with_code(code, found)
            }
            (_, 1..) if evidence.district.is_some() => old.map_or(Resolution::Unknown, |at| self.after_old(at, true)),
            (1.., 0) if evidence.district.is_some() => self.called_otherwise(code, evidence),
            _ => {
                let fits_now = now.is_some_and(|c| evidence.fits_today(c.province));
                let fits_old = old.is_some_and(|at| evidence.fits_before(self.old[at].province));
                let (mut a, mut b) = (agrees(today, fits_now), agrees(before, fits_old));
                if (a, b) == (0, 0) {
                    (a, b) = (today, before);
                }
                let tie = b == a && evidence.old_record && !evidence.has_two_levels();
                match old {
                    Some(at) if b > a => self.after_old(at, evidence.province_is_gone()),
                    // Code and name are of both generations and nothing else tells them apart.
                    Some(at) if tie && self.successors[at].len() > 1 => ambiguous(self.successors[at].clone()),
                    Some(at) if tie => self.after_old(at, false),
                    _ if evidence.province_is_gone() => self.called_otherwise(code, evidence),
                    _ => Resolution::Current(code),
                }
            }
        }
    }

    /// Code and name speak of different units: one answer only where the name leads to the code.
    fn reconcile_with_code(&self, code: CommuneCode, found: Resolution) -> Resolution {
        if self.current(code).is_none() {
            return match found {
                Resolution::Unknown => self.by_code(code, &Evidence::default()),
                found => found,
            };
        }
        if found.single() == Some(code) {
            return found;
        }
        let mut all = found.communes().to_vec();
        all.push(code);
        ambiguous(all)
    }

    fn by_name(&self, name: Written<'_>, evidence: &Evidence<'_>) -> Resolution {
        let fits = |place: &Place| match place {
            Place::Now(at) => {
                let commune = &self.communes[usize::from(*at)];
                let province = match evidence.province {
                    Some((None, Some(before))) => self.province_today(before) == Some(commune.province),
                    _ => evidence.fits_today(commune.province),
                };
                let own = grade(name, written(&commune.full_name).kind, &commune.name);
                let former =
                    self.former_kind.get(&commune.code).map_or(0, |(kind, ..)| grade(name, *kind, &commune.name));
                if province { own.max(former) } else { 0 }
            }
            Place::Old(at) => {
                let at = usize::from(*at);
                let commune = &self.old[at];
                let province = self.fits_old_province(commune.province, evidence);
                let fits = province && (evidence.district.is_none() || self.in_district(at, evidence));
                if fits { grade(name, written(&commune.full_name).kind, &commune.name) } else { 0 }
            }
            Place::Older(at) => {
                let unit = &self.older[usize::from(*at)];
                let district = evidence.district.is_none_or(|d| {
                    grade(written(d), written(&unit.district_name).kind, written(&unit.district_name).bare) > 0
                });
                let fits = self.fits_old_province(unit.province, evidence) && district;
                if fits { grade(name, written(&unit.full_name).kind, &unit.name) } else { 0 }
            }
        };
        let graded: Vec<(Place, u8)> =
            self.named(name.bare).iter().map(|p| (*p, fits(p))).filter(|(_, g)| *g > 0).collect();
        let best = |wanted: fn(&Place) -> bool| {
            let top = graded.iter().filter(|(p, _)| wanted(p)).map(|(_, g)| *g).max().unwrap_or(0);
            let places = graded.iter().filter(|(p, g)| wanted(p) && *g == top).map(|(p, _)| *p).collect::<Vec<_>>();
            (top, places)
        };
        let (now_grade, now) = best(|p| matches!(p, Place::Now(_)));
        let (old_grade, old) = best(|p| matches!(p, Place::Old(_)));
        let (_, older) = best(|p| matches!(p, Place::Older(_)));
        if evidence.district.is_some() {
            return match (old.is_empty(), older.is_empty(), now.as_slice()) {
                (false, ..) => self.after_olds(&old, evidence),
                (_, false, _) => self.after_older(older),
                (true, true, [Place::Now(at)]) => self.called_otherwise(self.communes[usize::from(*at)].code, evidence),
                (true, true, _) => ambiguous(self.codes(&now)),
            };
        }
        let prefer_old = evidence.province_is_gone() || old_grade > now_grade || now.is_empty();
        if !old.is_empty() && prefer_old {
            return self.after_olds(&old, evidence);
        }
        if !old.is_empty() && evidence.old_record {
            // The name is of both generations and the record is of the older: it may be either.
            let mut all = self.codes(&old);
            all.extend(self.codes(&now));
            let all = ambiguous(all);
            return all.single().map_or(all, Resolution::Current);
        }
        match now.as_slice() {
            [] => self.after_older(older),
            [Place::Now(at)] if evidence.province.is_none() && !old.is_empty() => {
                // Only the name, and an old unit of that name elsewhere: it may be either.
                let mut all = self.after_olds(&old, evidence).communes().to_vec();
                all.push(self.communes[usize::from(*at)].code);
                ambiguous(all)
            }
            [Place::Now(at)] => {
                let commune = &self.communes[usize::from(*at)];
                let former = self
                    .former_kind
                    .get(&commune.code)
                    .is_some_and(|(kind, ..)| name.kind.is_some() && *kind == name.kind);
                match (former, evidence.province_is_gone()) {
                    (true, _) => self.type_changed(commune.code),
                    (false, true) => self.called_otherwise(commune.code, evidence),
                    (false, false) => Resolution::Current(commune.code),
                }
            }
            _ => ambiguous(self.codes(&now)),
        }
    }

    /// An old commune may be named with its own province or with the one it was merged into.
    fn fits_old_province(&self, province: ProvinceCode, evidence: &Evidence<'_>) -> bool {
        match evidence.province {
            None => true,
            Some((today, before)) => {
                before == Some(province) || (today.is_some() && self.province_today(province) == today)
            }
        }
    }

    fn in_district(&self, at: usize, evidence: &Evidence<'_>) -> bool {
        let Some(given) = evidence.district else { return false };
        let Some(district) = self.district(&self.old[at].district) else { return false };
        if given.bytes().all(|b| b.is_ascii_digit()) {
            return format!("{given:0>3}") == district.code;
        }
        grade(written(given), written(&district.full_name).kind, &district.name) > 0
    }

    fn older_with(&self, code: CommuneCode, name: Option<Written<'_>>) -> Vec<Place> {
        let fits = |unit: &config::units::OlderName| {
            unit.code == code && name.is_none_or(|name| grade(name, written(&unit.full_name).kind, &unit.name) > 0)
        };
        self.older.iter().zip(0..).filter(|(unit, _)| fits(unit)).map(|(_, at)| Place::Older(at)).collect()
    }
}

/// How sources write "no district".
fn is_nothing(district: &str) -> bool {
    district.trim().bytes().all(|b| b == b'0')
}
