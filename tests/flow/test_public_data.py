# SPDX-License-Identifier: Apache-2.0
"""Real data beside the checkout: figures counted with another program (data/INDEX.md)."""
import json
import lzma
import sys
import tarfile

from flow import SHARED, SKIPPED, House, check, same

if not (SHARED / "data/INDEX.md").exists():
    print(f"SKIP: the public data is not at {SHARED}")
    sys.exit(SKIPPED)

house = House()
net = SHARED / "data/net"
house.run("network", "import", "--country", "VN", net / "vn-ipv4-2026-01-31.txt",
    net / "vn-ipv6-2026-01-31.txt")
house.run("network", "import", net / "asn-ipv4-num.csv.xz", net / "asn-ipv6.csv.xz",
    net / "country-ipv4-num.csv.xz")
with tarfile.open(SHARED / "data/lists/urlhaus-online-2020-10_2020-12.tar.xz") as tar:
    tar.extractall(house.folder / "urlhaus", filter="data") if hasattr(tarfile, "data_filter") \
        else tar.extractall(house.folder / "urlhaus")
days = sorted((house.folder / "urlhaus").rglob("*.txt"))
same(len(days), 92, "days")
ingest = ("ingest", "--feed", "urlhaus", "--kind", "malware-host")
lines = house.json(*ingest, *days)
same(sum(x["already"] for x in lines), 0, "new files")

MONTHS = ("--kind", "malware-host", "--from", "2020-10-01", "--to", "2020-12-31")
DAY = ("--kind", "malware-host", "--from", "2020-10-15", "--to", "2020-10-15")


def facts():
    same(house.json("top", "botnets", *DAY)[0]["total"], 8893, "addresses on 2020-10-15")
    same(house.json("top", "botnets", *DAY, "--country", "VN")[0]["total"], 15, "of which VN")
    asns = house.json("top", "asns", *MONTHS, "--country", "VN")[0]
    same(asns["total"], 479, "distinct in VN")
    same(asns["address_days"], 2353, "(address, day) in VN")
    rows = {r["key"]: r["addresses"] for r in asns["rows"]}
    same([rows.get(k) for k in ("AS45899", "AS45903", "AS7552", "AS18403")], [278, 135, 27, 23],
        "by origin AS")
    return house.run("top", "holders", *MONTHS, "--country", "VN", "--json").stdout.split('"rows"')[1]


before = facts()
same(all(x["already"] for x in house.json(*ingest, *days)), True, "second ingest")
same(facts(), before, "second ingest changes nothing")
day = next(d for d in days if d.name == "2020-10-15.txt")
house.run("retract", day)
same(house.json("top", "botnets", *DAY)[0]["total"], 0, "the day is gone")
house.run(*ingest, day)
same(facts(), before, "retract and ingest again")
same(house.json("verify")[0]["faults"], 0, "verify")

# A list of today's, compressed as it comes.
line = house.json("ingest", "--feed", "ipsum", SHARED / "data/lists/ipsum-2026-08-22.txt.xz")[0]
same((line["sightings"], line["rejected"]), (120430, 0), "ipsum")

# --- regions: provinces of an estimate of unknown accuracy add up to the country ---
house.run("network", "import", "--kind", "regions", "--country", "VN", "--as-of", "2020-06-01",
    net / "vn_ip_province.csv")
house.run("ingest", "--feed", "urlhaus-as-infected", "--kind", "infected", "--botnet", "urlhaus",
    *[house.write(f"infected-{d.name}", "# as if they were infected\n" + d.read_text()) for d in days])
house.run("campaign", "set", "regions", "--name-vi", "Chiến dịch", "--name-en", "Campaign", "--country", "VN",
    "--zone", "Asia/Ho_Chi_Minh", "--begins", "2020-10-29", "--ends", "2020-12-03", "--baseline",
    "2020-10-01..2020-10-28", "--panel", "urlhaus-as-infected", "--goal",
    "less:addresses:daily-mean:0.5:2020-12-04..2020-12-31")
series = [json.loads(x) for x in house.run("campaign", "counts", "regions").stdout.splitlines()]
series = [s for s in series if s["family"] == "ipv4"]
whole = next(s for s in series if s["scope"] == "all")
provinces = {s["key"]: s for s in series if s["scope"] == "region"}
same(len(provinces), 64, "63 provinces, and none")
for k in range(len(whole["days"])):
    same(sum(s["days"][k] for s in provinces.values()), whole["days"][k], f"provinces add up on day {k}")
for w in ("base", "end"):
    same(sum(s[w] for s in provinces.values()), whole[w], f"provinces add up in the {w} window")
check(sum(whole["days"]) > 2000 and provinces["01"]["base"] > 0, "there is something to add up")
judged = json.loads(house.run("evaluate", "--campaign", "regions", "--json", status=None).stdout)
same((judged["region_set"], len(judged["regions"])), ("VN-63", 63), "the provinces of 2020")
announced = sum(r["announced"] for r in judged["regions"]) + judged["no_region"]["announced"]
check(0.9 * 16487168 < announced <= 16487168, f"{announced} addresses of the country are put somewhere")
print(f"in no province: {sum(provinces['']['days'])} of {sum(whole['days'])} address-days; "
    f"{announced} of 16,487,168 addresses have a province")
