//! When `serve` begins a night by itself.

use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// A cron expression of five fields: minute, hour, day, month, weekday. Empty: `serve` begins no
    /// night; a timer of the system does.
    pub nightly: String,
    /// A name of the time-zone database, or an offset such as `+07:00`.
    pub time_zone: String,
    /// A night that was missed is made up for within so many hours after its time. 0 to 23.
    pub catch_up_hours: u32,
    /// Of the weekly workbooks, in the same time zone; empty: none are made.
    pub weekly: String,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { nightly: String::new(), time_zone: "Asia/Ho_Chi_Minh".into(), catch_up_hours: 12, weekly: String::new() }
    }
}

impl Schedule {
    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        let fields = |text: &str| text.is_empty() || text.split_whitespace().count() == 5;
        if !fields(&self.nightly) {
            return Some(("nightly", "must have five fields: minute hour day month weekday"));
        }
        if !fields(&self.weekly) {
            return Some(("weekly", "must have five fields: minute hour day month weekday"));
        }
        if self.catch_up_hours > 23 {
            return Some(("catch_up_hours", "must be less than a day"));
        }
        None
    }
}

/// Figures for Prometheus, on a listener of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Unset: no listener. There is nothing of any person in it; who may reach it is the network's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}
