-- Who asked about whom, for what: a chain of keyed hashes. Subjects are keyed hashes, too.
CREATE TABLE audit (
    number      BIGINT PRIMARY KEY,
    at          TEXT NOT NULL,
    event       TEXT NOT NULL,
    actor       TEXT NOT NULL,
    subject     TEXT NOT NULL,
    request_id  TEXT NOT NULL,
    detail      TEXT NOT NULL,
    hash        TEXT NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject);
CREATE INDEX audit_by_request ON audit (request_id);
