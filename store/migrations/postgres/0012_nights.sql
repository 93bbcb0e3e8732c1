-- What each night brought, source by source and commune by commune; incidents and what was told of
-- them; what communes still lack.

CREATE TABLE night_beats (
    night    TEXT NOT NULL,
    source   TEXT NOT NULL,
    dataset  TEXT NOT NULL,
    -- empty: all communes of the province
    commune  TEXT NOT NULL,
    -- good, empty, held, parked, failed or quiet
    outcome  TEXT NOT NULL,
    -- what the data are true of, where they are in force
    as_of    TEXT,
    records  BIGINT NOT NULL,
    code     TEXT,
    run_id   TEXT NOT NULL,
    PRIMARY KEY (night, source, dataset, commune)
);

-- The newest good night of each: no search through the years.
CREATE TABLE last_good (
    source   TEXT NOT NULL,
    dataset  TEXT NOT NULL,
    commune  TEXT NOT NULL,
    night    TEXT NOT NULL,
    as_of    TEXT NOT NULL,
    PRIMARY KEY (source, dataset, commune)
);

-- Requests to a source in a night, over all attempts of its run.
CREATE TABLE source_nights (
    night             TEXT NOT NULL,
    source            TEXT NOT NULL,
    run_id            TEXT NOT NULL,
    requests          BIGINT NOT NULL,
    retries           BIGINT NOT NULL,
    breaker_openings  BIGINT NOT NULL,
    records           BIGINT NOT NULL,
    quarantined       BIGINT NOT NULL,
    seconds           DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (night, source)
);

-- Findings that stand at the end of a night.
CREATE TABLE commune_nights (
    night    TEXT NOT NULL,
    -- empty: findings of no commune
    commune  TEXT NOT NULL,
    stops    BIGINT NOT NULL,
    checks   BIGINT NOT NULL,
    notes    BIGINT NOT NULL,
    PRIMARY KEY (night, commune)
);

CREATE TABLE incidents (
    incident_id  TEXT PRIMARY KEY,
    scope        TEXT NOT NULL,
    name         TEXT NOT NULL,
    opened_at    TEXT NOT NULL,
    closed_at    TEXT,
    body         TEXT NOT NULL
);
CREATE INDEX incidents_by_opening ON incidents (opened_at);

-- What is to be told, and what became of it: one row for each way.
CREATE TABLE notifications (
    notification_id  TEXT PRIMARY KEY,
    incident_id      TEXT NOT NULL,
    kind             TEXT NOT NULL,
    -- mail or webhook
    channel          TEXT NOT NULL,
    at               TEXT NOT NULL,
    subject          TEXT NOT NULL,
    body             TEXT NOT NULL,
    attempts         BIGINT NOT NULL DEFAULT 0,
    -- not before
    next_at          TEXT NOT NULL,
    sent_at          TEXT,
    -- no more tries
    given_up_at      TEXT,
    error            TEXT
);
CREATE INDEX notifications_by_time ON notifications (at);

-- What a commune has of what it needs to work, by a list of the settings.
CREATE TABLE readiness (
    commune        TEXT NOT NULL,
    item           TEXT NOT NULL,
    -- have, partly or missing
    state          TEXT NOT NULL,
    note           TEXT NOT NULL,
    filled_by      TEXT NOT NULL,
    filled_at      TEXT NOT NULL,
    signed_off_by  TEXT,
    signed_off_at  TEXT,
    PRIMARY KEY (commune, item)
);
