//! States of a run and of its parts, in the words of command line, ledger and reports.

use crate::words::words;

words!(
    State;
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

words!(
    State;
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

words!(
    State;
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
