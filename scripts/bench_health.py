"""The health page under load: a year of made-up nights for a province, then for the whole country."""

import pathlib
import re
import shutil
import subprocess
import sys
import time

from browser import Browser, summary

source, seconds = pathlib.Path(sys.argv[1]), int(sys.argv[2])
NOW = "2026-11-24T23:30:00Z"


def measure(name, communes, more, seconds):
    """A copy of the ledger with a year of nights, one server, one `hey`."""
    folder = source.with_name(f"health-{name}")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    for part in ("ledger.sqlite", "audit.key", "audit.head"):
        if (source / "data" / part).exists():
            shutil.copy(source / "data" / part, folder / "data" / part)
    shutil.copytree(source / "secrets", folder / "secrets")
    settings = (source / "doisoat.toml").read_text()
    (folder / "doisoat.toml").write_text(settings + f"\n[serve]\nrequests_per_minute = 1000000\n{more}")
    fill = ["scripts/fill_history.py", str(folder / "data/ledger.sqlite"), "2026-11-24", "365", *communes]
    print(name + ":", subprocess.run([sys.executable, *fill], check=True, capture_output=True, text=True).stdout.strip())
    binary, config = "target/release/doisoat", ["--config", str(folder / "doisoat.toml")]
    server = subprocess.Popen(
        [binary, "serve", *config, "--listen", "127.0.0.1:0", "--as-if", NOW], stdout=subprocess.PIPE, text=True
    )
    try:
        lines = [server.stdout.readline().strip() for _ in range(2)]
        base = lines[0].split()[-1]
        invite = ["accounts", "invite", f"tai.{name}.{int(time.time())}", "--name", "Tải", "--role", "it", *config]
        invitation = subprocess.run([binary, *invite], check=True, capture_output=True, text=True).stdout
        desk = Browser(base).accept(re.search(r"token=(\S+)", invitation).group(1))
        began = time.perf_counter()
        _, page = desk.open("/health")
        first = time.perf_counter() - began
        rows = page.count('<th scope="row"')
        print(f"  {rows} communes, {len(page.encode()) / 1000:.0f} kB; the first time, with the ledger read: {first * 1000:.0f} ms")
        hey = ["hey", "-z", f"{seconds}s", "-c", "2", "-q", "10", "-o", "csv", "-H", f"Cookie: {desk.cookie()}", base + "/health"]
        output = subprocess.run(hey, check=True, capture_output=True, text=True).stdout
        print("  " + summary([output], seconds))
    finally:
        server.terminate()


measure("province", [], "", seconds)
measure("country", ["3321"], "[health]\ncountry = true\n", max(10, seconds // 3))
