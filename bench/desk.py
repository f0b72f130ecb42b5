# SPDX-License-Identifier: Apache-2.0
"""The desk with a country in it: 12,000 units, 40,000 accounts, 12,000 returns, and 50 people at once who walk
through every page. Each page's wait is measured where the people are; then one person alone, with half of the data
and with all of it, for how a page grows. script/bench --only desk calls this.

    desk.py DATA PORT walk|alone SECONDS PAUSE     (reads sessions from standard input, prints waits)"""
import asyncio
import json
import random
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import time

UNITS, ACCOUNTS, RETURNS = 12_000, 40_000, 12_000
CAMPAIGN = "bench"
SECONDS, PAUSE = 60, 1.0  # of the walk; at most so long between two pages of one person
RUSH = 15  # seconds without any pause
ALONE = 15  # times each page is asked for by one person alone
AIM = 200  # milliseconds

ALL, LOOKS, LEADS, FILLS = "operator auditor coordinator reporter", "operator auditor", "operator auditor coordinator", "reporter"
# What it is called, its address below /desk/vi/, who goes there. {own}: their unit; {unit}, {province}, {commune},
# {account}: any; {below}: one below their own.
PAGES = (
    ("work list", "", ALL),
    ("units", "orgs", LOOKS),
    ("a unit of one's own", "orgs/{own}", "coordinator reporter"),
    ("a unit", "orgs/{unit}", LOOKS),
    ("a province", "orgs/{province}", LOOKS),
    ("search of units", "orgs?q={word}", LEADS),
    ("accounts", "accounts", LEADS),
    ("accounts, one searched", "accounts?q=p{number}", LEADS),
    ("accounts, further on", "accounts?after=p2{digit}", LEADS),
    ("an account", "accounts/{account}", LOOKS),
    ("invitation", "accounts/new", "operator coordinator"),
    ("campaigns", "campaigns", ALL),
    ("a return", "campaigns/bench/returns/{unit}", LOOKS),
    ("a return of one's own", "campaigns/bench/returns/{own}", "coordinator reporter"),
    ("roll-up at the top", "campaigns/bench/roll-up/0", LOOKS),
    ("units of the top", "campaigns/bench/roll-up/0/units", LOOKS),
    ("units of the top, the late", "campaigns/bench/roll-up/0/units?show=late", LOOKS),
    ("units of a province", "campaigns/bench/roll-up/{province}/units", LOOKS),
    ("units of one's own", "campaigns/bench/roll-up/{own}/units", "coordinator"),
    ("to accept together", "campaigns/bench/roll-up/{own}/accept", "coordinator"),
    ("roll-up of a province", "campaigns/bench/roll-up/{province}", LOOKS),
    ("roll-up of one's own", "campaigns/bench/roll-up/{own}", "coordinator"),
    ("document of a province", "campaigns/bench/roll-up/{province}/document", LOOKS),
    ("search everywhere", "search?q={word}", ALL),
    ("deadlines", "campaigns/bench/deadlines", LOOKS),
    ("plan of a campaign", "campaigns/bench/plan", LOOKS),
    ("form of returns", "campaigns/bench/form", LOOKS),
    ("requested work", "jobs", ALL),
    ("open links", "accounts/links", LEADS),
    ("mails", "mails", LOOKS),
    ("feeds", "feeds", LOOKS),
    ("files taken in", "files", LOOKS),
    ("pages of the site", "pages", LOOKS),
    ("tools of the site", "tools", LOOKS),
    ("settings", "settings", LOOKS),
    ("audit", "audit", LEADS),
    ("audit of a province", "audit?org={province}", LOOKS),
    ("oneself", "self", ALL),
    ("sessions", "sessions", ALL),
)


class Ids:
    """Of what there is, drawn by chance but the same each time."""

    def __init__(self, data):
        with sqlite3.connect(f"file:{data}/office/office.db?mode=ro", uri=True) as office:
            levels = {}
            for org, level in office.execute("SELECT org, level FROM org_version"):
                levels.setdefault(level, []).append(org)
            self.units = levels["đơn vị"]
            self.provinces, self.communes = levels["tỉnh"], levels["xã"]
            self.accounts = [number for (number,) in office.execute("SELECT id FROM account")]
        office.close()

    def fill(self, path, own, chance):
        return path.format(own=own, unit=chance.choice(self.units), province=chance.choice(self.provinces),
            account=chance.choice(self.accounts), word=chance.choice(("truong", "nguyen+trai", "hoa+b%C3%ACnh+12", "00123")),
            number=chance.randrange(20000, 30000), digit=chance.randrange(10))


# --- those who walk: a process of its own, so that its work is not the server's wait ---

async def ask(streams, port, path, cookie):
    """Status and seconds; over one connection that is kept."""
    if not streams:
        streams += await asyncio.open_connection("127.0.0.1", port)
    reader, writer = streams
    begin = time.perf_counter()
    writer.write(f"GET /desk/vi/{path} HTTP/1.1\r\nHost: x\r\nCookie: desk={cookie}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    await reader.readexactly(int(length[1]) if length else 0)
    wait = time.perf_counter() - begin
    if b"connection: close" in head.lower():
        streams.clear()
    return int(head[9:12]), wait


async def person(number, session, port, ids, end, pause, waits):
    chance, streams = random.Random(number), []
    token, role, own = session
    mine = [page for page in PAGES if role in page[2].split()]
    await asyncio.sleep(chance.random() * min(pause, 1))
    while time.monotonic() < end:
        name, path, _ = chance.choice(mine)
        try:
            status, wait = await ask(streams, port, ids.fill(path, own, chance), token)
        except (ConnectionError, asyncio.IncompleteReadError):
            streams.clear()  # an idle connection was closed
            continue
        waits.setdefault(name, []).append((status, wait))
        if pause:
            await asyncio.sleep(chance.random() * pause)


async def walk(data, port, sessions, seconds, pause):
    waits, ids = {}, Ids(data)
    end = time.monotonic() + seconds
    await asyncio.gather(*(person(n, s, port, ids, end, pause, waits) for n, s in enumerate(sessions)))
    return waits


async def alone(data, port, sessions):
    """Each page by somebody who goes there, nobody else about."""
    waits, ids, chance = {}, Ids(data), random.Random(1)
    for name, path, roles in PAGES:
        session = next(s for s in reversed(sessions) if s[1] in roles.split())
        streams = []
        for _ in range(ALONE + 2):
            status, wait = await ask(streams, port, ids.fill(path, session[2], chance), session[0])
            waits.setdefault(name, []).append((status, wait))
        waits[name] = waits[name][2:]
    return waits


# --- the job of script/bench ---

def make(bench, name, share):
    """A data folder with a share of the whole; sessions."""
    data = bench.scratch / name
    bench.quetsach(data, "init", stderr=subprocess.DEVNULL)
    bench.quetsach(data, "campaign", "set", CAMPAIGN, "--name-vi", "Chiến dịch", "--name-en", "Campaign", "--country",
        "VN", "--zone", "Asia/Ho_Chi_Minh", "--begins", "2020-09-16", "--ends", "2020-10-31")
    begin = time.monotonic()
    output = subprocess.run([bench.program.parents[2] / "bench/desk_data", data, CAMPAIGN, str(UNITS // share),
        str(ACCOUNTS // share), str(RETURNS // share)], check=True, capture_output=True, text=True).stdout
    print(f"  {UNITS // share} units, {ACCOUNTS // share} accounts, {RETURNS // share} returns made in "
        f"{time.monotonic() - begin:.0f} s", file=sys.stderr)
    return data, [line.split() for line in output.splitlines()]


class Running:
    """`quetsach serve` with a desk."""

    def __init__(self, bench, data):
        self.process = subprocess.Popen([bench.program, "serve", "--data", data, "--listen", "127.0.0.1:0",
            "--desk-listen", "127.0.0.1:0", "--lang", "en"], stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if found := re.search(r"http://\S+:(\d+)/desk/", line):
                self.port = int(found[1])
                break
        else:
            sys.exit("the desk never comes")

    def __enter__(self):
        return self.port

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.stderr.close()
        self.process.wait()


def walked(data, port, sessions, kind, seconds=0, pause=0.0):
    done = subprocess.run([sys.executable, __file__, str(data), str(port), kind, str(seconds), str(pause)], check=True,
        input=json.dumps(sessions), capture_output=True, text=True)
    return json.loads(done.stdout)


def part(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] * 1000


def fine(waits):
    for name, asked in waits.items():
        bad = [status for status, _ in asked if status not in (200, 303)]
        if bad:
            sys.exit(f"desk: {name}: {len(bad)} of {len(asked)} answers were {bad[0]}")
    return {name: [wait for _, wait in asked] for name, asked in waits.items()}


def measure(bench):
    data, sessions = make(bench, "desk-half", 2)
    with Running(bench, data) as port:
        half = fine(walked(data, port, sessions, "alone"))
    data, sessions = make(bench, "desk", 1)
    with Running(bench, data) as port:
        whole = fine(walked(data, port, sessions, "alone"))
        waits = fine(walked(data, port, sessions, "walk", SECONDS, PAUSE))
        rush = fine(walked(data, port, sessions, "walk", RUSH, 0.0))
    everything = [wait for waits_of in waits.values() for wait in waits_of]
    bench.figure("desk: all pages, p95", part(everything, 0.95), None, "ms", f"< {AIM}",
        f"50 people, {len(everything) / SECONDS:.0f} pages/s; median {part(everything, 0.5):.1f}, p99 {part(everything, 0.99):.1f}")
    for name, _, _ in PAGES:
        w = waits.get(name, [0])
        bench.figure(f"desk: {name}, p95", part(w, 0.95), None, "ms", f"< {AIM}",
            f"median {part(w, 0.5):.1f}, p99 {part(w, 0.99):.1f}, {len(w)} times")
    hurried = [wait for waits_of in rush.values() for wait in waits_of]
    bench.figure("desk: without a pause", len(hurried) / RUSH, None, "pages/s", "",
        f"50 people; median {part(hurried, 0.5):.0f} ms, p95 {part(hurried, 0.95):.0f} ms")
    for name, _, _ in PAGES:
        bench.figure(f"desk: {name}, alone, whole / half", statistics.median(whole[name]) * 1000,
            statistics.median(half[name]) * 1000, "ms", "<= 2.2", "beside it: half of the data")


def main():
    data, port, kind, seconds, pause = sys.argv[1:6]
    sessions = json.load(sys.stdin)
    if kind == "alone":
        waits = asyncio.run(alone(data, int(port), sessions))
    else:
        waits = asyncio.run(walk(data, int(port), sessions, float(seconds), float(pause)))
    print(json.dumps(waits))


if __name__ == "__main__":
    main()
