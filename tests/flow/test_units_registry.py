# SPDX-License-Identifier: Apache-2.0
"""Units as a tree over time: tables in and out as CSV and XLSX, moves, merges, lines of reporting, contact
points; and, where the public lists are, the 63 provinces of 2020 that became 34."""
import csv
import io
import json
import subprocess
import zipfile

from flow import PROGRAM, SHARED, House, check, same

HEADER = ["code", "parent", "name_vi", "name_en", "level", "kind", "tax_code", "mail", "phone", "since", "until"]

house = House()


def table(name, rows, columns):
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(columns)
    out.writerows(rows)
    return house.write(name, text.getvalue())


def tree(day, *code):
    return [(x["depth"], x["code"], x["name_vi"]) for x in house.json("unit", "list", *code, "--day", day)]


# --- a ministry with a department in a province, an enterprise beside; rows in any order ---
units = table("units.csv", [
    ("TAX01", "BTC", "Cục Thuế TP Hà Nội", "cục", "agency"),
    ("BTC", "", "Bộ Tài chính", "bộ", ""),
    ("01", "", "Thành phố Hà Nội", "thành phố", "cơ quan"),
    ("001", "01", "Quận Ba Đình", "quận", ""),
    ("0100109106", "", "Tập đoàn Ví dụ", "", "Doanh nghiệp"),
], ("mã", "cấp trên", "tên", "cấp", "loại"))
first = house.json("unit", "import", units, "--day", "2020-01-01")
same([first[0][k] for k in ("rows", "created", "changed", "ended", "unchanged")], [5, 5, 0, 0, 0], "import")
same(house.json("unit", "import", units, "--day", "2020-01-01")[0]["unchanged"], 5, "the same again")
same(tree("2020-10-01"), [(0, "BTC", "Bộ Tài chính"), (1, "TAX01", "Cục Thuế TP Hà Nội"),
    (0, "0100109106", "Tập đoàn Ví dụ"), (0, "01", "Thành phố Hà Nội"), (1, "001", "Quận Ba Đình")], "tree")
same(tree("2019-12-31"), [], "before")
same(tree("2020-10-01", "01")[1][1], "001", "below one")

# --- what is wrong is told by line and cell, and nothing is taken ---
bad = table("bad.csv", [("03", "99", "A"), ("04", "", ""), ("03", "", "B")], ("code", "parent", "name_vi"))
errors = house.run("unit", "import", bad, "--lang", "en", status=2).stderr
check(f"{bad}:2: parent (B2): no unit has the code “99”" in errors, errors)
check(f"{bad}:3: name_vi (C3)" in errors and f"{bad}:4: code (A4)" in errors, errors)
check("03" not in house.run("unit", "list").stdout, "nothing of it was taken")
for junk in (b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"PK\x03\x04" + b"\0" * 100, b"code,name_vi\n\xff,a\n", b""):
    errors = house.run("unit", "import", house.write("junk.xlsx", junk), "--lang", "en", status=2).stderr
    check(len(errors.splitlines()) == 1 and "junk.xlsx" in errors, errors)

# --- out as CSV and XLSX, and back ---
exported = house.run("unit", "export", "--day", "2020-10-01").stdout
rows = list(csv.reader(io.StringIO(exported.lstrip("\ufeff"))))
same(rows[0], HEADER, "columns")
same([row[0] for row in rows[1:]], ["01", "0100109106", "BTC", "001", "TAX01"], "those above come first")
book = subprocess.run([PROGRAM, "unit", "export", "--format", "xlsx", "--day", "2020-10-01", "--data",
    str(house.data)], capture_output=True, check=True).stdout
check(zipfile.ZipFile(io.BytesIO(book)).testzip() is None, "a whole zip file")
house.write("units.xlsx", book)
same(house.json("unit", "import", house.folder / "units.xlsx")[0]["unchanged"], 5, "the spreadsheet read back")
other = House()
same(other.json("unit", "import", house.folder / "units.xlsx")[0]["created"], 5, "the spreadsheet elsewhere")
same(other.run("unit", "export", "--day", "2020-10-01").stdout, exported, "the same tree elsewhere")

# A spreadsheet that another program wrote: days, numbers, a column more to the right.
try:
    import datetime
    import openpyxl
    filled = openpyxl.Workbook()
    filled.active.append(["Mã đơn vị", "Đơn vị cấp trên", "Tên đơn vị", "Từ ngày"])
    filled.active.append([7, "01", "Phường Việt Hưng", datetime.date(2021, 3, 1)])
    filled.active.append(["8", "97", "Phường Không Đâu", None])
    filled.save(house.folder / "filled.xlsx")
    errors = house.run("unit", "import", house.folder / "filled.xlsx", "--lang", "vi", status=2).stderr
    check("filled.xlsx:3: parent (B3): không có đơn vị nào mang mã “97”" in errors, errors)
    filled.active["B3"] = "7"
    filled.save(house.folder / "filled.xlsx")
    same(house.json("unit", "import", house.folder / "filled.xlsx", "--day", "2022-01-01")[0]["created"], 2,
        "from openpyxl")
    shown = house.json("unit", "show", "7")[0]["versions"]
    same([(x["since"], x["until"], x["parent"]) for x in shown], [("2021-03-01", None, "01")], "a day in a cell")
except ModuleNotFoundError:
    print("openpyxl is not installed")

# --- moves, ends, splits ---
house.run("unit", "move", "TAX01", "01", "--day", "2023-01-01")
house.run("unit", "move", "01", "TAX01", status=2)
house.run("unit", "end", "01", status=2)
house.run("unit", "merge", "BTC", "0100109106", "--day", "2024-01-01")
shown = house.json("unit", "show", "BTC")[0]
same([(x["since"], x["until"]) for x in shown["versions"]], [("2020-01-01", "2024-01-01")], "merged away")
same(shown["successions"], [{"from": "BTC", "to": "0100109106", "day": "2024-01-01", "how": "merge"}], "successor")
same([x[1] for x in tree("2020-10-01")], ["BTC", "TAX01", "0100109106", "01", "001"], "2020 is as it was")

# --- a line of reporting of its own, a contact point, networks ---
house.run("campaign", "set", "vn-2020", "--name-vi", "Chiến dịch", "--name-en", "Campaign", "--country", "VN",
    "--zone", "Asia/Ho_Chi_Minh", "--begins", "2020-09-21", "--ends", "2020-10-21")
house.run("unit", "line", "move", "vn-2020", "TAX01", "01", status=2)
house.run("unit", "line", "start", "vn-2020", "--day", "2020-10-01")
house.run("unit", "line", "start", "vn-2020", "--day", "2020-10-01", status=2)
house.run("unit", "line", "move", "vn-2020", "TAX01", "01")
house.run("unit", "line", "move", "vn-2020", "01", "TAX01", status=2)
house.run("unit", "line", "start", "none", status=2)
house.run("unit", "contact", "01", "Nguyễn Lan", "024 1", "lan@example.vn", "--campaign", "vn-2020")
house.run("unit", "network", "01", "203.0.113.0/24", "2001:db8::/32")
house.run("unit", "network", "01", "203.0.113.1/24", status=2)
shown = house.json("unit", "show", "01", "--campaign", "vn-2020")[0]
same(shown["contact"]["name"], "Nguyễn Lan", "contact")
same(shown["networks"], ["203.0.113.0/24", "2001:db8::/32"], "networks")

# --- the public lists: 63 provinces with districts and wards, then 34 with wards ---
lists = SHARED / "data/vn"
if not lists.exists():
    print(f"SKIP the rest: the public data is not at {SHARED}")
    raise SystemExit(0)


def rows_63():
    for province in json.loads((lists / "vn-units-63-2021-01-13.json").read_text()):
        yield province["Id"], "", province["Name"], "tỉnh"
        for district in province["Districts"]:
            yield district["Id"], province["Id"], district["Name"], "huyện"
            for ward in district["Wards"]:
                if ward.get("Id"):
                    yield ward["Id"], district["Id"], ward["Name"], "xã"


def rows_34():
    for province in json.loads((lists / "vn-units-34-2026-07-25.json").read_text()):
        yield province["Code"], "", province["FullName"], "tỉnh"
        for ward in province["Wards"]:
            yield ward["Code"], province["Code"], ward["FullName"], "xã"


house = House()
old, new = list(rows_63()), list(rows_34())
COLUMNS = ("code", "parent", "name_vi", "level")
line = house.json("unit", "import", table("63.csv", reversed(old), COLUMNS), "--day", "2020-01-01")[0]
same((line["created"], line["rows"]), (len(old), len(old)), "63 provinces")
check(len(old) > 11000, "more than 11,000 units")
before = house.run("unit", "export", "--day", "2020-10-01").stdout

# What is not in the new list ends; provinces have a successor.
with open(lists / "provinces_63_to_34.csv", encoding="utf-8-sig") as file:
    into = {row["code63"]: row["code34"] for row in csv.DictReader(file)}
stay = {row[0] for row in new}
gone = [(code, "", "", "", "2025-07-01", into.get(code, "") if not parent else "")
    for code, parent, _, _ in old if code not in stay]
change = [row + ("", "") for row in new] + gone
file = table("34.csv", change, COLUMNS + ("until", "successor"))
line = house.json("unit", "import", file, "--day", "2025-07-01")[0]
same(line["ended"], len(gone), "ended")
same(house.json("unit", "import", file, "--day", "2025-07-01")[0]["unchanged"], len(change), "the same again")

same(house.run("unit", "export", "--day", "2020-10-01").stdout, before, "the tree of 2020 answers as before")
today = house.json("unit", "list", "--day", "2025-07-01")
same(sum(x["depth"] == 0 for x in today), 34, "provinces today")
same(len(today), len(new), "units today")
same(sum(x["depth"] == 0 for x in house.json("unit", "list", "--day", "2025-06-30")), 63, "the day before")
shown = house.json("unit", "show", "02")[0]
same(shown["successions"][0]["day"], "2025-07-01", "Hà Giang became part of Tuyên Quang")
same(house.json("unit", "show", "08")[0]["successions"][0]["how"], "merge", "seen from the other side")
