//! How long each stage of an attempt took.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

/// A stopwatch that is always in exactly one stage.
pub(super) struct Stages {
    state: Mutex<(String, Instant, BTreeMap<String, f64>)>,
}

impl Stages {
    pub(super) fn new() -> Self {
        Self { state: Mutex::new(("connect".into(), Instant::now(), BTreeMap::new())) }
    }

    pub(super) fn enter(&self, stage: &str) {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (current, since, seconds) = &mut *state;
        *seconds.entry(std::mem::replace(current, stage.to_owned())).or_default() += since.elapsed().as_secs_f64();
        *since = Instant::now();
    }

    /// Seconds by stage, to the hundredth.
    pub(super) fn seconds(&self) -> BTreeMap<String, f64> {
        self.enter("report");
        let state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.2.iter().map(|(stage, s)| (stage.clone(), (s * 100.0).round() / 100.0)).collect()
    }
}

/// Tells those who look for where time and memory go how far some work has come.
pub(super) struct Marks(Instant);

impl Marks {
    pub fn begin() -> Self {
        Self(Instant::now())
    }

    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }

    pub fn reached(&self, what: &str) {
        tracing::debug!(seconds = self.seconds(), peak_memory_mib = peak_memory_mib(), "{what}");
    }
}

/// The high-water mark of this process's memory, from the kernel.
pub fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}
