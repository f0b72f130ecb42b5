# SPDX-License-Identifier: Apache-2.0
"""A data folder over months: counts held against SQLite's, small files asked together, faults and what mends them, backups
while files come in, wrong clocks, a second writer, a full disk."""
import fcntl
import os
import random
import resource
import sqlite3
import subprocess
import time
from datetime import date, timedelta

from flow import HEADER, PROGRAM, House, ago, check, clear_of, now, same, sinkhole
from held import DAY, Paper, told, top_botnets, unit_of
from published import published

random.seed(7)
clear_of(0, 17)
house = House()
house.networks()
today = int(time.time()) // DAY


def day_text(day):
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


# --- counts are SQLite's ---

db = sqlite3.connect(":memory:")
db.execute("CREATE TABLE row (feed, file, day, family, unit, botnet, kind, holder)")
db.create_function("holder", 2, lambda family, unit: (
    "VNPT" if (unit >> 21 == (14 << 24 | 160 << 16) >> 21 if family == 4 else unit >> 32 == 0x20010EE0)
    else "VIETTEL" if family == 4 and unit >> 20 == (27 << 24 | 64 << 16) >> 20
    else "AS15169" if family == 4 and unit >> 8 == 0x080808 else "unknown"))
papers = {}


def address():
    return random.choice((lambda: f"14.160.{random.randrange(3)}.{random.randrange(1, 90)}",
        lambda: f"27.64.{random.randrange(3)}.{random.randrange(1, 90)}", lambda: f"8.8.8.{random.randrange(1, 60)}",
        lambda: f"2001:ee0:{random.randrange(20):x}::{random.randrange(1, 4)}", lambda: f"9.9.9.{random.randrange(9)}"))()


def report(feed, day, hour, again=None):
    """An hour of a day; with rows that another file of the feed has too."""
    rows = sorted((3600 * hour + random.randrange(3600), address(), random.choice(("mirai", "ramnit", "zeus", "sality")))
        for _ in range(30))
    when = now().replace(hour=0, minute=0, second=0) - timedelta(days=today - day)
    text = "".join(sinkhole(when + timedelta(seconds=s), ip, name, event=f"{day}-{hour}-{i}")
        for i, (s, ip, name) in enumerate(rows))
    text += "".join(again.text.splitlines(keepends=True)[1:12]) if again else ""
    return hold(f"{feed}-{day}-{hour}-{len(papers)}.csv", feed, HEADER + text)


def hold(name, feed, text):
    papers[name] = Paper(name, feed, text)
    house.write(name, text)
    for second, (family, unit), botnet in papers[name].rows:
        db.execute("INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, 'infected', holder(?, ?))",
            (feed, name, second // DAY, family, unit, botnet, family, unit))
    return papers[name]


def ingest(feed, files, *words):
    return house.json("ingest", "--feed", feed, *words, *(house.folder / f.name for f in files))


def retract(paper):
    house.run("retract", house.folder / paper.name)
    db.execute("DELETE FROM row WHERE file = ?", (paper.name,))
    del papers[paper.name]


steady = [report("steady", today - 3, hour) for hour in range(9)]
ingest("steady", steady)
joined = sqlite3.connect(house.data / "catalogue.db").execute("SELECT segments FROM joined").fetchall()
same(joined, [(9,)], "an ingest joins the small files of a past day")
late = [report("steady", today - 3, 20, steady[2]), report("steady", today - 2, 1), report("steady", today - 2, 2, steady[1])]
ingest("steady", late)
same([f["already"] for f in ingest("steady", steady[:1])], [True], "the same file again")
other = [report("other", today - 3 - n % 2, n) for n in range(6)]
ingest("other", other)
retract(steady[4])  # out of those asked together
retract(other[0])
listed = [address() for _ in range(40)]
house.write("list.txt", "\n".join(sorted(set(listed))) + "\n")
house.run("ingest", "--feed", "list", "--kind", "c2", "--botnet", "Emotet", "--observed", day_text(today - 3),
    house.folder / "list.txt")
for family, unit in sorted({unit_of(ip) for ip in listed}):
    db.execute("INSERT INTO row VALUES ('list', 'list.txt', ?, ?, ?, 'Emotet', 'c2', holder(?, ?))",
        (today - 3, family, unit, family, unit))

compared = 0
COUNTED = "count(DISTINCT CASE family WHEN 4 THEN unit END), count(DISTINCT CASE family WHEN 6 THEN unit END)"
for turn in range(int(os.environ.get("QUETSACH_QUERIES", "50"))):  # more by hand
    first = today - random.randrange(5)
    window = first, min(today, first + random.randrange(3))
    feed, kind = random.choice(("", "", "steady", "other", "list")), random.choice(("infected", "infected", "c2", "any"))
    subject, column = random.choice((("botnets", "botnet"), ("botnets", "botnet"), ("holders", "holder")))
    where = "day BETWEEN ? AND ? AND (? = '' OR feed = ?) AND (? = 'any' OR kind = ?)"
    values = (*window, feed, feed, kind, kind)
    answer = house.json("top", subject, "--from", day_text(window[0]), "--to", day_text(window[1]), "--kind", kind,
        *(["--feed", feed] if feed else []))[0]
    right = {r[0]: r[1:] for r in db.execute(f"SELECT {column}, {COUNTED} FROM row WHERE {where} GROUP BY 1", values)}
    same({r["key"].upper() if subject == "holders" and r["key"] != "unknown" else r["key"]:
        (r["addresses"], r["ipv6_64s"]) for r in answer["rows"]}, right, f"top {subject} {window} {feed} {kind}")
    same((answer["total"], answer["total_ipv6_64s"]),
        db.execute(f"SELECT {COUNTED} FROM row WHERE {where}", values).fetchone(), f"in total {window} {feed} {kind}")
    compared += len(right) + 1
check(compared >= 100, f"only {compared} counts compared")


def right_now(what, data=None):
    window = today - 5, today
    answer = house.json("top", "botnets", "--from", day_text(window[0]), "--to", day_text(window[1]), data=data)[0]
    same(told(answer), top_botnets(papers.values(), *window), what)


def figures_stand(what):
    """The figures that an ingest left, of which days that did not change were not counted, are those of a recount."""
    shown = published(house.data)["series"]
    check(any(n > 0 for s in shown.values() for n in s["v4"]), f"{what}: there are figures")
    house.run("publish")
    same(published(house.data)["series"], shown, what)


figures_stand("after what came late and was retracted")

# --- what is spoilt, what is told, what mends it ---

def flip(path, at=-60):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


day = sorted((house.data / "derived").glob("*.day"))[0]
derived = len(list((house.data / "derived").iterdir()))
day.unlink()
flip(house.data / "derived" / "00000003.der")
right_now("answers without what is derived")
done = house.run("verify", status=2, env=dict(os.environ, LC_ALL="C.UTF-8"))
check("quetsach rebuild" in done.stderr and day.name in done.stderr, f"verify advises: {done.stderr}")
same(house.json("rebuild")[0], {"files": derived, "made": 2, "lost": 0}, "rebuild")
same(house.json("verify")[0]["faults"], 0, "verify after rebuild")
for path in (house.data / "derived").iterdir():
    flip(path, path.stat().st_size // 2)
done = house.run("publish", status=2)
check("quetsach rebuild" in done.stderr and "restore" not in done.stderr, f"advice on what is derived: {done.stderr}")
house.run("rebuild")
flip(house.data / "segments" / "00000002.seg")
done = house.run("verify", status=2, env=dict(os.environ, LC_ALL="C.UTF-8"))
check("quetsach retract" in done.stderr and steady[1].name in done.stderr, f"which file: {done.stderr}")
same(house.json("rebuild", status=2)[0]["lost"], 1, "rebuild cannot bring sightings back")
house.run("retract", house.folder / steady[1].name)
ingest("steady", [steady[1]])
house.run("retain")
same(house.json("verify")[0], house.json("verify")[0] | {"faults": 0, "strays": 0}, "mended as advised")
right_now("after mending")
(house.data / "counted" / day_text(today - 3)).write_bytes(b"QSCOUNT1 no longer what it was")
house.run("ingest", "--feed", "steady", house.folder / report("steady", today - 2, 9).name)
figures_stand("a day that was kept badly")

# --- a backup while files come in ---

big = hold("big.csv", "big", HEADER + "".join(sinkhole(ago(days=1) + timedelta(seconds=n % 50), f"14.160.{n % 200}.{n % 250}",
    "zeus", event=n) for n in range(20000)))
del papers["big.csv"]
writer = subprocess.Popen([PROGRAM, "ingest", "--feed", "big", "--data", str(house.data), str(house.folder / "big.csv")],
    stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
for turn in range(3):
    house.run("backup", house.folder / f"backup-{turn}.qsb")
same(writer.wait(), 0, "the ingest beside backups")
for turn in range(3):
    again = house.folder / f"again-{turn}"
    done = house.run("restore", house.folder / f"backup-{turn}.qsb", data=again)
    check("quetsach verify" in done.stderr, f"what is said of a restore: {done.stderr}")
    files = {f[0].rpartition("/")[2] for f in sqlite3.connect(again / "catalogue.db").execute("SELECT name FROM file")}
    if "big.csv" in files:
        papers["big.csv"] = big
    right_now(f"backup {turn}", data=again)
    same(house.json("verify", data=again)[0]["faults"], 0, f"verify of backup {turn}")
papers["big.csv"] = big
right_now("all of it")
torn = house.write("torn.qsb", (house.folder / "backup-0.qsb").read_bytes()[:1000])
for file, words in ((torn, "this backup is damaged"), (house.folder / "big.csv", "no backup")):
    done = house.run("restore", file, status=2, data=house.folder / "none")
    check(words in done.stderr, f"a backup that is none: {done.stderr}")
check(not (house.folder / "none").exists(), "a folder of a backup that is none")

# --- a clock that is wrong ---


def clock(back):
    """As if the last change had been made so many days ago."""
    catalogue = sqlite3.connect(house.data / "catalogue.db")
    catalogue.execute("UPDATE change SET at = ?", (int(time.time()) - back * DAY,))
    catalogue.commit()
    catalogue.close()


def tree():
    return sorted((str(p), p.stat().st_size) for part in ("segments", "derived") for p in (house.data / part).iterdir())


house.run("ingest", "--feed", "big", house.write("more.csv", HEADER + sinkhole(ago(days=500), "14.160.1.1")))
before = tree()
clock(-365)
extra = house.write("extra.csv", HEADER + sinkhole(ago(hours=5), "14.160.1.1"))
for words in (("ingest", "--feed", "big", extra), ("retract", house.folder / "big.csv"), ("retain",), ("publish",)):
    done = house.run(*words, status=2)
    check("--yes" in done.stderr, f"{words} when the clock is behind: {done.stderr}")
clock(3653)
done = house.run("retain", status=2)
check("--yes" in done.stderr, f"retain when the clock is far ahead: {done.stderr}")
same(tree(), before, "nothing was deleted")
same(house.json("retain", "--dry-run")[0]["segments"], 1, "what would go")
same(house.json("retain", "--yes")[0]["segments"], 1, "what goes on one's word")
same(house.json("retain")[0]["segments"], 0, "and then the clock is right")
right_now("after retention")
figures_stand("after retention")
gone = house.write("gone.csv", HEADER + sinkhole(ago(days=40), "14.160.1.1"))
kept = house.data / "counted" / day_text(today - 40)
house.run("ingest", "--feed", "big", gone)
check(kept.exists(), "a day that is kept as counted")
house.run("retract", gone)
check(not kept.exists(), "of what was retracted nothing is kept")

# --- a second writer ---

with open(house.data / "lock", "rb") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    done = house.run("ingest", "--feed", "big", extra, status=2)
    check(str(os.getpid()) in done.stderr and "python" in done.stderr, f"it says who writes: {done.stderr}")
    right_now("readers do not wait")

# --- a full disk ---

full = house.write("full.csv", HEADER + "".join(sinkhole(ago(days=1), f"27.{64 + n % 8}.{n // 250 % 250}.{n % 250}", "mirai",
    event=n) for n in range(30000)))
done = house.run("ingest", "--feed", "full", full, status=2,
    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000)))
check("disk is full" in done.stderr, f"a file that may not grow: {done.stderr}")
right_now("after a full disk")
same(house.json("verify")[0]["faults"], 0, "verify after a full disk")
small = house.folder / "small"
small.mkdir()
room = sum(p.stat().st_size // 4096 + 2 for p in house.data.rglob("*")) * 4 + 400
mount = f'mount -t tmpfs -o size={room}k none {small} && cp -r {house.data} {small} && "$0" ingest --lang en --feed full --data ' \
    f'{small}/data {full}; echo $?; "$0" verify --json --data {small}/data'
done = subprocess.run(["unshare", "-rm", "sh", "-c", mount, PROGRAM], capture_output=True, text=True)
if '"faults"' in done.stdout:  # where one may mount
    check("disk is full" in done.stderr and "2\n{" in done.stdout, f"a small disk: {done.stdout}{done.stderr}")
    check('"faults":0' in done.stdout, f"verify on a full disk: {done.stdout}")
house.run("ingest", "--feed", "full", full)
house.run("retain")
same(house.json("verify")[0]["strays"], 0, "nothing stays behind")
