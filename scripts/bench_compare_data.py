"""Two made-up registers for scripts/bench_compare.py: left.parquet, right.parquet, labels.parquet, and both as CSV.

Usage: bench_compare_data.py FOLDER [PEOPLE]. Fifteen columns, numbers that begin with 099, which no province has. The
right register stands in an order of its own, lacks some people, has others, repeats some rows, and about 5 % of its
people have one field planted with a defect; labels say which field of whom, in which level and how.
"""
import csv, sys, unicodedata
from pathlib import Path
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

folder = Path(sys.argv[1])
people = int(sys.argv[2]) if len(sys.argv) > 2 else 1_870_000
root = Path(__file__).resolve().parent.parent
folder.mkdir(parents=True, exist_ok=True)
dice = np.random.default_rng(20261124)


def table(name):
    with open(root / "config/units" / name, encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


SURNAMES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Hà Mạc Ma Nông Hoàng Sùng Giàng Thào".split()
MIDDLE = "Văn Thị Đức Hữu Ngọc Thanh Minh Xuân Thu Quang Công Đình Kim Bích Thế Mỹ".split()
GIVEN = ("An Anh Bình Cường Dũng Dung Đạt Giang Hà Hải Hạnh Hằng Hiếu Hòa Hoa Hùng Hương Huy Khánh Lan Linh Long Ly Lý Mai "
         "Mạnh Mỹ Nam Nga Nhung Phong Phúc Phương Quân Quý Quỳnh Sơn Tâm Thảo Thắng Thủy Thúy Tiến Trang Trung Tú Tuấn Tùng "
         "Tuyết Uyên Vân Việt Vinh Yến").split()
ETHNIC = ["Kinh", "Tày", "Dao", "Hmông", "Nùng", "Sán Chay", "La Chí", "Mường"]
MARITAL = ["Chưa kết hôn", "Đã kết hôn", "Ly hôn", "Góa"]
RELATION = ["Chủ hộ", "Vợ", "Chồng", "Con", "Mẹ", "Cha", "Cháu"]


def names(count):
    parts = [pa.array(words).take(pa.array(dice.integers(0, len(words), count)))
             for words in (SURNAMES, MIDDLE, MIDDLE, GIVEN)]
    return pc.binary_join_element_wise(*parts, " ")


total = people + people // 50
number = np.unique(dice.integers(0, 10**9, int(total * 1.02)))
number = dice.permutation(number)[:total]
ids = np.char.add("099", np.char.zfill(number.astype("U9"), 9))
year = dice.integers(1935, 2025, total)
days = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + dice.integers(0, 365, total)
province = {"08": "Tỉnh Tuyên Quang"}
communes = [row for row in table("communes.csv") if row["province_code"] in province]
place = dice.integers(0, len(communes), total)
hamlet = dice.integers(1, 15, total)
hamlets = pa.array([f"Thôn {n}" for n in range(15)])
unit_names = pa.array([f"{row['full_name']}, {province[row['province_code']]}" for row in communes])
left = pa.table({
    "so_dinh_danh": pa.array(ids),
    "ho_ten": names(total),
    "ngay_sinh": pa.array(days.astype("U10")),
    "gioi_tinh": pa.array(["Nam", "Nữ"]).take(pa.array(dice.integers(0, 2, total))),
    "dan_toc": pa.array(ETHNIC).take(pa.array(dice.choice(len(ETHNIC), total, p=[.4, .25, .12, .1, .05, .04, .02, .02]))),
    "ho_ten_cha": names(total),
    "ho_ten_me": names(total),
    "ho_ten_vo_chong": pc.if_else(pa.array(dice.random(total) < 0.55), names(total), None),
    "tinh_trang_hon_nhan": pa.array(MARITAL).take(pa.array(dice.integers(0, 4, total))),
    "dia_chi": pc.binary_join_element_wise(hamlets.take(pa.array(hamlet)), unit_names.take(pa.array(place)), ", "),
    "so_cmnd": pc.if_else(pa.array(dice.random(total) < 0.6),
                          pa.array(np.char.add("990", np.char.zfill(dice.integers(0, 10**6, total).astype("U6"), 6))), None),
    "so_ho_khau": pa.array(np.char.add("HK", np.char.zfill((number // 4).astype("U9"), 9))),
    "quan_he_chu_ho": pa.array(RELATION).take(pa.array(dice.integers(0, 7, total))),
    "ngay_cap_nhat": pa.array((np.datetime64("2024-01-01") + dice.integers(0, 700, total)).astype("U10")),
    "ma_ban_ghi_a": pa.array(np.arange(total).astype("U10")),
})

# Old communes with one successor, by the commune of today.
mapping = [row for row in table("mapping.csv") if row["status"] == "official"]
successors = {}
for row in mapping:
    successors.setdefault(row["old_commune_code"], []).append(row["new_commune_code"])
old_names = {row["code"]: row for row in table("old_units.csv") if row["level"] == "commune"}
predecessors = {}
for old, new in successors.items():
    if len(new) == 1 and old in old_names:
        predecessors.setdefault(new[0], []).append(old_names[old])


def plain(text):
    text = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in text if not unicodedata.combining(c))


def other_name(text):
    words = text.split(" ")
    words[-1] = next(word for word in GIVEN if plain(word).lower().replace("y", "i") != plain(words[-1]).lower().replace("y", "i"))
    return " ".join(words)


def name(text):
    kind = dice.integers(0, 3)
    if kind == 0 and plain(text) != text:
        return plain(text), "spelling"
    if kind == 1 and text.endswith(" Lý"):
        return text[:-1] + "í", "spelling"
    return other_name(text), "different"


def birth(text):
    kind = dice.integers(0, 3)
    y, m, d = text.split("-")
    if kind == 0:
        return y, "compatible"
    if kind == 1 and int(d) <= 12 and d != m:
        return f"{y}-{d}-{m}", "different"
    return f"{int(y) + 1 if int(y) % 4 else int(y) + 4}-{m}-{d}", "different"


def address(text, at):
    today = communes[place[at]]
    old = predecessors.get(today["code"])
    if dice.integers(0, 2) and old:
        unit = old[dice.integers(0, len(old))]
        return f"Thôn {hamlet[at]}, {unit['full_name']}, {unit['district_name']}, {unit['province_name']}", "compatible"
    other = communes[(place[at] + 1) % len(communes)]
    return f"Thôn {hamlet[at]}, {other['full_name']}, Tỉnh Tuyên Quang", "different"


def another(words):
    return lambda text, _: (words[(words.index(text) + 1) % len(words)], "different")


def digits(text, _):
    return text[:-1] + str((int(text[-1]) + 1) % 10), "different"


DEFECTS = [
    ("ho_ten", lambda text, _: name(text), 5), ("ngay_sinh", lambda text, _: birth(text), 5),
    ("gioi_tinh", another(["Nam", "Nữ"]), 1), ("dan_toc", another(ETHNIC), 1), ("ho_ten_cha", lambda text, _: name(text), 2),
    ("ho_ten_me", lambda text, _: name(text), 2), ("ho_ten_vo_chong", lambda text, _: name(text), 1),
    ("tinh_trang_hon_nhan", another(MARITAL), 2), ("dia_chi", address, 5), ("so_cmnd", digits, 1), ("so_ho_khau", digits, 1),
    ("quan_he_chu_ho", another(RELATION), 1),
]
weights = np.array([weight for _, _, weight in DEFECTS]) / sum(weight for _, _, weight in DEFECTS)
common = np.arange(people // 50, people)  # those before are on the left only, those after on the right only
# Three hundredths of the people with one defect, one hundredth with two.
hit = dice.permutation(common)[: len(common) // 25]
twice = hit[: len(hit) // 4]
labels = []
changed = {field: {} for field, _, _ in DEFECTS}
for at in np.concatenate([hit, twice]):
    field, change, _ = DEFECTS[dice.choice(len(DEFECTS), p=weights)]
    text = left[field][int(at)].as_py()
    if int(at) in changed[field]:
        continue
    if text is None:
        changed[field][int(at)], level = "990000000" if field == "so_cmnd" else "Nguyễn Thị Mẫu", "only_here"
    else:
        changed[field][int(at)], level = change(text, int(at))
    labels.append((ids[at], field, level))

order = dice.permutation(np.concatenate([np.arange(people // 50, total), dice.permutation(common)[: people // 1000]]))
columns = {}
for field in left.column_names:
    column = left[field]
    if changed.get(field):
        values = column.to_pylist()
        for at, text in changed[field].items():
            values[at] = text
        column = pa.chunked_array([pa.array(values, pa.string())])
    columns[field] = column.take(pa.array(order))
right = pa.table(columns).rename_columns([{"ngay_cap_nhat": "ngay_lap", "ma_ban_ghi_a": "ma_ban_ghi_b"}.get(n, n) for n in left.column_names])
left = left.slice(0, people)
for side, rows in (("left", left), ("right", right)):
    pq.write_table(rows, folder / f"{side}.parquet", compression="zstd", row_group_size=250_000)
    pyarrow.csv.write_csv(rows, folder / f"{side}.csv")
key, field, level = zip(*labels)
pq.write_table(pa.table({"key": key, "field": field, "level": level}), folder / "labels.parquet")
print(f"left {left.num_rows:,} rows, right {right.num_rows:,} rows, {len(labels):,} labels")
