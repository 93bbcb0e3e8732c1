-- What people did about findings: decisions, correction requests, escalations; and the cases of a
-- morning with their verdicts.

-- The newest that is not undone counts; it holds until a compared value changes.
CREATE TABLE finding_decisions (
    decision_id  TEXT PRIMARY KEY,
    finding_id   TEXT NOT NULL,
    values_hash  TEXT NOT NULL,
    -- source_right, source_wrong or not_enough
    said         TEXT NOT NULL,
    -- a word of the list of reasons
    reason       TEXT NOT NULL,
    note         TEXT NOT NULL,
    officer      TEXT NOT NULL,
    role         TEXT NOT NULL,
    unit         TEXT,
    decided_at   TEXT NOT NULL,
    undone_at    TEXT
);
CREATE INDEX finding_decisions_by_finding ON finding_decisions (finding_id, decided_at);

CREATE TABLE corrections (
    correction_id  TEXT PRIMARY KEY,
    -- what stands on the paper: counted within a year
    year           BIGINT NOT NULL,
    number         BIGINT NOT NULL,
    -- the agency, a word of the rules
    owner          TEXT NOT NULL,
    -- the commune that asks
    unit           TEXT,
    -- draft, sent, answered, closed or withdrawn
    state          TEXT NOT NULL,
    created_by     TEXT NOT NULL,
    created_at     TEXT NOT NULL,
    sent_at        TEXT,
    -- ISO day: the end of the owner's working days
    due_on         TEXT,
    answered_at    TEXT,
    answer         TEXT,
    closed_at      TEXT,
    UNIQUE (year, number)
);
CREATE INDEX corrections_by_state ON corrections (state, unit);

CREATE TABLE correction_items (
    correction_id  TEXT NOT NULL REFERENCES corrections (correction_id),
    finding_id     TEXT NOT NULL,
    -- the finding as it was when it was put down, JSON
    body           TEXT NOT NULL,
    PRIMARY KEY (correction_id, finding_id)
);
CREATE INDEX correction_items_by_finding ON correction_items (finding_id);

CREATE TABLE escalations (
    escalation_id  TEXT PRIMARY KEY,
    subject        TEXT NOT NULL,
    finding_id     TEXT,
    unit           TEXT,
    note           TEXT NOT NULL,
    -- the hotline's number
    ticket         TEXT NOT NULL,
    -- open or answered
    state          TEXT NOT NULL,
    officer        TEXT NOT NULL,
    escalated_at   TEXT NOT NULL,
    answer         TEXT,
    answered_by    TEXT,
    answered_at    TEXT
);
CREATE INDEX escalations_by_state ON escalations (state, unit);

-- Cases due today and tomorrow, judged in the night. Replaced by every run.
CREATE TABLE case_verdicts (
    case_code    TEXT PRIMARY KEY,
    run_id       TEXT NOT NULL,
    source       TEXT NOT NULL,
    unit         TEXT,
    due_on       TEXT NOT NULL,
    procedure    TEXT,
    -- 12 digits, or NULL
    person       TEXT,
    applicant    TEXT,
    conclusion   TEXT NOT NULL,
    conflicts    BIGINT NOT NULL,
    notes        BIGINT NOT NULL,
    reason_vi    TEXT NOT NULL,
    reason_en    TEXT NOT NULL,
    judged_at    TEXT NOT NULL,
    -- an officer has decided something about it since the night
    worked_on    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX case_verdicts_by_unit ON case_verdicts (unit, due_on);
