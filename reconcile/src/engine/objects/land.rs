//! Certificates and parcels: what a row says by itself, and what only two rows together show.

use super::super::arena::{Arena, Span};
use super::super::draft::{Draft, Said, wanted};
use super::super::row::{Context, Row, day_of};
use super::hash;
use crate::hashed::{Hashes, spread};
use crate::normal::fold::loose;
use crate::normal::owner::{Holders, owner_name};
use crate::normal::serial::{is_normal, normal_serial, serial_key};
use config::rules::{Check, When};
use schemas::record::LandRightView;
use schemas::{Dataset, FindingKind, Level, Subject};
use std::borrow::Cow;
use std::collections::BTreeSet;

pub(super) struct Land {
    /// What remarks say, folded, with the finding and its field: that scan, attributes and map are
    /// not in step; that the originals were not handed over.
    remarks: Vec<(FindingKind, &'static str, String)>,
    /// Share and square metres.
    tolerance: Option<(f64, f64)>,
    /// Of each row what must be unique, and the thing that has it.
    serials: Vec<Sketch>,
    parcels: Vec<Sketch>,
}

/// A key and the thing that has it, as far as eight bytes tell, half a hash of each. A key more is
/// looked at now and then; that two things are taken for one is as rare as two numbers of 32 bits being
/// one by chance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sketch(u64);

impl Sketch {
    /// `key`, `member`: as hashes.
    fn new(key: u64, member: u64) -> Self {
        Self(key >> 32 << 32 | member >> 32)
    }

    fn key(self) -> u64 {
        self.0 >> 32
    }
}

/// Keys that several things have, or seem to.
#[derive(Default)]
pub(super) struct Clashes {
    serials: Hashes,
    parcels: Hashes,
}

/// The rows in which such keys stand.
#[derive(Default)]
pub(super) struct Clashing {
    serials: Vec<Entry>,
    parcels: Vec<Entry>,
    texts: Arena,
}

struct Entry {
    /// Of what must be unique.
    key: u64,
    /// Of the thing that has it.
    member: u64,
    source: usize,
    part: u16,
    text: Span,
}

impl Land {
    pub fn new(context: &Context) -> Self {
        let mut remarks = Vec::new();
        for (kind, field) in [(FindingKind::NotScanned, "scan"), (FindingKind::OriginalsKept, "originals")] {
            if let Some(When::Check(Check::NotScanned { remarks: said } | Check::OriginalsKept { remarks: said })) =
                context.rules.enabled(kind).map(|rule| &rule.when)
            {
                remarks.extend(said.iter().map(|remark| (kind, field, loose(remark))));
            }
        }
        let tolerance = match context.rules.enabled(FindingKind::AreaDiff).map(|rule| &rule.when) {
            Some(When::Check(Check::AreaDifference { tolerance_share, tolerance_m2 })) => {
                Some((*tolerance_share, *tolerance_m2))
            }
            _ => None,
        };
        Self { remarks, tolerance, serials: Vec::new(), parcels: Vec::new() }
    }

    pub fn see(&mut self, context: &Context, row: &Row<'_>, view: &LandRightView<'_>, out: &mut Vec<Draft>) {
        self.certificate(context, row, view, out);
        self.parcel(context, row, view, out);
        self.serials.extend(serial_of(row, view).map(|(key, member, _)| Sketch::new(key, member)));
        self.parcels.extend(parcel_of(row, view).map(|(key, member, _)| Sketch::new(key, member)));
    }

    pub fn add(&mut self, mut other: Self) {
        self.serials.append(&mut other.serials);
        self.parcels.append(&mut other.parcels);
    }

    pub fn clashes(self, context: &Context) -> Clashes {
        let several = |kind, things| if wanted(context, kind) { several(things) } else { Hashes::default() };
        Clashes {
            serials: several(FindingKind::CertDup, self.serials),
            parcels: several(FindingKind::ParcelCollision, self.parcels),
        }
    }

    fn certificate(&self, context: &Context, row: &Row<'_>, view: &LandRightView<'_>, out: &mut Vec<Draft>) {
        if let Some(serial) = view.serial.filter(|serial| !is_normal(serial))
            && wanted(context, FindingKind::CertSerialFormat)
        {
            let subject = Subject::certificate(&serial_key(serial));
            let draft = land_draft(FindingKind::CertSerialFormat, subject, "serial", row, view, Level::Spelling);
            out.push(draft.saying(Said::new(row, serial.to_owned())).suggesting(normal_serial(serial)));
        }
        if let (Some(name), None | Some("individual")) = (view.name, view.owner_kind)
            && wanted(context, FindingKind::OwnerType)
            && owner_name(name).holders != Holders::One
        {
            let draft =
                land_draft(FindingKind::OwnerType, certificate(row, view), "owner", row, view, Level::Different);
            out.push(draft.saying(Said::new(row, name.to_owned())));
        }
        if let Some(note) = view.note.filter(|_| !self.remarks.is_empty()) {
            let folded = loose(note);
            for (kind, field, _) in self.remarks.iter().filter(|(.., remark)| folded.contains(remark.as_str())) {
                let draft = land_draft(*kind, certificate(row, view), field, row, view, Level::Different);
                out.push(draft.saying(Said::new(row, note.to_owned())));
            }
        }
    }

    fn parcel(&self, context: &Context, row: &Row<'_>, view: &LandRightView<'_>, out: &mut Vec<Draft>) {
        let (Some(sheet), Some(parcel)) = (view.sheet, view.parcel) else { return };
        let Some(commune) = view.parcel_old_commune.or(view.parcel_commune) else { return };
        let subject = || Subject::parcel(commune, sheet, parcel);
        let differs = |now: &str, old: Option<&str>| old.is_some_and(|old| plain_number(old) != plain_number(now));
        if wanted(context, FindingKind::ParcelOldSheet)
            && (differs(sheet, view.old_sheet) || differs(parcel, view.old_parcel))
        {
            let printed = place(view.old_sheet.unwrap_or(sheet), view.old_parcel.unwrap_or(parcel));
            let draft = land_draft(FindingKind::ParcelOldSheet, subject(), "parcel", row, view, Level::Different);
            out.push(draft.against(Said::new(row, place(sheet, parcel))).saying(Said::new(row, printed)));
        }
        let (Some(area), Some(legal)) = (view.area_m2, view.legal_area_m2) else { return };
        let Some((share, square_metres)) = self.tolerance else { return };
        if let (Ok(measured), Ok(certified)) = (area.parse::<f64>(), legal.parse::<f64>())
            && (measured - certified).abs() > (certified * share).max(square_metres) + 1e-9
        {
            let draft = land_draft(FindingKind::AreaDiff, subject(), "area", row, view, Level::Different);
            out.push(draft.against(Said::new(row, legal.to_owned())).saying(Said::new(row, area.to_owned())));
        }
    }
}

impl Clashing {
    pub fn see(&mut self, clashes: &Clashes, row: &Row<'_>, view: &LandRightView<'_>) {
        let (updated, unit) = (row.updated_at.unwrap_or_default(), row.place().unwrap_or_default());
        if let Some((key, member, [serial, written])) = serial_of(row, view)
            && clashes.serials.contains(&suspect(key))
        {
            let text = self.texts.push(&[unit, row.record_key, updated, &written, &serial]);
            self.serials.push(Entry { key, member, source: row.source, part: row.part, text });
        }
        if let Some((key, member, [old, commune, sheet, parcel])) = parcel_of(row, view)
            && clashes.parcels.contains(&suspect(key))
        {
            let text = self.texts.push(&[unit, row.record_key, updated, old, commune, sheet, parcel]);
            self.parcels.push(Entry { key, member, source: row.source, part: row.part, text });
        }
    }

    pub fn add(&mut self, other: Self) {
        let by = self.texts.append(&other.texts);
        let later = |entry: Entry| Entry { text: entry.text.later(by), ..entry };
        self.serials.extend(other.serials.into_iter().map(later));
        self.parcels.extend(other.parcels.into_iter().map(later));
    }

    pub fn finish(mut self, out: &mut Vec<Draft>) {
        self.serials.sort_unstable_by_key(|e| (e.key, e.member));
        for group in self.serials.chunk_by(|a, b| a.key == b.key) {
            collision(&self.texts, group, out, |said, [.., serial, _, _], unit| Draft {
                subject: Subject::certificate(serial),
                ..base(FindingKind::CertDup, "serial", said, unit)
            });
        }
        self.parcels.sort_unstable_by_key(|e| (e.key, e.member));
        for group in self.parcels.chunk_by(|a, b| a.key == b.key) {
            collision(&self.texts, group, out, |mut said, [_, _, _, old, commune, sheet, parcel], unit| {
                said.value = Some(format!("{}, xã cũ {old}", place(sheet, parcel)));
                Draft {
                    subject: Subject::parcel(commune, sheet, parcel),
                    ..base(FindingKind::ParcelCollision, "parcel", said, unit)
                }
            });
        }
    }
}

/// The key of a serial, the certificate that has it, its normal form and how it is written.
fn serial_of<'a>(row: &Row<'a>, view: &LandRightView<'a>) -> Option<(u64, u64, [Cow<'a, str>; 2])> {
    let (source, written) = (row.source as u64, view.serial?);
    let key = serial_key(written);
    let member = hash(source, &[view.certificate_id.unwrap_or(row.record_key)]);
    Some((hash(source, &[&key]), member, [key, Cow::Borrowed(written)]))
}

/// The key of a parcel of today, the commune of before that has it, and their texts: commune of
/// before and of today, sheet, parcel.
fn parcel_of<'a>(row: &Row<'a>, view: &LandRightView<'a>) -> Option<(u64, u64, [&'a str; 4])> {
    let (commune, old, sheet, parcel) = (view.parcel_commune?, view.parcel_old_commune?, view.sheet?, view.parcel?);
    let key = hash(row.source as u64, &[commune, sheet, parcel]);
    Some((key, hash(0, &[old]), [old, commune, sheet, parcel]))
}

/// A key as it is asked for in [`several`].
fn suspect(key: u64) -> u64 {
    spread(Sketch::new(key, 0).key())
}

/// Keys that more than one thing has, each as [`suspect`].
fn several(mut things: Vec<Sketch>) -> Hashes {
    things.sort_unstable();
    let differ = |group: &&[Sketch]| group.first() != group.last();
    let keys = things.chunk_by(|a, b| a.key() == b.key()).filter(differ).filter_map(|group| group.first());
    keys.map(|thing| spread(thing.key())).collect()
}

/// One draft for each row of a group in which more than one thing has the same key; merged later.
fn collision(
    texts: &Arena,
    group: &[Entry],
    out: &mut Vec<Draft>,
    draft: impl Fn(Said, [&str; 7], Option<String>) -> Draft,
) {
    if group.iter().map(|e| e.member).collect::<BTreeSet<_>>().len() < 2 {
        return;
    }
    for entry in group {
        let fields = texts.fields::<7>(entry.text);
        let [unit, record_key, updated, value, ..] = fields;
        let said = Said {
            source: entry.source,
            dataset: Dataset::LandRight,
            record_key: record_key.to_owned(),
            part: entry.part,
            value: Some(value.to_owned()),
            updated_on: day_of(updated).map(|day| day.to_string()),
            commune: (!unit.is_empty()).then(|| unit.to_owned()),
        };
        let unit = said.commune.clone();
        out.push(draft(said, fields, unit));
    }
}

fn base(kind: FindingKind, field: &'static str, said: Said, unit: Option<String>) -> Draft {
    Draft {
        kind,
        subject: Subject::certificate(""),
        field,
        source: said.source,
        unit,
        level: Level::Different,
        reference: None,
        values: vec![said],
        suggestion: None,
        spelling: Vec::new(),
        of_reference: false,
    }
}

fn land_draft(
    kind: FindingKind,
    subject: Subject,
    field: &'static str,
    row: &Row<'_>,
    view: &LandRightView<'_>,
    level: Level,
) -> Draft {
    let mut draft = Draft::new(kind, subject, field, row, level);
    draft.unit = draft.unit.or_else(|| view.parcel_commune.map(str::to_owned));
    draft
}

/// By its serial, or by the source's own key where it has none.
fn certificate(row: &Row<'_>, view: &LandRightView<'_>) -> Subject {
    match view.serial {
        Some(serial) => Subject::certificate(&serial_key(serial)),
        None => Subject::certificate(view.certificate_id.unwrap_or(row.record_key)),
    }
}

fn place(sheet: &str, parcel: &str) -> String {
    format!("tờ {sheet} thửa {parcel}")
}

/// `05` and `5` are one number.
fn plain_number(text: &str) -> &str {
    let trimmed = text.trim();
    let bare = trimmed.trim_start_matches('0');
    if bare.is_empty() { trimmed } else { bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_looked_at_that_two_things_have_and_one_that_only_seems_so() {
        let half = |n: u64| n << 32;
        let things = [
            (half(1), half(7)),
            (half(1), half(8)),
            // One thing, of several holders.
            (half(2), half(7)),
            (half(2), half(7)),
            // Two keys of which half a hash is one.
            (half(3) | 1, half(7)),
            (half(3) | 2, half(8)),
            (half(4), half(7)),
        ];
        let suspects = several(things.into_iter().map(|(key, thing)| Sketch::new(key, thing)).collect());
        let looked_at = |key: u64| suspects.contains(&suspect(key));
        assert_eq!(
            [half(1), half(2), half(3) | 1, half(3) | 2, half(4)].map(looked_at),
            [true, false, true, true, false]
        );
    }
}
