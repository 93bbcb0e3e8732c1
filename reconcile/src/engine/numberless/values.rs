//! What a row says of its person, made ready for comparing.

use super::super::draft::Draft;
use super::super::link::number_of;
use super::super::residences::shared;
use super::super::row::{Context, Row, View, day_of, is_from_before_the_reform};
use super::digest::Told;
use super::keys::{Blocked, end_of, hash_of, mix, name_keys};
use super::outcome::RecordRef;
use crate::hashed::Texts;
use crate::linkage::person_name::{NameSketch, PersonName, Sketcher};
use crate::normal::ethnicity;
use crate::normal::id::{IdForm, classify};
use crate::normal::owner::owner_name;
use config::SourceKind;
use jiff::civil::Date;
use schemas::record::{Residence, Sex};
use schemas::{CommuneCode, Mention, PartialDate};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// More names than this are forgotten: what comes often comes again.
const REMEMBERED: usize = 1 << 14;

/// Names and places that came before: a province has a hundred thousand names and two million
/// people, and each candidate has three.
#[derive(Default)]
pub(in crate::engine) struct Shared {
    names: Texts<Box<str>, Arc<Name>>,
    sketcher: Sketcher,
    /// By the form of a residence.
    places: Texts<u64, Arc<Place>>,
}

/// Where a residence is today.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::engine) struct Place {
    /// Communes of today that it may be in, in order.
    pub communes: Vec<CommuneCode>,
    /// As people read it.
    pub text: String,
}

impl Shared {
    pub fn name(&mut self, text: &str) -> Arc<Name> {
        if let Some(known) = self.names.get(text) {
            return known.clone();
        }
        if self.names.len() >= REMEMBERED {
            self.names.clear();
        }
        let name = Arc::new(Name::new(text, &mut self.sketcher));
        self.names.insert(text.into(), name.clone());
        name
    }

    /// Each form of residence is asked for once.
    /// `updated_at`: see [`Row::updated_at`].
    pub fn place(&mut self, context: &Context, residence: &Residence<'_>, updated_at: Option<&str>) -> Arc<Place> {
        if residence.is_empty() {
            return Arc::default();
        }
        let as_of = || updated_at.and_then(day_of);
        // Where no unit is named, what is written of the house is all that people can be shown.
        let named = residence.commune.or(residence.commune_name).or(residence.district).is_some();
        let Some(form) = shared(residence).filter(|_| named) else {
            return Arc::new(Place::new(context, residence, as_of()));
        };
        let old = is_from_before_the_reform(updated_at);
        let texts = [form.province, form.district, form.commune, form.commune_name];
        let key = texts.map(hash_of).into_iter().fold(u64::from(old), |key, text| mix(key, [text, 0]));
        self.places.entry(key).or_insert_with(|| Arc::new(Place::new(context, &form, as_of()))).clone()
    }
}

impl Place {
    fn new(context: &Context, residence: &Residence<'_>, as_of: Option<Date>) -> Self {
        let found = context.catalogue.resolve(residence, as_of);
        let mut communes = found.communes().to_vec();
        communes.sort_unstable();
        Self { communes, text: super::super::shown::residence_text(&context.catalogue, residence, &found) }
    }
}

/// A name, ready for comparing.
pub(in crate::engine) struct Name {
    /// No other name has it.
    pub number: u64,
    pub text: Box<str>,
    pub keys: (u64, u64),
    pub sketch: NameSketch,
    /// Most are never taken apart, and it is large.
    parsed: OnceLock<Box<PersonName>>,
}

impl Name {
    fn new(text: &str, sketcher: &mut Sketcher) -> Self {
        // Threads make names side by side. Nothing that is told depends on which number a name has.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let (keys, sketch) = (name_keys(text), sketcher.sketch(text));
        Self { number, text: text.into(), keys, sketch, parsed: OnceLock::new() }
    }

    /// Taken apart where it is asked for: of most pairs of names the sketches tell enough.
    pub fn parsed(&self) -> &PersonName {
        self.parsed.get_or_init(|| Box::new(PersonName::new(&self.text)))
    }
}

/// The compared values of a row or of a person.
#[derive(Default)]
pub(super) struct Values {
    /// As written; for land also without title and second holder.
    pub names: Vec<Arc<Name>>,
    pub birth: Option<PartialDate>,
    pub sex: Option<Sex>,
    pub ethnicity: Option<u8>,
    pub place: Arc<Place>,
    pub father: Option<Arc<Name>>,
    pub mother: Option<Arc<Name>>,
    pub cmnd: Option<u32>,
    /// The digits of a number that is none, or the person's number.
    pub number: Option<String>,
}

impl Values {
    pub fn new(context: &Context, row: &Row<'_>, mention: &Mention<'_>, known: &mut Shared) -> Self {
        let kind = context.kind(row);
        let mut names: Vec<Arc<Name>> = mention.name.map(|name| known.name(name)).into_iter().collect();
        if kind == SourceKind::Land
            && let Some(whole) = mention.name
        {
            let first = owner_name(whole).first;
            if first.len() < whole.len() && !first.is_empty() {
                names.push(known.name(first));
            }
        }
        let code = mention.ethnicity.and_then(ethnicity::code);
        Self {
            names,
            birth: mention.birth_date.and_then(|text| PartialDate::parse_iso(text).ok()),
            sex: mention.sex.and_then(Sex::from_canonical),
            ethnicity: code,
            father: mention.father_name.map(|name| known.name(name)),
            mother: mention.mother_name.map(|name| known.name(name)),
            place: known.place(context, &row.residence(), row.updated_at),
            ..Self::default()
        }
    }

    pub fn told(&self) -> Told<'_> {
        Told {
            name: self.names.first().map(|name| &*name.text),
            birth: self.birth,
            sex: self.sex,
            ethnicity: self.ethnicity,
            place: &self.place.text,
            father: self.father.as_ref().map(|name| &*name.text),
            mother: self.mother.as_ref().map(|name| &*name.text),
            cmnd: self.cmnd,
            number: self.number.as_deref(),
        }
    }

    /// What the blocking keys of a row are made of.
    pub fn blocked(&self) -> Blocked<'static> {
        Blocked {
            names: self.names.iter().map(|name| name.keys).collect(),
            birth: self.birth,
            place: self.place.clone(),
            cmnd: self.cmnd,
            end: self.number.as_deref().and_then(end_of),
            mother: self.mother.as_ref().map(|name| name.keys.0),
            father: self.father.as_ref().map(|name| name.keys.0),
        }
    }
}

/// A person's CMND, where it is one.
pub(super) fn cmnd(text: Option<&str>) -> Option<u32> {
    text.into_iter().flat_map(|text| text.split(';')).find_map(|one| match classify(one.trim()) {
        IdForm::OldNumber(old) | IdForm::RepairedOld(old) => Some(old),
        _ => None,
    })
}

/// A row whose number leads to nobody, waiting for the third pass.
pub struct Pending {
    pub(super) record: RecordRef,
    pub(super) source: usize,
    pub(super) values: Values,
    /// 12 digits of an unassigned prefix: usable after all where the population has them.
    pub(super) claimed: Option<u64>,
    /// A birth or a death is of one person, and a person has one.
    pub(super) once: Option<&'static str>,
    /// What is said of the record itself if no person is found.
    pub(in crate::engine) unlinked: Vec<Draft>,
    /// What is said of the record either way; a person's number is its suggestion.
    pub(in crate::engine) always: Vec<Draft>,
}

impl Pending {
    pub(in crate::engine) fn new(context: &Context, row: &Row<'_>, known: &mut Shared) -> Option<Self> {
        let mention = row.mention(context.kind(row))?;
        let mut values = Values::new(context, row, &mention, known);
        let mut claimed = None;
        if let Some((text, certain)) = number_of(row) {
            match classify(text) {
                IdForm::OldNumber(old) | IdForm::RepairedOld(old) => values.cmnd = Some(old),
                IdForm::UnknownPrefix(id) => {
                    claimed = Some(crate::normal::id::pack(&id));
                    values.number = Some(id.as_str().to_owned());
                }
                _ if certain => {
                    let digits: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
                    values.number = (digits.len() >= 10).then_some(digits);
                }
                _ => {}
            }
        }
        let once = match &row.view {
            View::CivilEvent(event) if event.event == Some("birth") => Some("birth"),
            View::CivilEvent(event) if event.event == Some("death") => Some("death"),
            _ => None,
        };
        let record = RecordRef {
            source: context.sources[row.source].id.clone(),
            dataset: row.dataset(),
            record_key: row.record_key.to_owned(),
            part: row.part,
        };
        let (unlinked, always) = (Vec::new(), Vec::new());
        Some(Self { record, source: row.source, values, claimed, once, unlinked, always })
    }

    /// 12 digits: where nobody is found, the bucket of that number tells what is wrong with it.
    pub(in crate::engine) fn has_a_number(&self) -> bool {
        self.claimed.is_some()
    }

    /// Has it anything that could tell whose it is?
    pub(super) fn says_enough(&self) -> bool {
        !self.values.names.is_empty()
    }
}
