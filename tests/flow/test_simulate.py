# SPDX-License-Identifier: Apache-2.0
"""A made-up campaign: what its truth says against a second count of its rows."""
import csv
import functools
import gzip
import hashlib
import ipaddress
import json
import os
import subprocess
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from flow import PROGRAM, House, check, same

home = tempfile.TemporaryDirectory(prefix="quetsach-simulate-")
ARGUMENTS = ("--seed", "5", "--days", "20", "--hosts", "600", "--effect", "0.5", "--campaign", "8",
    "--controls", "0.3", "--end", "2020-10-31")


def simulate(name, *arguments, status=0):
    """Needs no data folder."""
    out = Path(home.name, name)
    done = subprocess.run([PROGRAM, "simulate", "--out", out, *arguments], capture_output=True,
        text=True, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    check(done.returncode == status, f"simulate {arguments}: {done.stderr}")
    return out if status == 0 else done.stderr


def digests(folder):
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*") if path.is_file()}


out = simulate("plain", *ARGUMENTS)
truth = json.loads((out / "truth.json").read_text())

# --- the truth agrees with itself and with what was asked ---
same([truth["seed"], len(truth["days"]), truth["days"][-1]["day"]], [5, 20, "2020-10-31"], "settings")
inside = {h["holder"] for h in truth["holders"] if h["inside"]}
treated = {h["holder"] for h in truth["holders"] if h["treated"]}
check(treated < inside, "some holders are left alone")
for day in truth["days"]:
    for hosts, by in (("hosts", "by_holder"), ("hosts_without_campaign", "by_holder_without_campaign")):
        same(sum(n for name, n in day[by].items() if name in inside), day[hosts], hosts)
    same({n: v for n, v in day["by_holder"].items() if n not in treated},
        {n: v for n, v in day["by_holder_without_campaign"].items() if n not in treated}, "controls")
    if day["day"] < "2020-10-19":
        same(day["by_holder"], day["by_holder_without_campaign"], "before the campaign")


def effect(holders):
    window = [d for d in truth["days"]
              if truth["effect_days"]["first"] <= d["day"] <= truth["effect_days"]["last"]]
    same(len(window), 7, "days of the effect")
    total = {by: sum(d[by][h] for d in window for h in holders)
             for by in ("by_holder", "by_holder_without_campaign")}
    return 1 - total["by_holder"] / total["by_holder_without_campaign"]


check(abs(effect(inside) - truth["effect"]) < 1e-6, "effect")
check(abs(effect(treated) - truth["effect_treated"]) < 1e-6, "effect on the treated")
# 300 hosts in coupled worlds: a standard error of about 0.03.
check(abs(truth["effect_treated"] - 0.5) < 0.12, f"asked 0.5, got {truth['effect_treated']}")

# --- rows ---
ranges = [(int(ipaddress.ip_address(a)), int(ipaddress.ip_address(b)), name)
          for a, b, _, name in csv.reader((out / "asns.csv").open())]


@functools.cache
def holder_of(address):
    n = int(ipaddress.ip_address(address))
    return next(name for a, b, name in ranges if a <= n <= b)


hours, days, botnets, feeds = (defaultdict(set) for _ in range(4))
rows = Counter()
for path in sorted(out.glob("sim-sinkhole-*/*.csv")):
    feed, last = path.parent.name, ""
    for row in csv.DictReader(path.open()):
        check(row["public_source"] == "quetsach-simulate", "marked as made up")
        check(row["timestamp"] >= last and row["timestamp"][:10] == path.name[:10], "order of time")
        last, ip = row["timestamp"], row["src_ip"]
        holder = holder_of(ip)
        check(row["src_geo"] == ("VN" if holder in inside else "ZZ"), "country")
        hours[holder, last[:13]].add(ip)
        days[holder, last[:10]].add(ip)
        rows[feed, row["infection"]] += 1
        if holder in inside:
            botnets[row["infection"], last[:13]].add(ip)
check(sum(rows.values()) > 100000, "rows")

by_day = {day["day"]: day for day in truth["days"]}
for (holder, hour), seen in hours.items():
    check(len(seen) <= by_day[hour[:10]]["by_holder"][holder],
        f"{holder} at {hour}: more addresses at once than infected hosts")
for (botnet, hour), seen in botnets.items():
    check(len(seen) <= by_day[hour[:10]]["by_botnet"][botnet], f"{botnet} at {hour}")

# Static lines: nearly every infected host shows once a day (one in sixty is off), and only once.
static = [h["holder"] for h in truth["holders"] if h["lease"]["kind"] == "static"]
expected = sum(day["by_holder"][h] for h in static for day in truth["days"])
shown = sum(len(days[h, day]) for h in static for day in by_day)
check(0.93 * expected < shown <= expected, f"static: {shown} of {expected}")
# Daily leases: the first of the day and the one after it, less those that end at night unseen.
daily = [h["holder"] for h in truth["holders"] if h["lease"].get("mean_hours") == 24]
expected = sum(day["by_holder"][h] for h in daily for day in truth["days"])
shown = sum(len(days[h, day]) for h in daily for day in by_day)
check(1.5 * expected < shown < 2 * expected, f"daily leases: {shown} addresses of {expected} hosts")
# Carrier NAT: many behind few.
mobile = max(len(seen) for (holder, _), seen in days.items() if holder == "sim-mobile")
check(mobile <= 8, f"{mobile} addresses of 27 mobile hosts")

# Contacts of one botnet: each feed sees its share. The rarest pair has some 400 rows (error 5 %).
contacts = {}
for feed in truth["feeds"]:
    for botnet in feed["botnets"]:
        if feed["precision"] == "second":
            contacts.setdefault(botnet, []).append(rows[feed["feed"], botnet] / feed["detection"])
for botnet, counts in contacts.items():
    mean = sum(counts) / len(counts)
    check(all(abs(n / mean - 1) < 0.25 for n in counts), f"{botnet}: {counts}")
same({(f, b) for f, b in rows},
    {(f["feed"], b) for f in truth["feeds"] if f["precision"] == "second" for b in f["botnets"]},
    "feeds see their botnets")

# --- the list: an address stays five days ---
lists = [set(line for line in path.read_text().split("\n") if line and line[0] != "#")
         for path in sorted(out.glob("sim-list/*.txt"))]
same(len(lists), 20, "lists")
everywhere = [set().union(*(days[h, d] for h in {h for h, _ in days})) for d in by_day]
for i in range(20):
    recent = set().union(*everywhere[max(0, i - 4): i + 1])
    # A contact may be seen by the list alone.
    check(len(lists[i] - recent) <= 0.05 * len(lists[i]), "listed without a contact in five days")

# --- the same again, packed, with another seed ---
same(digests(simulate("again", *ARGUMENTS)), digests(out), "same settings, same bytes")
packed = simulate("packed", *ARGUMENTS, "--compress", "gz")
for path in out.glob("sim-*/*"):
    with gzip.open(packed / path.parent.name / (path.name + ".gz")) as file:
        check(file.read() == path.read_bytes(), f"{path.name} packed")
same(digests(simulate("again", *ARGUMENTS, "--compress", "gz"))["sim-list/2020-10-31.txt.gz"],
    digests(packed)["sim-list/2020-10-31.txt.gz"], "same settings, same packed bytes")

# --- feeds that change ---
zst = simulate("changes", *ARGUMENTS, "--feed-changes", "--compress", "zst", "--seed=6")
changes = json.loads((zst / "truth.json").read_text())
kinds = {c["change"]: (f["feed"], c) for f in changes["feeds"] for c in f["changes"]}
same(set(kinds), {"starts-late", "stops", "dead-hours", "dead-days", "dips", "doubles", "expiry"},
    "every kind of change")
feed, change = kinds["stops"]
names = {path.name[:10] for path in (zst / feed).iterdir()}
check(max(names) <= change["from"][:10], "no file after a feed has stopped")
feed, change = kinds["starts-late"]
same(min(path.name[:10] for path in (zst / feed).iterdir()), change["to"][:10],
    "no file before it starts")

# --- the product takes it in, and counts what we count ---
house = House()
house.run("network", "import", "--country", "VN", "--as-of", "2020-01-01", out / "prefixes-VN.txt")
house.run("network", "import", "--as-of", "2020-01-01", out / "asns.csv", out / "holders.csv")

# Regions: apart from each other, inside, all 63 of them, nearly everywhere but not quite.
with (out / "regions.csv").open() as file:
    regions = [(int(ipaddress.ip_address(r["start"])), int(ipaddress.ip_address(r["end"])), r["region"])
        for r in csv.DictReader(file)]
with (out / "asns.csv").open() as file:
    lands = [(int(ipaddress.ip_address(a)), int(ipaddress.ip_address(b))) for a, b, *_ in csv.reader(file)
        if a.startswith("10.")]
regions.sort()
check(all(a[1] < b[0] for a, b in zip(regions, regions[1:])), "regions share nothing")
check(all(any(a <= r[0] <= r[1] <= b for a, b in lands) for r in regions), "regions lie inside")
same(len({r[2] for r in regions}), 63, "regions")
share = sum(b - a + 1 for a, b, _ in regions) / sum(b - a + 1 for a, b in lands)
check(0.9 < share < 1, f"{share} of the addresses lie in a region")
line = house.json("network", "import", "--kind", "regions", "--as-of", "2020-01-01", out / "regions.csv")[0]
same((line["kind"], line["country"], line["rows"], line["rejected"]), ("region", "VN", len(regions), 0), "taken")
first = str(ipaddress.ip_address(regions[5][0]))
same(house.json("network", "show", first)[0]["region"], regions[5][2], "region of an address")

for folder in sorted(out.glob("sim-*")):
    lines = house.json("ingest", "--feed", folder.name, *sorted(folder.iterdir()))
    same(sum(line["rejected"] for line in lines), 0, f"bad rows of {folder.name}")
# The list's rows are blocklisted, which no ranking counts unless asked.
answer = house.json("top", "holders", "--from", "2020-10-20", "--to", "2020-10-26")[0]
top = {row["key"]: row["addresses"] for row in answer["rows"]}
house.run("ingest", "--feed", "sim-changed", *sorted((zst / kinds["dips"][0]).iterdir()))
for holder in inside:
    seen = set().union(*(days[holder, f"2020-10-{d}"] for d in range(20, 27)))
    same(top[holder], len(seen), f"addresses of {holder}")

# --- what is refused ---
for arguments, say in ((("--effect", "1"), "0.95"), (("--effect", "-0.1"), "0.95"),
        (("--compress", "rar"), "gz"), (("--days", "2", "--campaign", "2", "--effect", "0.95"), "--effect"),
        (("--output", "x"), "--output"), (("--country", "VNM"), "VNM"), (("--campaign", "121"), "120")):
    error = simulate("refused", *arguments, status=2)
    check(say in error, f"{arguments}: {error}")
print("simulate: truth, rows and product agree")
