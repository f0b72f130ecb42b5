# SPDX-License-Identifier: Apache-2.0
"""Campaigns judged: the press figures of 2020, plans that cannot be changed unseen, and counts held
against a second computation of the same rows in SQLite."""
import ipaddress
import json
import math
import random
import sqlite3
import sys
from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction

from flow import HEADER, House, check, same, sinkhole

SERIES = "addresses-in-botnets"


def refused(house, words, *said, lang="en"):
    done = house.run(*words, "--lang", lang, status=2)
    for text in said:
        check(text in done.stderr, f"{words}: “{text}” is not in: {done.stderr}")


def campaign(house, key, begins, ends, *words):
    house.run("campaign", "set", key, "--name-vi", "Chiến dịch", "--name-en", "Campaign", "--country",
        "VN", "--zone", "Asia/Ho_Chi_Minh", "--begins", begins, "--ends", ends, *words)


# --- 2020, as published ---
press = House()
refused(press, ("evaluate",), "campaign set")
campaign(press, "vn-2020", "2020-09-22", "2020-10-22", "--baseline", "2020-06-16..2020-07-15",
    "--goal", f"half:addresses:stated:50%:2020-12-01..2020-12-31:{SERIES}")
for day, value, *window in (("2020-07-15", 2014512, "--window", "2020-06-16..2020-07-15"),
        ("2020-12-01", 1052479), ("2021-01-01", 1004706), ("2021-02-01", 917492)):
    press.run("figure", "enter", SERIES, "--day", day, "--value", value, "--source", "press", *window)
judged = json.loads(press.run("evaluate", "--json", status=1).stdout)
same(sorted(judged)[:4], ["as_of", "attribution", "attribution_date", "campaign"], "contract")
for key in ("campaign", "as_of", "panel", "goals", "attribution", "top_ten", "holders", "feeds"):
    check(key in judged, f"{key} is in the contract")
goal = judged["goals"][0]
for key in ("name", "estimator", "base", "end", "reduction", "verdict", "reasons"):
    check(key in goal, f"goals have {key}")
same((goal["verdict"], goal["reasons"]), ("cannot_be_said", ["windows_not_stated"]), "the verdict of 2020")
same(f"{-100 * goal['reduction']['value']:.1f}", "-47.8", "the fall of 2020")
same((goal["base"]["from"], goal["base"]["value"], goal["end"]["from"], goal["end"]["value"]),
    ("2020-06-16", 2014512, None, 1052479), "windows of 2020")
for key in ("counterfactual", "net_effect", "method", "reasons"):
    check(key in judged["attribution"], f"attribution has {key}")
changes = [f["change"] for f in press.json("figure", "list", SERIES)]
same(f"{100 * changes[2]:.2f}", "-4.54", "December to January; the article printed −1.05 %")
for lang, words in (("en", ("CANNOT BE SAID", "−47.8", "period not stated")),
        ("vi", ("CHƯA THỂ KẾT LUẬN", "−47,8", "không nêu kỳ đo", "2.014.512"))):
    text = press.run("evaluate", "--lang", lang, status=1).stdout
    for word in words:
        check(word in text, f"{word} is said: {text}")
    check(text.index(words[0]) < text.index({"en": "WHAT THE CAMPAIGN CAUSED",
        "vi": "CHIẾN DỊCH ĐÃ LÀM ĐƯỢC GÌ"}[lang]), "the verdict comes first")

# A figure entered again takes the place of the one before, which stays in history; so does a
# withdrawal; an earlier as_of knows neither.
as_of = judged["as_of"]["change"]
press.run("figure", "enter", SERIES, "--day", "2020-12-01", "--value", 1000000, "--source", "other")
press.run("figure", "enter", SERIES, "--day", "2021-02-01", "--withdraw", "--source", "a mistake")
same([f["value"] for f in press.json("figure", "list")], [2014512, 1000000, 1004706], "what counts")
same([(f["value"], f["current"], f["withdrawn"]) for f in press.json("figure", "list", "--history")],
    [(2014512, True, False), (1052479, False, False), (1000000, True, False), (1004706, True, False),
        (917492, False, False), (None, False, True)], "history")
again = json.loads(press.run("evaluate", "--json", "--as-of", as_of, status=1).stdout)
same((again["goals"], again["as_of"]), (judged["goals"], judged["as_of"]), "as it was")
refused(press, ("evaluate", "--as-of", "4711"), "4711")
refused(press, ("evaluate", "--campaign", "elsewhere"), "elsewhere")
refused(press, ("figure", "enter", SERIES, "--day", "2020-12-01", "--value", "1.052.479", "--source",
    "x"), "1.052.479")
refused(press, ("figure", "enter", SERIES, "--day", "2020-12-01", "--value", "1"), "--source")
refused(press, ("figure", "enter", SERIES, "--value", "1", "--source", "x"), "--day")

# --- plans ---
for words, said in ((("--goal", "a:addresses:hourly-mean:50%"), "KEY:KIND"),
        (("--goal", "a:addresses:hourly:50%:2020-12-01..2020-12-07"), "KEY:KIND"),
        (("--goal", "a:addresses:hourly-mean:150%:2020-12-01..2020-12-07"), "KEY:KIND"),
        (("--goal", "a:addresses:hourly-mean:50%:2020-12-01..2020-12-07"), "as long as the baseline"),
        (("--goal", "a:machines:hourly-mean:50%:2020-12-01..2020-12-30"), "cannot measure"),
        (("--goal", "a:ranking:stated:0:2020-12-01..2020-12-30"), "series"),
        (("--baseline", "2020-10-01..2020-10-05"), "before the campaign begins"),
        (("--before", "2020-09-01..2020-09-30"), "share no day"),
        (("--after", "2020-12-02..2020-12-01"), "stretch of days"),
        (("--panel", "A feed"), "A feed"), (("--earlier", "No!"), "No!")):
    refused(press, ("campaign", "set", "vn-2020", *words), said)
press.run("campaign", "set", "vn-2020", "--panel", "a", "--panel", "b", "--before",
    "2020-06-01..2020-09-21", "--after", "2020-10-23..2021-02-28", "--earlier", "vn-2018")
plan = press.json("campaign", "show", "vn-2020")[0]
same((plan["panel"], plan["before"], plan["earlier"], len(plan["goals"]), plan["versions"], plan["state"]),
    (["a", "b"], {"from": "2020-06-01", "to": "2020-09-21"}, "vn-2018", 1, 2, "sound"), "the plan")
press.run("campaign", "set", "vn-2020", "--panel", "", "--earlier", "")
plan = press.json("campaign", "show", "vn-2020")[0]
same((plan["panel"], plan["earlier"], plan["after"]["to"]), ([], "", "2021-02-28"), "taken away, kept")
check("versions of the plan: 3" in press.run("campaign", "show", "vn-2020").stdout, "its history")
refused(press, ("campaign", "freeze", "vn-2020"), "no botnet in the baseline")
refused(press, ("campaign", "show", "elsewhere"), "elsewhere")

# --- counts against SQLite ---
# Always the same rows of the same days: what is judged by chance is judged the same tomorrow. By hand: SEED [DAY].
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 20201022
TODAY = date.fromisoformat(sys.argv[2]) if len(sys.argv) > 2 else date(2026, 8, 1)
print("seed", SEED, "day", TODAY)
chance = random.Random(SEED)
DAYS, WINDOW = 24, 7
FIRST = TODAY - timedelta(days=DAYS + 3)
BASE = (FIRST + timedelta(2), FIRST + timedelta(1 + WINDOW))
END = (FIRST + timedelta(DAYS - WINDOW), FIRST + timedelta(DAYS - 1))
BOTNETS = [f"bot-{k:02}" for k in range(14)] + [""]
PANEL = ("hourly", "second", "daily", "spans")

house = House()
house.networks()
rows = sqlite3.connect(":memory:")
rows.execute("CREATE TABLE s (file, day, hour, since, until, unit, v6, inside, holder, botnet, feed, kind, region)")

# Prefixes of regions as a table has them, "99" for one that no list of regions knows; the last that
# holds an address says where it is. 27.64.0.0/14 lies in none.
REGIONS = [("14.160.0.0/11", "01"), ("14.176.0.0/13", "79"), ("14.176.0.0/26", "48"), ("14.177.0.32/27", "99"),
    ("27.64.0.0/16", "Hà Nội"), ("27.65.0.0/18", "96"), ("27.66.0.0/18", "02"), ("2001:ee0::/33", "01"), ("2001:ee0:4::/47", "79")]
house.run("network", "import", "--kind", "regions", "--as-of", "2020-01-01",
    house.write("regions.csv", "prefix,province\n" + "".join(f"{p},{k}\n" for p, k in REGIONS)))


def region_of(a):
    found = [k for p, k in REGIONS if a in ipaddress.ip_network(p)]
    return {"Hà Nội": "01", "99": ""}.get(found[-1], found[-1]) if found else ""



def address():
    return chance.choices((f"14.{chance.randrange(160, 192)}.0.{chance.randrange(60)}",
        f"27.{chance.randrange(64, 68)}.{chance.randrange(20)}.7", f"8.8.8.{chance.randrange(200)}",
        f"2001:ee0:{chance.randrange(12):x}:{chance.randrange(5):x}::{chance.randrange(9):x}",
        f"2001:db8:{chance.randrange(90):x}::1"), (5, 4, 2, 2, 1))[0]


def note(file, ip, day, hour, botnet, feed, kind="infected", span=(None, None)):
    a = ipaddress.ip_address(ip)
    v6 = a.version == 6
    unit = int(a) >> 64 if v6 else int(a)
    holder = "VNPT" if ip.startswith(("14.", "2001:ee0:")) else "Viettel" if ip.startswith("27.") else ""
    rows.execute("INSERT INTO s VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", (file, day and f"{day}", hour,
        *span, str(unit), v6, holder != "", holder, botnet or "unknown", feed, kind, region_of(a)))


def botnet_of(day):
    """The first ten fade, later ones grow."""
    weights = [20 - k if k < 10 else 1 + (k - 9) * (day / 8) ** 4 for k in range(14)] + [4]
    return chance.choices(BOTNETS, weights)[0]


def report(feed, number, days, count):
    name = f"{feed}-{number}.csv"
    text = []
    for event in range(count):
        k = chance.randrange(*days)
        when = datetime.combine(FIRST + timedelta(k), time(chance.randrange(24), chance.randrange(60),
            chance.randrange(60)), timezone.utc)
        ip, botnet = address(), botnet_of(k)
        text.append(sinkhole(when, ip, botnet, event=f"{name}-{event}"))
        note(name, ip, when.date(), when.hour, botnet, feed)
    path = house.write(name, HEADER + "".join(text))
    house.run("ingest", "--feed", feed, path)
    return path


def spans(feed, count):
    """Rows that know only a first and a last moment."""
    name, text = f"{feed}.csv", ""
    header = HEADER.replace("event_id", "first_seen_time,last_seen_time")
    for _ in range(count):
        day, last = sorted(FIRST + timedelta(chance.randrange(DAYS)) for _ in range(2))
        if day == last:
            continue
        ip, botnet = address(), chance.choice(BOTNETS)
        seen = f'"{day} 03:00:00","{last} 02:00:00"'
        when = datetime.combine(last, time(5), timezone.utc)
        text += sinkhole(when, ip, botnet, event=seen)
        note(name, ip, None, None, botnet, feed, span=(str(day), str(last)))
    house.run("ingest", "--feed", feed, "--kind", "infected", house.write(name, header + text))


def listed(feed, k, kind="infected"):
    ips = sorted({address() for _ in range(40)})
    botnet = botnet_of(k) or "bot-00"
    day = FIRST + timedelta(k)
    name = f"{feed}-{day}.txt"
    house.run("ingest", "--feed", feed, "--kind", kind, "--botnet", botnet, "--observed", day,
        house.write(name, "\n".join(ips) + "\n"))
    for ip in ips:
        note(name, ip, day, None, botnet, feed, kind)


report("hourly", 1, (0, DAYS), 900)
report("second", 1, (0, DAYS), 500)
report("outside-the-panel", 1, (0, DAYS), 300)
spans("spans", 150)
for k in range(0, DAYS, 2):
    listed("daily", k)
for k in range(0, DAYS, 5):
    listed("blocked", k, "blocklisted")
campaign(house, "c", FIRST + timedelta(10), FIRST + timedelta(13), "--before",
    f"{FIRST}..{FIRST + timedelta(9)}", "--baseline", "..".join(map(str, BASE)), "--goal",
    f"less:addresses:window-count:0.1:{END[0]}..{END[1]}",
    *(word for feed in PANEL for word in ("--panel", feed)))


def ask(sql, *values):
    return rows.execute(sql, values).fetchall()


SCOPES = {
    "all": "kind = 'infected' AND feed IN ('hourly','second','daily','spans') AND inside",
    "botnet": "kind = 'infected' AND feed IN ('hourly','second','daily','spans') AND inside AND botnet = :key",
    "holder": "kind = 'infected' AND feed IN ('hourly','second','daily','spans') AND holder = :key",
    "region": "kind = 'infected' AND feed IN ('hourly','second','daily','spans') AND inside AND region = :key",
    "feed-inside": "kind = 'infected' AND feed = :key AND inside",
    "feed-outside": "kind = 'infected' AND feed = :key AND NOT inside",
    "blocklisted": "kind = 'blocklisted' AND inside",
}


def where(series, top):
    lists = {"top-frozen": top[0], "top-current": top[1]}
    if series["scope"] in lists:
        names = ",".join(f"'{name}'" for name in lists[series["scope"]])
        return f"{SCOPES['all']} AND botnet IN ({names})"
    return SCOPES[series["scope"]]


def counted(series, top):
    """What SQLite makes of one series: hours, days, and the two windows."""
    condition = f"v6 = {int(series['family'] != 'ipv4')} AND {where(series, top)}"
    values = {"key": series["key"], "b0": str(BASE[0]), "b1": str(BASE[1]), "e0": str(END[0]),
        "e1": str(END[1])}

    def query(sql):
        return rows.execute(sql, {k: v for k, v in values.items() if f":{k}" in sql}).fetchall()

    days = dict(query(f"SELECT day, count(DISTINCT unit) FROM s WHERE day NOT NULL AND {condition} GROUP BY day"))
    hours = {(d, h): n for d, h, n in query("SELECT day, hour, count(DISTINCT unit) FROM s WHERE "
        f"hour NOT NULL AND {condition} GROUP BY day, hour")}
    windows = [query("SELECT count(DISTINCT unit) FROM s WHERE (day BETWEEN :{0}0 AND :{0}1 OR until "
        ">= :{0}0 AND since <= :{0}1) AND ".format(w) + condition)[0][0] for w in "be"]
    return days, hours, windows


def largest(window):
    found = ask(f"SELECT botnet, count(DISTINCT CASE WHEN v6 THEN NULL ELSE unit END) AS n4, "
        "count(DISTINCT CASE WHEN v6 THEN unit END) AS n6 FROM s WHERE botnet != 'unknown' AND (day "
        f"BETWEEN ?1 AND ?2 OR until >= ?1 AND since <= ?2) AND {SCOPES['all']} GROUP BY botnet "
        "ORDER BY n4 DESC, n6 DESC, botnet LIMIT 10", str(window[0]), str(window[1]))
    return [name for name, *_ in found]


def compare(what, frozen, *words):
    series = [json.loads(line) for line in
        house.run("campaign", "counts", "c", *words).stdout.splitlines()]
    top = (frozen, largest(END))
    scopes = {s["scope"] for s in series}
    check(scopes >= {"all", "top-frozen", "top-current", "botnet", "holder", "region", "feed-inside",
        "feed-outside", "blocklisted"}, f"{what}: series of {scopes}")
    same({s["key"] for s in series if s["scope"] == "botnet"}, set(top[0] + top[1]), f"{what}: botnets")
    same(len({s["key"] for s in series if s["scope"] == "region"}), 63 + 1, f"{what}: regions, and none")
    whole = {s["family"]: s for s in series if s["scope"] == "all"}
    for family in whole:
        parts = [s for s in series if s["scope"] == "region" and s["family"] == family]
        for k in ("days", "hours"):
            same([sum(n) for n in zip(*(s[k] for s in parts))], whole[family][k], f"{what}: regions add up by {k}")
        for k in ("base", "end"):
            same(sum(s[k] for s in parts), whole[family][k], f"{what}: regions add up in the {k} window")
    numbers = 0
    for s in series:
        name = f"{what}, seed {SEED}: {s['scope']} {s['key']} {s['family']}"
        days, hours, windows = counted(s, top)
        first = date.fromisoformat(s["first"])
        same(first, FIRST, name)
        dates = [str(first + timedelta(k)) for k in range(len(s["days"]))]
        same(s["days"], [days.get(d, 0) for d in dates], name + " by day")
        if s["hours"] is not None:
            same(s["hours"], [hours.get((d, h), 0) for d in dates for h in range(24)], name + " by hour")
        else:
            same(hours, {}, name + " knows no hours")
        same([s["base"], s["end"]], windows, name + " in its windows")
        numbers += len(s["days"]) + len(s["hours"] or []) + 2
    return numbers


frozen = house.json("campaign", "freeze", "c")[0]["top_ten"]["botnets"]
same(frozen, largest(BASE), "frozen at baseline")
refused(house, ("campaign", "freeze", "c"), "--again")
print(compare("as they came", frozen), "numbers are the same")
check(set(frozen) != set(largest(END)), "the ten have changed")

# Late files, then one taken back: the counts follow, and those of before can be had again.
before = house.run("campaign", "counts", "c").stdout
as_of = json.loads(before.splitlines()[0])["as_of"]
late = report("second", 2, (3, DAYS - 3), 400)
report("hourly", 2, (0, DAYS), 300)
compare("with late files", frozen)
house.run("retract", late)
rows.execute("DELETE FROM s WHERE file = ?", (late.name,))
compare("with a file taken back", frozen)
same(house.run("campaign", "counts", "c", "--as-of", as_of).stdout, before, "as they were")

# Frozen stays frozen though the base has changed; --again freezes anew and says what was before.
same(house.json("campaign", "show", "c")[0]["top_ten"]["botnets"], frozen, "still frozen")
done = house.run("campaign", "freeze", "c", "--again")
check(frozen[0] in done.stderr, f"the list before is named: {done.stderr}")
again = house.json("campaign", "show", "c")[0]
same((again["top_ten"]["botnets"], again["times_frozen"]), (largest(BASE), 2), "frozen anew")

# --- judged ---
judged = json.loads(house.run("evaluate", "--json", status=None).stdout)
same(judged["panel"], sorted(PANEL), "feeds of the panel")
goal = judged["goals"][0]
windows = counted({"scope": "all", "key": "", "family": "ipv4"}, ([], []))[2]
same((goal["base"]["value"], goal["end"]["value"]), tuple(windows), "the goal's windows")
check(abs(goal["reduction"]["value"] - (1 - windows[1] / windows[0])) < 1e-9, "its reduction")
same([b["name"] for b in judged["top_ten"]["frozen"]], largest(BASE), "the frozen ten")
same({b["name"] for b in judged["top_ten"]["current"]}, set(largest(END)), "the current ten")
same({h["name"] for h in judged["holders"]}, {"VNPT", "Viettel"}, "holders")
check(all(h["per"] == "announced" for h in judged["holders"]), "subscribers are not known yet")

# Regions: rates per address that the table puts there, highest first; what lies in none beside them.
same((judged["region_set"], len(judged["regions"])), ("VN-63", 63), "regions in force")
regions = {r["region"]: r for r in judged["regions"]}
sizes = {"01": (1 << 21) - (1 << 19) + (1 << 16), "79": (1 << 19) - 64 - 32, "48": 64, "96": 1 << 14, "02": 1 << 14}
same({k: r["announced"] for k, r in regions.items() if r["announced"]}, sizes, "addresses of regions")
for k, n in sizes.items():
    check(abs(regions[k]["rate_end"]["value"] - 1000 * regions[k]["end"]["value"] / n) < 1e-9, f"rate of {k}")
rates = [r["rate_end"]["value"] for r in judged["regions"] if r["rate_end"]["value"] is not None]
same(rates, sorted(rates, reverse=True), "highest rate first")
same(regions["79"]["name_vi"], "Thành phố Hồ Chí Minh", "its name")
check(judged["no_region"]["end"]["value"] > 0 and judged["no_region"]["region"] == "", "what lies in none")
done = house.run("region", "use", "VN-34", "--lang", "en")
check("99" in done.stderr, f"what no list knows is said: {done.stderr}")
later = json.loads(house.run("evaluate", "--json", status=None).stdout)
same((later["region_set"], len(later["regions"])), ("VN-34", 34), "regions of today")
same([r["end"] for r in later["regions"] if r["region"] == "48"], [regions["48"]["end"]], "the same addresses")
own = house.write("ZZ-mine.csv", "key,name_vi,name_en,short,column,row\nBắc,Bắc,North,B,0,0\n79,Nam,South,N,0,1\n")
house.run("region", "import", own, "--country", "VN")
same([(s["set"], s["in_force"]) for s in house.json("region", "list")],
    [("ZZ-mine", True), ("VN-34", False), ("VN-63", False)], "the operator's come first")
later = json.loads(house.run("evaluate", "--json", status=None).stdout)
same({r["region"] for r in later["regions"]}, {"Bắc", "79"}, "regions of the operator's")
bad = house.write("VN-bad.csv", "key,name_vi,name_en,short,column,row\n1,a,a,A,0,0\n2,b,b,B,0,0\n")
refused(house, ("region", "import", bad), "VN-bad.csv:3")
refused(house, ("region", "use", "VN-62"), "VN-62")
refused(house, ("network", "import", "--kind", "other", own), "regions")
house.run("region", "use", "auto")
again = json.loads(house.run("evaluate", "--json", status=None).stdout)
same((again["region_set"], again["regions"]), ("VN-63", judged["regions"]), "as before")

# Results of partners' tools: imported, replaced with history, judged apart from each other.
RESULTS = "tool,week,province,platform,scan_runs,machines,infected,cleaned\n"
codes = ["01", "02", "04", "06", "08", "10", "11", "12", "14", "15"]
weeks = (BASE[0] + timedelta((7 - BASE[0].weekday()) % 7), END[0] + timedelta((7 - END[0].weekday()) % 7))
text = RESULTS + "".join(f"Bkav Home,{week},{code},windows,{300 + k},{200 + k},{(20 - 15 * w) + k % 4},{k}\n"
    for w, week in enumerate(weeks) for k, code in enumerate(codes))
broken = (f"Bkav Home,{weeks[0]},17,windows,10,11,1,0\n" f"Bkav Home,{weeks[0]},19,windows,10,9,10,0\n"
    f"Bkav Home,no week,20,windows,10,9,1,0\n" f"Bkav Home,{weeks[0]},01,windows,10,9,1,0\n")
file = house.write("bkav.csv", text + broken)
done = house.run("results", "import", file, "--author", "An", "--json")
same({k: json.loads(done.stdout)[k] for k in ("added", "replaced", "same", "rejected")},
    {"added": 20, "replaced": 0, "same": 0, "rejected": 4}, "rows of results")
told = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
if told:
    same([(t["line"], t["field"]) for t in told][:2], [(22, "machines"), (23, "infected")], "bad rows are told")
else:
    for word in ("bkav.csv:22: machines", "bkav.csv:23: infected", "bkav.csv:24: week"):
        check(word in done.stderr, f"{word} is said: {done.stderr}")
before_results = house.json("results", "list")
same((len(before_results), before_results[0]["author"]), (20, "An"), "listed")
same(json.loads(house.run("results", "import", house.write("again.csv", text), "--json").stdout)["same"], 20, "twice")
change = json.loads(house.run("evaluate", "--json", status=None).stdout)["as_of"]["change"]
same(house.json("results", "list"), before_results, "twice changes nothing")
monday = weeks[0] + timedelta(3)
iso = "{}-W{:02}".format(*monday.isocalendar())
house.run("results", "import", house.write("one.csv", RESULTS + f"bkav-home,{iso},01,windows,999,500,50,1\n"))
same([(r["machines"], r["current"]) for r in house.json("results", "list", "bkav-home", "--history") if
    r["region"] == "01" and r["week"] == str(weeks[0])], [(200, False), (500, True)], "replaced, with history")
house.run("results", "import", house.write("two.csv", RESULTS + f"other,{weeks[0]},01,linux,9,8,7,6\n"))
tools = {t["tool"]: t for t in json.loads(house.run("evaluate", "--json", status=None).stdout)["tools"]}
machines = 2 * sum(200 + k for k in range(10)) + 300
infected = sum((20 - 15 * w) + k % 4 for w in range(2) for k in range(10)) + 30
same((set(tools), tools["bkav-home"]["machines"], tools["bkav-home"]["infected"]),
    ({"bkav-home", "other"}, machines, infected), "tools stay apart")
check(abs(tools["bkav-home"]["rate"]["value"] - infected / machines) < 1e-12, "rate of machines that reported")
check(tools["bkav-home"]["rate"]["low"] < infected / machines < tools["bkav-home"]["rate"]["high"], "its interval")
same(tools["other"]["rate"]["low"], None, "one region has no interval")
old = json.loads(house.run("evaluate", "--json", "--as-of", change, status=None).stdout)
same([t["machines"] for t in old["tools"]], [machines - 300], "as it was")
goals = ("campaign", "set", "c", "--goal", f"less:addresses:window-count:0.1:{END[0]}..{END[1]}", "--goal",
    f"machines:machines:machines:50%:{END[0]}..{END[1]}:bkav-home", "--goal",
    f"ours:machines:machines:50%:{END[0]}..{END[1]}")
house.run(*goals)
asked = {g["key"]: g for g in json.loads(house.run("evaluate", "--json", status=None).stdout)["goals"]}
at = (
    (sum(20 + k % 4 for k in range(10)) + 30) / (sum(200 + k for k in range(10)) + 300),
    sum(5 + k % 4 for k in range(10)) / sum(200 + k for k in range(10)))
check(abs(asked["machines"]["reduction"]["value"] - (1 - at[1] / at[0])) < 1e-12, "a goal about one tool")
same((asked["machines"]["verdict"], asked["machines"]["series"]), ("met", "bkav-home"), "its verdict")
check("no_reports" in asked["ours"]["reasons"], "our own scanner has not reported")
house.run("campaign", "set", "c", "--goal", f"less:addresses:window-count:0.1:{END[0]}..{END[1]}")

house.run("holder", "set", "VNPT", "--subscribers", 1000, "--source", "annual report")
house.run("holder", "set", "VNPT", "--treated", "yes")
leases = house.write("leases.txt", "# hours\n24\n\n168.5\n")
house.run("holder", "leases", "VNPT", leases, "--source", "RADIUS")
same(house.json("holder", "list")[0]["subscribers"], 1000, "what is not given stays")
judged = json.loads(house.run("evaluate", "--json", status=None).stdout)
vnpt = next(h for h in judged["holders"] if h["name"] == "VNPT")
same((vnpt["subscribers"], vnpt["per"], vnpt["announced"]), (1000, "subscribers", 1 << 21), "its rate")
check(abs(vnpt["rate_end"]["value"] - vnpt["end"]["value"]) < 1e-9, "per 1000 of 1000 subscribers")
refused(house, ("holder", "leases", "VNPT", house.write("bad.txt", "12\n-3\n"), "--source", "x"), "bad.txt:2")
refused(house, ("holder", "set", "VNPT", "--treated", "perhaps"), "yes|no")
refused(house, ("holder", "set", "Viettel", "--subscribers", "5"), "--source")
same(house.run("evaluate", status=None).returncode, 0 if goal["verdict"] == "met" else 1, "exit status")

# --- how long addresses stay in a botnet, against the plainest computation of the same rows ---
DAYS = 46
FIRST = TODAY - timedelta(days=DAYS + 2)
DARK = (15, 16, 30)
BASE, END = (5, 11), (25, 31)
stay = House()
stay.networks()
seen = {}  # (address, botnet): days


def a_day(k):
    return FIRST + timedelta(k)


def live(ip, botnet, contact):
    """Infected and clean in turns; in contact on so many days."""
    infected = chance.random() < 0.5
    for k in range(DAYS):
        if infected and k not in DARK and chance.random() < contact:
            seen.setdefault((ip, botnet), []).append(k)
        if chance.random() < (0.07 if infected else 0.04):
            infected = not infected


for number in range(500):
    for botnet in chance.sample(BOTNETS[:12], 2):
        live(f"14.160.{number % 40}.{number // 40}", botnet, 0.9)
        live(f"27.64.{number % 40}.{number // 40}", botnet, 0.5)
text = [HEADER]
for (ip, botnet), days in seen.items():
    for k in days:
        when = datetime.combine(a_day(k), time(chance.randrange(24), 30), timezone.utc)
        text.append(sinkhole(when, ip, botnet, event=f"{ip}-{botnet}-{k}"))
stay.run("ingest", "--feed", "sinkhole", stay.write("stay.csv", "".join(text)))
campaign(stay, "s", a_day(13), a_day(24), "--before", f"{FIRST}..{a_day(12)}", "--after",
    f"{a_day(25)}..{a_day(DAYS - 1)}", "--baseline", f"{a_day(BASE[0])}..{a_day(BASE[1])}", "--goal",
    f"less:addresses:hourly-mean:0.1:{a_day(END[0])}..{a_day(END[1])}", "--panel", "sinkhole")
ten = set(stay.json("campaign", "freeze", "s")[0]["top_ten"]["botnets"])
same(len(ten), 10, "ten of twelve")
clock = [sum(d not in DARK for d in range(k + 1)) for k in range(DAYS)]
times = {"14": [], "27": []}
for (ip, botnet), days in seen.items():
    if botnet in ten:
        times[ip[:2]] += [clock[b] - clock[a] for a, b in zip(days, days[1:])]
gap = {}
for holder, of in times.items():
    of.sort()
    gap[holder] = min(of[-(-95 * len(of) // 100) - 1], 14)
check(gap["14"] < gap["27"], f"holders differ: {gap}")


def lifetimes(window):
    """(lives, how many may have begun before): a life is (length, ended)."""
    lives, unclear = [], 0
    for (ip, botnet), days in seen.items():
        if botnet not in ten:
            continue
        g = gap[ip[:2]]
        told = max(d for d in range(DAYS) if clock[-1] - clock[d] >= g)
        runs = [[days[0]]]
        for d in days[1:]:
            if clock[d] - clock[runs[-1][-1]] <= g:
                runs[-1].append(d)
            else:
                runs.append([d])
        for run in runs:
            if not window[0] <= run[0] <= window[1]:
                continue
            if clock[run[0]] <= g:
                unclear += 1
            elif run[-1] <= told:
                lives.append((run[-1] - run[0] + 1, True))
            else:
                lives.append((max(told - run[0] + 1, 0), False))
    return lives, unclear


def kaplan_meier(lives):
    """[(time, S, low, high)]"""
    curve, s, greenwood = [], Fraction(1), 0.0
    for t in sorted({length for length, ended in lives if ended}):
        risk = sum(length >= t for length, _ in lives)
        ended = sum(length == t and over for length, over in lives)
        s *= Fraction(risk - ended, risk)
        greenwood += ended / (risk * (risk - ended)) if risk > ended else math.inf
        half = 1.959963984540054 * math.sqrt(greenwood) / abs(math.log(s)) if 0 < s < 1 else 0
        curve.append((t, s, float(s) ** math.exp(half), float(s) ** math.exp(-half)))
    return curve


judged = json.loads(stay.run("evaluate", "--json", status=None).stdout)
same([f["flags"] for f in judged["feeds"]], [["down"]], "the feed was dark, and nothing else")
for window, found in zip((BASE, END), judged["durations"], strict=True):
    lives, unclear = lifetimes(window)
    curve = kaplan_meier(lives)
    name = f"seed {SEED}: episodes that began on days {window}"
    same((found["from"], found["to"]), (str(a_day(window[0])), str(a_day(window[1]))), name)
    same((found["episodes"], found["open"], found["unclear"]),
        (len(lives), sum(not ended for _, ended in lives), unclear), name)
    medians = [next((t for t, *s in curve if s[i] <= 0.5), None) for i in range(3)]
    same([found["median"][k] for k in ("value", "low", "high")], medians, f"{name}: median")
    *_, at_14 = [row for row in curve if row[0] <= 14]
    for k, value in zip(("value", "low", "high"), at_14[1:]):
        check(abs(found["after_14"][k] - value) < 1e-9, f"{name}, after 14 days: {found}, {at_14}")
    check(lives and (unclear > 0) == (window == BASE and gap["27"] > 5), f"{name}: {unclear} unclear of {gap}")
    print(f"{len(lives)} episodes, {found['open']} open, G {gap}, median {medians[0]}, after 14 days {float(at_14[1]):.3f}")

# --- a list that drops old entries from one day on, inside and outside alike, is no success ---
DAYS, CHANGE = 56, 34
FIRST = TODAY - timedelta(days=DAYS + 1)
WINDOWS = ((20, 26), (48, 54))


def made_up_list(expiry=None, fall=0.0):
    """Days of entries as (address, day it came); infections inside fall by `fall` from CHANGE on."""
    entries, days = [], []
    for k in range(-60, DAYS):
        left = 1 - fall * min(max((k - CHANGE) / 10, 0), 1)
        for count, first in ((40 * left, "14.%d" % chance.randrange(160, 192)), (100, "45.%d" % chance.randrange(200))):
            for _ in range(round(count)):
                entries.append((f"{first}.{chance.randrange(256)}.{chance.randrange(256)}", k))
        entries = [e for e in entries if chance.random() < (0.94 if e[0].startswith("45") else 0.94 - 0.1 * (1 - left))]
        if k >= 0:
            days.append({a for a, since in entries if not expiry or k < CHANGE or k - since < expiry})
    return days


def judged_list(days):
    house = House()
    house.networks()
    house.run("ingest", "--feed", "list", "--kind", "infected", "--botnet", "b",
        *[house.write(f"{FIRST + timedelta(k)}.txt", "\n".join(sorted(d)) + "\n") for k, d in enumerate(days)])
    (b0, b1), (e0, e1) = [[FIRST + timedelta(k) for k in w] for w in WINDOWS]
    campaign(house, "l", FIRST + timedelta(30), FIRST + timedelta(45), "--before", f"{FIRST}..{FIRST + timedelta(29)}",
        "--baseline", f"{b0}..{b1}", "--goal", f"less:addresses:daily-mean:20%:{e0}..{e1}")
    judged = json.loads(house.run("evaluate", "--json", status=None).stdout)
    return judged["goals"][0], judged["feeds"][0]


goal, feed = judged_list(made_up_list())
same((feed["flags"], feed["odd_days"], goal["verdict"]), (["days_only"], [], "not_met"), f"seed {SEED}: nothing happened")
goal, feed = judged_list(made_up_list(fall=0.5))
same((feed["flags"], goal["verdict"]), (["days_only"], "met"), f"seed {SEED}: infections fell: {goal['reduction']}")
for expiry in (4, 12):
    goal, feed = judged_list(made_up_list(expiry))
    what = f"seed {SEED}: dropped after {expiry} days: {goal['reasons']}, {feed['step']}"
    same((goal["verdict"], feed["in_panel"]), ("cannot_be_said", False), what)
    check("feed_changed" in goal["reasons"] and "step" in feed["flags"], what)
    check(abs(date.fromisoformat(feed["step"]) - FIRST - timedelta(CHANGE)) <= timedelta(1), what)
