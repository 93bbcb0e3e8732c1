//! Which person a row speaks of, and by what evidence.

use super::index::Index;
use super::row::{Context, Row, View};
use super::table::places;
use crate::normal::fold::hash_loose;
use crate::normal::id::{IdForm, classify, pack, unpack};
use crate::normal::owner::owner_name;
use config::SourceKind;
use schemas::record::{CivilEventColumn as C, LandRightColumn as L, PersonColumn as P};
use schemas::{Dataset, PartialDate};

/// Where a row must be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// In the bucket in which it is stored.
    Here,
    /// In the bucket of this text: a number, or the name of a group of rows whose person the
    /// population does not have.
    At(String),
    /// It speaks of a person and its number leads to nobody: only after the third pass
    /// ([`super::Search`]) is it known where it must be evaluated. Until then it stays where it is.
    Undecided,
    /// It belongs to no person that is known.
    Unlinked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Via {
    /// Its own 12-digit number.
    Own,
    /// A cancelled number.
    Former,
    /// A CMND.
    OldNumber,
    /// A malformed number with one possible repair.
    Repaired,
    /// A malformed CMND.
    RepairedOld,
    /// 12 digits that no province assigned.
    UnknownPrefix,
    /// No number of its own: by what else it says, with a person or with other such rows.
    Linked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub person: u64,
    pub via: Via,
}

/// The identity number of a row, and whether the field is certain to hold one.
pub(super) fn number_of<'a>(row: &Row<'a>) -> Option<(&'a str, bool)> {
    number_in(row.dataset(), |column| row.value(column))
}

/// The same. `text`: the row's value in a column of the dataset's record.
pub(super) fn number_in<'a>(dataset: Dataset, text: impl Fn(usize) -> Option<&'a str>) -> Option<(&'a str, bool)> {
    let [second, kind] = match dataset {
        Dataset::Person => [Some(P::old_id as usize), None],
        Dataset::CivilEvent => [C::paper_number as usize, C::paper_kind as usize].map(Some),
        Dataset::LandRight => [L::paper_number as usize, L::paper_kind as usize].map(Some),
        Dataset::Dossier => [None, None],
    };
    if let Some(number) = text(places(dataset).personal_id) {
        return Some((number, true));
    }
    let number = text(second?)?;
    match kind.map(text) {
        None | Some(Some("cmnd" | "cccd")) => Some((number, true)),
        // A paper of a kind that is not told may be anything.
        Some(None) => Some((number, false)),
        Some(Some(_)) => None,
    }
}

impl Index {
    pub(super) fn link(&self, context: &Context, row: &Row<'_>) -> Option<Link> {
        self.link_by(row, self.by_number(context, row))
    }

    /// The person of a well-formed number that was never cancelled: who has it still.
    pub(super) fn own_number(&self, text: &str) -> Option<u64> {
        let IdForm::Number(id) = classify(text) else { return None };
        let person = pack(&id);
        self.now(person).is_none().then_some(person)
    }

    fn link_by(&self, row: &Row<'_>, number: Option<Link>) -> Option<Link> {
        match number {
            Some(link) if link.via != Via::UnknownPrefix => Some(link),
            other => self.linked(row).map(|person| Link { person, via: Via::Linked }).or(other),
        }
    }

    /// Where a row must be evaluated; [`Placement::Undecided`] where its number leads to nobody, as
    /// far as the row itself tells.
    pub(super) fn first_placement(&self, context: &Context, row: &Row<'_>) -> Placement {
        let number = self.by_number(context, row);
        let leads_nowhere = number.is_none_or(|link| link.via == Via::UnknownPrefix);
        if leads_nowhere && row.speaks_of_person(context.kind(row)) {
            return Placement::Undecided;
        }
        self.placement_by(context, row, number)
    }

    /// By the number alone.
    fn by_number(&self, context: &Context, row: &Row<'_>) -> Option<Link> {
        let kind = context.kind(row);
        let (text, _) = number_of(row)?;
        let form = classify(text);
        if kind == SourceKind::Population && matches!(row.view, View::Person(_)) {
            return match form {
                IdForm::Number(id) | IdForm::UnknownPrefix(id) => Some(Link { person: pack(&id), via: Via::Own }),
                _ => None,
            };
        }
        match form {
            IdForm::Number(id) => {
                let key = pack(&id);
                Some(
                    self.now(key)
                        .map_or(Link { person: key, via: Via::Own }, |now| Link { person: now, via: Via::Former }),
                )
            }
            IdForm::UnknownPrefix(id) => Some(Link { person: pack(&id), via: Via::UnknownPrefix }),
            IdForm::Repaired(id) => {
                let key = pack(&id);
                Some(Link { person: self.now(key).unwrap_or(key), via: Via::Repaired })
            }
            IdForm::OldNumber(old) => {
                self.by_old_number(old, row, kind).map(|person| Link { person, via: Via::OldNumber })
            }
            IdForm::RepairedOld(old) => {
                self.by_old_number(old, row, kind).map(|person| Link { person, via: Via::RepairedOld })
            }
            IdForm::Bad => None,
        }
    }

    pub(super) fn placement(&self, context: &Context, row: &Row<'_>) -> Placement {
        self.placement_by(context, row, self.by_number(context, row))
    }

    fn placement_by(&self, context: &Context, row: &Row<'_>, number: Option<Link>) -> Placement {
        let Some(link) = self.link_by(row, number) else { return Placement::Unlinked };
        if !row.speaks_of_person(context.kind(row)) {
            return Placement::Unlinked;
        }
        if matches!(link.via, Via::Own | Via::UnknownPrefix) && number_of(row).map(|(text, _)| text) == row.link_key() {
            return Placement::Here;
        }
        let number = unpack(link.person);
        if row.link_key() == Some(number.as_str()) {
            return Placement::Here;
        }
        Placement::At(number)
    }

    /// A CMND never links alone: the name or the birth date must agree.
    fn by_old_number(&self, old: u32, row: &Row<'_>, kind: SourceKind) -> Option<u64> {
        let entry = self.old_number(old)?;
        let mention = row.mention(kind)?;
        let name = mention.name.is_some_and(|name| {
            let first = || owner_name(name).first;
            hash_loose(name) == entry.name || (kind == SourceKind::Land && hash_loose(first()) == entry.name)
        });
        let born = mention.birth_date.and_then(|text| PartialDate::parse_iso(text).ok());
        (name || agree(born, entry.birth_date)).then_some(entry.person)
    }
}

/// Both know at least the month, and do not contradict each other. A year alone is no evidence.
fn agree(a: Option<PartialDate>, b: Option<PartialDate>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    let days = a.day().is_none() || b.day().is_none() || a.day() == b.day();
    a.year() == b.year() && a.month().is_some() && a.month() == b.month() && days
}
