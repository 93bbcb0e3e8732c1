//! What the ledger knows of the nights, gathered for the board and kept until another run begins or
//! ends: judging it anew at each instant costs no reading.

use crate::nightly::{self, PROVINCE};
use crate::problem::Problem;
use crate::workspace::Workspace;
use health::{Beat, Outcome, of_datasets};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use reconcile::stale_rates::StaleRate;
use schemas::clock::vietnam_date;
use schemas::{Band, Criterion, RunStatus};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::ledger::{BeatRow, CommuneNight, GoodRow, RunRow, SourceNight};

/// The newest run as it was when the history was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub run_id: String,
    pub status: RunStatus,
    pub stage: String,
    pub finished_at: Option<Timestamp>,
}

/// Beats and data of one source in one commune; shared by all communes where they are the province's.
#[derive(Debug, Clone, Default)]
pub struct Track {
    /// Oldest first, one for each night.
    pub beats: Vec<Beat>,
    /// What the newest complete data are true of.
    pub good: Option<Timestamp>,
}

/// The quality of a source's data in a commune, of the newest run that has it. Hundredths of a percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quality {
    pub dqi: u32,
    pub band: Option<Band>,
    /// Those of which something was evaluated.
    pub criteria: Vec<(Criterion, u32)>,
}

pub struct History {
    pub mark: Option<Mark>,
    /// The newest run's error, where it failed.
    pub failure: Option<(String, String)>,
    /// The day on which it was read.
    pub today: Date,
    /// The last night that has come.
    pub last: Date,
    tracks: HashMap<(String, String), Arc<Track>>,
    pub communes: Vec<String>,
    pub findings: BTreeMap<String, Vec<CommuneNight>>,
    pub stale: HashMap<(String, String), StaleRate>,
    pub quality: HashMap<(String, String), Quality>,
    pub asked: Vec<SourceNight>,
}

impl History {
    /// Reads the nights of the settings that end today.
    pub async fn read(workspace: &Workspace, communes: &[String]) -> Result<Self, Problem> {
        let ledger = &workspace.ledger;
        let today = vietnam_date(workspace.clock.now());
        let from = today.saturating_sub(Span::new().days(i64::from(workspace.settings.health.nights)));
        let runs = ledger.runs(20).await?;
        let reported = runs.iter().find(|run| run.report.is_some());
        let (mut stale, mut quality) = (HashMap::new(), HashMap::new());
        if let Some(run) = reported {
            for count in ledger.stale_counts(&run.run_id).await? {
                let rate = StaleRate {
                    source: count.source.clone(),
                    commune: count.commune.clone(),
                    addresses: count.addresses as u64,
                    stale: count.stale as u64,
                    split: count.split as u64,
                };
                stale.insert((count.source, count.commune), rate);
            }
            for one in nightly::quality::read(ledger.quality(&run.run_id).await?)? {
                let scale = &workspace.settings.quality;
                let Some(dqi) = one.measured.dqi(scale) else { continue };
                let share = |c: &Criterion| Some((*c, one.measured.share(*c).basis_points()?));
                let criteria = Criterion::ALL.iter().filter_map(share).collect();
                let band = one.measured.band(scale);
                quality.insert((one.source.clone(), one.commune.clone()), Quality { dqi, band, criteria });
            }
        }
        let mut findings: BTreeMap<String, Vec<CommuneNight>> = BTreeMap::new();
        for night in ledger.commune_nights(from).await? {
            findings.entry(night.commune.clone()).or_default().push(night);
        }
        let beats = ledger.beats(from, None).await?;
        // A night that has not come yet is not missed.
        let tonight = beats.iter().any(|beat| beat.night == today);
        Ok(Self {
            today,
            mark: runs.first().map(mark),
            failure: runs.first().and_then(failure),
            last: if tonight { today } else { today.yesterday().unwrap_or(today) },
            tracks: tracks(&beats, &ledger.last_good().await?),
            communes: communes.to_vec(),
            findings,
            stale,
            quality,
            asked: ledger.source_nights(from).await?,
        })
    }

    /// What a source was asked in its newest night.
    pub fn newest_of(&self, source: &str) -> Option<&SourceNight> {
        self.asked.iter().rev().find(|night| night.source == source)
    }

    /// The source in this commune: its own nights, or those that are the whole province's.
    pub fn track(&self, source: &str, commune: &str) -> Option<&Arc<Track>> {
        let of = |commune: &str| self.tracks.get(&(source.to_owned(), commune.to_owned()));
        of(commune).or_else(|| of(PROVINCE))
    }
}

pub(super) fn mark(run: &RunRow) -> Mark {
    Mark { run_id: run.run_id.clone(), status: run.status, stage: run.stage.clone(), finished_at: run.finished_at }
}

fn failure(run: &RunRow) -> Option<(String, String)> {
    let failed = matches!(run.status, RunStatus::Failed | RunStatus::Stopped);
    let code = run.error_code.clone().filter(|_| failed)?;
    Some((code, run.error_detail.clone().unwrap_or_default()))
}

/// A dataset's beats by night.
type Nights<'b> = BTreeMap<Date, &'b BeatRow>;

/// Each source in each commune: datasets that are pulled by commune by its own beats, the others by
/// those of the province.
fn tracks(beats: &[BeatRow], good: &[GoodRow]) -> HashMap<(String, String), Arc<Track>> {
    // Source, commune, dataset.
    let mut by_place: BTreeMap<(&str, &str), BTreeMap<&str, Nights<'_>>> = BTreeMap::new();
    for beat in beats {
        let datasets = by_place.entry((&beat.source, &beat.commune)).or_default();
        datasets.entry(&beat.dataset).or_default().insert(beat.night, beat);
    }
    let good: HashMap<(&str, &str, &str), Timestamp> =
        good.iter().map(|row| ((row.source.as_str(), row.dataset.as_str(), row.commune.as_str()), row.as_of)).collect();
    for (source, _, commune) in good.keys() {
        by_place.entry((source, commune)).or_default();
    }
    let nothing = BTreeMap::new();
    let track = |(source, commune): &(&str, &str), own: &BTreeMap<&str, Nights<'_>>| {
        let of_all = by_place.get(&(*source, PROVINCE)).filter(|_| *commune != PROVINCE).unwrap_or(&nothing);
        Track { beats: beats_of(own, of_all), good: good_of(source, commune, own, of_all, &good) }
    };
    by_place
        .iter()
        .map(|(place, own)| ((place.0.to_owned(), place.1.to_owned()), Arc::new(track(place, own))))
        .collect()
}

fn beats_of(own: &BTreeMap<&str, Nights<'_>>, of_all: &BTreeMap<&str, Nights<'_>>) -> Vec<Beat> {
    let mut by_night: BTreeMap<Date, Vec<Beat>> = BTreeMap::new();
    let mut add = |row: &BeatRow| {
        let Some(outcome) = Outcome::parse(&row.outcome) else { return };
        let beat = Beat { night: row.night, outcome, as_of: row.as_of, code: row.code.clone() };
        by_night.entry(row.night).or_default().push(beat);
    };
    for (dataset, nights) in own {
        nights.values().for_each(|row| add(row));
        // The province's word counts where the commune has none of its own.
        let others = of_all.get(dataset).into_iter().flatten();
        others.filter(|(night, _)| !nights.contains_key(night)).for_each(|(_, row)| add(row));
    }
    let others = of_all.iter().filter(|(dataset, _)| !own.contains_key(*dataset));
    others.flat_map(|(_, nights)| nights.values()).for_each(|row| add(row));
    by_night.values().filter_map(of_datasets).collect()
}

/// The oldest of the newest data of each dataset; none where a dataset that was expected has never been
/// there.
fn good_of(
    source: &str,
    commune: &str,
    own: &BTreeMap<&str, Nights<'_>>,
    of_all: &BTreeMap<&str, Nights<'_>>,
    good: &HashMap<(&str, &str, &str), Timestamp>,
) -> Option<Timestamp> {
    let newest = |dataset: &str| {
        good.get(&(source, dataset, commune)).or_else(|| good.get(&(source, dataset, PROVINCE))).copied()
    };
    let expected = |nights: &Nights<'_>| nights.values().any(|row| row.outcome != Outcome::Quiet.as_str());
    let mut datasets: Vec<&str> =
        own.iter().chain(of_all).filter(|(_, nights)| expected(nights)).map(|(dataset, _)| *dataset).collect();
    let known = good.keys().filter(|(of, _, place)| *of == source && (*place == commune || *place == PROVINCE));
    datasets.extend(known.map(|(_, dataset, _)| *dataset));
    datasets.sort_unstable();
    datasets.dedup();
    let mut oldest = None;
    for dataset in datasets {
        let at = newest(dataset)?;
        oldest = Some(oldest.map_or(at, |oldest: Timestamp| oldest.min(at)));
    }
    oldest
}

/// The newest run as the ledger has it now.
pub(super) async fn newest(workspace: &Workspace) -> Result<Option<Mark>, Problem> {
    Ok(workspace.ledger.runs(1).await?.first().map(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn row(day: i8, dataset: &str, commune: &str, outcome: Outcome) -> BeatRow {
        BeatRow {
            night: date(2026, 11, day),
            source: "civil_status".into(),
            dataset: dataset.into(),
            commune: commune.into(),
            outcome: outcome.as_str().into(),
            as_of: None,
            records: 1,
            code: None,
        }
    }

    fn good(dataset: &str, commune: &str, at: &str) -> GoodRow {
        let (source, dataset, commune) = ("civil_status".into(), dataset.into(), commune.into());
        GoodRow { source, dataset, commune, night: date(2026, 11, 1), as_of: at.parse().expect("an instant") }
    }

    const OLD: &str = "2026-11-01T19:00:00Z";
    const NEW: &str = "2026-11-02T19:00:00Z";

    #[test]
    fn what_is_pulled_by_commune_and_what_is_pulled_for_all_make_one_track() {
        let beats = [
            row(1, "civil_event", "00691", Outcome::Good),
            row(1, "dossier", PROVINCE, Outcome::Good),
            row(2, "civil_event", "00691", Outcome::Good),
            row(2, "dossier", PROVINCE, Outcome::Parked),
        ];
        let tracks = tracks(&beats, &[good("civil_event", "00691", NEW), good("dossier", PROVINCE, OLD)]);
        let track = &tracks[&("civil_status".to_owned(), "00691".to_owned())];
        let outcomes: Vec<Outcome> = track.beats.iter().map(|beat| beat.outcome).collect();
        assert_eq!(outcomes, [Outcome::Good, Outcome::Parked]);
        assert_eq!(track.good, Some(OLD.parse().expect("an instant")), "as old as the oldest");
    }

    #[test]
    fn a_dataset_that_was_never_there_leaves_the_source_without_good_data_and_a_quiet_one_does_not() {
        let event = row(1, "civil_event", "00691", Outcome::Good);
        let never = tracks(
            &[event.clone(), row(1, "dossier", PROVINCE, Outcome::Failed)],
            &[good("civil_event", "00691", NEW)],
        );
        assert_eq!(never[&("civil_status".to_owned(), "00691".to_owned())].good, None);
        let quiet = tracks(&[event, row(1, "dossier", PROVINCE, Outcome::Quiet)], &[good("civil_event", "00691", NEW)]);
        assert!(quiet[&("civil_status".to_owned(), "00691".to_owned())].good.is_some());
    }
}
