"""Makes the table of docs/reliability.md from what the scenarios wrote into target/chaos.

A row is written only for a scenario that passed; the figures are those of its last run.
"""
import json
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
lines = ["| # | fault | parameters | runs | seen |", "|---|---|---|---|---|"]
rows = [json.loads(path.read_text()) for path in sorted((root / "target/chaos").glob("*.json"))]
for row in sorted(rows, key=lambda row: (int(row["id"][1:]), row["part"], row["full"])):
    size = "full" if row["full"] else "small"
    parameters = f"{size}: {row['parameters']}"
    lines.append(f"| {row['id']} | {faults[row['id']]} ({row['part']}) | {parameters} | {row['runs']} | {row['seen']} |")
page = root / "docs/reliability.md"
text = page.read_text()
before, rest = text.split("<!-- table -->\n")[0], text.split("<!-- end of table -->")[1]
page.write_text(before + "<!-- table -->\n" + "\n".join(lines) + "\n<!-- end of table -->" + rest)
