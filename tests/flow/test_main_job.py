# SPDX-License-Identifier: Apache-2.0
"""The main job once: feed in, sightings kept, the questions answered, files taken back."""
from datetime import timedelta

from flow import HEADER, House, ago, check, clear_of, now, same, sinkhole

clear_of(0, 17)
house = House()
house.networks()

# Attribution.
same(house.json("network", "show", "14.160.1.2")[0]["asn"], 45899, "AS")
same(house.json("network", "show", "14.160.1.2")[0]["holder"], "VNPT", "holder")
same(house.json("network", "show", "::ffff:14.160.1.2")[0]["ip"], "14.160.1.2", "mapped address")
same(house.json("network", "show", "8.8.8.8")[0]["country"], None, "country nobody imported")
same(house.json("network", "show", "2001:ee0::1")[0]["country"], "VN", "IPv6 country")

# A Shadowserver report of the last hours, a repeat inside it, a bad row.
seen = ago(hours=2)
report = house.write(f"{now():%Y-%m-%d}-event4_sinkhole-vn.csv", HEADER
    + sinkhole(seen, "14.160.1.2") + sinkhole(seen, "14.160.1.2")
    + sinkhole(ago(hours=1), "14.160.1.2", "mirai")
    + sinkhole(ago(hours=3), "27.64.0.9", "andromeda")
    + sinkhole(ago(days=5), "27.64.0.10", "andromeda")
    + sinkhole(ago(hours=1), "8.8.8.8", "conficker")
    + sinkhole(seen, "300.1.1.1"))
line = house.json("ingest", "--feed", "shadow", report)[0]
same((line["rows"], line["sightings"], line["duplicates"], line["rejected"], line["already"]),
    (7, 5, 1, 1, False), "ingest")
line = house.json("ingest", "--feed", "shadow", report)[0]
same((line["sightings"], line["already"]), (0, True), "the same file twice")

# The check.
for lang, words in {"vi": "máy bị nhiễm", "en": "(infected"}.items():
    said = house.run("check", "14.160.1.2", "--lang", lang, status=1).stdout
    check(words in said, f"the kind in words: {said}")
answer = house.json("check", "14.160.1.2", status=1)[0]
same((answer["ip"], answer["unit"], answer["answer"], answer["listed"]),
    ("14.160.1.2", "14.160.1.2", "seen", True), "a listed address")
same(len(answer["sightings"]), 1, "one botnet")
sighting = answer["sightings"][0]
same((sighting["botnet"], sighting["kind"], sighting["feed"], sighting["first_seen"]),
    ("Mirai", "infected", "shadow", f"{seen:%Y-%m-%dT%H:%M:%SZ}"), "its sighting")
check(not house.json("check", "27.64.0.10")[0]["listed"], "older than 72 hours is not listed")
same(house.json("check", "14.160.9.9")[0]["answer"], "not_seen", "an address never seen")
same(house.json("check", "127.0.0.1")[0]["answer"], "cannot_be_said", "loopback")
same(house.json("check", "100.64.1.1")[0]["answer"], "cannot_be_said", "shared space")
house.run("check", "not-an-address", status=2)
lines = house.json("check", "-", input="14.160.1.2\n\n27.64.0.9\n14.160.9.9\n", status=1)
same([x["listed"] for x in lines], [True, True, False], "addresses from standard input")
same(house.json("check", "::ffff:14.160.1.2", status=1)[0]["listed"], True, "mapped")

# Rankings.
window = ("--from", f"{ago(days=6):%Y-%m-%d}", "--to", f"{now():%Y-%m-%d}")
top = house.json("top", "botnets", *window)[0]
same([(r["key"], r["addresses"]) for r in top["rows"]],
    [("Andromeda", 2), ("Conficker", 1), ("Mirai", 1)], "botnets")
same(top["total"], 4, "total")
top = house.json("top", "asns", "--country", "vn", *window)[0]
same([(r["rank"], r["key"], r["addresses"]) for r in top["rows"]],
    [(1, "AS7552", 2), (2, "AS45899", 1)], "ASs in VN")
same(top["total"], 3, "total in VN")
top = house.json("top", "holders", *window)[0]
same(top["rows"][0]["key"], "Viettel", "holders")
same(house.json("top", "asns", "--kind", "c2", *window)[0]["total"], 0, "another kind")
house.run("top", "asns", "--country", "LA", status=2)

# An IPv6 /64 and a list of another kind: kept apart.
listed6 = house.write("six.txt", f"2001:ee0:1:2::5\n2001:ee0:1:2::6\n14.160.200.0/24\n14.160.7.7\n")
line = house.json("ingest", "--feed", "six", "--kind", "infected", "--botnet", "mozi",
    "--observed", f"{now():%Y-%m-%d}", listed6)[0]
same((line["sightings"], line["ranges"]), (4, 1), "list with a range")
same(house.json("check", "2001:ee0:1:2:ffff::1", status=1)[0]["unit"], "2001:ee0:1:2::/64", "/64")
top = house.json("top", "botnets", *window)[0]
row = next(r for r in top["rows"] if r["key"] == "Mozi")
same((row["addresses"], row["ipv6_64s"]), (1, 1), "a range never becomes machines; IPv6 apart")

# Permissions bind the listing.
house.run("feed", "set", "six", "--public-check", "no")
same(house.json("check", "14.160.7.7")[0]["listed"], False, "no permission, not listed")
house.run("feed", "set", "six", "--public-check", "yes")
same(house.json("check", "14.160.7.7", status=1)[0]["listed"], True, "permission given back")

# The allowlist.
house.run("allow", "14.160.1.2", "--until", "2099-01-01", "--why", "our own sinkhole")
same(house.json("check", "14.160.1.2")[0]["listed"], False, "allowed")

# Retract, then again.
house.run("retract", report)
same(house.json("check", "27.64.0.9")[0]["listed"], False, "retracted")
same(house.json("top", "asns", "--country", "VN", *window)[0]["total"], 1, "figures without it")
house.run("retract", report, status=2)
line = house.json("ingest", "--feed", "shadow", report)[0]
same((line["sightings"], line["duplicates"], line["already"]), (5, 1, False), "in again")
same(house.json("top", "botnets", *window)[0]["rows"][0]["addresses"], 2, "the same figures")

# Names.
same([n["raw"] for n in house.json("names", "list", "--unmapped")], [], "all names known")
odd = house.write("odd.csv", HEADER + sinkhole(ago(hours=1), "14.160.3.3", "weird-thing-9"))
house.run("ingest", "--feed", "shadow", odd)
same([n["raw"] for n in house.json("names", "list", "--unmapped")], ["weird-thing-9"], "unmapped")
house.run("names", "import", house.write("rules.csv", '"^weird-thing",Mirai,ours\n'))
same([n["raw"] for n in house.json("names", "list", "--unmapped")], [], "mapped by the rule")
same(house.json("check", "14.160.3.3", status=1)[0]["sightings"][0]["botnet"], "Mirai", "by rule")

# Many bad rows: the first are shown, the rest counted, the good ones kept.
many = house.write("many.csv", HEADER + "".join(sinkhole(ago(hours=1), f"14.161.1.{n}")
    for n in range(250)) + sinkhole(ago(hours=1), "14.161.1") * 24)
done = house.run("ingest", "--feed", "many", many)
same(done.stderr.count("not an IP address"), 20, "bad rows shown")
check("bad rows besides these: 4" in done.stderr, "bad rows counted")
house.run("retract", many)

# Care.
same(house.json("verify")[0]["faults"], 0, "verify")
backup = house.folder / "backup.qsb"
house.run("backup", backup)
again = house.folder / "again"
house.run("restore", backup, data=again)
same(house.json("verify", data=again)[0]["faults"], 0, "verify of the restored")
for words in (("top", "asns", *window), ("check", "14.160.3.3"), ("feed", "list")):
    same(house.run(*words, "--json", status=None, data=again).stdout,
        house.run(*words, "--json", status=None).stdout, f"restored {words}")
house.run("restore", backup, status=2)
old = house.write("2019-01-01.txt", "14.160.5.5\n14.160.5.6\n")
house.run("ingest", "--feed", "old", "--kind", "c2", old)
planned = house.json("retain", "--dry-run")[0]
same((planned["segments"], planned["sightings"]), (3, 257), "what would go")
retained = house.json("retain")[0]
same((retained["segments"], retained["sightings"]), (3, 257), "the old list and what was retracted")
same(house.json("check", "14.160.5.5")[0]["sightings"], [], "addresses are gone")
same(house.json("verify")[0]["faults"], 0, "verify after retain")

# A list that says nothing of its addresses: what that means is told.
silent = house.write("silent.txt", "14.160.7.8\n")
for kind, told in (((), True), (("--kind", "infected"), False)):
    said = house.run("ingest", "--feed", "silent", "--observed", f"{now():%Y-%m-%d}", *kind, silent).stderr
    same("--kind infected" in said, told, f"only on a blocklist, with {kind}: {said}")
    house.run("retract", silent)

# Of a large file the digest is made while it is parsed: known ones are still recognised, and nothing else is told.
large = house.write("large.csv", HEADER + sinkhole(ago(hours=1), "14.161.1") + "".join(
    sinkhole(ago(hours=1), f"14.162.{n // 250}.{n % 250}", event=n).replace("critical", "x" * 50_000)
    for n in range(200)))
check(large.stat().st_size > 8 << 20, "large")
done = house.run("ingest", "--feed", "large", large)
check("not an IP address" in done.stderr and "200 new" in done.stdout, "a large file")
done = house.run("ingest", "--feed", "large", large)
check("not an IP address" not in done.stderr and "200" not in done.stdout, "a large file twice")
line = house.json("ingest", "--feed", "large", large, many)
same([(n["sightings"], n["already"]) for n in line], [(0, True), (250, False)], "and one after it")
house.run("retract", large)
house.run("retract", many)

# CSV of nobody's format: how it is read is said once and kept with the feed; what is said now goes before it.
local = ago(hours=1) + timedelta(hours=7)
wall = house.write("wall.csv", f"when;who;what\n{local:%d/%m/%Y %H:%M:%S};14.163.1.1;mirai\n")
house.run("feed", "set", "wall", "--kind", "infected", "--map",
    "time=when,ip=who,botnet=what,zone=+07:00,time-format=DD/MM/YYYY HH:MM:SS")
check("time=when" in [f for f in house.json("feed", "list") if f["feed"] == "wall"][0]["map"], "the map is kept")
done = house.run("ingest", "--feed", "wall", "--map", "time=when,ip=address", wall, status=2)
check("wall.csv:1: address: " in done.stderr and "when, who, what" in done.stderr, "columns of the file")
done = house.run("ingest", "--map", "time=when", wall, status=2)
check("--map: ip:" in done.stderr, "a map without addresses")
same(house.json("ingest", "--feed", "wall", wall)[0]["format"], "mapped-csv", "read by the feed's map")
same(house.json("check", "14.163.1.1", status=1)[0]["sightings"][0]["botnet"], "Mirai", "its sighting")
house.run("feed", "set", "wall", "--map", "")
check("map" not in [f for f in house.json("feed", "list") if f["feed"] == "wall"][0], "forgotten")

# What its publisher forbids to show is not shown: nobody need say so.
cert = house.write("cert.txt", "; ip, asn, country, lastseen, botname, domain, remote_ip, remote_port, local_port,"
    f" protocol\n14.163.1.2,AS45899,VN,{ago(hours=1).timestamp():.0f},mirai,-,?,?,?,tcp\n")
house.run("ingest", cert)
closed = [f for f in house.json("feed", "list") if f["feed"] == "spamhaus-cert"][0]
same((closed["public_check"], closed["public_stats"], closed["export"]), (False, False, False), "closed")
check(not house.json("check", "14.163.1.2")[0]["listed"], "not told")
