# SPDX-License-Identifier: Apache-2.0
"""Frozen editions: made, replied to, public on their day and not before, corrected, and the same to
the byte whatever comes later."""
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from datetime import datetime, timedelta, timezone
from datetime import time as clock

from desking import Browser, Desk, add_user
from flow import HEADER, PATIENCE, PROGRAM, House, check, clear_of, now, same, sinkhole, soon
from published import published

clear_of(0, 17)
TODAY = now().date()
SERIES = "addresses-in-botnets"
PARTS = ("en.pdf", "en.xlsx", "json", "vi.pdf", "vi.xlsx")


def day(back):
    return TODAY - timedelta(back)


def refused(house, words, *said):
    done = house.run("edition", *words, "--lang", "en", status=2)
    for text in said:
        check(text in done.stderr, f"{words}: “{text}” is not in: {done.stderr}")


def rows(infection, base, end):
    """So many addresses of each provider in each hour of a window before and of one after."""
    text = HEADER
    for window, count in (((30, 23), base), ((14, 7), end)):
        for back in range(*window, -1):
            for hour in range(24):
                when = datetime.combine(day(back), clock(hour), timezone.utc)
                for k in range(count):
                    for prefix in ("14.160", "27.64"):
                        text += sinkhole(when, f"{prefix}.{back}.{k}", infection)
    return text


def plan(house, *words):
    house.run("campaign", "set", "c", "--name-vi", "Chiến dịch", "--name-en", "Campaign", "--country",
        "VN", "--zone", "Asia/Ho_Chi_Minh", "--begins", day(22), "--ends", day(5), "--baseline",
        f"{day(30)}..{day(24)}", *words)


GOALS = ("--goal", f"less:addresses:hourly-mean:30%:{day(14)}..{day(8)}",
    "--goal", f"said:addresses:stated:30%:{day(14)}..{day(8)}:{SERIES}")


def figure(house, back, value):
    house.run("figure", "enter", SERIES, "--day", day(back), "--value", value, "--source", "press",
        "--window", f"{day(back + 6)}..{day(back)}")


def editions(data):
    return {e["number"]: e for e in published(data)["editions"]}


def digests(data):
    folder = data / "public" / "editions"
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.glob("[!.]*"))} \
        if folder.exists() else {}


house = House()
house.networks()
house.run("ingest", "--feed", "open", house.write("open.csv", rows("mirai", 24, 12)))
house.run("ingest", "--feed", "closed", house.write("closed.csv", rows("sality", 40, 40)))
house.run("feed", "set", "closed", "--public-stats", "no")

# --- what is refused ---
refused(house, ("make", "c"), "c")
plan(house)
refused(house, ("make", "c"), "campaign show c")
check(0 not in editions(house.data), "no provisional evaluation of a plan that is not complete")
plan(house, *GOALS)
figure(house, 24, 1000)
figure(house, 8, 600)
for words, said in ((("make", "c", "--reply-days", "31"), "reply-days"),
        (("make", "c", "--correction-vi", "a", "--correction-en", "b"), "no edition to correct"),
        (("show", "c"), "no edition"), (("show", "c", "x"), "x"), (("files", "c", "--out", "."), "no edition"),
        (("reply", "c", "1", "VNPT", "--text", "a"), "no edition 1")):
    refused(house, words, said)
same(house.json("edition", "list"), [], "nothing is there yet")

# --- the first: for holders only ---
made = house.json("edition", "make", "c", "--reply-days", "1")[0]
same((made["number"], made["public"], made["public_from"], made["changed"], made["simulated"]),
    (1, False, str(day(-2)), [], False), "the first edition: one full day, the day it is made aside")
same((sorted(editions(house.data)), digests(house.data)), ([0], {}), "it is not public")
shown = house.json("edition", "show", "c")[0]
same((shown["number"], shown["replies"], shown["evaluation"]["campaign"]), (1, [], "c"), "shown")
same(shown["evaluation"]["panel"], ["open"], "public figures rest on feeds that permit it")
same(json.loads(house.run("evaluate", "--json", status=None).stdout)["panel"], ["closed", "open"],
    "others on all")
goals = {g["key"]: g for g in shown["evaluation"]["goals"]}
check(abs(goals["less"]["reduction"]["value"] - 0.5) < 1e-9, "24 and 12 an hour of each")
check(abs(goals["said"]["reduction"]["value"] - 0.4) < 1e-9, "1000 and 600")

# Its files, for holders to see.
out = house.folder / "out"
house.run("edition", "files", "c", "1", "--out", out)
names = sorted(f.name for f in out.glob("*"))
same(names, sorted(f"c-1.{p}" for p in PARTS + ("en.html", "vi.html")), "files for holders")
check((out / "c-1.vi.pdf").read_bytes().startswith(b"%PDF"), "a PDF")
check((out / "c-1.en.xlsx").read_bytes().startswith(b"PK"), "a spreadsheet")
holder = next(h for h in shown["evaluation"]["holders"] if h["name"] == "Viettel")
TITLES = {"vi": holder["title_vi"], "en": holder["title_en"]}
for lang, title in TITLES.items():
    check(title in (out / f"c-1.{lang}.html").read_text(), f"the page names {title}")
told = json.loads((out / "c-1.json").read_text())
same((told["edition"]["number"], told["replies"]), (1, []), "JSON")
same([(f["goal"], f["net_effect"]) for f in told["figures"]],
    [("less", False), ("said", False), (None, True)], "figures")
check(any(t["rows"] for t in told["en"]["tables"]), "its tables")
check("closed" not in json.dumps(told), "nothing of the closed feed")

# --- replies ---
refused(house, ("reply", "c", "1", "Nobody", "--text", "a"), "Nobody")
refused(house, ("reply", "c", "1", "VNPT"), "--text")
refused(house, ("reply", "c", "1", "VNPT", "--text", "a\x01"), "control")
refused(house, ("reply", "c", "2", "VNPT", "--text", "a"), "no edition 2")
for tag in ("x y", "-vi", "vi-", "vi--x", "toolongapart", "đ", '"><b>'):
    refused(house, ("reply", "c", "1", "VNPT", "--text", "a", "--reply-lang", tag), "--reply-lang")
for text, words, lang in (("Chưa đúng", (), "vi"), ("No comment", (), "en"), ("Très bien", (), ""),
        ("Très bien", ("--reply-lang", "fr"), "fr"), ("Dong y", ("--reply-lang", "vi"), "vi")):
    house.run("edition", "reply", "c", "1", "Viettel", "--text", text, *words)
    same(house.json("edition", "show", "c", "1")[0]["replies"][-1]["lang"], lang, f"language of {text}")
house.run("edition", "reply", "c", "1", "VNPT", "--text", "Chưa đúng.", "--author", "hoa")
house.run("edition", "reply", "c", "1", "VNPT", "--text", "Đã xử lý 12 máy.\n\nXin xem lại.", "--author", "hoa")
house.run("edition", "reply", "c", "1", "Viettel", "--text", "Không có ý kiến.")
replies = house.json("edition", "show", "c", "1")[0]["replies"]
same([(r["holder"], r["current"], r["author"]) for r in replies if r["holder"] == "VNPT"],
    [("VNPT", False, "hoa"), ("VNPT", True, "hoa")], "a later one replaces, both are kept")
house.run("publish")
same((sorted(editions(house.data)), digests(house.data)), ([0], {}), "still not public")

# --- the second corrects the first ---
refused(house, ("make", "c"), "edition 1", "--correction-vi")
refused(house, ("make", "c", "--correction-vi", "Sửa"), "--correction-en")
figure(house, 8, 500)
correction = ("--correction-vi", "Sửa số báo chí", "--correction-en", "The press figure is mended")
made = house.json("edition", "make", "c", "--reply-days", "0", *correction)[0]
same((made["number"], made["public"], made["public_from"]), (2, True, str(TODAY)), "public at once")
same([c["figure"] for c in made["changed"]], ["said"], "what has changed")
change = made["changed"][0]
check(abs(change["before"]["value"] - 0.4) < 1e-9 and abs(change["after"]["value"] - 0.5) < 1e-9,
    f"from what to what: {change}")
site = editions(house.data)
same(sorted(site), [0, 2], "the second is public, the first not yet")
same((site[2]["correction"], site[2]["files"], site[2]["replies"]),
    ({"vi": "Sửa số báo chí", "en": "The press figure is mended"}, True, []), "as it was said")
same(sorted(digests(house.data)), sorted(f"c-2.{p}" for p in PARTS), "its files")
told = json.loads((house.data / "public" / "editions" / "c-2.json").read_text())
table = next(t for t in told["vi"]["tables"] if t["key"] == "changes")
same(len(table["rows"]), 1, "the document lists what has changed")
check(table["rows"][0]["before"] != table["rows"][0]["after"], "old and new")
refused(house, ("reply", "c", "2", "VNPT", "--text", "a"), "public")
same([(e["number"], e["public"]) for e in house.json("edition", "list", "c")], [(1, False), (2, True)],
    "listed")
same(house.json("edition", "list", "elsewhere"), [], "of another campaign")

# --- the day of the first comes ---
before = digests(house.data)
kept = house.json("edition", "show", "c", "1")[0]


def turn_calendar(data, campaign, number):
    """As if its day had come: nobody can do so to a catalogue that keeps its triggers."""
    db = sqlite3.connect(data / "catalogue.db")
    made = db.execute("SELECT sql FROM sqlite_master WHERE name = 'edition_unchanged'").fetchone()[0]
    db.execute("DROP TRIGGER edition_unchanged")
    db.execute("UPDATE edition SET public_from = public_from - 2 * 86400 WHERE campaign = ? AND number = ?",
        (campaign, number))
    db.execute(made)
    db.commit()
    db.close()


turn_calendar(house.data, "c", 1)
house.run("publish")
site = editions(house.data)
same([e["number"] for e in published(house.data)["editions"]], [2, 1, 0], "newest first, provisional last")
same([(r["holder"], r["text"]) for r in site[1]["replies"]],
    [("VNPT", "Đã xử lý 12 máy.\n\nXin xem lại."), ("Viettel", "Không có ý kiến.")], "replies stand beside it")
same(site[1]["replies"][0]["title"]["en"] != "", True, "with their titles")
told = json.loads((house.data / "public" / "editions" / "c-1.json").read_text())
same([(r["holder"], r["lang"]) for r in told["replies"]], [("VNPT", "vi"), ("Viettel", "vi")], "and in its files")
same(house.json("edition", "show", "c", "1")[0]["evaluation"], kept["evaluation"], "as it was judged")
refused(house, ("reply", "c", "1", "VNPT", "--text", "zu spät"), "public")
after = digests(house.data)
same({name: after[name] for name in before}, before, "the other's files are as they were")

# --- the provisional one ---
def provisional():
    return editions(house.data)[0]


first = provisional()
same((first["files"], first["replies"], first["simulated"]), (False, [], False), "the provisional one")
for lang, document in first["documents"].items():
    check(TITLES[lang].encode() not in document, f"{lang}: holders of real data reply first")
    check(TITLES[lang].encode() in site[1]["documents"][lang], f"{lang}: the edition names them")
time.sleep(1.1)
house.run("site", "set", "mail", "a@b.vn")
house.run("edition", "list")
same(provisional(), first, "taken over while nothing it depends on changes")
time.sleep(1.1)
house.run("ingest", "--feed", "open", house.write("late.csv", HEADER
    + sinkhole(datetime.combine(day(9), clock(3), timezone.utc), "14.160.77.7", "mirai")))
check(provisional()["made"] > first["made"] and provisional()["as_of"] > first["as_of"],
    "made anew with new sightings")
second = provisional()
time.sleep(1.1)
plan(house, "--goal", f"less:addresses:hourly-mean:20%:{day(14)}..{day(8)}")
check(provisional()["made"] > second["made"], "and with a new plan")

# --- at the desk: looked at, frozen, replied to, public on its day; an outside figure is entered ---
def done(b, where, words):
    """What the clerk was asked for, until the page shows it."""
    same(b.page.status, 303, f"{where}: {b.page.body[-1500:]}")
    soon(lambda: b.get(where).says(words), lambda: f"no {words!r}: {b.get('jobs').body[-3000:]}")


def at_the_desk(b):
    page = b.get("campaigns/c/editions")
    check(page.says("Publish edition 3") and page.says("in place of edition 2"), "the next one")
    asked = {"days": "31", "correction_vi": "", "correction_en": "x"}
    check(b.send("campaigns/c/editions", asked | {"do": "look"}).says("from 0 to 30"), "too many days")
    check('href="#correction_vi"' in b.page.body, "a correction is told in both languages")
    asked = {"days": "5", "correction_vi": "Thêm một tệp đến muộn", "correction_en": "A late file is in it"}
    page = b.send("campaigns/c/editions", asked | {"do": "look"})
    check(page.status == 200 and page.says("cannot be taken back") and page.says(f"{day(-5):%-d %b %Y}") or
        page.says(f"{day(-5):%d/%m/%Y}"), f"looked at first: {page.body}")
    same(len(house.json("edition", "list", "c")), 2, "nothing is frozen by looking")
    b.send("campaigns/c/editions", asked | {"do": "make"})
    done(b, "campaigns/c/figures", "waits for replies")
    third = house.json("edition", "list", "c")[2]
    same((third["public"], third["public_from"], third["correction_en"]), (False, str(day(-6)), "A late file is in it"),
        "five full days")
    one = "campaigns/c/editions/3"
    check(b.get(one).says("Nobody has replied") and "VNPT" in b.page.body, "who may reply")
    check(b.get(one + "/document").says("Campaign"), "as a page")
    b.get(one)
    check(b.send(one, {"do": "reply", "holder": "Nobody", "reply": "x"}).says("Choose one of the list"), "of nobody")
    b.send(one, {"do": "reply", "holder": "VNPT", "reply": "Đã xử lý.\r\n--text=x Xin cảm ơn."})
    done(b, one, "Xin cảm ơn.")
    same([r["text"].split() for r in house.json("edition", "show", "c", "3")[0]["replies"]],
        ["Đã xử lý. --text=x Xin cảm ơn.".split()], "word for word")
    b.send(one, {"do": "xlsx"})
    soon(lambda: b.get("jobs").says("Make the spreadsheet of an edition"), "the file is made")
    b.get(one.replace("3", "2"))
    check(b.page.says("no more replies"), "one that is public takes none")
    b.get("series")
    entry = {"do": "enter", "series": "vendor-rank", "day": str(day(3)), "value": "3,5", "source": "Report, page 2"}
    check(b.send("series", entry | {"value": "many"}).says("Enter a number") and 'value="many"' in b.page.body, "no number")
    b.send("series", entry)
    done(b, "series", "vendor-rank")
    [kept] = house.json("figure", "list", "vendor-rank")
    same((kept["value"], kept["source"], kept["author"]), (3.5, "Report, page 2", "op@example.vn"), "as it was entered, and by whom")
    b.send("series", {"do": "withdraw", "series": "vendor-rank", "day": str(day(3)), "source": "Report, page 2"})
    same(b.page.status, 303, "withdrawn")
    soon(lambda: house.json("figure", "list", "vendor-rank") == [], "it still stands")


house.run("user", "require", "operator", "no")
add_user(house, "op@example.vn")
kept_files = digests(house.data)
desk = Desk(house)
try:
    operator = Browser(desk)
    operator.login("op@example.vn")
    at_the_desk(operator)
finally:
    desk.process.terminate()
    desk.process.wait(PATIENCE)
same(digests(house.data), kept_files, "nothing of it is public")

# --- whatever comes later ---
same(digests(house.data), after, "the same bytes after later sightings and another plan")
for _ in range(2):
    house.run("publish")
    same(digests(house.data), after, "and after publishing again")
same(site[1]["documents"], editions(house.data)[1]["documents"], "the documents too")
backup = house.folder / "b.qsb"
house.run("backup", backup)
again = house.folder / "again"
house.run("restore", backup, data=again)
same(digests(again), after, "and after a restore")
same({n: e["documents"] for n, e in editions(again).items() if n},
    {n: e["documents"] for n, e in editions(house.data).items() if n}, "restored documents")
same(house.json("edition", "show", "c", "1", data=again), house.json("edition", "show", "c", "1"), "restored")
same(house.json("verify", data=again)[0]["faults"], 0, "verify")
out2 = house.folder / "out2"
house.run("edition", "files", "c", "1", "--out", out2, data=again)
for part in PARTS:
    same((out2 / f"c-1.{part}").read_bytes(), (again / "public" / "editions" / f"c-1.{part}").read_bytes(),
        "what is public is handed out as it is")
shutil.rmtree(again / "public" / "editions")
house.run("publish", data=again)
same(digests(again), after, "files come back from the catalogue")
damaged = again / "public" / "editions" / "c-2.vi.pdf"
damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")
check("c-2.vi.pdf" in house.run("verify", data=again, status=2).stderr, "a damaged file is found")
house.run("publish", data=again)
same((digests(again), house.json("verify", data=again)[0]["faults"]), (after, 0), "and mended")
house.run("retain", "--keep-months", "1", data=again)
same(digests(again), after, "retention leaves editions alone")

# --- killed in the middle: wholly or not at all ---
def killed(seconds, *words):
    process = subprocess.Popen([PROGRAM, *map(str, words), "--data", str(house.data)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ, LC_ALL="C.UTF-8"))
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()


start = time.monotonic()
house.run("edition", "make", "c", "--reply-days", "0", *correction)
took = time.monotonic() - start
for step in range(1, 9):
    killed(took * step / 8, "edition", "make", "c", "--reply-days", "0", *correction)
    numbers = [e["number"] for e in house.json("edition", "list", "c")]
    same(numbers, list(range(1, len(numbers) + 1)), "numbers without a gap")
    same(house.json("verify")[0]["faults"], 0, "what is there is whole")
house.run("publish")
count = len(house.json("edition", "list", "c"))
unripe = [e["number"] for e in house.json("edition", "list", "c") if not e["public"]]
same(unripe, [3], "the desk's, whose day has not come")
same(len(digests(house.data)), (count - 1) * len(PARTS), "each that is public has all its files at last")
check(all(e["files"] for n, e in editions(house.data).items() if n and n not in unripe), "and says so")
same({name: digests(house.data)[name] for name in after}, after, "the first two as they were")
strays = house.json("verify")[0]["strays"]
house.run("retain", "--keep-months", "1200")
same(house.json("verify")[0]["strays"], 0, f"{strays} strays are swept")

# --- simulated data: holders may be named at once ---
play = House()
made_up = play.folder / "sim"
subprocess.run([PROGRAM, "simulate", "--seed", "3", "--days", "40", "--hosts", "150", "--campaign", "22",
    "--effect", "0.5", "--end", str(day(1)), "--out", str(made_up)], check=True, capture_output=True,
    env=dict(os.environ, LC_ALL="C.UTF-8"))
play.run("network", "import", "--country", "VN", made_up / "prefixes-VN.txt")
play.run("network", "import", made_up / "asns.csv", made_up / "holders.csv")
play.run("ingest", "--feed", "sim-sinkhole-1", *sorted((made_up / "sim-sinkhole-1").glob("*")))
plan(play, "--goal", f"less:addresses:hourly-mean:30%:{day(14)}..{day(8)}")
mine = editions(play.data)[0]
check(mine["simulated"], "simulated")
judged = json.loads(play.run("evaluate", "--json", status=None).stdout)
named = [h["name"] for h in judged["holders"] if h["rank"]]
check(named and all(any(name.encode() in d for name in named) for d in mine["documents"].values()),
    "holders of simulated data are named at once")
check(re.search("simulated", play.run("edition", "make", "c", "--lang", "en").stdout
    + play.run("edition", "list", "--lang", "en").stdout), "it is said that they are")
