-- Who may use the program: accounts, sessions, one-time links, and keys of other programs.
-- Secrets stand here only as hashes: passwords as argon2id, tokens as SHA-256 of what is random.

CREATE TABLE accounts (
    account_id     TEXT PRIMARY KEY,
    -- lower case
    login          TEXT NOT NULL UNIQUE,
    display_name   TEXT NOT NULL,
    -- clerk, reviewer, commune_lead, it or province
    role           TEXT NOT NULL,
    -- '*', or today's codes with a space between them
    communes       TEXT NOT NULL,
    password_hash  TEXT,
    -- issuer and subject of an OpenID provider
    subject        TEXT,
    disabled       BIGINT NOT NULL DEFAULT 0,
    -- wrong passwords since the last right one
    failures       BIGINT NOT NULL DEFAULT 0,
    locked_until   TEXT,
    signed_in_at   TEXT,
    created_at     TEXT NOT NULL
);
CREATE UNIQUE INDEX accounts_by_subject ON accounts (subject);

CREATE TABLE sessions (
    token_hash  TEXT PRIMARY KEY,
    account_id  TEXT NOT NULL REFERENCES accounts (account_id),
    csrf        TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    seen_at     TEXT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);

CREATE TABLE one_time_links (
    token_hash  TEXT PRIMARY KEY,
    -- setup: make the first account; password: set one's own
    purpose     TEXT NOT NULL,
    account_id  TEXT,
    expires_at  TEXT NOT NULL,
    used_at     TEXT
);

CREATE TABLE api_keys (
    key_id      TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    token_hash  TEXT NOT NULL UNIQUE,
    -- with a space between them
    scopes      TEXT NOT NULL,
    communes    TEXT NOT NULL,
    created_by  TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    expires_at  TEXT NOT NULL,
    revoked_at  TEXT,
    used_at     TEXT
);

-- What was answered to a request that changes something: asked again, the same answer.
CREATE TABLE idempotent_answers (
    -- account or key
    asker           TEXT NOT NULL,
    request_key     TEXT NOT NULL,
    request_digest  TEXT NOT NULL,
    -- NULL: still under way
    status          BIGINT,
    body            TEXT,
    at              TEXT NOT NULL,
    PRIMARY KEY (asker, request_key)
);
