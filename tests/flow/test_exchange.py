# SPDX-License-Identifier: Apache-2.0
"""What others exchange: folders of feeds, MISP feeds, standard input, MaxMind databases."""
import json
import os
import shutil
from pathlib import Path

from flow import House, check, same

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/golden/feeds"
DATABASES = ROOT / "tests/unit/network/mmdb"
EARLY, LATE, GONE = (f"{n}6666666-0000-4000-8000-000000000000" for n in "123")

house = House()
feed = house.folder / "misp"
feed.mkdir()


def event(uuid, address):
    (feed / f"{uuid}.json").write_text(json.dumps({"Event": {
        "uuid": uuid, "date": "2026-08-01", "info": "x", "threat_level_id": "1", "Attribute": [
            {"uuid": uuid, "type": "ip-dst", "category": "Network activity", "to_ids": True,
             "timestamp": "1785542400", "value": address}]}}))


# --- a MISP feed: by timestamp, what is missing or strange is named, twice changes nothing ---
event(EARLY, "192.0.2.1")
event(LATE, "192.0.2.2")
(feed / "manifest.json").write_text(json.dumps({
    LATE: {"timestamp": "1785542500", "info": "x"}, EARLY: {"timestamp": "1785542400"},
    GONE: {"timestamp": 1785542600}, "../../secret": {"timestamp": "1"}}))
(feed / "stranger.json").write_text("{}")
(feed / "hashes.csv").write_text("x\n")
done = house.run("ingest", feed, "--json", status=2)
lines = [json.loads(line) for line in done.stdout.splitlines()]
same([Path(line["file"]).name for line in lines], [f"{EARLY}.json", f"{LATE}.json"], "events by their timestamps")
same([line["sightings"] for line in lines], [1, 1], "sightings of events")
check(f"{GONE}.json" in done.stderr, "an event that is not there is named")
check("stranger.json" in done.stderr and "hashes.csv" not in done.stderr, "a file of no event is named")
check("secret" not in done.stderr, "a name that is no UUID leads nowhere")
os.unlink(feed / "stranger.json")
(feed / "manifest.json").write_text(json.dumps({LATE: {"timestamp": "2"}, EARLY: {"timestamp": "1"}}))
same([line["already"] for line in house.json("ingest", feed)], [True, True], "the same feed again")
event(LATE, "192.0.2.2")
(feed / f"{LATE}.json").write_text((feed / f"{LATE}.json").read_text() + "\n")
same(house.json("ingest", feed)[1]["duplicates"], 1, "an event that changed repeats its attributes")
refused = house.json("ingest", feed / "manifest.json", status=2)[0]
same(refused["error"], "MISP_MANIFEST", "the manifest alone")
(feed / "manifest.json").write_text('{"' + LATE + '": {"timestamp": "1"')
check("manifest.json" in house.run("ingest", feed, status=2).stderr, "a manifest that is cut short is named")

# --- any folder: files in the order of names, nothing hidden, nothing followed ---
folder = house.folder / "feeds"
(folder / "b").mkdir(parents=True)
shutil.copy(GOLDEN / "stix-bundle.json", folder / "b" / "bundle.json")
shutil.copy(GOLDEN / "list-2026-08-01.txt", folder)
(folder / ".hidden").mkdir()
(folder / ".hidden" / "list-2026-08-02.txt").write_text("192.0.2.200\n")
(folder / "broken.csv").write_text("nothing we know\n")
os.symlink("/etc/passwd", folder / "link")
os.symlink(house.folder, folder / "b" / "up")
os.mkfifo(folder / "pipe")
done = house.run("ingest", folder, "--json", status=2)
lines = [json.loads(line) for line in done.stdout.splitlines()]
same([str(Path(line["file"]).relative_to(folder)) for line in lines],
     ["b/bundle.json", "broken.csv", "list-2026-08-01.txt"], "files of a folder")
same([line.get("error") for line in lines], [None, "UNKNOWN_FORMAT", None], "one that fails stops no other")
for name in ("link", "b/up", "pipe"):
    check(f"{name}:" in done.stderr, f"{name} is named")
check("root:" not in done.stdout + done.stderr, "a link is not followed")
(house.folder / "empty").mkdir()
check(str(house.folder / "empty") in house.run("ingest", house.folder / "empty").stderr, "an empty folder is named")

# --- standard input ---
line = house.json("ingest", "-", "--name", "2026-08-02-piped.txt", input="192.0.2.77\n")[0]
same((line["file"], line["sightings"]), ("2026-08-02-piped.txt", 1), "what was piped")
check(house.json("ingest", "-", "--name", "other", input="192.0.2.77\n")[0]["already"], "the same content again")
same(house.json("ingest", "-", status=2, input="")[0]["error"], "EMPTY_FILE", "nothing piped")
same(house.json("ingest", "-", status=2, input="192.0.2.78\n")[0]["error"], "NO_DATE", "a name of no day")
house.run("ingest", GOLDEN / "list-2026-08-01.txt", "--name", "x", status=2)
house.run("retract", "2026-08-02-piped.txt")
for name, format, nothing in (("search", "misp-event", '{"response": {"Attribute": []}}'),
                              ("taxii", "stix-bundle", '{"more": false, "objects": []}')):
    line = house.json("ingest", "-", "--name", name, input=nothing)[0]
    same((line["format"], line["sightings"]), (format, 0), "an answer that there is nothing is no fault")
check(not any(path.name.startswith(".tmp") for path in house.data.rglob("*")), "nothing is left behind")

# --- MaxMind databases: one file, several tables ---
asn = DATABASES / "asn.mmdb"
table = house.json("network", "import", asn)[0]
same((table["kind"], table["rows"], table["rejected"], table["as_of"]), ("asn", 3, 1, "2026-08-01"), "AS numbers")
same(house.json("network", "import", asn, "--kind", "countries")[0]["kind"], "country", "countries of the same")
same(house.json("network", "import", DATABASES / "regions.mmdb", "--kind", "regions")[0]["kind"], "region", "regions")
house.run("network", "import", DATABASES / "bad-tree-loop.mmdb", status=2)
known = house.json("network", "show", "192.0.2.9", "198.51.100.9")
same([(k["asn"], k["country"]) for k in known], [(64496, None), (64497, "VN")], "addresses by them")
house.run("verify")
