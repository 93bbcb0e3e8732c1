//! What a word of trouble means: does it go away by itself, and if not, who must act.

use serde::{Deserialize, Serialize};

/// What kind of trouble a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Our own limit or wish: quota, hours of the night, asked to stop.
    Own,
    /// It could not be reached, or would not serve us now.
    Unreachable,
    /// It goes on only when a person has acted.
    Person(Blame),
}

/// Who must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blame {
    /// IT staff of the province: settings, accounts, certificates, disk.
    It,
    /// Whoever runs the source: its answers are wrong.
    Owner,
    /// The commune that delivered a file.
    Commune,
    /// Somebody with authority has to look and approve.
    Approval,
}

/// By the word that the connector or the run gave.
pub fn trouble(code: &str) -> Trouble {
    match code {
        "quota_exhausted" | "window_closed" | "stopped" | "not_pulled" | "NOTHING_TO_PULL" | "HELD" => Trouble::Own,
        "attempts_exhausted"
        | "budget_exhausted"
        | "breaker_open"
        | "retry_after_too_long"
        | "timeout"
        // Read in full, without one record: waiting may help, and nobody has refused anything.
        | "NOTHING_ANSWERED" | "EMPTY" => Trouble::Unreachable,
        "token_refused" | "tls_refused" | "redirect_refused" | "account_may_write" | "audit_failed" | "no_view"
        | "DISK_FULL" | "DISK_SPACE" | "LEDGER" => Trouble::Person(Blame::It),
        "DELETIONS_NEED_APPROVAL" => Trouble::Person(Blame::Approval),
        "bad_file" | "folder_unwritable" => Trouble::Person(Blame::Commune),
        code if code.starts_with("http_5") => Trouble::Unreachable,
        // A refused question is about who we are; any other wrong answer is the source's.
        "http_401" | "http_403" | "http_407" => Trouble::Person(Blame::It),
        _ => Trouble::Person(Blame::Owner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_away_by_itself_is_nobodys_task_and_the_rest_is_somebodys() {
        assert_eq!(trouble("breaker_open"), Trouble::Unreachable);
        assert_eq!(trouble("http_503"), Trouble::Unreachable);
        assert_eq!(trouble("quota_exhausted"), Trouble::Own);
        assert_eq!(trouble("token_refused"), Trouble::Person(Blame::It));
        assert_eq!(trouble("bad_page"), Trouble::Person(Blame::Owner));
        assert_eq!(trouble("DELETIONS_NEED_APPROVAL"), Trouble::Person(Blame::Approval));
    }
}
