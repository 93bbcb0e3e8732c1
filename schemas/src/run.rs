//! States of a run and of its parts, in the words of command line, ledger and reports.

use crate::ParseError;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $( $(#[$vdoc:meta])* $variant:ident = $text:literal ),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $( $(#[$vdoc])* #[serde(rename = $text)] $variant ),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$( $name::$variant ),+];
            pub fn as_str(self) -> &'static str {
                match self { $( $name::$variant => $text ),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ParseError;
            fn from_str(text: &str) -> Result<Self, ParseError> {
                Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or(ParseError::State)
            }
        }
    };
}

states!(
    /// One run of the nightly job.
    RunStatus {
        Running = "running",
        /// Every source complete and fresh.
        Complete = "complete",
        /// Finished, but a source is incomplete or stale (exit code 2).
        Incomplete = "incomplete",
        /// Stopped on request; can be resumed.
        Stopped = "stopped",
        /// Could not go on (exit code 3); can be resumed.
        Failed = "failed",
    }
);

states!(
    /// One partition within a run.
    PartitionStatus {
        Pending = "pending",
        Running = "running",
        Complete = "complete",
        /// Out of retries or quota: waits at its checkpoint.
        Parked = "parked",
        /// An error that a retry cannot mend: waits at its checkpoint for a person.
        Failed = "failed",
    }
);

states!(
    /// One (source, dataset) in a run's report.
    SourceStatus {
        /// Pulled whole and promoted in this run.
        Complete = "complete",
        /// Some partitions are missing; the last good snapshot still serves.
        Incomplete = "incomplete",
        /// The last good snapshot is older than the source's freshness budget.
        Stale = "stale",
        /// There has never been a good snapshot.
        Never = "never",
    }
);
