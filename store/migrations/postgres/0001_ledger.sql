-- The ledger: what was pulled, how far, what came of it. Small and transactional.
-- Instants are RFC 3339 text in UTC, days ISO text, so that both databases hold the same bytes.

CREATE TABLE runs (
    run_id          TEXT PRIMARY KEY,
    status          TEXT NOT NULL,
    stage           TEXT NOT NULL,
    started_at      TEXT NOT NULL,
    heartbeat_at    TEXT NOT NULL,
    finished_at     TEXT,
    business_date   TEXT NOT NULL,
    province        TEXT NOT NULL,
    owner           TEXT NOT NULL,
    stop_requested  BIGINT NOT NULL DEFAULT 0,
    error_code      TEXT,
    error_detail    TEXT,
    report          TEXT
);
CREATE INDEX runs_by_start ON runs (started_at);

CREATE TABLE partitions (
    run_id        TEXT NOT NULL REFERENCES runs (run_id),
    source        TEXT NOT NULL,
    dataset       TEXT NOT NULL,
    partition_key TEXT NOT NULL,
    position      BIGINT NOT NULL,
    status        TEXT NOT NULL,
    cursor        TEXT,
    pages         BIGINT NOT NULL DEFAULT 0,
    served        BIGINT NOT NULL DEFAULT 0,
    records       BIGINT NOT NULL DEFAULT 0,
    rejects       BIGINT NOT NULL DEFAULT 0,
    total         BIGINT,
    as_of         TEXT,
    error_code    TEXT,
    error_detail  TEXT,
    PRIMARY KEY (run_id, source, dataset, partition_key)
);

-- One page as it was pulled: zstd-compressed JSON lines of canonical records.
CREATE TABLE staged_pages (
    run_id         TEXT NOT NULL,
    source         TEXT NOT NULL,
    dataset        TEXT NOT NULL,
    partition_key  TEXT NOT NULL,
    page           BIGINT NOT NULL,
    content_digest TEXT NOT NULL,
    as_of          TEXT NOT NULL,
    payload        BYTEA NOT NULL,
    PRIMARY KEY (run_id, source, dataset, partition_key, page)
);

CREATE TABLE quarantine (
    quarantine_id  TEXT PRIMARY KEY,
    source         TEXT NOT NULL,
    dataset        TEXT NOT NULL,
    partition_key  TEXT NOT NULL,
    record_key     TEXT,
    reason         TEXT NOT NULL,
    detail         TEXT NOT NULL,
    payload        BYTEA NOT NULL,
    first_run      TEXT NOT NULL,
    last_run       TEXT NOT NULL
);
CREATE INDEX quarantine_by_last_run ON quarantine (last_run, source, dataset);

CREATE TABLE snapshots (
    snapshot_id  TEXT PRIMARY KEY,
    run_id       TEXT NOT NULL,
    source       TEXT NOT NULL,
    dataset      TEXT NOT NULL,
    complete     BIGINT NOT NULL,
    as_of        TEXT NOT NULL,
    fetched_at   TEXT NOT NULL,
    directory    TEXT NOT NULL,
    manifest     TEXT NOT NULL,
    removed      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX snapshots_by_dataset ON snapshots (source, dataset, fetched_at);

-- The swap: one row says which snapshot is the good one.
CREATE TABLE current_snapshots (
    source       TEXT NOT NULL,
    dataset      TEXT NOT NULL,
    snapshot_id  TEXT NOT NULL REFERENCES snapshots (snapshot_id),
    PRIMARY KEY (source, dataset)
);

CREATE TABLE findings (
    finding_id   TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,
    severity     TEXT NOT NULL,
    subject      TEXT NOT NULL,
    field        TEXT NOT NULL,
    source       TEXT NOT NULL,
    unit         TEXT,
    state        TEXT NOT NULL,
    values_hash  TEXT NOT NULL,
    body         TEXT NOT NULL,
    first_run    TEXT NOT NULL,
    first_date   TEXT NOT NULL,
    last_run     TEXT NOT NULL,
    last_date    TEXT NOT NULL
);
CREATE INDEX findings_by_subject ON findings (subject);
CREATE INDEX findings_by_state ON findings (state, kind, unit);

-- What happened to a finding, one row for each run that changed it.
CREATE TABLE finding_events (
    finding_id   TEXT NOT NULL,
    run_id       TEXT NOT NULL,
    event        TEXT NOT NULL,
    date         TEXT NOT NULL,
    values_hash  TEXT NOT NULL,
    PRIMARY KEY (finding_id, run_id, event)
);

-- The findings of one run on their way in: merged into `findings` in one transaction.
CREATE TABLE incoming_findings (
    run_id       TEXT NOT NULL,
    finding_id   TEXT NOT NULL,
    kind         TEXT NOT NULL,
    severity     TEXT NOT NULL,
    subject      TEXT NOT NULL,
    field        TEXT NOT NULL,
    source       TEXT NOT NULL,
    unit         TEXT,
    values_hash  TEXT NOT NULL,
    body         TEXT NOT NULL,
    PRIMARY KEY (run_id, finding_id)
);
