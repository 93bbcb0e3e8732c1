"""`units convert` on a million mixed addresses, beside a Python peer in the same run.

Usage: bench_units.py DOISOAT FOLDER [ROWS]. The addresses are those of the resolver's tests in an
order that a seed decides. The peer is vietnamadminunits (MIT) with its geocoding service replaced
by "no result", because a benchmark sends nobody's address anywhere.
"""
import csv, importlib.metadata, random, resource, subprocess, sys, time
from pathlib import Path

program, folder = sys.argv[1], Path(sys.argv[2])
rows = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
root = Path(__file__).resolve().parent.parent
with open(root / "reconcile/tests/data/old_addresses.csv", encoding="utf-8") as file:
    addresses = [row[1] for row in csv.reader(line for line in file if not line.startswith("#"))][1:]
dice = random.Random(20261124)
folder.mkdir(parents=True, exist_ok=True)
table = folder / "addresses.csv"
with open(table, "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file)
    writer.writerow(["id", "address"])
    writer.writerows((number, dice.choice(addresses)) for number in range(rows))

seconds = []
for _ in range(3):
    out = folder / "converted.csv"
    out.unlink(missing_ok=True)
    start = time.perf_counter()
    subprocess.run(["taskset", "-c", "0", program, "units", "convert", table, "--column", "address", "--out", out],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds.append(time.perf_counter() - start)
ours = rows / sorted(seconds)[1]
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(f"units convert, one core: {rows:,} rows, {ours:,.0f} a second (median of three), peak {peak} MiB")

try:
    import vietnamadminunits.parser.utils as geocoder
    from vietnamadminunits import convert_address
except ImportError:
    sys.exit("the peer is not installed: pip install vietnamadminunits")
# Looked up by name where it is used.
for module in list(sys.modules.values()):
    if module and module.__name__.startswith("vietnamadminunits") and hasattr(module, "geolocator"):
        module.geolocator = type("NoGeocoder", (), {"geocode": staticmethod(lambda *_, **__: None)})()
sample = [dice.choice(addresses) for _ in range(5000)]
start = time.perf_counter()
for address in sample:
    try:
        convert_address(address)
    except Exception:  # it raises where it finds nothing
        pass
peer = len(sample) / (time.perf_counter() - start)
version = importlib.metadata.version("vietnamadminunits")
print(f"vietnamadminunits {version}, geocoder stubbed: {len(sample):,} addresses, {peer:,.0f} a second")
print(f"ratio {ours / peer:.0f}")
