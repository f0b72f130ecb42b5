# SPDX-License-Identifier: Apache-2.0
"""The public figures over a real server: an edition from its waiting to its page, and every figure the
same to the digit on page, PDF, spreadsheet, CSV, JSON and API."""
import csv
import html
import io
import re
import shutil
import sqlite3
import subprocess
import zipfile
from datetime import datetime, time, timedelta, timezone

from flow import HEADER, House, check, clear_of, now, same, sinkhole, soon
from served import Served

clear_of(0, 17)
TODAY = now().date()
REPLY = 'Chúng tôi <b>đã</b> xử lý 12 máy & xin xem lại.'


def day(back):
    return TODAY - timedelta(back)


def span(first, last):
    return f"{day(first)}..{day(last)}"


def rows():
    """24, then 13 addresses of each provider in each hour of a window before and of one after."""
    text = HEADER
    for window, count in (((30, 23), 24), ((14, 7), 13)):
        for back in range(*window, -1):
            for hour in range(24):
                when = datetime.combine(day(back), time(hour), timezone.utc)
                for k in range(count + (back + hour) % 3):
                    for prefix in ("14.160", "27.64"):
                        text += sinkhole(when, f"{prefix}.{back}.{k}", "mirai")
    return text


def turn_calendar(data):
    """As if the day of all editions had come: nobody can do so to a catalogue that keeps its triggers."""
    db = sqlite3.connect(data / "catalogue.db")
    made = db.execute("SELECT sql FROM sqlite_master WHERE name = 'edition_unchanged'").fetchone()[0]
    db.execute("DROP TRIGGER edition_unchanged")
    db.execute("UPDATE edition SET public_from = public_from - 6 * 86400")
    db.execute(made)
    db.commit()
    db.close()


house = House()
house.networks()
house.run("ingest", "--feed", "open", house.write("open.csv", rows()))
house.run("feed", "set", "open", "--public-check", "yes", "--public-stats", "yes")
house.run("publish")
site = Served(house.data)


def page(path):
    answer = site.ask(path)
    same(answer.status, 200, path)
    return answer.text


# --- series alone, then the provisional evaluation ---
text = page("/vi/so-lieu")
check("Chưa có bản đánh giá chiến dịch nào" in text, "no evaluation is claimed")
check("made-up" not in text, "nothing is made up here")
series = list(csv.reader(io.StringIO(site.ask("/en/figures/all-daily.csv").text.lstrip("\ufeff"))))
same(series[0], ["day", "v4", "v6"], "columns of a series")
figures = {f["key"]: f for f in site.ask("/api/v1/figures").json["figures"]}["all-daily"]["days"]
same(series[1:], [[d["day"], *("" if d[k] is None else str(d[k]) for k in ("v4", "v6"))] for d in figures],
    "the series as CSV and from the API")
same([(r["day"], r["v4"], r["v6"]) for r in site.ask("/vi/so-lieu/all-daily.json").json["rows"]],
    [(d["day"], d["v4"], d["v6"]) for d in figures], "and as JSON")

house.run("campaign", "set", "c", "--name-vi", "Chiến dịch", "--name-en", "Campaign", "--country", "VN",
    "--zone", "Asia/Ho_Chi_Minh", "--begins", day(22), "--ends", day(15), "--baseline", span(30, 24),
    "--goal", f"less:addresses:hourly-mean:30%:{span(14, 8)}")
soon(lambda: "/vi/so-lieu/c-0" in page("/vi/so-lieu"), "the provisional evaluation is not shown")
check("Xin đừng trích dẫn" in page("/vi/so-lieu/c-0"), "not to be quoted")
same(site.ask("/vi/so-lieu/c-0/c-0.pdf").status, 404, "it has no files")
same(site.ask("/sitemap.xml").status, 404, "no site map without an address")

# --- an edition that waits is nowhere ---
house.run("edition", "make", "c", "--reply-days", "3")
house.run("edition", "reply", "c", "1", "VNPT", "--text", REPLY)
house.run("edition", "reply", "c", "1", "Viettel", "--text", "We have no comment.")
house.run("publish")
for path in ("/vi/so-lieu/c-1", "/en/figures/c-1/c-1.pdf", "/en/figures/c-1/c-1.json", "/api/v1/evaluations/c/1",
        "/vi/so-lieu/c-1/goals.csv"):
    same(site.ask(path).status, 404, path)
check("/c-1" not in page("/vi/so-lieu"), "not in the list either")

# --- its day comes ---
turn_calendar(house.data)
house.run("publish")
soon(lambda: site.ask("/vi/so-lieu/c-1").status == 200, "the edition's page")
TITLES = {r["holder"]: {"vi": r["title_vi"], "en": r["title_en"]}
    for r in site.ask("/api/v1/evaluations/c/1").json["replies"]}["VNPT"]
pages = {"vi": page("/vi/so-lieu/c-1"), "en": page("/en/figures/c-1")}
for lang, text in pages.items():
    check(html.escape(REPLY, quote=False) in text and REPLY not in text, f"{lang}: the reply as text")
    check(f"<h3>{TITLES[lang]}</h3>" in text, f"{lang}: of whom")
    for tag, words in (("vi", html.escape(REPLY, quote=False)), ("en", "We have no comment.")):
        check(f'<blockquote class="as-written" lang="{tag}">{words}</blockquote>' in text, f"{lang}: in {tag}")
check("<dd>Bản số 1</dd>" in page("/vi/so-lieu"), "it takes the provisional one's place")

# --- the same to the digit everywhere ---
told = site.ask("/api/v1/evaluations/c/1").json
same(site.ask("/en/figures/c-1/c-1.json").json, told, "JSON of the page and of the API")
reduction = {f["goal"]: f for f in told["figures"]}["less"]
check(0.4 < reduction["value"] < 0.5, f"24 and 13 an hour: {reduction}")
tables = {lang: {t["key"]: t["rows"] for t in told[lang]["tables"]} for lang in pages}
for lang, base in (("vi", "/vi/so-lieu/c-1/"), ("en", "/en/figures/c-1/")):
    offered = set(re.findall(rf'href="({re.escape(base)}([a-z0-9-]+)\.csv)"', pages[lang]))
    same({key for _, key in offered}, set(tables[lang]), f"{lang}: every table is offered")
    for path, key in offered:
        rows_json = site.ask(path[:-3] + "json").json["rows"]
        same(rows_json, tables[lang][key], f"{path}: as in the whole JSON")
        read = list(csv.DictReader(io.StringIO(site.ask(path).text.lstrip("\ufeff"))))
        same(len(read), len(rows_json), f"{path}: rows")
        for written, row in zip(read, rows_json):
            for name, value in row.items():
                if isinstance(value, (int, float)):
                    same(float(written[name]), value, f"{path}: {name}")
                elif value is None:
                    same(written[name], "", f"{path}: {name}")
goals = tables["vi"]["goals"][0]
for name, key in (("value", "reduction"), ("low", "reduction_low"), ("high", "reduction_high")):
    same(goals[key], reduction[name], f"the goal's {name}")


def percent(lang, value):
    text = f"{100 * value:.1f}"
    return text.replace(".", ",") if lang == "vi" else text


shown = {lang: f"{percent(lang, reduction['value'])}\u00a0%" for lang in pages}
for lang, text in pages.items():
    check(shown[lang] in html.unescape(text), f"{lang}: {shown[lang]} is on the page")
    for bound in ("low", "high"):
        check(percent(lang, reduction[bound]) in text, f"{lang}: {bound} is on the page")

for lang, base in (("vi", "/vi/so-lieu"), ("en", "/en/figures")):
    sheet = zipfile.ZipFile(io.BytesIO(site.ask(f"{base}/c-1/c-1.xlsx").body))
    numbers = [float(v) for name in sheet.namelist() if name.startswith("xl/worksheets/")
        for v in re.findall(r"<c [^>]*?(?<!t=\"s\")><v>([^<]*)</v>", sheet.read(name).decode())]
    for bound in ("value", "low", "high"):
        check(any(abs(n - reduction[bound]) < 1e-15 for n in numbers), f"{lang}: {bound} in the spreadsheet")
    pdf = site.ask(f"{base}/c-1/c-1.pdf")
    same(pdf.header("Content-Type"), "application/pdf", "type")
    check(f'filename="c-1.{lang}.pdf"' in pdf.header("Content-Disposition"), "name")
    if shutil.which("pdftotext"):
        words = subprocess.run(["pdftotext", "-", "-"], input=pdf.body, capture_output=True, check=True).stdout
        check(shown[lang].replace("\u00a0", " ") in words.decode().replace("\u00a0", " "),
            f"{lang}: {shown[lang]} in the PDF")
        check(REPLY in re.sub(r"\s+", " ", words.decode()), f"{lang}: the reply in the PDF")

# --- files in parts ---
path = "/vi/so-lieu/c-1/c-1.pdf"
whole = site.ask(path)
part = site.ask(path, Range="bytes=100-199")
same((part.status, part.body), (206, whole.body[100:200]), "a part")
same(site.ask(path, Range="bytes=99999999-").status, 416, "past the end")
same(site.ask(path, If_None_Match=whole.header("ETag")).status, 304, "unchanged")
same(site.ask(path, method="HEAD").header("Content-Length"), str(len(whole.body)), "HEAD")

# --- no name from outside reaches the disk ---
for below in ("..", "%2e%2e", "c-1/..%2f..%2fsite.json", "c-1/%2e%2e/c-1.pdf", "c-1/c-2.pdf", "c-1/c-1.vi.pdf",
        "c-1/c-1.pdf/", "c-1/c-1.pdf%00.csv", "c-1/../c-1/c-1.pdf", "C-1", "c-1 ", "c-01", "c--1", "c-1/c-1.exe",
        "c-1/goals", "c-1/goals.CSV", "editions/c-1.json", "all-daily", "all-daily.csv/x", "x" * 5000 + ".csv"):
    for base in ("/vi/so-lieu/", "/en/figures/"):
        answer = site.ask(base + below.replace(" ", "%20"))
        check(answer.status in (400, 404), f"{below[:40]}: {answer.status}")
        same(answer.header("Content-Disposition"), None, below[:40])

# --- a correction ---
house.run("edition", "make", "c", "--reply-days", "0", "--correction-vi", "Sửa <b>1</b>", "--correction-en", "Mended")
soon(lambda: "<dd>Bản số 2</dd>" in page("/vi/so-lieu"), "the second is shown")
text = page("/vi/so-lieu")
check("Sửa &lt;b&gt;1&lt;/b&gt;" in text and "<b>1</b>" not in text, "what changed, as text")
same(text.count("Sửa &lt;b&gt;1"), 1, "once: by the document itself")
same(page("/vi/so-lieu/c-2").count(">Sửa &lt;b&gt;1"), 1, "once on its own page")
check("Sửa &lt;b&gt;1" in page("/vi/so-lieu/c-1"), "and in the list that the first has")
check("Đã có bản mới hơn:" in page("/vi/so-lieu/c-1"), "the first says that there is a newer one")
check(reduction["value"] == {f["goal"]: f for f in site.ask("/api/v1/evaluations/c/1").json["figures"]}["less"]["value"],
    "and stays as it was")
same(site.ask("/api/v1/evaluations/c/latest").json["edition"]["number"], 2, "the latest")
site.stop()
