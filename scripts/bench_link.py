"""`doisoat link` beside Splink on made-up people without numbers, in one run.

Usage: bench_link.py DOISOAT LINK_SPEED FOLDER [ROWS] [ROUNDS]. Two tables of ROWS people, 85 % of them in both; a third of
these are spoilt in one to three fields: accents lost, a letter mistyped, a middle name missing, day and month exchanged,
a field empty, moved to another commune. Neither program has seen the data before. Ours is timed as a process with
reading and writing, and (LINK_SPEED, an example of `reconcile`) from loaded columns to decided pairs in memory, as Splink
is from its loaded tables to a table of pairs; both with the rules of blocking that it has where none are given, and with
those that Splink is given. Rounds are interleaved, the first is not counted, medians are shown.
"""
import csv, json, logging, os, platform, statistics, subprocess, sys, time, unicodedata
from importlib.metadata import version
from pathlib import Path
import numpy as np
import pyarrow, pyarrow.csv

FIELDS = "ho ten_dem ten ngay_sinh gioi_tinh dan_toc xa ten_me".split()
SURNAMES = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Hà Mạc Ma Nông Sùng Giàng Thào Triệu Bàn Vừ".split()
MIDDLE = "Văn Thị Đức Hữu Ngọc Thanh Minh Xuân Thu Quang Công Đình Kim Bích Thế Mỹ Seo A Mí Tiến Hồng Khánh".split()
GIVEN = ("An Anh Bình Cường Dũng Dung Đạt Giang Hà Hải Hạnh Hằng Hiếu Hòa Hoa Hùng Hương Huy Khánh Lan Linh Long Ly Lý Mai Mạnh "
         "Mỹ Nam Nga Nhung Phong Phúc Phương Quân Quý Quỳnh Sơn Tâm Thảo Thắng Thủy Thúy Tiến Trang Trung Tú Tuấn Tùng Tuyết Uyên "
         "Vân Việt Vinh Yến Chứ Páo Dính Mỷ Say Pham Mùi Tòng").split()
ETHNIC = "Kinh Tày Dao Hmông Nùng".split()


def bare(text):
    text = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in text if not unicodedata.combining(c))


def make(folder, rows):
    dice = np.random.default_rng(20261125)
    pick = lambda words, skew: words[min(int(len(words) * dice.random() ** skew), len(words) - 1)]

    def person():
        year, month, day = int(dice.integers(1935, 2025)), int(dice.integers(1, 13)), int(dice.integers(1, 29))
        mother = " ".join([pick(SURNAMES, 2), pick(MIDDLE, 1.5), pick(GIVEN, 1.2)])
        return {"ho": pick(SURNAMES, 2), "ten_dem": pick(MIDDLE, 1.5), "ten": pick(GIVEN, 1.2),
                "ngay_sinh": f"{year}-{month:02}-{day:02}", "gioi_tinh": pick(["Nam", "Nữ"], 1),
                "dan_toc": pick(ETHNIC, 1.5), "xa": f"{int(dice.integers(0, 124)):03}", "ten_me": mother}

    def typo(text):
        at = int(dice.integers(0, len(text)))
        letter = "abcdeghiklmnopqrstuvxy"[int(dice.integers(0, 22))]
        return [text[:at] + text[at + 1:] or letter, text[:at] + letter + text[at:], text[:at] + letter + text[at + 1:]][int(dice.integers(0, 3))]

    def spoil(row):
        kind = int(dice.integers(0, 7))
        if kind == 0:
            row.update({field: bare(row[field]) for field in ("ho", "ten_dem", "ten", "ten_me")})
        elif kind == 1:
            field = ("ho", "ten_dem", "ten", "ten_me")[int(dice.integers(0, 4))]
            row[field] = typo(row[field] or "a")
        elif kind == 2:
            row["ten_dem"] = ""
        elif kind == 3 and row["ngay_sinh"]:
            year, month, day = row["ngay_sinh"].split("-")
            row["ngay_sinh"] = f"{year}-{day}-{month}" if int(day) <= 12 else f"{year}-{month}-{(int(day) % 28) + 1:02}"
        elif kind == 4:
            row[FIELDS[int(dice.integers(3, 8))]] = ""
        elif kind == 5:
            row["xa"] = f"{int(dice.integers(0, 124)):03}"
        else:
            row["ten_me"] = ""

    left = [person() | {"id": f"L{at}", "who": at} for at in range(rows)]
    right = []
    for at in range(rows):
        if at < rows * 85 // 100:
            row = dict(left[at])
            if dice.random() < 1 / 3:
                for _ in range(int(dice.integers(1, 4))):
                    spoil(row)
        else:
            row = person() | {"who": rows + at}
        right.append(row)
    order = dice.permutation(rows)
    right = [right[at] | {"id": f"R{n}"} for n, at in enumerate(order)]
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in (("left", left), ("right", right)):
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["id", *FIELDS], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(table)
    left_of = {row["who"]: row["id"] for row in left}
    return {(left_of[row["who"]], row["id"]) for row in right if row["who"] in left_of}


SPEC = "".join(f'[[fields]]\nname = "{field}"\ncompare = "{kind}"\n\n' for field, kind in zip(
    FIELDS, ["name", "name", "name", "date", "exact", "exact", "exact", "person_name"]))
# Written for this data by us, and given to Splink; ours does without, and is shown with them besides.
RULES = [["ten", "ngay_sinh"], ["ho", "ten_dem", "ten", "xa"], ["ngay_sinh", "xa"], ["ten_me", "ten"], ["ho", "ten_dem", "ngay_sinh"]]
SPECS = {"default rules": SPEC, "Splink's rules": f"{SPEC}[blocking]\nrules = {json.dumps(RULES)}\n"}
AIMS = {"learning and linking": 0.2, "scoring alone": 0.5}


def ours(program, folder, spec, *more):
    """Seconds and links of a whole process, with reading and writing."""
    out = folder / "pairs.csv"
    command = [program, "link", folder / "left.csv", folder / "right.csv", "--spec", spec, "--key", "id", "--out", out, *more]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    with open(out, encoding="utf-8") as file:
        pairs = {(row["left_key"], row["right_key"]) for row in csv.DictReader(file) if row["decision"] == "link"}
    return seconds, pairs


def in_memory(program, folder, spec, *model):
    """Seconds of each stage, of one round in a process of its own, and the links."""
    out = folder / "pairs.txt"
    command = [program, spec, folder / "left.csv", folder / "right.csv", *model]
    done = subprocess.run(command, check=True, capture_output=True, env=os.environ | {"ROUNDS": "1", "PAIRS": str(out)})
    rows = (line.split() for line in out.read_text().splitlines())
    # In both tables the number of a row is in its id.
    return json.loads(done.stdout), {(f"L{left}", f"R{right}") for left, right in rows}


def splink(folder):
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    api = DuckDBAPI()
    read = lambda side: pyarrow.csv.read_csv(folder / f"{side}.csv", convert_options=pyarrow.csv.ConvertOptions(
        column_types={field: pyarrow.string() for field in ("id", *FIELDS)}, strings_can_be_null=True, null_values=[""]))
    tables = [api.register(read(side), dataset_display_name=f"table_{side}") for side in ("left", "right")]
    name = lambda field: cl.JaroWinklerAtThresholds(field, [0.92, 0.8]).configure(term_frequency_adjustments=True)
    settings = SettingsCreator(
        link_type="link_only", unique_id_column_name="id", retain_matching_columns=False,
        comparisons=[name("ho"), name("ten_dem"), name("ten"),
                     cl.DateOfBirthComparison("ngay_sinh", input_is_string=True),
                     cl.ExactMatch("gioi_tinh"), cl.ExactMatch("dan_toc"), cl.ExactMatch("xa"), name("ten_me")],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES])
    linker = Linker(tables, settings, log_level=logging.ERROR)
    began = time.perf_counter()
    train = linker.training
    train.estimate_probability_two_random_records_match([block_on("ho", "ten", "ngay_sinh")], recall=0.8)
    train.estimate_u_using_random_sampling(max_pairs=1e6)
    train.estimate_parameters_using_expectation_maximisation(block_on("ngay_sinh", "xa"))
    train.estimate_parameters_using_expectation_maximisation(block_on("ho", "ten_dem", "ten", "xa"))
    trained = time.perf_counter()
    predicted = linker.inference.predict(threshold_match_probability=0.01)
    scored = time.perf_counter()
    rows = predicted.as_pandas_dataframe()[["id_l", "id_r", "match_probability"]].to_dict("records")
    pairs = {}
    for row in rows:
        a, b = str(row["id_l"]), str(row["id_r"])
        pairs[(a, b) if a.startswith("L") else (b, a)] = row["match_probability"]
    return scored - began, scored - trained, pairs


def quality(found, truth):
    right = len(found & truth)
    precision, recall = right / max(len(found), 1), right / len(truth)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def main():
    program, stages, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    rows = int(sys.argv[4]) if len(sys.argv) > 4 else 100_000
    rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 5
    truth = make(folder, rows)
    times, found, parts = {}, {}, {}
    add = lambda name, whole, scoring: times.setdefault(name, []).append((whole, scoring))
    for round in range(rounds + 1):
        if round == 1:
            # The first is not counted.
            times, parts = {}, {}
        for number, (rules, text) in enumerate(SPECS.items()):
            spec, model = folder / f"spec{number}.toml", folder / f"model{number}.json"
            spec.write_text(text, encoding="utf-8")
            process, memory = f"doisoat link, {rules}, whole process", f"doisoat link, {rules}, in memory"
            whole, found[process] = ours(program, folder, spec, "--save-model", model)
            add(process, whole, ours(program, folder, spec, "--model", model)[0])
            whole, found[memory] = in_memory(stages, folder, spec)
            scoring, _ = in_memory(stages, folder, spec, model)
            add(memory, whole["in_memory"], scoring["in_memory"])
            parts.setdefault(rules, []).append(scoring)
        whole, scoring, weighed = splink(folder)
        add("Splink, threshold 0.5, in memory", whole, scoring)
    above = lambda limit: {pair for pair, probability in weighed.items() if probability >= limit}
    found["Splink, threshold 0.5, in memory"] = above(0.5)
    median = {name: [statistics.median(column) for column in zip(*seconds)] for name, seconds in times.items()}
    theirs = median["Splink, threshold 0.5, in memory"]
    print(f"{platform.platform()}, {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}; {rows:,} x {rows:,}, {len(truth):,} true pairs; "
          f"{rounds} rounds, interleaved, medians; splink {version('splink')} on duckdb {version('duckdb')}")
    print("| | learn and link s | score alone s | ratio to Splink | | precision | recall | F1 |\n|---|---|---|---|---|---|---|---|")
    line = lambda name, seconds, pairs: print(f"| {name} | " + " | ".join(seconds + [f"{x:.4f}" for x in quality(pairs, truth)]) + " |")
    for name, (whole, scoring) in median.items():
        ratios = [f"{whole / theirs[0]:.2f}", f"{scoring / theirs[1]:.2f}"]
        line(name, [f"{whole:.2f}", f"{scoring:.2f}", *ratios], found[name])
    best = max((quality(above(limit), truth)[2], limit) for limit in (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999))
    line(f"Splink, its best threshold here ({best[1]})", [""] * 4, above(best[1]))
    for column, (what, aim) in enumerate(AIMS.items()):
        ratios = (f"{name} {seconds[column] / theirs[column]:.2f}{' (missed)' if seconds[column] > aim * theirs[column] else ''}"
                  for name, seconds in median.items() if not name.startswith("Splink"))
        print(f"{what}, the aim is {aim} x Splink: " + "; ".join(ratios))
    for rules, rounds in parts.items():
        stage = lambda name: f"{name} {statistics.median(part[name] for part in rounds):.3f}"
        print(f"scoring alone by stage, {rules}, s: " + ", ".join(stage(name) for name in ("read", "fields", "candidates", "learn", "score", "decide")))


if __name__ == "__main__":
    main()
