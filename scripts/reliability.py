"""Makes the table of docs/reliability.md from what the scenarios wrote into target/chaos.

A row is written only for a scenario that passed; the figures are those of its last run. Where the full
figures are there, the small share says nothing more. Rows of scenarios that were not run stay.
"""
import json
import re
from pathlib import Path

root = Path(__file__).resolve().parent.parent
faults = {
    "F1": "random failures: 503, reset, cut body, time-out",
    "F2": "blackout in the middle of a page",
    "F3": "flapping line",
    "F4": "truncated body",
    "F5": "slow body",
    "F6": "429 and 503 with Retry-After",
    "F7": "source clocks that are off",
    "F8": "token expires in a run",
    "F9": "kill at named points and at random instants",
    "F10": "disk full",
    "F11": "database restarts in a write; the answer to a commit is lost",
    "F12": "database unreachable",
    "F13": "paging goes wrong",
    "F14": "records change while paging",
    "F15": "schema drift",
    "F16": "bombs",
    "F17": "XML attacks",
    "F18": "wrong content",
    "F19": "TLS over HTTPS",
    "F23": "two instances at once",
}
header = ["| # | fault | parameters | runs | seen |", "|---|---|---|---|---|"]
page = root / "docs/reliability.md"
text = page.read_text()
before, rest = text.split("<!-- table -->\n")
old, after = rest.split("<!-- end of table -->")

table = {}
for line in old.splitlines()[len(header):]:
    id, part, size = re.match(r"\| (F\d+) \| .* \(([^()]*)\) \| (small|full): ", line).groups()
    table[id, part, size == "full"] = line
for path in sorted((root / "target/chaos").glob("*.json")):
    row = json.loads(path.read_text())
    size = "full" if row["full"] else "small"
    table[row["id"], row["part"], row["full"]] = (
        f"| {row['id']} | {faults[row['id']]} ({row['part']}) | {size}: {row['parameters']} | {row['runs']} | {row['seen']} |"
    )
shown = [key for key in table if key[2] or (*key[:2], True) not in table]
lines = header + [table[key] for key in sorted(shown, key=lambda key: (int(key[0][1:]), *key[1:]))]
page.write_text(before + "<!-- table -->\n" + "\n".join(lines) + "\n<!-- end of table -->" + after)
