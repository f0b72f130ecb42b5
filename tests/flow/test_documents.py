# SPDX-License-Identifier: Apache-2.0
"""One evaluation as page, PDF, spreadsheet and JSON, each read back by a reader that shares nothing
with its writer: every figure of every table is the same to the digit."""
import json
import math
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from datetime import datetime
from html.parser import HTMLParser

from flow import PROGRAM, SKIPPED, House, check, same

DEBIAN = "/usr/bin/python3"  # has Debian's packages, wherever else another python is installed
try:
    import openpyxl
except ImportError:
    if sys.executable != DEBIAN and os.path.exists(DEBIAN):
        os.execv(DEBIAN, [DEBIAN, *sys.argv])
    openpyxl = None
TOOLS = ("pdftotext", "pdfinfo", "pdffonts", "pdftoppm", "qpdf")
missing = [tool for tool in TOOLS if not shutil.which(tool)] + ([] if openpyxl else ["openpyxl"])
if missing:
    print("skipped: not installed:", *missing)
    raise SystemExit(SKIPPED)

TITLE_ROW, HEAD_ROW = 1, 3
SHAPES = ("html", "pdf", "xlsx", "json")


# --- a campaign over simulated data ---
house = House()
out = house.folder / "simulated"
DAYS, BEGINS, END = 49, 29, "2020-11-20"
subprocess.run([PROGRAM, "simulate", "--out", out, "--seed", "7", "--days", str(DAYS), "--hosts", "200",
    "--reports", "4", "--effect", "0.5", "--campaign", str(BEGINS), "--controls", "0.3", "--end", END],
    check=True, capture_output=True)
house.run("network", "import", "--country", "VN", "--as-of", "2020-01-01", out / "prefixes-VN.txt")
house.run("network", "import", "--as-of", "2020-01-01", out / "asns.csv", out / "holders.csv")
house.run("network", "import", "--kind", "regions", "--as-of", "2020-01-01", out / "regions.csv")
for holder in json.loads((out / "truth.json").read_text())["holders"]:
    if holder["inside"]:
        house.run("holder", "set", holder["holder"], "--subscribers", holder["subscribers"], "--treated",
            "yes" if holder["treated"] else "no", "--source", "truth.json")
for folder in sorted(out.glob("sim-*"))[::2]:
    house.run("ingest", "--feed", folder.name, *sorted(folder.iterdir()))
    house.run("feed", "set", "--public-stats", "yes", folder.name)
AUTHORS = {"vi": "Trung tâm Ứng cứu Đặng Trần Côn", "en": "The Centre"}
for lang, author in AUTHORS.items():
    house.run("site", "set", f"organiser-{lang}", author)
house.run("campaign", "set", "c", "--name-vi", "Chiến dịch rà quét “mã độc” ở Đắk Lắk", "--name-en",
    "Clean-up", "--country", "VN", "--zone", "Asia/Ho_Chi_Minh", "--begins", "2020-10-31", "--ends",
    "2020-11-13", "--before", "2020-10-03..2020-10-30", "--after", "2020-11-14..2020-11-20",
    "--baseline", "2020-10-24..2020-10-30", "--goal",
    "less:addresses:hourly-mean:50%:2020-11-14..2020-11-20", "--goal",
    "ten:top-ten:hourly-mean:50%:2020-11-14..2020-11-20")
house.run("campaign", "freeze", "c")


def evaluate(name, lang, *words):
    """Paths by shape. The exit status is that of the verdict, whatever is written."""
    paths = {shape: house.folder / f"{name}.{shape}" for shape in SHAPES}
    done = house.run("evaluate", "--campaign", "c", "--lang", lang, *words,
        *(word for path in paths.values() for word in ("--output", path)), status=None)
    same(done.returncode, 1, f"{name}: exit status {done.stderr}")
    for path in paths.values():
        check(str(path) in done.stderr, f"{name}: {path} is not named: {done.stderr}")
    return paths


# --- how people read what programs are given ---
def grouped(number, lang):
    return f"{number:,}".replace(",", "." if lang == "vi" else ",")


def shown(value, decimals, percent, lang):
    """A number in words of its own: rounded half up, grouped, with the language's comma."""
    value = value * 100 if percent else value
    scaled = math.floor(abs(value) * 10**decimals + 0.5)
    whole, part = divmod(scaled, 10**decimals)
    text = ("−" if value < 0 and scaled else "") + grouped(whole, lang)
    if decimals:
        text += ("," if lang == "vi" else ".") + f"{part:0{decimals}}"
    return text + (" %" if percent else "")


def decimals_of(number_format):
    return len(number_format.rstrip("%").partition(".")[2])


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " ")).strip()


def bare(text):
    return re.sub(r"\s+", "", text)


# --- the page ---
class Page(HTMLParser):
    """Tables as (caption, head, rows), and all words."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.words, self.cell, self.caption, self.quiet = [], [], None, None, 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.tables.append(["", [], []])
        elif tag == "tr":
            self.tables[-1][2].append([])
        elif tag in ("th", "td"):
            self.cell = ""
        elif tag == "caption":
            self.caption = ""
        elif tag in ("style", "svg", "title", "summary"):
            self.quiet += 1

    def handle_endtag(self, tag):
        if tag in ("th", "td"):
            self.tables[-1][2][-1].append(plain(self.cell))
            self.cell = None
        elif tag == "thead":
            self.tables[-1][1] = self.tables[-1][2].pop()
        elif tag == "caption":
            self.tables[-1][0] = plain(self.caption)
            self.caption = None
        elif tag in ("style", "svg", "title", "summary"):
            self.quiet -= 1

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data
        elif self.caption is not None:
            self.caption += data
        elif not self.quiet and data.strip():
            self.words.append(plain(data))


# --- the PDF ---
def run(*words):
    return subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout


def cells_of(pdf):
    """Cells of all tables in reading order, from the structure of the file."""
    rows, inside = [], False
    for line in run("pdfinfo", "-struct-text", pdf).split("\n"):
        word = line.strip()
        if word.startswith('"'):
            if inside:
                rows[-1][-1] += word.strip('"')
            continue
        inside = word.startswith(("TD", "TH"))
        if word.startswith("TR"):
            rows.append([])
        elif inside:
            rows[-1].append("")
    return rows


def look_at_pages(name, path):
    """No page but the last, or the last before one that lies across, is left a quarter empty."""
    top, bottom, across_bottom = 71, 774, 527
    pages = []
    for page in run("pdftotext", "-bbox", path, "-").split("<page ")[1:]:
        width, height = map(float, re.search(r'width="([\d.]+)" height="([\d.]+)"', page).groups())
        end = across_bottom if width > height else bottom
        lowest = max(y for y in map(float, re.findall(r'yMax="([\d.]+)">', page)) if y < end + 4)
        pages.append((width > height, (end - lowest) / (end - top)))
    for i, (across, blank) in enumerate(pages[:-1]):
        check(blank <= 0.27 or pages[i + 1][0] != across, f"{name}: page {i + 1}: {blank:.0%} is empty")


def look_at_pdf(name, path, lang):
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    same(done.returncode, 0, f"{name}: qpdf says {done.stdout}{done.stderr}")
    facts = dict(line.split(":", 1) for line in run("pdfinfo", path).splitlines() if ":" in line)
    facts = {key: value.strip() for key, value in facts.items()}
    same((facts["Tagged"], facts["JavaScript"], facts["Encrypted"]), ("yes", "no", "no"), name)
    check(int(facts["Pages"]) >= 5, f"{name}: {facts['Pages']} pages")
    check("CreationDate" in facts, f"{name}: when it was made")
    fonts = run("pdffonts", path).splitlines()[2:]
    check(len(fonts) >= 2, f"{name}: fonts {fonts}")
    for font in fonts:
        columns = font.split()
        same(columns[-5:-2], ["yes", "yes", "yes"], f"{name}: {font}: embedded, subset, readable")
        check("OpenSans" in columns[0], f"{name}: {font}")
    check(f"/Lang ({lang})".encode() in path.read_bytes(), f"{name}: its language")
    text = run("pdftotext", path, "-")
    same(text, unicodedata.normalize("NFC", text), f"{name}: text is NFC")
    same(re.findall("[\ufb00-\ufb06]", text), [], f"{name}: ligatures")
    check("\N{REPLACEMENT CHARACTER}" not in text, f"{name}: characters without a meaning")
    last = {"vi": f"Trang {facts['Pages']}/{facts['Pages']}",
        "en": f"Page {facts['Pages']} of {facts['Pages']}"}[lang]
    check(last in text, f"{name}: {last}")
    look_at_pages(name, path)
    picture = subprocess.run(["pdftoppm", "-r", "30", "-gray", path], check=True, capture_output=True)
    same(picture.stderr, b"", f"{name}: drawn without a complaint")
    check(picture.stdout.startswith(b"P5"), f"{name}: drawn")
    return facts, text


# --- the spreadsheet against JSON; returns what people must see elsewhere ---
def compare_cell(where, cell, value, percent_of, lang):
    if value is None:
        same(cell.value, None, where)
        return "–"
    if isinstance(value, str):
        if isinstance(cell.value, datetime):
            same(cell.value.strftime("%Y-%m-%d"), value, where)
            return cell.value.strftime("%d/%m/%Y")
        same(cell.value or "", value, where)
        same(cell.data_type, "s" if value else "n", f"{where}: text is text")
        return plain(value)
    same(cell.data_type, "n", f"{where}: a number is a number")
    check(math.isclose(cell.value, value, rel_tol=1e-15), f"{where}: {cell.value!r}, {value!r}")
    percent = cell.number_format.endswith("%")
    percent_of.append(percent)
    return shown(cell.value, decimals_of(cell.number_format), percent, lang)


def compare_row(where, cells, row, lang):
    """One row of a sheet with one of JSON: what each cell of a page says."""
    said, keys, cells = [], list(row), iter(cells)
    for key in keys:
        if key.endswith(("_low", "_high")) and key.rsplit("_", 1)[0] in row:
            continue
        text = compare_cell(f"{where} {key}", next(cells), row[key], [], lang)
        if f"{key}_low" in row:
            low, high = (compare_cell(f"{where} {key} {end}", next(cells), row[f"{key}_{end}"], [], lang)
                for end in ("low", "high"))
            if row[f"{key}_low"] is not None:
                text += f" ({low} – {high})"
        said.append(text)
    same(next(cells, None), None, f"{where}: no cell more")
    return said


def compare_tables(name, paths, lang):
    data = json.loads(paths["json"].read_text())
    page = Page(paths["html"].read_text())
    book = openpyxl.load_workbook(paths["xlsx"])
    rows = iter(cells_of(paths["pdf"]))
    same(data["lang"], lang, name)
    same(len(book.worksheets), 1 + len(data["tables"]), f"{name}: a sheet a table")
    by_title = {}
    for title, head, body in page.tables:
        by_title.setdefault(title, []).append((head, body))
    figures = 0
    for table, sheet in zip(data["tables"], book.worksheets[1:]):
        where = f"{name} {table['key']}"
        same(sheet.cell(TITLE_ROW, 1).value, table["title"], where)
        check(len(sheet.title) <= 31 and sheet.freeze_panes, f"{where}: {sheet.title}")
        if not table["rows"]:
            next(rows)
            continue
        check(sheet.auto_filter.ref, f"{where}: filters")
        head, body = by_title[plain(table["title"])].pop(0)
        same(len(body), len(table["rows"]), f"{where}: rows of the page")
        same([bare(c) for c in next(rows)], [bare(c) for c in head], f"{where}: titles in the PDF")
        columns = sum(1 + 2 * (f"{key}_low" in table["rows"][0]) for key in table["rows"][0]
            if not (key.endswith(("_low", "_high")) and key.rsplit("_", 1)[0] in table["rows"][0]))
        for i, row in enumerate(table["rows"]):
            cells = [sheet.cell(HEAD_ROW + 1 + i, k + 1) for k in range(columns)]
            said = compare_row(f"{where} row {i}", cells, row, lang)
            same(body[i], said, f"{where} row {i}: the page")
            same([bare(c) for c in next(rows)], [bare(c) for c in said], f"{where} row {i}: the PDF")
            figures += len(cells)
    same(next(rows, None), None, f"{name}: no row more in the PDF")
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                check(cell.data_type != "f", f"{name}: a formula in {sheet.title} {cell.coordinate}")
    return data, page, book, figures


def compare_words(name, page, text, book, data, lang):
    """Every sentence of the page stands in the PDF and in the spreadsheet's first sheet."""
    said = bare(text)
    sheet = bare(" ".join(str(cell.value) for line in book.worksheets[0].iter_rows() for cell in line
        if cell.value))
    check(bare(data["title"]) in said and bare(data["subtitle"]) in said, f"{name}: title")
    sentences = [words for words in page.words if words.endswith(".") and len(words) > 30]
    check(len(sentences) > 10, f"{name}: {len(sentences)} sentences")
    tables = bare(" ".join(str(cell.value) for other in book.worksheets[1:] for line in
        other.iter_rows() for cell in line if cell.value))
    # Lines of a page end where a page ends: what stands between is cut out of the comparison.
    for words in sentences:
        check(bare(words) in sheet or bare(words) in tables, f"{name}: in the spreadsheet: {words}")
    found = [words for words in sentences if bare(words) in said]
    check(len(found) >= 0.9 * len(sentences), f"{name}: in the PDF: {set(sentences) - set(found)}")


def compare_charts(name, path, page, lang):
    """What charts say of figures, in words of their own, stands in a table with the same digits."""
    number = re.compile(r"−?\d[\d.,]*\d|\d")
    said = {token for _, head, body in page.tables for row in body for cell in row
        for token in number.findall(cell)}
    rows = max(len(body) for _, head, body in page.tables)
    described = re.findall(r"<desc[^>]*>(.*?)</desc>", path.read_text(), re.S)
    check(len(described) > 8, f"{name}: {len(described)} charts")
    for words in map(plain, described):
        for token in number.findall(re.sub(r"\d\d/\d\d/\d{4}", "", words)):
            check(token in said or token.lstrip("−") in said or "−" + token in said
                or token.isdigit() and int(token) <= rows, f"{name}: {token} of a chart: {words}")


results = {}
for lang, author in AUTHORS.items():
    paths = evaluate(lang, lang)
    facts, text = look_at_pdf(lang, paths["pdf"], lang)
    data, page, book, figures = compare_tables(lang, paths, lang)
    compare_words(lang, page, text, book, data, lang)
    compare_charts(lang, paths["html"], page, lang)
    same((facts["Title"], facts["Author"]), (data["title"], author), f"{lang}: properties")
    same((book.properties.title, book.properties.creator), (data["title"][:100], author), lang)
    check(figures > 500, f"{lang}: {figures} figures")
    results[lang] = data
    print(f"{lang}: {figures} cells the same in page, PDF, spreadsheet and JSON; {facts['Pages']} pages")

# Languages differ in words alone.
same([[t["key"], len(t["rows"])] for t in results["vi"]["tables"]],
    [[t["key"], len(t["rows"])] for t in results["en"]["tables"]], "tables in both languages")
for a, b in zip(results["vi"]["tables"], results["en"]["tables"]):
    for x, y in zip(a["rows"], b["rows"]):
        same({k: v for k, v in x.items() if isinstance(v, (int, float))},
            {k: v for k, v in y.items() if isinstance(v, (int, float))}, a["key"])
judged = json.loads(house.run("evaluate", "--campaign", "c", "--json", status=1).stdout)
goals = next(t for t in results["vi"]["tables"] if t["key"] == "goals")["rows"]
same([row["reduction"] for row in goals], [goal["reduction"]["value"] for goal in judged["goals"]],
    "the goals of --json")

# --- for the public ---
paths = evaluate("public", "vi", "--public")
look_at_pdf("public", paths["pdf"], "vi")
data, page, book, figures = compare_tables("public", paths, "vi")
same(paths["pdf"].stat().st_mode & 0o777, 0o644, "for everybody")
same((house.folder / "vi.pdf").stat().st_mode & 0o777, 0o600, "for us alone")
small = [value for table in data["tables"] for row in table["rows"] for value in row.values()
    if value == "<10"]
check(small, "small cells are withheld")
check(not [t for t in data["tables"] if t["key"].startswith("holders")], "holders are left out")
check(not any("sim-mobile" in p.read_text(errors="replace") for p in (paths["json"], paths["html"])),
    "nowhere")

# The JSON of programs and the terminal withhold what page, PDF, spreadsheet and their JSON withhold.
# All feeds are public here, so that what is withheld can be had: from what staff are told.
truth = judged
told = json.loads(house.run("evaluate", "--campaign", "c", "--json", "--public", status=1).stdout)
tables = {t["key"]: t["rows"] for t in data["tables"]}
NOTHING = {"value": None, "low": None, "high": None}
compare_charts("public", paths["html"], page, "vi")


def is_small(value):
    return value is not None and 0 < value < 10


def shown_alike(where, estimate, cell, true, of=None):
    """One figure for programs, the same of the document, and what it is."""
    if estimate.get("withheld"):
        same({k: estimate[k] for k in NOTHING}, NOTHING, where)
        same(estimate["withheld"], "small" if cell == "<10" else "with_small", where)
        check(isinstance(cell, str), f"{where}: {cell}")
    else:
        same((estimate["value"], estimate), (cell, true), where)
    check(not is_small(true["value"]) or estimate["value"] is None or of, f"{where}: {true['value']} is told")


def not_by_subtraction(where, total, parts, truths):
    """What is withheld of a total is none or ten together, unless the total is withheld too."""
    left = sum(t["value"] for p, t in zip(parts, truths) if p["value"] is None and t["value"] is not None)
    check(not is_small(left) or total is None, f"{where}: {left} is left of {total}")
    hidden = [t for p, t in zip(parts, truths) if "withheld" in p and t["value"]]
    check(len(hidden) != 1 or total is None or left >= 10, f"{where}: one alone")


same(told["holders"], [], "holders are left out here too")
withheld = 0
for key, rows in (("frozen", tables["top-frozen"]), ("current", tables["top-current"])):
    for a, row, b in zip(told["top_ten"][key], rows, truth["top_ten"][key]):
        for k in ("base", "end"):
            shown_alike(f"{key} {a['name']} {k}", a[k], row[k], b[k])
            withheld += "withheld" in a[k]
        shown_alike(f"{key} {a['name']}", a["reduction"], row["reduction"], b["reduction"], "share")
    for k in ("base", "end"):
        not_by_subtraction(f"{key} {k}", told["top_ten"][key + "_sum"][k]["value"],
            [x[k] for x in told["top_ten"][key]], [x[k] for x in truth["top_ten"][key]])
        shown_alike(f"sum of {key}", told["top_ten"][key + "_sum"][k], rows[-1][k], truth["top_ten"][key + "_sum"][k])
regions = {r["region"]: r for r in [*truth["regions"], truth["no_region"]]}
parts = sorted([*told["regions"], told["no_region"]], key=lambda r: r["region"])
named = {r["name"]: r for r in tables["regions"]}
for r in parts:
    row = named[r.get("name_vi", "không rõ tỉnh")] if r.get("name_vi") else \
        next(x for n, x in named.items() if n not in {p.get("name_vi") for p in parts})
    for k in ("base", "end", "rate_base", "rate_end", "reduction"):
        shown_alike(f"region {r['region']} {k}", r[k], row[k], regions[r["region"]][k], k[2:] not in ("se", "d"))
        withheld += "withheld" in r[k]
for k in ("base", "end"):
    not_by_subtraction(f"regions {k}", 1, [r[k] for r in parts], [regions[r["region"]][k] for r in parts])
same([r["name"] for r in tables["regions"] if r["rank"] is not None][:20],
    [r["name_vi"] for r in told["regions"] if r["rate_end"]["value"] is not None][:20], "and in the same order")
for a, row, b in zip(told["weeks"], tables["weeks"], truth["weeks"]):
    for k in ("all", "top"):
        shown_alike(f"week {a['monday']} {k}", a[k], row[k], b[k])
    both = a["all"]["value"] is not None and a["top"]["value"] is not None
    check(not both or not is_small(a["all"]["value"] - a["top"]["value"]), f"week {a['monday']}: others")
for a, row, b in zip(told["durations"], tables["durations"], truth["durations"]):
    for k in ("episodes", "open", "unclear"):
        check(not is_small(a[k]), f"durations: {a[k]} {k}")
        check(a[k] == row[k] or a[k] is None and isinstance(row[k], str), f"durations {k}: {a[k]}, {row[k]}")
    check(a["episodes"] is None or a["open"] is None or not is_small(a["episodes"] - a["open"]), "ended")
for a, row, b in zip(told["goals"], tables["goals"], truth["goals"]):
    same(a["verdict"], b["verdict"], "verdicts are for everybody")
    for k in ("base", "end"):
        shown_alike(f"goal {a['key']} {k}", {x: y for x, y in a[k].items() if x in NOTHING or x == "withheld"},
            row[k], {x: b[k][x] for x in NOTHING})
check(withheld > 5, f"{withheld} figures are withheld")
same(json.dumps(told).count('"withheld": "small"') > 0, True, "some for being small")
# The page, the PDF, the spreadsheet and the terminal say it as often as their JSON does.
for shape, text in (("page", "\n".join(c for _, _, body in page.tables for row in body for c in row)),
        ("PDF", "\n".join(c for row in cells_of(paths["pdf"]) for c in row)),
        ("spreadsheet", "\n".join(str(c.value) for s in book.worksheets[1:] for line in s.iter_rows() for c in line))):
    same(len(re.findall(r"^<10$", text, re.M)), len(small), f"{shape}: small cells")
terminal = house.run("evaluate", "--campaign", "c", "--public", "--lang", "en", status=1).stdout
check("sim-mobile" not in terminal and "may reply" in terminal, "the terminal leaves holders out")
for a, b in zip(told["top_ten"]["frozen"], truth["top_ten"]["frozen"]):
    line = next(x for x in terminal.splitlines() if x.strip().startswith(a["name"] + ":"))
    same(("<10" in line, "not published" in line), tuple(w in (a["base"].get("withheld"), a["end"].get("withheld"))
        for w in ("small", "with_small")), line)
print(withheld, "figures withheld from the public in every shape")

# --- what is refused ---
before = paths["pdf"].read_bytes()
for name, words in (("report.doc", "report.doc"), (".pdf", ".pdf"), ("nowhere/x.pdf", "nowhere/x.pdf")):
    done = house.run("evaluate", "--campaign", "c", "--output", house.folder / name, status=2) if "/" in name \
        else house.run("evaluate", "--campaign", "c", "--output", name, status=2)
    check(words in done.stderr, f"{name}: {done.stderr}")
done = house.run("evaluate", "--campaign", "elsewhere", "--output", paths["pdf"], status=2)
same(paths["pdf"].read_bytes(), before, "an evaluation that fails leaves what was there")
same([p.name for p in house.folder.iterdir() if p.name.startswith(".tmp")], [], "nothing is left behind")

# --- LibreOffice, where it is installed ---
if shutil.which("soffice"):
    folder = house.folder / "office"
    folder.mkdir()
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", "--outdir", folder,
        house.folder / "en.xlsx"], check=True, capture_output=True, timeout=600)
    sheets = list(folder.glob("*.csv"))
    same(len(sheets), 1 + len(results["en"]["tables"]), "LibreOffice opens every sheet")
    every = " ".join(path.read_text() for path in sheets)
    check("#NAME?" not in every and "Err:" not in every, "without a complaint")
    # It says all digits of a number; of a text it would say what stands there.
    for goal in goals:
        digits = f"{100 * goal['reduction']:.15g}"[:12]
        check(digits in every, f"{digits} in LibreOffice")
    print("LibreOffice opens the spreadsheet")
else:
    print("skipped: LibreOffice is not installed")
