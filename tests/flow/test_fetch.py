# SPDX-License-Identifier: Apache-2.0
"""Sources on a schedule against a real web server: what is fetched comes in exactly once, whatever the
server does and whatever is killed; secrets go only where they belong."""
import atexit
import fcntl
import hashlib
import hmac
import json
import os
import signal
import sqlite3
import subprocess
import time
from datetime import timedelta

from desking import Desk
from flow import HEADER, PATIENCE, PROGRAM, House, ago, check, clear_of, now, same, sinkhole, soon
from web_server import (Site, certificate, cut_once, endless, in_turn, packed, plain, slow, status,
    tagged, to)

clear_of(0, 6, 17)
house = House()
house.networks()
house.folder.chmod(0o755)
site = Site()
TODAY = now().date()


def report(*hosts, day=1, event=""):
    """A report of so many addresses of a made-up network of ours, as bytes."""
    when = ago(days=day)
    return (HEADER + "".join(sinkhole(when, f"14.160.{h // 250}.{h % 250 + 1}", event=event)
        for h in hosts)).encode()


def fetch(*words, code=0):
    return house.run("fetch", "--now", "--lang", "en", *words, status=code)


def source(name, *words, code=0):
    return house.run("source", "add", name, "--lang", "en", *words, status=code)


def sightings():
    """Of all feeds, as the catalogue has them while no command is at it."""
    with sqlite3.connect(f"file:{house.data}/catalogue.db?immutable=1", uri=True) as catalogue:
        return catalogue.execute("SELECT coalesce(sum(sightings), 0) FROM file").fetchone()[0]


def listed(name):
    return [s for s in house.json("source", "list") if s["source"] == name][0]


def spool(place):
    return sorted(p.name for p in (house.data / "fetch" / place).iterdir())


def address(path):
    return site.address + path


def add(name, path, page, *words):
    site.pages[path] = page
    source(name, "--url", address(path), *words)


# --- what the operator writes down ---
check("source add" in house.run("source", "list").stderr, "what to do where there is no source")
check("YYYY-MM-DD" in source("x", "--url", address("/YYYY/x"), code=2).stderr, "half a day")
check("15m" in source("x", "--url", address("/x"), "--every", "soon", code=2).stderr, "what is allowed")
source("x", "--url", address("/x"), "--ca-file", house.folder / "nowhere.pem", code=2)
source("Bad Name", "--url", address("/x"), code=2)
source("x", code=2)
source("x", "--url", "ftp://localhost/x", code=2)
source("x", "--url", "file:///etc/passwd", code=2)
source("x", "--url", "http://me:secret@localhost/x", code=2)
source("x", "--url", address("/x"), "--every", "1d at 25:00", code=2)
source("x", "--url", address("/x"), "--every", "30s", code=2)
open_secret = house.write("open-secret", "abc\n")
open_secret.chmod(0o644)
done = source("x", "--url", address("/x"), "--auth", "bearer", "--secret-file", open_secret, code=2)
check("others may read" in done.stderr, done.stderr)
token = house.write("token", "s3cr3t-t0ken\n")
token.chmod(0o600)
source("x", "--url", "http://example.org/x", "--auth", "bearer", "--secret-file", token, code=2)
source("x", "--url", address("/x"), "--secret-file", token, code=2)
same(house.json("source", "list"), [], "sources")
same(fetch("nobody", code=2).returncode, 2, "a source nobody made")

# --- well-behaved, and once more ---
add("good", "/good.csv", tagged(report(1, 2, 3)), "--every", "1h")
# A server without conditions: the same content is neither spooled nor taken in again.
add("plain", "/plain.csv", plain(report(10)))
house.run("source", "add", "good", "--url", address("/x"), status=2)
check(listed("good")["next"], "never fetched and not due")
fetch()
same(sightings(), 4, "sightings")
same(listed("good")["bytes"], len(report(1, 2, 3)), "bytes")
fetch()
check(site.last("/good.csv")[2].get("If-None-Match"), "asked without a condition")
same(listed("plain")["files"], 1, "files of the same content")
# Not due: nothing is asked.
before = site.count("/good.csv")
check("--now" in house.run("fetch").stdout, "nothing is due, and how to go about it")
check("not due" in house.run("fetch", "good").stderr, "what was named is not due")
same(site.count("/good.csv"), before, "asked before it is due")

# --- failures that pass ---
before = sightings()
add("late", "/late.csv", in_turn(status(500), tagged(report(20))))
add("cut", "/cut.csv", cut_once(report(*range(30, 60)), 900))
add("asked", "/asked.csv", in_turn(status(503, Retry_After="1"), tagged(report(61))))
add("gzip", "/gzip.csv", packed(report(62, 63)))
add("slow", "/slow.csv", in_turn(slow(report(71), 60), tagged(report(71))), "--most-seconds", "5")
# A part that nobody asked for.
add("partial", "/partial.csv", in_turn(lambda h: h.reply(206, report(75)[:700],
    [("Content-Range", f"bytes 0-699/{len(report(75))}")]), tagged(report(75))))
# Shorter than it says: never whole.
add("short", "/short.csv", lambda h: h.reply(200, report(64), length=len(report(64)) + 50))

# --- trust, redirects and secrets ---
pem, key = certificate(house.folder)
secure, outside = Site((pem, key)), Site()
secure.pages["/x.csv"] = tagged(report(72))
secure.pages["/down"] = to(address("/good.csv"))
outside.pages["/there.csv"] = tagged(report(70))
source("trusted", "--url", secure.address + "/x.csv", "--ca-file", pem, "--auth", "bearer",
    "--secret-file", token)
add("there", "/there", to(outside.address + "/there.csv"), "--auth", "header:Auth-Key",
    "--secret-file", token)
user = house.write("user", "quét:mật khẩu\n")
user.chmod(0o600)
add("basic", "/basic", tagged(report(73)), "--auth", "basic", "--secret-file", user)
site.pages["/s3cr3t-t0ken/list.csv"] = tagged(report(74))
source("inside", "--url", address("/{secret}/list.csv"), "--secret-file", token)

# --- failures that do not pass ---
bad = {
    "loop": (to("/loop"), "too many times"), "file": (to("file:///etc/hostname"), "not be followed"),
    "gone": (status(404), "HTTP 404"), "denied": (status(403), "HTTP 403"),
    "wait": (status(429, Retry_After="7200"), "HTTP 429"), "endless": (endless(), "larger than")}
for name, (page, _) in bad.items():
    add(name, f"/{name}", page, "--most-bytes", "100000")
source("self-signed", "--url", secure.address + "/x.csv")
source("down", "--url", secure.address + "/down", "--ca-file", pem)
add("mess", "/mess", plain(b"\x00\x01nothing of any format\n" * 20))
fine = ["late", "cut", "asked", "gzip", "slow", "partial", "trusted", "there", "basic", "inside"]
fetch(*fine, "short", *bad, "self-signed", "down", "mess", code=1)

same(sightings() - before, 40, "sightings")
for name in fine:
    same(listed(name)["failures"], 0, f"failures of {name}: {listed(name)}")
check(site.last("/cut.csv")[2].get("Range") == "bytes=900-", site.last("/cut.csv")[2])
for name, (_, words) in bad.items():
    got = listed(name)
    check(words in got["error"], f"{name}: {got['error']}")
    same(got["failures"], 1, f"failures of {name}")
check("--ca-file" in listed("self-signed")["error"], listed("self-signed"))
same(listed("gone")["why"], "status-missing", "why it failed")
# Whoever reads it does so in their own language; it was fetched in English.
for name, en, vi in (("gone", "no such file", "không có tệp"), ("mess", "not recognised", "không nhận ra")):
    check(en in house.run("source", "show", name, "--lang", "en").stdout, f"{name} in English")
    check(vi in house.run("source", "show", name, "--lang", "vi").stdout, f"{name} in Vietnamese")
check("not be followed" in listed("down")["error"], listed("down"))
same(listed("short")["failures"], 1, "failures of a server that counts wrongly")
same(site.count("/denied"), 1, "asked again at once what will not change")
check(listed("wait")["next"] > f"{now() + timedelta(minutes=115):%Y-%m-%dT%H:%M}", "Retry-After")
# What nothing can be read from is kept with the reason, once.
check(listed("mess")["refused"][0]["reason"], "no reason")
fetch("mess")
same(len(listed("mess")["refused"]), 1, "refused again")
same(spool("new") + spool("part"), [], "what is left")

check(any(a[2].get("Authorization") == "Bearer s3cr3t-t0ken" for a in secure.asked), "token")
same(site.last("/there")[2].get("Auth-Key"), "s3cr3t-t0ken", "key of its own header")
same(outside.last("/there.csv")[2].get("Auth-Key"), None, "a key sent elsewhere")
check(site.last("/basic")[2].get("Authorization", "").startswith("Basic "), "user and password")
for path in (house.data / "fetch").rglob("*"):
    if path.is_file():
        check(b"s3cr3t" not in path.read_bytes(), f"a secret in {path}")
check("s3cr3t" not in house.run("source", "list").stdout, "a secret in the list")
shown = [house.run("source", "show", "good", *words).stdout for words in ((), ("--json",))]
check("    --observed-rule " in shown[0] and '"observed_rule":' in shown[1], f"what was written down: {shown}")
token.chmod(0o644)
check("others may read" in fetch("inside", code=1).stderr, "a secret for everybody")
token.chmod(0o600)
# A list that does not say its day: set right as the message says, it comes in.
add("dayless", "/dayless", plain(b"14.161.1.1\n"), "--kind", "c2")
fetch("dayless", code=1)
check("source edit dayless" in house.run("source", "show", "dayless", "--lang", "en").stdout, "what to do")
house.run("source", "edit", "dayless", "--observed-rule", "yesterday")
before = sightings()
fetch("dayless", "--again")
same((sightings() - before, listed("dayless")["refused"]), (1, []), "what was refused and set right")
for name in [*bad, "short", "self-signed", "down", "mess"]:
    (house.data / "fetch" / "sources" / name).unlink()

# --- a day's file, and days that were missed ---
for back in (1, 2, 4):
    day = TODAY - timedelta(days=back)
    site.pages[f"/{day:%Y/%m/%d}/list.txt"] = plain(f"14.161.0.{back}\n".encode())
before = sightings()
source("days", "--url", address("/{YYYY}/{MM}/{DD}/list.txt"), "--catch-up", "5", "--kind",
    "infected", "--observed-rule", "day", "--every", "1d@06:00")
site.pages[f"/{TODAY - timedelta(days=1)}.txt"] = plain(b"14.161.0.9\n")
source("whole", "--url", address("/YYYY-MM-DD.txt"), "--catch-up", "0", "--kind", "infected", "--observed-rule", "day")
fetch("whole")
same(listed("whole")["file"], f"{TODAY - timedelta(days=1)}.txt", "a file a day by YYYY-MM-DD")
before = sightings()
fetch("days")
same(sightings() - before, 3, "sightings of days")
day = TODAY - timedelta(days=3)
site.pages[f"/{day:%Y/%m/%d}/list.txt"] = plain(b"14.161.0.3\n")
fetch("days")
same(sightings() - before, 4, "sightings of a day that came late")
same(site.count(f"/{TODAY - timedelta(days=1):%Y/%m/%d}/list.txt"), 1, "a day taken twice")

# --- Shadowserver ---
API_KEY, API_SECRET = "5f2c-key", "e8-s3cr3t"
reports = {}


def api(handler):
    body = site.asked[-1][3]
    sign = hmac.new(API_SECRET.encode(), body, hashlib.sha256).hexdigest()
    asked = json.loads(body)
    if handler.headers.get("HMAC2") != sign or asked["apikey"] != API_KEY:
        return handler.reply(200, b'{"error":"authentication failed"}')
    first, last = asked["date"].split(":")
    rows = [{"id": id, "file": file, "type": file[11:].split("-")[0], "report": "vietnam",
        "timestamp": f"{file[:10]} 00:00:00"} for id, (file, _) in reports.items()
        if first <= file[:10] <= last and "vietnam" in asked.get("reports", ["vietnam"])]
    return handler.reply(200, json.dumps(rows).encode())


def offer(id, kind, back, body):
    file = f"{TODAY - timedelta(days=back)}-{kind}-vietnam-geo.csv"
    reports[id] = (file, body)
    site.pages[f"/dl/{id}"] = plain(body)


site.pages["/api2/reports/list"] = api
offer("aA1_-x", "event4_sinkhole", 1, report(100, 101))
offer("b2", "event4_sinkhole", 2, report(102, day=2))
offer("c3", "scan_http", 1, report(103))
wrong = house.write("wrong", "[api]\nkey = 5f2c-key\nsecret = other\n")
wrong.chmod(0o600)
words = ["--shadowserver", "--url", address("/api2/"), "--download", address("/dl/"), "--lists",
    "vietnam", "--types", "event4_sinkhole, event6_sinkhole", "--catch-up", "7"]
source("shadow", *words, code=2)
source("shadow", *words, "--secret-file", wrong)
check("authentication failed" in fetch("shadow", code=1).stderr, "a wrong key")
right = house.write("right", f"[api]\nkey = {API_KEY}\nsecret = {API_SECRET}\nuri = x\n")
right.chmod(0o600)
house.run("source", "edit", "shadow", "--secret-file", right)
before = sightings()
fetch("shadow")
same(sightings() - before, 3, "sightings of reports")
same(site.count("/dl/c3"), 0, "a type nobody asked for")
offer("d4", "event4_sinkhole", 3, report(104, day=3))
fetch("shadow")
same(sightings() - before, 4, "sightings of reports, later")
same(site.count("/dl/b2"), 1, "a report taken twice")
site.pages["/api2/reports/list"] = plain(b'[{"id":"../../etc/passwd","file":"x"}]')
check("no list of reports" in fetch("shadow", code=1).stderr, "a hostile list")
for path in (house.data / "fetch").rglob("*"):
    if path.is_file():
        check(API_SECRET.encode() not in path.read_bytes(), f"a secret in {path}")
        check(b"aA1_-x" not in path.read_bytes(), f"a report's number in {path}")
house.run("source", "remove", "shadow")
house.run("source", "pause", "whole")
check("source resume" in house.run("fetch", "whole").stderr, "what was named rests")

# --- a folder that others write into ---
inbox = house.folder / "inbox"
inbox.mkdir()
(inbox / "2026-one.csv").write_bytes(report(110))
(inbox / "half.part").write_bytes(report(111))
os.symlink("/etc/hostname", inbox / "link.csv")
(inbox / "mess.bin").write_bytes(b"\x00\x01 no format\n" * 9)
source("inbox", "--folder", inbox, "--still", "3600", "--move", "yes")
before = sightings()
fetch("inbox")
same(sightings(), before, "files that somebody may still be at")
house.run("source", "edit", "inbox", "--still", "0")
fetch("inbox", code=1)
same(sightings() - before, 1, "sightings of a folder")
same(sorted(str(p.relative_to(inbox)) for p in inbox.rglob("*") if p.is_file() or p.is_symlink()),
    ["done/2026-one.csv", "failed/mess.bin", "half.part", "link.csv"], "files moved")
(inbox / "2026-one.csv").write_bytes(report(112))
fetch("inbox")
check(len(list((inbox / "done").rglob("2026-one.csv"))) == 2, "a name that came twice")
house.run("source", "edit", "inbox", "--move", "no")
(inbox / "stays.csv").write_bytes(report(113))
fetch("inbox")
fetch("inbox")
same(listed("inbox")["files"], 4, "files of a folder")
same(sightings() - before, 3, "sightings of a folder, later")

# --- killed in the middle ---
def start(*words):
    process = subprocess.Popen([PROGRAM, "fetch", "--data", house.data, *words],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    atexit.register(process.kill)
    return process


big = report(*range(200, 2200))
site.pages["/big.csv"] = in_turn(slow(big, 60, validator=True), tagged(big))
source("big", "--url", address("/big.csv"))
process = start("--now", "big")


def half_is_there():
    """Half of the file, and beside it the tag by which one goes on."""
    try:
        parts = {p.suffix: p.read_bytes() for p in (house.data / "fetch" / "part").rglob("*") if p.is_file()}
    except OSError:
        return False
    tag = hashlib.sha256(big).hexdigest()[:16].encode()
    return len(parts.get(".csv", b"")) > 1000 and any(tag in b for name, b in parts.items() if name != ".csv")


soon(half_is_there, "nothing came")
same(house.run("fetch", "--now", "big", status=None).returncode, 2, "two at once")
process.kill()
process.wait()
before = sightings()
fetch("big")
same(sightings() - before, 2000, "sightings after a kill in the download")
check("Range" in site.last("/big.csv")[2], "all of it anew")

huge = report(*range(3000, 12000))
site.pages["/huge.csv"] = tagged(huge)
source("huge", "--url", address("/huge.csv"))
before = sightings()
for pause in (0.0, 0.3):
    process = start("--now", "huge")
    soon(lambda: spool("new") or process.poll() is not None, "nothing waits")
    time.sleep(pause)
    process.kill()
    process.wait()
house.run("fetch")
house.run("fetch")
same(sightings() - before, 9000, "sightings after kills in the ingest")
same(spool("new") + spool("part"), [], "what is left")
same(listed("huge")["failures"], 0, "failures")

# Another command writes: fetching waits for it.
site.pages["/busy.csv"] = tagged(report(12500))
source("busy", "--url", address("/busy.csv"))
before = sightings()
with open(house.data / "lock", "rb") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    process = subprocess.Popen([PROGRAM, "fetch", "--now", "busy", "--lang", "en", "--data", house.data],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    atexit.register(process.kill)
    check("waiting" in process.stderr.readline(), "does not wait")
same(process.wait(timeout=PATIENCE), 0, "status after waiting")
same(sightings() - before, 1, "sightings after waiting")

# --- the disk ---
site.pages["/full.csv"] = tagged(report(*range(13000, 14000)))
source("full", "--url", address("/full.csv"))
done = subprocess.run(["bash", "-c", 'ulimit -f 64; exec "$@"', "-", PROGRAM, "fetch", "full", "--now",
    "--lang", "en", "--data", str(house.data)], capture_output=True, text=True)
same(done.returncode, 1, f"a full disk\n{done.stderr}")
same(spool("new"), [], "what waits after a full disk")
before = sightings()
fetch("full")
same(sightings() - before, 1000, "sightings once there is room")

# --- pausing, and for good: beside the desk ---
house.run("source", "pause", "good")
same(listed("good")["next"], None, "next of one that rests")
house.run("source", "resume", "good")
site.pages["/loop.csv"] = tagged(report(15000))
desk = Desk(house)
before = sightings()
source("looped", "--url", address("/loop.csv"), "--every", "1m")
soon(lambda: listed("looped")["fetched"] and not spool("new"), "serve does not fetch")
same(house.run("fetch", "--loop", status=None).returncode, 2, "two loops")
same(house.run("fetch", "looped", "--now", status=None).returncode, 0, "by hand beside the loop")
desk.stop()
house.run("publish")
same(sightings() - before, 1, "sightings of the loop")
