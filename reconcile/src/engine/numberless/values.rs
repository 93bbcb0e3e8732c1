//! What a row says of its person, made ready for comparing.

use super::super::draft::Draft;
use super::super::link::number_of;
use super::super::row::{Context, Row, View};
use super::keys::{Blocked, end_of, name_keys};
use super::outcome::RecordRef;
use crate::linkage::person_name::PersonName;
use crate::normal::ethnicity;
use crate::normal::id::{IdForm, classify};
use crate::normal::owner::owner_name;
use config::SourceKind;
use schemas::record::Sex;
use schemas::{CommuneCode, Mention, PartialDate};

/// A name, ready for comparing.
pub(super) struct Name {
    pub text: String,
    pub parsed: PersonName,
    pub keys: (u64, u64),
}

impl Name {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), parsed: PersonName::new(text), keys: name_keys(text) }
    }
}

/// The compared values of a row or of a person.
#[derive(Default)]
pub(super) struct Values {
    /// As written; for land also without title and second holder.
    pub names: Vec<Name>,
    pub birth: Option<PartialDate>,
    pub sex: Option<Sex>,
    pub ethnicity: Option<u8>,
    /// Communes of today that the residence may be in.
    pub communes: Vec<CommuneCode>,
    pub residence: String,
    pub father: Option<Name>,
    pub mother: Option<Name>,
    pub cmnd: Option<u32>,
    /// The digits of a number that is none, or the person's number.
    pub number: Option<String>,
}

impl Values {
    pub fn new(mention: &Mention<'_>, kind: SourceKind) -> Self {
        let mut names: Vec<Name> = mention.name.map(Name::new).into_iter().collect();
        if kind == SourceKind::Land
            && let Some(whole) = mention.name
        {
            let first = owner_name(whole).first;
            if first.len() < whole.len() && !first.is_empty() {
                names.push(Name::new(first));
            }
        }
        let code = mention.ethnicity.and_then(ethnicity::code);
        Self {
            names,
            birth: mention.birth_date.and_then(|text| PartialDate::parse_iso(text).ok()),
            sex: mention.sex.and_then(Sex::from_canonical),
            ethnicity: code,
            father: mention.father_name.map(Name::new),
            mother: mention.mother_name.map(Name::new),
            ..Self::default()
        }
    }

    /// What the blocking keys of a row are made of.
    pub fn blocked(&self) -> Blocked {
        Blocked {
            names: self.names.iter().map(|name| name.keys).collect(),
            birth: self.birth,
            communes: self.communes.clone(),
            cmnd: self.cmnd,
            end: self.number.as_deref().and_then(end_of),
            mother: self.mother.as_ref().map(|name| name.keys.0),
            father: self.father.as_ref().map(|name| name.keys.0),
        }
    }

    pub fn placed(mut self, context: &Context, row: &Row<'_>) -> Self {
        let residence = row.residence();
        if !residence.is_empty() {
            let found = context.catalogue.resolve(&residence, row.updated_on());
            self.communes = found.communes().to_vec();
            self.communes.sort_unstable();
            self.residence = super::super::shown::residence_text(&context.catalogue, &residence, &found);
        }
        self
    }
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
    pub(in crate::engine) fn new(context: &Context, row: &Row<'_>) -> Option<Self> {
        let kind = context.kind(row);
        let mention = row.mention(kind)?;
        let mut values = Values::new(&mention, kind).placed(context, row);
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
