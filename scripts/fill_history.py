"""Fills a ledger (SQLite) with made-up nights, so that the health page can be looked at and measured.

    python3 scripts/fill_history.py DATA/ledger.sqlite LAST_NIGHT NIGHTS [COMMUNES]

LAST_NIGHT is an ISO day. Communes are those that the newest run pulled, or the first COMMUNES of the
catalogue of units of the whole country. Seeded: the same nights each time. There is nothing of any
person in it.
"""

import csv
import datetime
import pathlib
import random
import sqlite3
import sys

DATASETS = [("population", "person", False), ("civil_status", "civil_event", True), ("civil_status", "dossier", False),
            ("land", "land_right", True), ("one_stop", "dossier", True)]
BAD = [("parked", "breaker_open"), ("parked", "attempts_exhausted"), ("failed", "bad_page"), ("empty", None), ("held", None)]


def communes_of_country():
    with open(pathlib.Path(__file__).parent.parent / "config/units/communes.csv", encoding="utf-8") as file:
        return sorted(row["code"] for row in csv.DictReader(file))


def main():
    ledger, last, nights = sys.argv[1], datetime.date.fromisoformat(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(1)
    db = sqlite3.connect(ledger)
    if len(sys.argv) > 4:
        communes = communes_of_country()[: int(sys.argv[4])]
    else:
        communes = [r[0] for r in db.execute("SELECT DISTINCT partition_key FROM partitions WHERE dataset = 'land_right' ORDER BY 1")]
    db.execute("DELETE FROM night_beats WHERE night < ?", (last.isoformat(),))
    # Some communes are worse than others, and some nights are bad for all.
    weak = {c: rng.random() ** 6 for c in communes}
    for back in range(nights - 1, 0, -1):
        night = last - datetime.timedelta(days=back)
        as_of = f"{night - datetime.timedelta(days=1)}T19:{rng.randrange(60):02}:00.000Z"
        outage = rng.random() < 0.04
        beats, good = [], []
        for source, dataset, by_commune in DATASETS:
            for commune in communes if by_commune else [""]:
                chance = 0.9 if outage else 0.004 + 0.25 * weak.get(commune, 0)
                outcome, code = rng.choice(BAD) if rng.random() < chance else ("good", None)
                records = 0 if outcome == "empty" else rng.randrange(50, 5000)
                beats.append((night.isoformat(), source, dataset, commune, outcome, as_of if outcome == "good" else None, records, code, "made-up"))
                if outcome == "good":
                    good.append((source, dataset, commune, night.isoformat(), as_of))
        db.executemany("INSERT OR REPLACE INTO night_beats VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", beats)
        db.executemany("INSERT INTO last_good VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET night = excluded.night, as_of = excluded.as_of WHERE excluded.night >= last_good.night", good)
        db.executemany("INSERT OR REPLACE INTO commune_nights VALUES (?, ?, ?, ?, ?)", [(night.isoformat(), c, rng.randrange(9), rng.randrange(60), rng.randrange(90)) for c in communes])
        db.executemany("INSERT OR REPLACE INTO source_nights VALUES (?, ?, 'made-up', ?, ?, ?, ?, ?, ?)", [(night.isoformat(), s, rng.randrange(200, 900), rng.randrange(80), rng.randrange(3), rng.randrange(90000), rng.randrange(20), rng.random() * 90) for s in ("population", "civil_status", "land", "one_stop")])
    db.commit()
    print(f"{len(communes)} communes, {nights} nights, {db.execute('SELECT COUNT(*) FROM night_beats').fetchone()[0]} beats")


main()
