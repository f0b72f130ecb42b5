# SPDX-License-Identifier: Apache-2.0
"""Real lists as feeds of a campaign: days with trouble are flagged and no verdict rests on them; a list
whose expiry rule changes overnight is flagged as a feed change."""
import bisect
import ipaddress
import json
import lzma
import random
import re
import statistics
import sys
import tarfile
import tempfile
from datetime import date, timedelta
from pathlib import Path

from flow import SHARED, SKIPPED, House, check, same

if not (SHARED / "data/INDEX.md").exists():
    print(f"SKIP: the public data is not at {SHARED}")
    sys.exit(SKIPPED)

net = SHARED / "data/net"
scratch = tempfile.TemporaryDirectory(prefix="quetsach-lists-")
with tarfile.open(SHARED / "data/lists/urlhaus-online-2020-10_2020-12.tar.xz") as tar:
    tar.extractall(scratch.name, filter="data") if hasattr(tarfile, "data_filter") else tar.extractall(scratch.name)
days = sorted(Path(scratch.name).rglob("*.txt"))
same(len(days), 92, "days")

# --- what is wrong with its days is seen in the lists themselves ---
ENTRY = re.compile(r"(?:\|\|)?(\d+\.\d+\.\d+\.\d+)\^?$")
FIRST = date(2020, 10, 1)
lists = [{int(ipaddress.IPv4Address(m.group(1))) for m in map(ENTRY.match, day.read_text().split("\n")) if m}
    for day in days]
same(len(lists[14]), 8893, "2020-10-15, read anew")
ranges = {"VN": [], "CN": [], "IN": []}
for line in lzma.open(net / "country-ipv4-num.csv.xz", "rt"):
    low, high, country = line.strip().split(",")
    if country in ("CN", "IN"):
        ranges[country].append((int(low), int(high)))
for line in re.findall(r"(?m)^[\d.]+/\d+", (net / "vn-ipv4-2026-01-31.txt").read_text()):
    ranges["VN"].append((int(ipaddress.ip_network(line)[0]), int(ipaddress.ip_network(line)[-1])))


def number(day):
    return (date.fromisoformat(day) - FIRST).days


def inside(addresses, country):
    found = 0
    for a in addresses:
        at = bisect.bisect_right(starts[country], a) - 1
        found += at >= 0 and a <= ranges[country][at][1]
    return found


for country in ranges:
    ranges[country].sort()
starts = {country: [low for low, _ in of] for country, of in ranges.items()}
# A bad day: a third of the usual new addresses is missing, and the list is a tenth under its neighbours.
fresh = [0] + [len(b - a) for a, b in zip(lists, lists[1:])]
bad = set()
for k in range(1, 92):
    near = [j for j in range(max(1, k - 7), min(92, k + 8)) if j != k]
    dip = all(len(lists[k]) < 0.91 * statistics.median(len(lists[j]) for j in side if 0 <= j < 92)
        for side in (range(k - 5, k), range(k + 1, k + 6)))
    if fresh[k] < 0.7 * statistics.median(fresh[j] for j in near) and dip:
        bad.add(str(FIRST + timedelta(k)))
check({"2020-10-13", "2020-11-09", "2020-12-13"} <= bad, f"bad days by their new entries: {sorted(bad)}")


def list_house(lists, names=None):
    """A house with lists of infected addresses, a day each, one feed."""
    house = House()
    house.run("network", "import", "--country", "VN", net / "vn-ipv4-2026-01-31.txt")
    house.run("network", "import", net / "country-ipv4-num.csv.xz")
    files = [house.write(f"{FIRST + timedelta(k)}.txt", "\n".join(str(ipaddress.IPv4Address(a)) for a in sorted(s)))
        for k, s in enumerate(lists)]
    house.run("ingest", "--feed", "online", "--kind", "infected", "--botnet", "online", *files)
    return house


def judge(house, country, base, end, goal="daily-mean:10%"):
    last = date.fromisoformat(base[1])
    house.run("campaign", "set", "real", "--name-vi", "a", "--name-en", "a", "--country", country, "--zone", "UTC",
        "--before", f"{FIRST}..{last}", "--begins", last + timedelta(1), "--ends", end[1], "--baseline",
        "..".join(base), "--goal", f"less:addresses:{goal}:{end[0]}..{end[1]}")
    judged = json.loads(house.run("evaluate", "--campaign", "real", "--json", status=None).stdout)
    return judged["goals"][0], judged["feeds"][0]


def mean(country, window, without):
    """Of the lists' own days."""
    chosen = [k for k in range(number(window[0]), number(window[1]) + 1) if str(FIRST + timedelta(k)) not in without]
    return sum(inside(lists[k], country) for k in chosen) / len(chosen)


online = list_house(lists)
WINDOWS = {
    "bad days between": (("2020-10-05", "2020-10-11"), ("2020-10-17", "2020-10-23")),
    "a bad week as base": (("2020-10-12", "2020-10-18"), ("2020-10-17", "2020-10-23")),
    "over the day on which old entries were dropped": (("2020-10-17", "2020-10-23"), ("2020-11-17", "2020-11-23")),
    "quiet weeks": (("2020-11-10", "2020-11-16"), ("2020-11-24", "2020-11-30")),
    "a bad day in the base": (("2020-11-07", "2020-11-13"), ("2020-11-24", "2020-11-30")),
    "into the holidays": (("2020-11-24", "2020-11-30"), ("2020-12-25", "2020-12-31")),
}
for country in ("VN", "CN", "IN"):
    for name, (base, end) in WINDOWS.items():
        goal, feed = judge(online, country, base, end)
        odd = feed["odd_days"]
        what = f"{country}, {name}: {goal['verdict']} {goal['reasons']}, {feed['flags']}, odd {odd}"
        print(what)
        spoiled = [d for d in bad if any(w[0] <= d <= w[1] for w in (base, end))]
        if goal["base"]["value"] is None:
            same(goal["verdict"], "cannot_be_said", what)
            check({"feed_changed", "feed_down"} & set(goal["reasons"]), what)
            continue
        check(set(spoiled) <= set(odd), f"{what}: a verdict rests on {spoiled}")
        for k, window in (("base", base), ("end", end)):
            check(abs(goal[k]["value"] - mean(country, window, odd)) < 1e-6, f"{what}: mean of {k}")
        check(name not in ("a bad week as base", "into the holidays") and "dropped" not in name, what)

# The whole stretch at once: every bad day is flagged, or a step stands there.
goal, feed = judge(online, "VN", ("2020-10-05", "2020-10-11"), ("2020-12-25", "2020-12-31"))
check("step" in feed["flags"] and not feed["in_panel"], f"{feed}")
same(sorted(bad - set(feed["odd_days"])), [], "bad days that are not flagged")


# --- the list's expiry rule changes overnight: entries that are older than so many days are dropped ---
def expire(lists, begins, most):
    since, kept = {}, []
    for k, addresses in enumerate(lists):
        since = {a: since.get(a, k) for a in addresses}
        kept.append({a for a in addresses if k - since[a] < most} if k >= begins else addresses)
    return kept


quiet = WINDOWS["quiet weeks"]
for most in (3, 10):
    begins = number("2020-11-20")
    expiring = list_house(expire(lists[:61], begins, most))
    for country in ("VN", "CN", "IN"):
        goal, feed = judge(expiring, country, *quiet)
        what = f"{country}, dropped after {most} days: {goal['verdict']} {goal['reasons']}, {feed['step']} × {feed['step_ratio']}"
        print(what)
        check("step" in feed["flags"] and not feed["in_panel"] and "feed_changed" in goal["reasons"], what)
        same(goal["verdict"], "cannot_be_said", what)

# ipsum: entries on fewer than two lists are dropped overnight. Each day nine of ten of them, drawn anew.
chance = random.Random(2026)
hits = [line.split("\t") for line in lzma.open(SHARED / "data/lists/ipsum-2026-08-22.txt.xz", "rt")
    if not line.startswith("#")]
hits = [(int(ipaddress.IPv4Address(a)), int(n)) for a, n in chance.sample(hits, 8000)]
made = [{a for a, n in hits if n >= (1 if k < 24 else 2) and chance.random() < 0.9} for k in range(42)]
ipsum = list_house(made)
for country in ("CN", "IN"):
    goal, feed = judge(ipsum, country, ("2020-10-11", "2020-10-17"), ("2020-11-01", "2020-11-07"))
    what = f"ipsum, {country}: {goal['verdict']} {goal['reasons']}, {feed['step']} × {feed['step_ratio']}, odd {feed['odd_days']}"
    print(what)
    same((goal["verdict"], feed["step"]), ("cannot_be_said", "2020-10-25"), what)
    check("feed_changed" in goal["reasons"], what)
