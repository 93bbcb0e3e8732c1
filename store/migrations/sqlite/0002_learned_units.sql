-- What officers said of split communes: people of this hamlet of the old commune now belong to that
-- commune of today.
CREATE TABLE learned_units (
    old_commune  TEXT NOT NULL,
    -- folded, so that spelling does not split it
    hamlet_key   TEXT NOT NULL,
    hamlet       TEXT NOT NULL,
    new_commune  TEXT NOT NULL,
    officer      TEXT NOT NULL,
    learned_at   TEXT NOT NULL,
    note         TEXT,
    PRIMARY KEY (old_commune, hamlet_key)
);
