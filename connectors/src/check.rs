//! What `sources check` learns from one answer.

use crate::connector::CheckReport;
use crate::transport::Reply;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// The source's clock beside ours.
pub struct Clocks {
    source: Option<Timestamp>,
    ours: Timestamp,
}

pub fn clock_of(reply: &Reply) -> Clocks {
    Clocks { source: reply.date, ours: reply.received_at }
}

impl Clocks {
    pub fn report(self, unknown_keys: BTreeSet<String>) -> CheckReport {
        let skew = |source: Timestamp| source.as_millisecond() - self.ours.as_millisecond();
        CheckReport { source_time: self.source, clock_skew_ms: self.source.map(skew), unknown_keys }
    }
}
