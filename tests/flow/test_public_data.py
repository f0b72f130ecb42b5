# SPDX-License-Identifier: Apache-2.0
"""Real data beside the checkout: figures counted with another program (data/INDEX.md)."""
import lzma
import sys
import tarfile

from flow import SHARED, SKIPPED, House, same

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
