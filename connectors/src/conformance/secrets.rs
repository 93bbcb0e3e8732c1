//! No personal value where somebody reads along: the bench's canaries must turn up in values only.

use super::{Report, Rule};
use schemas::{Page, SourceError};
use std::fmt::Debug;

pub struct Canaries(pub Vec<String>);

impl Canaries {
    fn sings_in(&self, text: &str) -> bool {
        self.0.iter().any(|canary| text.contains(canary.as_str()))
    }

    pub fn check(&self, place: &str, text: &str, rule: Rule, report: &mut Report) {
        if self.sings_in(text) {
            report.breaks(rule, format!("a personal value stands in {place}"));
        }
    }

    pub fn check_debug(&self, place: &str, value: &dyn Debug, report: &mut Report) {
        self.check(&format!("the Debug output of {place}"), &format!("{value:?}"), Rule::Asking(6), report);
    }

    pub fn check_page(&self, page: &Page, report: &mut Report) {
        self.check_debug("a page", page, report);
        if let Some(cursor) = &page.next {
            self.check("a cursor", &cursor.0, Rule::Cursors(1), report);
        }
        for row in &page.records {
            self.check("a record key", &row.envelope.record_key, Rule::Pages(6), report);
        }
        for reject in &page.rejects {
            self.check("the detail of a reject", &reject.detail, Rule::Pages(4), report);
            self.check("a record key", reject.record_key.as_deref().unwrap_or_default(), Rule::Pages(6), report);
        }
    }

    pub fn check_error(&self, error: &SourceError, report: &mut Report) {
        self.check("an error", &format!("{error} {error:?}"), Rule::Asking(6), report);
    }
}
