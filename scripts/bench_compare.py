"""`doisoat compare` beside DuckDB and datacompy on the same made-up registers, in one run.

Usage: bench_compare.py DOISOAT FOLDER [ROUNDS]. FOLDER is what bench_compare_data.py made. Every job is a process of
its own; the rounds are interleaved, the first round of all is not counted, medians and the highest peak are shown.
"""
import json, os, platform, resource, statistics, subprocess, sys, time
from importlib.metadata import version
from pathlib import Path

FIELDS = ("ho_ten ngay_sinh gioi_tinh dan_toc ho_ten_cha ho_ten_me ho_ten_vo_chong tinh_trang_hon_nhan dia_chi so_cmnd "
          "so_ho_khau quan_he_chu_ho").split()
KEY = "so_dinh_danh"


def duckdb_findings(folder, ending):
    """Plain: a full join, one row for each value that differs; no duplicates, no rules."""
    import duckdb
    read = "read_parquet" if ending == "parquet" else "read_csv"
    more = "" if ending == "parquet" else ", all_varchar = true"
    side = lambda name: f"(SELECT {KEY}, {', '.join(FIELDS)} FROM {read}('{folder}/{name}.{ending}'{more}))"
    entries = ", ".join(f"CASE WHEN a.{f} IS DISTINCT FROM b.{f} THEN {{'field': '{f}', 'l': a.{f}, 'r': b.{f}}} END" for f in FIELDS)
    any_differs = " OR ".join(f"a.{f} IS DISTINCT FROM b.{f}" for f in FIELDS)
    duckdb.sql(f"""
        COPY (
            WITH joined AS (
                SELECT coalesce(a.{KEY}, b.{KEY}) AS key, a.{KEY} IS NULL AS right_only, b.{KEY} IS NULL AS left_only,
                       [{entries}] AS entries
                FROM {side('left')} a FULL OUTER JOIN {side('right')} b ON a.{KEY} = b.{KEY}
                WHERE a.{KEY} IS NULL OR b.{KEY} IS NULL OR {any_differs}
            )
            SELECT key, 'row_only_left' AS field, NULL AS l, NULL AS r FROM joined WHERE left_only
            UNION ALL SELECT key, 'row_only_right', NULL, NULL FROM joined WHERE right_only
            UNION ALL SELECT key, e.field, e.l, e.r FROM (
                SELECT key, unnest(list_filter(entries, lambda x: x IS NOT NULL)) AS e FROM joined
                WHERE NOT left_only AND NOT right_only)
        ) TO '{folder}/duckdb.parquet' (FORMAT parquet)""")


def datacompy_report(folder, _):
    import datacompy, polars as pl
    columns = [KEY, *FIELDS]
    left, right = (pl.read_parquet(f"{folder}/{side}.parquet", columns=columns) for side in ("left", "right"))
    compare = getattr(datacompy, "PolarsCompare", None) or datacompy.polars.PolarsCompare
    comparison = compare(left, right, join_columns=KEY)
    print(len(comparison.df1_unq_rows), len(comparison.df2_unq_rows), comparison.all_rows_overlap(), len(comparison.all_mismatch()))


if sys.argv[1] == "--job":
    {"duckdb": duckdb_findings, "datacompy": datacompy_report}[sys.argv[2]](sys.argv[3], sys.argv[4])
    sys.exit()

program, folder = sys.argv[1], Path(sys.argv[2])
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
peer = lambda name, ending: [sys.executable, __file__, "--job", name, str(folder), ending]


def ours(ending, *more):
    tables = [str(folder / f"{side}.{ending}") for side in ("left", "right")]
    return [program, "compare", *tables, "--key", KEY, "--out", str(folder / "ours.parquet"), "--json", *more]


JOBS = {
    "doisoat compare, Parquet, all rules": ours("parquet"),
    "DuckDB, Parquet, plain findings": peer("duckdb", "parquet"),
    "datacompy (polars engine), Parquet": peer("datacompy", "parquet"),
    "doisoat compare, CSV, all rules": ours("csv"),
    "DuckDB, CSV, plain findings": peer("duckdb", "csv"),
    "doisoat compare, CSV, 256 MiB, through the disk": ours("csv", "--memory-mib", "256"),
}
if os.environ.get("ONLY"):
    JOBS = {name: job for name, job in JOBS.items() if os.environ["ONLY"] in name}


def run(job):
    start = time.perf_counter()
    process = subprocess.Popen(job, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(job)} failed with {status}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output


times = {name: [] for name in JOBS}
for round in range(rounds + 1):
    for name, job in JOBS.items():
        wall, cpu, peak, output = run(job)
        if round > 0:
            times[name].append((wall, cpu, peak))

print(f"{platform.platform()}, {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}; {rounds} rounds, interleaved, medians")
print("peers:", ", ".join(f"{name} {version(name)}" for name in ("duckdb", "datacompy", "polars")))
print(f"| job | wall s | processor s | peak MiB |\n|---|---|---|---|")
for name, measured in times.items():
    wall, cpu = (statistics.median(row[at] for row in measured) for at in (0, 1))
    print(f"| {name} | {wall:.2f} | {cpu:.2f} | {max(row[2] for row in measured):,.0f} |")

# What was found against what was planted, from the run on Parquet.
import pyarrow.compute as pc
import pyarrow.parquet as pq
run(ours("parquet"))
found = pq.read_table(folder / "ours.parquet").to_pylist()
labels = pq.read_table(folder / "labels.parquet").to_pylist()
planted = {(row["key"], row["field"]): row["level"] for row in labels}
told = {(row["key"], row["field"]): row["level"] for row in found if row["field"]}
print("| field | planted | found | precision | recall | right level |\n|---|---|---|---|---|---|")
for field in FIELDS:
    wanted = {key for key in planted if key[1] == field}
    got = {key for key in told if key[1] == field}
    both = wanted & got
    level = sum(planted[key] == told[key] for key in both)
    share = lambda part, of: f"{part / of:.4f}" if of else "–"
    print(f"| {field} | {len(wanted):,} | {len(got):,} | {share(len(both), len(got))} | {share(len(both), len(wanted))} | {share(level, len(both))} |")
rows = {}
for row in found:
    if not row["field"]:
        rows[row["code"]] = rows.get(row["code"], 0) + 1
print("rows:", ", ".join(f"{code} {count:,}" for code, count in sorted(rows.items())))
