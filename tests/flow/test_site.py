# SPDX-License-Identifier: Apache-2.0
"""Contents of the site: commands good and bad, history, what is published, figures by hand, old data
folders."""
import os
import re
import shutil
import struct
import subprocess
import tarfile
import urllib.request
from datetime import date, timedelta
from pathlib import Path

from flow import HEADER, PATIENCE, PROGRAM, House, ago, check, clear_of, now, same, sinkhole
from flow import soon as wait
from published import KINDS, LANGUAGES, published

DATA = Path(os.environ["QUETSACH_SITE_DATA"])
OLD = Path(os.environ["QUETSACH_OLD"])
PLATFORMS = ("windows", "macos", "linux", "android", "ios")


def article(data, key, lang):
    found = [a for a in published(data)["articles"] if (a["key"], a["lang"]) == (key, lang)]
    return found[0] if found else None


def refused(house, words, *said, lang="en"):
    done = house.run(*words, "--lang", lang, status=2)
    for text in said:
        check(text in done.stderr, f"{words}: “{text}” is not in: {done.stderr}")


clear_of(0, 17)
house = House()
ours = {(path.stem, path.parent.name) for path in DATA.glob("pages/*/*.md")}
our_tools = sorted(path.stem for path in DATA.glob("tools/*.txt"))

# What comes with the program is there at once.
site = published(house.data)
same({(a["key"], a["lang"]) for a in site["articles"]}, ours, "our own articles")
same([t["key"] for t in site["tools"]], our_tools, "our own tools")
same((site["series"], site["campaign"], site["identity"]["address"]), ({}, "", ""), "nothing said")
order = [(KINDS.index(a["kind"]), LANGUAGES.index(a["lang"]), -a["published"], a["key"])
    for a in site["articles"]]
same(order, sorted(order), "order of articles")

# Who speaks.
house.run("site", "set", "address", "https://quetsach.vn")
house.run("site", "set", "organiser-vi", " Trung tâm An ninh mạng quốc gia ")
house.run("site", "set", "press-mail", "bao-chi@quetsach.vn")
house.run("site", "set", "phone", "1900 1234")
house.run("site", "set", "phone", "")
shown = house.json("site", "show")[0]
same((shown["address"], shown["organiser_vi"], shown["phone"]),
    ("https://quetsach.vn", "Trung tâm An ninh mạng quốc gia", ""), "site show")
same(published(house.data)["identity"]["press_mail"], "bao-chi@quetsach.vn", "published identity")
refused(house, ("site", "set", "address", "https://quetsach.vn/vi"), "https://quetsach.vn/vi")
refused(house, ("site", "set", "address", "http://quetsach.vn"), "site’s address")
refused(house, ("site", "set", "mail", "a@b\nBcc: c@d.vn"), "e-mail")
refused(house, ("site", "set", "press-phone", "call us"), "phone")
refused(house, ("site", "set", "organiser-en", "a\tb"), "control")
refused(house, ("site", "set", "colour", "red"), "colour", "press-phone")
refused(house, ("site", "set", "colour", "red"), "không có mục", lang="vi")

# Campaigns.
today = now().date()


def campaign(key, begins, ends, *words):
    house.run("campaign", "set", key, "--name-vi", "Chiến dịch", "--name-en", "Campaign", "--country",
        "vn", "--zone", "Asia/Ho_Chi_Minh", "--begins", begins, "--ends", ends, *words)
    return published(house.data)["campaign"]["key"]


same(campaign("past", "2020-09-22", "2020-10-22"), "past", "the only campaign")
same(campaign("older", "2019-09-22", "2019-10-22"), "past", "the one that ended last")
same(campaign("far", today + timedelta(90), today + timedelta(120)), "far", "one to come")
same(campaign("near", today + timedelta(30), today + timedelta(60)), "near", "the next to come")
same(campaign("now", today - timedelta(20), today + timedelta(10)), "now", "the one that runs")
same([(c["key"], c["shown"]) for c in house.json("campaign", "list")], [("older", False),
    ("past", False), ("now", True), ("near", False), ("far", False)], "campaign list")
house.run("campaign", "set", "now", "--name-en", "Another name")
site = published(house.data)
same((site["campaign"]["name"], site["campaign"]["ends"], site["campaign"]["country"]),
    ({"vi": "Chiến dịch", "en": "Another name"}, today + timedelta(10), "VN"), "what is not given stays")
refused(house, ("campaign", "set", "new", "--name-vi", "x"), "--name-en")
refused(house, ("campaign", "set", "now", "--ends", "2001-01-01"), "before the first")
refused(house, ("campaign", "set", "now", "--zone", "../../etc/passwd"), "time zone")
refused(house, ("campaign", "set", "now", "--zone", "Asia/Atlantis"), "time zone")
refused(house, ("campaign", "set", "now", "--country", "VNM"), "country")
refused(house, ("campaign", "set", "Now!"), "Now!")
refused(house, ("campaign", "set", "now", "--begins", "tomorrow"), "tomorrow")

# Articles: every save a version.
text = house.run("page", "show", "services", "--lang", "vi").stdout
same(house.run("page", "show", "services").stdout, text, "Vietnamese where no language is named")
first = article(house.data, "services", "vi")
page = house.write("services.md", text.replace(f"title: {first['title']}", "title: Hai"))
same(house.json("page", "set", page, "--author", "Lê Văn A")[0]["version"], 2, "after ours")
got = article(house.data, "services", "vi")
same((got["title"], got["version"], got["body"]), ("Hai", 2, first["body"]), "published at once")
check(got["updated"] > got["published"] == first["published"], "dated as before, changed now")
same(article(house.data, "services", "en")["version"], 1, "the other language is as it was")
same(house.json("page", "set", page)[0]["version"], 2, "the same again is no new version")
house.write("services.md", text.replace(f"title: {first['title']}", "title: Ba"))
house.run("page", "set", page)
history = house.json("page", "history", "services", "--lang", "vi")
same([(h["version"], h["title"], h["ours"]) for h in history],
    [(1, first["title"], True), (2, "Hai", False), (3, "Ba", False)], "history")
same(history[1]["author"], "Lê Văn A", "author")
check(history[2]["author"], "the login's name")
check("title: Hai\n" in house.run("page", "show", "services", "--lang", "vi", "--version", 2).stdout,
    "an old version")
same(house.json("page", "restore", "services", "--lang", "vi", "--version", 1)[0]["version"], 4,
    "a restored version is a new one")
same(house.json("page", "history", "services")[3]["restored_from"], 1, "and says of which")
same(article(house.data, "services", "vi")["title"], first["title"], "restored")
house.run("page", "withdraw", "services", "--lang", "vi")
same(article(house.data, "services", "vi"), None, "withdrawn, ours too")
check(article(house.data, "services", "en"), "in one language only")
house.run("page", "withdraw", "services", "--lang", "vi")
listed = {(p["key"], p["lang"]): p for p in house.json("page", "list")}
same((listed["services", "vi"]["withdrawn"], listed["services", "vi"]["version"]), (True, 5),
    "page list")
house.run("page", "restore", "services", "--lang", "vi", "--version", 2)
same(article(house.data, "services", "vi")["title"], "Hai", "shown again")

# An article nobody had, of Windows, without a date.
post = house.write("ra-quan.md", "\ufefftitle: Ra quân\r\nkind: post\r\nsummary: Hôm nay\r\n  bắt đầu.\r\n"
    "\r\n# Một\r\n\r\nHai\r\n")
house.run("page", "set", post, "--lang", "vi")
house.run("page", "set", post, "--lang", "en", "--key", "kick-off")
got = article(house.data, "ra-quan", "vi")
same((got["kind"], got["summary"], got["body"], got["version"]),
    ("post", "Hôm nay bắt đầu.", "# Một\n\nHai", 1), "a new post")
check(abs(got["published"] - now().timestamp()) < 300, "dated when it was saved")
check(article(house.data, "kick-off", "en"), "--key")

# Bad articles: the file, the line, the field.
def bad(text, *said, name="bad.md", words=("page", "set")):
    path = house.write(name, text)
    refused(house, (*words, path), str(path), *said)
    return path


before = (house.data / "public" / "site").read_bytes()
bad("", "title")
bad("title: T\nkind: poem\nsummary: s\n", "bad.md:2: kind: ", "poem")
bad("title: T\nkind: page\ntitle: U\n", "bad.md:3: title: ")
bad("title: T\nkind: page\n", "summary")
bad("title: T\nkind: page\nsummary: s\ndate: 31/12/2020\n", "bad.md:4: date: ", "31/12/2020")
bad("title: T\nHello\n", "bad.md:2", "Hello")
bad("title: T\nkinds: page\n", "bad.md:2", "kinds")
bad(b"title: \xff\nkind: page\nsummary: s\n", "bad.md:1: title: ")
bad(b"title: T\nkind: page\nsummary: s\n\na\nb\x00\n", "bad.md:6: text: ")
bad("title: " + "x" * 5000 + "\nkind: page\nsummary: s\n", "bad.md:1: title: ", "4,000")
bad("title: T\nkind: page\nsummary: s\n\n" + "x" * 200001, "text", "200,000")
bad("title: T\nkind: page\nsummary: s\n\n" + "|" * 1000 + "\n" + "|-" * 1000 + "\n", "bad.md", "complicated")
line = house.json("page", "set", bad("title: T\nkind: poem\nsummary: s\n"), status=2)[0]
same((line["error"], line["line"], line["field"]), ("BAD_FIELD", 2, "kind"), "as JSON")
refused(house, ("page", "set", house.write("Bad Key.md", text)), "Bad Key")
refused(house, ("page", "set", house.folder / "absent.md"), "absent.md")
refused(house, ("page", "show", "nothing"), "nothing")
refused(house, ("page", "show", "services", "--version", 99), "services")
refused(house, ("page", "history", "nothing"), "nothing")
refused(house, ("page", "restore", "services"), "--version")
refused(house, ("page", "restore", "services", "--version", "99"), "services")
refused(house, ("page", "withdraw", "nothing"), "nothing")
house.run("page", "show", "services", "--lang", "fr", status=2)
same((house.data / "public" / "site").read_bytes(), before, "what is refused changes nothing")

# Tools.
tool = house.write("my-tool.txt", "name: Quét\nmaker-vi: A\nmaker-en: B\npurpose-vi: C\npurpose-en: D\n"
    "about-vi: E\nabout-en: F\nplatforms: linux, windows\nhotline: 1900 1 | 113\n")
check("add-file my-tool" in house.run("tool", "set", tool).stdout, "it says what is missing")
check("my-tool" not in [t["key"] for t in published(house.data)["tools"]], "it cannot be got yet")
program = house.write("Setup-1.0.exe", b"MZ" * 700000)
house.run("tool", "add-file", "my-tool", program)
got = [t for t in published(house.data)["tools"] if t["key"] == "my-tool"][0]
held = house.data / "public" / "downloads" / got["sha256"]
same((got["size"], got["file"], got["url"], got["platforms"]), (1400000, "Setup-1.0.exe", "", 5),
    "the file fills size and name")
same(held.read_bytes(), program.read_bytes(), "the file itself")
same(held.stat().st_mode & 0o777, 0o644, "the portal may read it")
house.run("tool", "set", tool)
same([t["file"] for t in published(house.data)["tools"] if t["key"] == "my-tool"], ["Setup-1.0.exe"],
    "a text that says nothing of it leaves the file")
shown = house.write("my-tool.txt", house.run("tool", "show", "my-tool").stdout)
house.run("tool", "set", shown)
house.run("tool", "order", "my-tool", our_tools[-1])
same([t["key"] for t in published(house.data)["tools"]], ["my-tool", our_tools[-1], *our_tools[:-1]],
    "order")
house.run("tool", "remove", our_tools[0])
listed = {t["key"]: t for t in house.json("tool", "list")}
same((listed[our_tools[0]]["withdrawn"], listed["my-tool"]["shown"], listed[our_tools[-1]]["ours"]),
    (True, True, True), "tool list")
check(our_tools[0] not in [t["key"] for t in published(house.data)["tools"]], "removed, though ours")
bad("name: N\n", "maker-vi", name="bad.txt", words=("tool", "set"))
bad(tool.read_text() + "url: http://a.vn\n", "bad.txt:", "url", name="bad.txt", words=("tool", "set"))
bad(tool.read_text() + "platforms: amiga\n", "platforms", name="bad.txt", words=("tool", "set"))
refused(house, ("tool", "set", house.write("other.txt", shown.read_text().replace("sha256: ",
    "sha256: 00")[:-1].replace(got["sha256"], got["sha256"][2:]))), "other")
link = house.folder / "Link.exe"
link.symlink_to(program)
refused(house, ("tool", "add-file", "my-tool", link), "Link.exe", "link")
refused(house, ("tool", "add-file", "my-tool", house.folder), house.folder.name)
refused(house, ("tool", "add-file", "my-tool", house.write("empty.exe", b"")), "empty")
refused(house, ("tool", "add-file", "my-tool", house.write("My Setup.exe", b"x")), "My Setup.exe")
refused(house, ("tool", "add-file", "nothing", program), "nothing")
refused(house, ("tool", "show", "nothing"), "nothing")
refused(house, ("tool", "remove", "nothing"), "nothing")
refused(house, ("tool", "order", "nothing"), "nothing")
refused(house, ("tool", "order", "my-tool", "my-tool"), "twice")

# Care.
same(house.json("verify")[0]["faults"], 0, "verify")
backup = house.folder / "backup.qsb"
house.run("backup", backup)
again = house.folder / "again"
house.run("restore", backup, data=again)
for key in ("articles", "tools", "identity", "campaign"):
    same(published(again)[key], published(house.data)[key], f"restored {key}")
same((again / "public" / "downloads" / got["sha256"]).read_bytes(), program.read_bytes(), "its file")
same(house.json("page", "history", "services", data=again), house.json("page", "history", "services"),
    "restored history")
damaged = again / "public" / "downloads" / got["sha256"]
damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")
check(got["sha256"] in house.run("verify", data=again, status=2).stderr, "a damaged download")
(again / "public" / "site").unlink()
house.run("publish", data=again)
same(published(again)["articles"], published(house.data)["articles"], "publish")

# --- the portal at work takes up what is published, each file by itself ---
server = subprocess.Popen([PROGRAM, "serve", "--data", str(house.data), "--lang", "en", "--listen",
    "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
port = None
while port is None:
    line = server.stderr.readline()
    check(line, "the server ended")
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
    port = found and found[1]


def get(path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
        return answer.read().decode()


def soon(path, text, without=None):
    def says():
        said = get(path)
        return text in said and not (without and without in said)

    wait(says, f"{path} never said {text}")


soon("/vi/dich-vu", "Hai")
house.run("page", "set", house.write("services.md", text.replace(f"title: {first['title']}",
    "title: Tiêu đề mới")))
soon("/vi/dich-vu", "Tiêu đề mới")
site_file = house.data / "public" / "site"
whole = site_file.read_bytes()
(house.data / "public" / "torn").write_bytes(whole[:-1])
(house.data / "public" / "torn").rename(site_file)
while "not-published" not in (line := server.stderr.readline()):
    check(line, "the server ended")
built = re.search(r'"listing_built":"([^"]*)"', get("/healthz"))
wait(lambda: f"{now():%Y-%m-%dT%H:%M:%SZ}" > built[1], "the clock stands still")  # it says seconds
house.run("allow", "192.0.2.1", "--until", "2099-01-01", "--why", "makes a listing of its own")
soon("/healthz", '"listing_built"', without=built[0])
check("Tiêu đề mới" in get("/vi/dich-vu"), "what will not open leaves what is there")
house.run("page", "set", house.write("services.md", text.replace(f"title: {first['title']}",
    "title: Lại được")))
soon("/vi/dich-vu", "Lại được")
server.terminate()
same(server.wait(timeout=PATIENCE), 0, "the server's end")

# --- figures, counted by hand ---
clear_of(0, 17)
figures = House()
figures.networks()


def on(days, second=0):
    return ago(days=days).replace(hour=12, minute=0, second=second)


# Twelve botnets: the k-th has 13 − k addresses three days ago, the first and second share one.
rows = "".join(sinkhole(on(3), f"14.160.{k}.{i}", f"bot-{k:02}") for k in range(1, 13)
    for i in range(13 - k))
rows += sinkhole(on(3), "14.160.1.0", "bot-02") + sinkhole(on(3, 1), "14.160.1.0", "bot-01")
# Elsewhere; no name; one /64 twice; another day of the smallest; today.
rows += sinkhole(on(3), "8.8.8.8", "bot-01") + sinkhole(on(3), "14.160.99.1", "")
rows += sinkhole(on(3), "2001:ee0:1:2::5", "bot-01") + sinkhole(on(3), "2001:ee0:1:2::6", "bot-01")
rows += sinkhole(on(2), "14.160.12.0", "bot-12") + sinkhole(on(2), "14.160.12.1", "bot-12")
rows += "".join(sinkhole(now(), f"14.160.12.{i}", "bot-12") for i in range(50, 80))
report = figures.write("report.csv", HEADER + rows)
listed = figures.write("list.txt", "".join(f"14.161.0.{i}\n" for i in range(5)))
secret = figures.write("secret.csv", HEADER + "".join(sinkhole(on(1), f"14.162.0.{i}", "bot-12")
    for i in range(30)))
figures.run("feed", "set", "secret", "--public-stats", "no")
figures.run("ingest", "--feed", "shadow", report)
figures.run("ingest", "--feed", "list", "--kind", "infected", "--botnet", "mozi", "--observed",
    f"{on(4):%Y-%m-%d}", listed)
figures.run("ingest", "--feed", "secret", secret)
figures.run("ingest", "--feed", "servers", "--kind", "c2", "--observed", f"{on(6):%Y-%m-%d}",
    figures.write("c2.txt", "14.163.0.1\n"))


def series(key, field="v4"):
    found = published(figures.data)["series"].get(key)
    return found and (found["first"], found[field])


# Largest ten: bot-01 … bot-09 (12 12 10 9 8 7 6 5 4) and Mozi (5); 12+11+10+9+8+7+6+5+4 distinct.
day4 = on(4).date()
same(series("top10-daily"), (day4, [5, 72, 0, -1]), "in the ten largest")
same(series("top10-daily", "v6"), (day4, [0, 1, 0, -1]), "/64s")
# All: 78 of the twelve, and one without a name.
same(series("all-daily"), (day4, [5, 79, 2, -1]), "in all botnets")
check(not published(figures.data)["series"]["all-daily"]["simulated"], "nothing simulated")

# What is said on the site changes no figure, nor what they were made from.
as_of = published(figures.data)["series"]["all-daily"]["as_of"]
figures.run("site", "set", "mail", "a@b.vn")
same(published(figures.data)["series"]["all-daily"]["as_of"], as_of, "as_of")
figures.run("publish")
same(series("all-daily"), (day4, [5, 79, 2, -1]), "counted anew")

# A retraction, then a permission, change the next publication.
figures.run("retract", listed)
same(series("top10-daily"), (on(3).date(), [75, 0, -1]), "without the list bot-10 is among the ten")
figures.run("feed", "set", "secret", "--public-stats", "yes")
same(series("all-daily"), (on(3).date(), [79, 2, 30]), "a permission given")
# bot-12 is the largest now, of 32 addresses; bot-10 is none of the ten.
same(series("top10-daily"), (on(3).date(), [73, 2, 30]), "and its botnet is among the ten")
figures.run("feed", "set", "shadow", "--public-stats", "no")
same(series("all-daily"), (on(1).date(), [30]), "a permission taken away")

# Retention: what has been deleted is not known, though something of that day is left.
figures.run("feed", "set", "shadow", "--public-stats", "yes")
old = on(50)
figures.run("ingest", "--feed", "shadow", figures.write("old.csv", HEADER
    + sinkhole(old, "14.160.1.1", "bot-01")))
same(series("all-daily")[1][0], 1, "fifty days ago")
figures.run("retain", "--keep-months", "1")
same(series("all-daily"), (on(3).date(), [79, 2, 30]), "deleted sightings leave no figure")

# Simulated data is marked.
simulated = figures.folder / "simulated.csv"
figures.run("simulate", "--country", "VN", "--hosts", "50", "--days", "3", "--output", simulated)
figures.run("ingest", "--feed", "simulated", simulated)
check(published(figures.data)["series"]["all-daily"]["simulated"], "simulated")

# --- old data folders ---
NOW = 7
old = House()


def unpack(name):
    with tarfile.open(OLD / name) as archive:
        archive.extractall(old.folder, filter="data") if hasattr(tarfile, "data_filter") else \
            archive.extractall(old.folder)


OLDER = range(1, NOW)
for version in OLDER:
    unpack(f"v{version}.tar.gz")
data = old.folder / "v1"
for words in (("feed", "list"), ("page", "list"), ("site", "set", "mail", "a@b.vn"), ("publish",),
        ("verify",), ("serve", "--listen", "127.0.0.1:0", "--desk-listen", "127.0.0.1:0")):
    done = old.run(*words, data=data, status=2)
    check("quetsach upgrade" in done.stderr, f"{words} points to upgrade: {done.stderr}")
for version in OLDER:
    done = old.run("restore", OLD / f"v{version}.qsb", data=old.folder / f"restored-{version}")
    check("quetsach upgrade" in done.stderr, "a restored old folder")
for version, name in ((v, f"{folder}{v}") for v in OLDER for folder in ("v", "restored-")):
    data = old.folder / name
    done = old.run("upgrade", data=data)
    check(f"from version {version} to {NOW}" in done.stderr, f"it says what it does: {done.stderr}")
    same(old.json("upgrade", data=data), [{"from": NOW, "to": NOW}],
        "a second time there is nothing to do")
    same(old.json("verify", data=data)[0]["faults"], 0, "verify of the upgraded")
    articles = {(a["key"], a["lang"]) for a in published(data)["articles"]}
    same(articles, ours | {("trang", "vi")} if version >= 2 else ours, "its site")
    campaigns = [c["key"] for c in old.json("campaign", "list", data=data)]
    same(campaigns, ["vn-2020"] if version >= 2 else [], "its campaigns")
    top = old.json("top", "botnets", "--from", "2020-10-15", "--to", "2020-10-15", data=data)[0]
    same(top["rows"][0]["addresses"], 3, "its sightings")
    if version >= 3:
        plan = old.json("campaign", "show", "vn-2020", data=data)[0]
        same((plan["top_ten"]["botnets"], plan["panel"], len(plan["goals"]), plan["versions"]),
            (["Mirai"], ["old"], 2, 1), "its plan")
        same([f["value"] for f in old.json("figure", "list", data=data)], [2014512, 1052479], "its figures")
        same(old.json("holder", "list", data=data)[0]["subscribers"], 1000, "its holders")
    editions = [(e["campaign"], e["number"]) for e in old.json("edition", "list", data=data)]
    same(editions, [("vn-2020", 1)] if version >= 4 else [], "its editions")
    if version >= 4:
        replies = old.json("edition", "show", "vn-2020", "1", data=data)[0]["replies"]
        same([(r["holder"], r["lang"]) for r in replies], [("VNPT", "vi")], "its replies")
    old.run("site", "set", "mail", "a@b.vn", data=data)
    backup = old.folder / f"{data.name}.qsb"
    old.run("backup", backup, data=data)
    old.run("restore", backup, data=old.folder / f"{data.name}-again")
# Of a version yet to come nobody knows anything.
future = old.folder / "future"
shutil.copytree(old.folder / "v1", future)
catalogue = bytearray((future / "catalogue.db").read_bytes())
catalogue[60:64] = struct.pack(">I", NOW + 1)
(future / "catalogue.db").write_bytes(catalogue)
done = old.run("upgrade", data=future, status=2)
check("another version" in done.stderr, f"a future version: {done.stderr}")
