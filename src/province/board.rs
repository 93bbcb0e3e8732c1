//! The province at an instant: each commune with each source, worst first.

use super::history::{History, Quality, Track};
use super::readiness::Readiness;
use config::{Settings, SourceKind};
use health::{Activity, Budget, Counts, Judged, Maintenance, Nights, Outcome, Situation, SourceHealth, State};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use reconcile::stale_rates::StaleRate;
use schemas::SourceId;
use schemas::clock::vietnam_date;
use std::collections::{BTreeMap, HashMap};

/// How far back a trend looks.
const TREND_NIGHTS: i64 = 7;

pub struct Board {
    pub at: Timestamp,
    /// The last night of the strips.
    pub last: Date,
    pub sources: Vec<SourceColumn>,
    /// Worst first; of the same state by verified night, then by name.
    pub communes: Vec<CommuneRow>,
    pub counts: Counts,
    /// What the data of the source that is furthest behind are true of; `None`: of one there are none.
    pub data_as_of: Option<Timestamp>,
    /// The newest run ended without a report: its code and cause.
    pub failure: Option<(String, String)>,
}

pub struct SourceColumn {
    pub id: SourceId,
    pub kind: SourceKind,
    pub required: bool,
    pub contact: String,
    pub interconnect: Option<String>,
    /// Its communes by state.
    pub counts: Counts,
}

pub struct CommuneRow {
    pub code: String,
    pub name: String,
    pub state: State,
    /// In the order of [`Board::sources`].
    pub sources: Vec<SourceCell>,
    pub verified_through: Option<Date>,
    pub unbroken_since: Option<Date>,
    pub findings: Option<FindingTrend>,
    pub stale: Option<StaleShare>,
    pub readiness: Readiness,
}

pub struct SourceCell {
    pub judged: Judged,
    pub good: Option<Timestamp>,
    pub quality: Option<Quality>,
    /// Oldest night first.
    pub strip: Vec<Option<Outcome>>,
}

/// Findings that stand, and how many there were a week before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FindingTrend {
    pub stops: i64,
    pub checks: i64,
    pub notes: i64,
    pub before: Option<i64>,
}

impl FindingTrend {
    pub fn all(&self) -> i64 {
        self.stops + self.checks + self.notes
    }
}

/// Records with an abolished name or code, of those with an address, over all sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaleShare {
    pub stale: u64,
    pub addresses: u64,
}

/// What the board is made of besides the history.
pub struct Facts<'a> {
    pub settings: &'a Settings,
    pub names: &'a BTreeMap<String, String>,
    pub maintenance: &'a Maintenance,
    pub activity: &'a HashMap<String, Activity>,
    pub readiness: &'a HashMap<String, Readiness>,
    pub now: Timestamp,
}

impl Board {
    pub fn of(history: &History, facts: &Facts<'_>) -> Self {
        let enabled = facts.settings.sources.iter().filter(|(_, source)| source.enabled);
        let mut sources: Vec<SourceColumn> = enabled
            .map(|(id, source)| SourceColumn {
                id: id.clone(),
                kind: source.system(),
                required: source.is_required(),
                contact: source.contact.clone(),
                interconnect: source.interconnect.clone(),
                counts: Counts::default(),
            })
            .collect();
        let mut communes: Vec<CommuneRow> =
            history.communes.iter().map(|code| commune(history, facts, &sources, code)).collect();
        for (at, source) in sources.iter_mut().enumerate() {
            source.counts = health::counts(communes.iter().map(|row| row.sources[at].judged.state));
        }
        communes.sort_by(|a, b| {
            (a.state, a.verified_through, &a.name, &a.code).cmp(&(b.state, b.verified_through, &b.name, &b.code))
        });
        Self {
            at: facts.now,
            last: history.last,
            counts: health::counts(communes.iter().map(|row| row.state)),
            data_as_of: furthest_behind(&sources, &communes),
            sources,
            communes,
            failure: history.failure.clone(),
        }
    }

    pub fn commune(&self, code: &str) -> Option<&CommuneRow> {
        self.communes.iter().find(|row| row.code == code)
    }
}

/// Of each source that counts the newest data that any commune has; of these the oldest.
fn furthest_behind(sources: &[SourceColumn], communes: &[CommuneRow]) -> Option<Timestamp> {
    let newest = |at: usize| communes.iter().filter_map(|row| row.sources[at].good).max();
    let counted = sources.iter().enumerate().filter(|(_, source)| source.required);
    let ages: Option<Vec<Timestamp>> = counted.map(|(at, _)| newest(at)).collect();
    ages?.into_iter().min()
}

fn commune(history: &History, facts: &Facts<'_>, sources: &[SourceColumn], code: &str) -> CommuneRow {
    let nights = facts.settings.health.nights as usize;
    let mut cells = Vec::with_capacity(sources.len());
    let (mut judged, mut counted): (Vec<SourceHealth>, Vec<Nights<'_>>) = (Vec::new(), Vec::new());
    for source in sources {
        let track: Option<&Track> = history.track(source.id.as_str(), code).map(AsRef::as_ref);
        let beats = track.map_or(&[][..], |track| &track.beats);
        let good = track.and_then(|track| track.good);
        let hours = facts.settings.sources.get(&source.id).map_or(36, |settings| settings.freshness_hours);
        let budget = Budget::of_hours(hours);
        let cell = health::judge(&Situation {
            now: facts.now,
            budget,
            good,
            beats,
            activity: facts.activity.get(source.id.as_str()).copied().unwrap_or_default(),
            in_maintenance: facts.maintenance.covers(source.id.as_str(), source.interconnect.as_deref(), facts.now),
        });
        judged.push(SourceHealth { judged: cell.clone(), counts: source.required });
        if source.required {
            let good_until = good.and_then(|at| at.checked_add(budget.fresh).ok()).map(vietnam_date);
            counted.push(Nights { beats, good_until });
        }
        let quality = history.quality.get(&(source.id.to_string(), code.to_owned())).cloned();
        cells.push(SourceCell { judged: cell, good, quality, strip: health::strip(beats, history.last, nights) });
    }
    let verified_through = health::verified_through(counted.iter().copied());
    CommuneRow {
        code: code.to_owned(),
        name: facts.names.get(code).cloned().unwrap_or_else(|| code.to_owned()),
        state: health::worst(&judged),
        sources: cells,
        verified_through,
        unbroken_since: verified_through.and_then(|night| health::unbroken_since(counted.iter().copied(), night)),
        findings: trend(history, code),
        stale: stale(history, sources, code),
        readiness: facts.readiness.get(code).copied().unwrap_or_default(),
    }
}

fn trend(history: &History, code: &str) -> Option<FindingTrend> {
    let nights = history.findings.get(code)?;
    let newest = nights.last()?;
    let week = newest.night.saturating_sub(Span::new().days(TREND_NIGHTS));
    let before = nights.iter().rev().find(|night| night.night <= week);
    let before = before.map(|night| night.stops + night.checks + night.notes);
    Some(FindingTrend { stops: newest.stops, checks: newest.checks, notes: newest.notes, before })
}

fn stale(history: &History, sources: &[SourceColumn], code: &str) -> Option<StaleShare> {
    let of = |source: &SourceColumn| history.stale.get(&(source.id.to_string(), code.to_owned()));
    let rates: Vec<&StaleRate> = sources.iter().filter_map(of).collect();
    let share = rates.iter().fold(StaleShare { stale: 0, addresses: 0 }, |sum, rate| StaleShare {
        stale: sum.stale + rate.stale + rate.split,
        addresses: sum.addresses + rate.addresses,
    });
    (share.addresses > 0).then_some(share)
}
