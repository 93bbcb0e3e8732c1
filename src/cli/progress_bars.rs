//! Progress on standard error: bars with rate and remaining time on a terminal, one line now and
//! then in a journal.

use crate::Lang;
use crate::nightly::progress::Progress;
use crate::sync::PullEvents;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use schemas::{Dataset, Partition, PartitionStatus, SourceId};
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const JOURNAL_EVERY: Duration = Duration::from_secs(10);

pub struct Bars {
    lang: Lang,
    terminal: bool,
    all: MultiProgress,
    state: Mutex<State>,
}

struct State {
    datasets: BTreeMap<(SourceId, Dataset), Pulled>,
    reconcile: Option<ProgressBar>,
    said: Instant,
}

struct Pulled {
    bar: Option<ProgressBar>,
    partitions: u64,
    ended: u64,
    records: u64,
    began: Instant,
}

impl Bars {
    pub fn new(lang: Lang) -> Self {
        Self {
            lang,
            terminal: std::io::stderr().is_terminal(),
            all: MultiProgress::new(),
            state: Mutex::new(State { datasets: BTreeMap::new(), reconcile: None, said: Instant::now() }),
        }
    }

    fn bar(&self, length: u64, template: &str) -> ProgressBar {
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        self.all.add(ProgressBar::new(length).with_style(style.progress_chars("█▌ ")))
    }

    fn with_state(&self, change: impl FnOnce(&mut State)) {
        if let Ok(mut state) = self.state.lock() {
            change(&mut state);
        }
    }

    fn journal(&self, state: &mut State, force: bool) {
        if self.terminal || (!force && state.said.elapsed() < JOURNAL_EVERY) {
            return;
        }
        state.said = Instant::now();
        let parts: Vec<String> = state
            .datasets
            .iter()
            .map(|((source, dataset), p)| {
                let rate = p.records as f64 / p.began.elapsed().as_secs_f64().max(0.001);
                format!("{source}/{dataset} {}/{} {} ({rate:.0}/s)", p.ended, p.partitions, p.records)
            })
            .collect();
        eprintln!("{}: {}", self.lang.pick("Đã tải", "Pulled"), parts.join(", "));
    }
}

impl PullEvents for Bars {
    fn page(&self, partition: &Partition, records: u64) {
        self.with_state(|state| {
            if let Some(pulled) = state.datasets.get_mut(&(partition.source.clone(), partition.dataset)) {
                pulled.records += records;
                if let Some(bar) = &pulled.bar {
                    let rate = pulled.records as f64 / pulled.began.elapsed().as_secs_f64().max(0.001);
                    bar.set_message(format!("{} ({rate:.0}/s)", self.lang.number(pulled.records)));
                    bar.tick();
                }
            }
            self.journal(state, false);
        });
    }

    fn partition_ended(&self, partition: &Partition, _: PartitionStatus) {
        self.with_state(|state| {
            if let Some(pulled) = state.datasets.get_mut(&(partition.source.clone(), partition.dataset)) {
                pulled.ended += 1;
                if let Some(bar) = &pulled.bar {
                    bar.set_position(pulled.ended.min(pulled.partitions));
                }
            }
        });
    }
}

impl Progress for Bars {
    fn stage(&self, stage: &str) {
        let name = match stage {
            "connect" => self.lang.pick("Kết nối", "Connect"),
            "pull" => self.lang.pick("Tải", "Pull"),
            "promote" => self.lang.pick("Chốt ảnh chụp", "Promote"),
            "reconcile" => self.lang.pick("Ghép và so sánh", "Reconcile"),
            "publish" => self.lang.pick("Công bố", "Publish"),
            other => other,
        };
        self.with_state(|state| {
            if stage == "pull" {
                state.datasets.clear();
            }
            if self.terminal {
                let _ = self.all.println(format!("→ {name}"));
            } else {
                if stage == "promote" {
                    self.journal(state, true);
                }
                eprintln!("→ {name}");
            }
        });
    }

    fn dataset(&self, source: &SourceId, dataset: Dataset, partitions: u64, done: u64) {
        self.with_state(|state| {
            let bar = self.terminal.then(|| {
                let bar = self.bar(partitions, "  {prefix:32} {bar:24} {pos}/{len} {msg} {eta}");
                bar.set_prefix(format!("{source} / {dataset}"));
                bar.set_position(done);
                bar
            });
            let pulled = Pulled { bar, partitions, ended: 0, records: 0, began: Instant::now() };
            state.datasets.insert((source.clone(), dataset), pulled);
        });
    }

    fn buckets(&self, done: u64, all: u64) {
        if !self.terminal {
            return;
        }
        self.with_state(|state| {
            let bar = state.reconcile.get_or_insert_with(|| self.bar(all, "  {bar:24} {pos}/{len} {eta}"));
            bar.set_position(done);
            if done == all {
                bar.finish();
            }
        });
    }
}
