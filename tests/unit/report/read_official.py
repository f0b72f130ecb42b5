# SPDX-License-Identifier: Apache-2.0
"""Official documents read by programs of other makers: read_official.py OFFICIAL_SAMPLES. Text
copies out of the PDF as it is written, fonts are in it, and the figures of PDF, page and
spreadsheet are the same."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

SKIPPED = 77
DEBIAN = "/usr/bin/python3"
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


def check(condition, message):
    if not condition:
        sys.exit(f"FAILED: {message}")


def run(*words):
    return subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " ")).strip()


class Rows(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tables, self.cell = [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell = ""

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.tables[-1][-1].append(plain(self.cell))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def cells_of(pdf):
    """Rows of all tables, from the structure of the file."""
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


def bare(text):
    return re.sub(r"\s+", "", text)


def look_at_file(name, path):
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    check(done.returncode == 0, f"{name}: qpdf says {done.stdout}{done.stderr}")
    facts = run("pdfinfo", path)
    check("A4" in facts and re.search(r"Tagged:\s+yes", facts), f"{name}: {facts}")
    fonts = [line.split() for line in run("pdffonts", path).splitlines()[2:]]
    for font in fonts:
        # What is no letter at all is shown by whichever font has a sign for it.
        check("LiberationSerif" in font[0] or name == "hostile", f"{name}: {font}")
        check(font[-5:-2] == ["yes", "yes", "yes"], f"{name}: {font}: embedded, subset, readable")
    text = run("pdftotext", path, "-")
    check(text == unicodedata.normalize("NFC", text), f"{name}: text is NFC")
    check(not re.search("[\ufb00-\ufb06]", text), f"{name}: ligatures")
    return text


def look_at_places(name, path):
    """Words within the margins of the decree: 30–35 mm left, 15–20 right, 20–25 above and below;
    above stands the number of the page alone."""
    millimetre = 72 / 25.4
    for page in run("pdftotext", "-bbox", path, "-").split("<page ")[1:]:
        words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<',
            page)
        for *box, word in words:
            left, top, right, bottom = (float(value) / millimetre for value in box)
            check(left >= 29.5 and right <= 195.5, f"{name}: {word} at {left}–{right} mm")
            check(bottom <= 277.5, f"{name}: {word} ends at {bottom} mm")
            check(top >= 19 or word.isdigit(), f"{name}: {word} begins at {top} mm")


def compare_tables(name, folder):
    tables = Rows((folder / f"{name}.html").read_text()).tables
    rows = [row for table in tables for row in table]
    printed = cells_of(folder / f"{name}.pdf")
    check(len(rows) == len(printed), f"{name}: {len(rows)} rows on the page, {len(printed)} in the PDF")
    for a, b in zip(rows, printed):
        check([bare(cell) for cell in a] == [bare(cell) for cell in b], f"{name}: {a}, {b}")
    book = openpyxl.load_workbook(folder / f"{name}.xlsx")
    check(len(book.worksheets) == 1 + len(tables), f"{name}: a sheet a table")
    figures = 0
    for table, sheet in zip(tables, book.worksheets[1:]):
        for i, row in enumerate(table[1:]):
            for k, said in enumerate(row):
                cell = sheet.cell(4 + i, k + 1)
                check(cell.data_type != "f", f"{name}: a formula")
                if isinstance(cell.value, (int, float)) and not cell.number_format.endswith("%"):
                    check(said.replace(".", "").replace(",", "") == str(cell.value),
                        f"{name}: {said} is {cell.value} in the spreadsheet")
                    figures += 1
    return figures


with tempfile.TemporaryDirectory(prefix="quetsach-official-") as home:
    folder = Path(home)
    subprocess.run([sys.argv[1], home], check=True)
    texts = {path.stem: look_at_file(path.stem, path) for path in sorted(folder.glob("*.pdf"))}
    check(len(texts) >= 9, f"cases: {list(texts)}")
    for name in texts:
        if name != "hostile":
            look_at_places(name, folder / f"{name}.pdf")
    figures = {name: compare_tables(name, folder) for name in ("return", "long-return", "rollup",
        "rollup-en", "wide-rollup", "empty-rollup")}
    check(figures["rollup"] > 150, f"figures: {figures}")
    picture = subprocess.run(["pdftoppm", "-r", "30", "-gray", folder / "rollup.pdf"], check=True,
        capture_output=True)
    check(picture.stderr == b"" and picture.stdout.startswith(b"P5"), "drawn without a complaint")

    said = plain(texts["rollup"])
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
            "Số: 123/BC-CATTT", "Hà Nội, ngày 06 tháng 10 năm 2020", "187 trên 212 đơn vị",
            "1.052.479", "Tổng các số đã khai", "KT. GIÁM ĐỐC", "- Lưu: VT, CNTT."):
        check(words in said, f"rollup: {words} copies out of the PDF")
    check("Độc lập" not in texts["rollup-en"] and "To: The Minister" in texts["rollup-en"], "English")
    # Titles of the children's table on each of its pages.
    pages = texts["rollup"].split("\f")
    check(sum("Đơn vị đã" in page and "Tỉnh" in page for page in pages) >= 2, "titles come again")
    print(figures)
