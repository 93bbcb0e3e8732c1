"""Opens `doisoat serve`, makes an account, looks at many citizens, and lets `hey` draw their verdicts."""

import json
import pathlib
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse

from browser import Browser, summary

config, seconds = sys.argv[1], int(sys.argv[2])
RATE = 50


# One account stands for many clerks: it may ask as often as they all.
settings = pathlib.Path(config)
bench = settings.with_name("bench-serve.toml")
bench.write_text(settings.read_text() + "\n[serve]\nrequests_per_minute = 1000000\n")
config = str(bench)


def command(*arguments):
    line = ["target/release/doisoat", *arguments, "--config", config]
    return subprocess.run(line, check=True, capture_output=True, text=True).stdout


def numbers(count):
    """Numbers of people about whom the night found something, from the findings themselves."""
    out = command("findings", "list", "--json", "--kind", "NAME_DIFF", "--limit", str(count))
    # Lists mask the number; a finding alone does not.
    ids = [f["finding_id"] for f in json.loads(out)][:count]
    keys = [json.loads(command("findings", "show", one, "--json"))["subject"].split(":", 1)[1] for one in ids]
    return [key for key in keys if re.fullmatch(r"\d{12}", key)]


server = subprocess.Popen(
    ["target/release/doisoat", "serve", "--config", config, "--listen", "127.0.0.1:0", "--as-if", "2026-11-24T23:30:00Z"],
    stdout=subprocess.PIPE, text=True,
)
try:
    lines = [server.stdout.readline().strip() for _ in range(2)]
    base = lines[0].split()[-1]
    login = f"tai.thu.{int(time.time())}"
    invitation = command("accounts", "invite", login, "--name", "Tải", "--role", "clerk").split("token=")[1].strip()
    clerk = Browser(base).accept(invitation)
    clerk.open("/check")
    handles, first = [], []
    for number in numbers(120):
        began = time.perf_counter()
        url, text = clerk.open("/check", [("question", number), ("procedure", "")])
        first.append(time.perf_counter() - began)
        assert number in text, "the verdict is drawn"
        handles.append(urllib.parse.urlparse(url).path)
    print(f"{len(handles)} citizens looked at once, one after the other: median {statistics.median(first) * 1000:.1f} ms "
          "(question and page, two requests)")
    # One hey for each of ten citizens at a tenth of the rate: another citizen with each request.
    chosen = handles[:: max(1, len(handles) // 10)][:10]
    outputs = [None] * len(chosen)

    def load(at, path):
        # Evenly over the second: clerks do not press a key at one instant.
        time.sleep(at / RATE)
        outputs[at] = subprocess.run(
            ["hey", "-z", f"{seconds}s", "-c", "1", "-q", str(RATE // len(chosen)), "-o", "csv", "-H", f"Cookie: {clerk.cookie()}",
             base + path],
            check=True, capture_output=True, text=True,
        ).stdout

    threads = [threading.Thread(target=load, args=pair) for pair in enumerate(chosen)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    print(summary(outputs, seconds))
finally:
    server.terminate()
