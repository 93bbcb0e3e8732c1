//! How the province's page judges: nights shown, incidents, maintenance, and what communes need.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Health {
    /// Nights of a strip. 7 to 90.
    pub nights: u32,
    /// All communes of the country instead of the province's: for whoever watches several provinces.
    pub country: bool,
    /// So many sources of one interconnect that cannot be reached are one incident of it.
    pub quorum: u32,
    /// Trouble that is over before this is told to nobody. 0 to 720.
    pub confirm_minutes: u32,
    /// Fine for so long, an incident is over. 1 to 1440.
    pub recovery_minutes: u32,
    /// From one notification of an incident to the next. 60 to 1440.
    pub pause_minutes: u32,
    /// What stays open is told again. 2 to 336.
    pub remind_hours: u32,
    /// How often `serve` asks each source whether it is there; 0: never.
    pub probe_minutes: u32,
    /// Announced hours in which a source may be down.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub maintenance: Vec<MaintenanceWindow>,
    /// What a commune needs to work, in the order of its page.
    pub readiness: Vec<ReadinessItem>,
}

/// In Vietnamese time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceWindow {
    /// A source, an interconnect, or `*`.
    pub of: String,
    pub from: DateTime,
    /// Not in it any more.
    pub until: DateTime,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadinessItem {
    /// a-z, 0-9, _
    pub code: String,
    pub vi: String,
    pub en: String,
}

impl Default for Health {
    fn default() -> Self {
        let item = |code: &str, vi: &str, en: &str| ReadinessItem { code: code.into(), vi: vi.into(), en: en.into() };
        Self {
            nights: 30,
            country: false,
            quorum: 2,
            confirm_minutes: 10,
            recovery_minutes: 60,
            pause_minutes: 60,
            remind_hours: 24,
            probe_minutes: 10,
            maintenance: Vec::new(),
            readiness: vec![
                item("accounts", "Tài khoản công vụ đủ cho cán bộ", "Official accounts for all officers"),
                item("signatures", "Chữ ký số đủ cho người ký", "Digital signatures for all who sign"),
                item("devices", "Máy tính, máy quét dùng được", "Computers and scanners that work"),
                item("line", "Đường truyền số liệu ổn định", "A stable data line"),
                item("new_name", "Hệ thống nguồn đã có tên và mã xã mới", "Source systems know the new name and code"),
                item("originals", "Đã nhận bàn giao hồ sơ gốc", "Originals were handed over"),
            ],
        }
    }
}

impl Health {
    /// The first thing that cannot be, with its key.
    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        let within = [
            ("nights", self.nights, 7..=90, "must be from 7 to 90"),
            ("quorum", self.quorum, 1..=100, "must be at least 1"),
            ("confirm_minutes", self.confirm_minutes, 0..=720, "must be from 0 to 720"),
            ("recovery_minutes", self.recovery_minutes, 1..=1440, "must be from 1 to 1440"),
            ("pause_minutes", self.pause_minutes, 60..=1440, "must be from 60 to 1440: one notification an hour"),
            ("remind_hours", self.remind_hours, 2..=336, "must be from 2 to 336"),
            ("probe_minutes", self.probe_minutes, 0..=1440, "must be at most 1440"),
        ];
        if let Some((key, _, _, cause)) = within.into_iter().find(|(_, value, range, _)| !range.contains(value)) {
            return Some((key, cause));
        }
        if self.maintenance.iter().any(|window| window.from >= window.until) {
            return Some(("maintenance", "a window must begin before it ends"));
        }
        let word = |code: &str| {
            !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let mut codes: Vec<&str> = self.readiness.iter().map(|item| item.code.as_str()).collect();
        codes.sort_unstable();
        if codes.windows(2).any(|pair| pair[0] == pair[1]) || !codes.iter().all(|code| word(code)) {
            return Some(("readiness", "each item needs a code of its own of a-z, 0-9 and _"));
        }
        None
    }
}
