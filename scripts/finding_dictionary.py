#!/usr/bin/env python3
"""Trains a dictionary of what bodies of findings have in common, for store/src/ledger/body.rs.

    python3 scripts/finding_dictionary.py NUMBER OUT < LINES

LINES are the findings of a made-up province, a line of JSON each (`psql -Atc "SELECT body FROM findings"` of a ledger in
PostgreSQL). Whatever a source said is first replaced by random letters, so
that only our own words are learned: a dictionary is kept for ever, and nobody's values may be in it. Another
dictionary is another file with another NUMBER; what was packed with the one before is read with that.
"""
import collections
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

OF_A_KIND, SIZE = 700, 32768
# About as often as in Vietnamese texts: it also learns how to write what is not in it.
LETTERS = "nnnnhhhhgggiiittccaaaouuemlvdbkpqrsxyy" * 2 + "ăâđêôơưạảấầậắặẹếềểệỉịọốồổộớờợụủứừữựáàèéìíòóùúý"


def scrambled(text):
    def other(match):
        letter = match[0]
        if letter.isdigit():
            return random.choice("0123456789")
        if letter.isalpha():
            return random.choice(LETTERS.upper() if letter.isupper() else LETTERS)
        return letter

    return re.sub(r"\w", other, text)


def scrubbed(body):
    finding = json.loads(body)
    said = {finding["subject"].split(":", 1)[1], finding.get("suggestion") or ""}
    for value in finding["values"]:
        said |= {value["record_key"], value["value"] or "", value.get("updated_on") or ""}
    for text in sorted(said, key=lambda text: (-len(text), text)):
        if len(text) > 1:
            body = body.replace(json.dumps(text, ensure_ascii=False)[1:-1], scrambled(text))
    # Days and numbers as the texts write them.
    body = re.sub(r"\d\d/\d\d/\d{4}|\d{4}-\d\d-\d\d|\d{5,}", lambda match: scrambled(match[0]), body)
    # A number of twelve digits is somebody's, but for those that begin like this.
    return re.sub(r"(?<!\d)\d{3}(?=\d{9}(?!\d))", "099", body)


if __name__ == "__main__":
    number, out = sys.argv[1:]
    random.seed(7)
    taken = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for at, body in enumerate(line.rstrip("\n") for line in sys.stdin):
            kind = json.loads(body)["kind"]
            taken[kind] += 1
            if taken[kind] <= OF_A_KIND:
                pathlib.Path(folder, str(at)).write_text(scrubbed(body))
        train = ["zstd", "-q", "--train-fastcover=accel=1", "-r", folder, f"--maxdict={SIZE}", f"--dictID={number}", "-o", out]
        subprocess.run(train, check=True)
