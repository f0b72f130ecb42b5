# SPDX-License-Identifier: Apache-2.0
"""Feeds that are JSON objects, a line or a document, and n6 as CSV, broken or meaning harm:
make_feeds.py writes them."""
import gzip
import json


def lines(*objects):
    return "".join((o if isinstance(o, str) else json.dumps(o)) + "\n" for o in objects)


def event(**changes):
    values = {"classification.type": "infected-system", "source.ip": "14.225.1.2", "feed.name": "x",
              "time.source": "2026-08-01T00:00:01+00:00", "malware.name": "mirai"}
    values.update({key.replace("__", "."): value for key, value in changes.items()})
    return values


def intelmq():
    good = event()
    yield "intelmq-cut-short.json", lines(good)[:-1] + "\n" + json.dumps(good)[:60]
    yield "intelmq-not-utf8.json", lines(good).encode() + lines(good).encode().replace(b"mirai", b"mir\xffai")
    yield "intelmq-lone-surrogate.json", lines(good, json.dumps(good).replace("mirai", "\\ud800"))
    yield "intelmq-nul-in-name.json", lines(good, event(malware__name="mi\0rai"))
    yield "intelmq-nul-in-line.json", lines(good, json.dumps(good).replace("mirai", "mi\0rai"))
    yield "intelmq-deep.json", lines(good, '{"classification.type":' + "[" * 100000)
    yield "intelmq-nested-deep.json", lines(good, json.dumps(good)[:-1] + ',"a":' + '{"a":' * 40 + "1" +
                                            "}" * 41)
    yield "intelmq-two-on-a-line.json", lines(good, json.dumps(good) * 2)
    yield "intelmq-many-values.json.gz", gzip.compress(
        lines(good, event(extra__list=list(range(2000)))).encode(), mtime=0)
    yield "intelmq-key-bomb.json.gz", gzip.compress(
        lines(good, {"k" * 400000: list(range(1000))}).encode(), mtime=0)
    yield "intelmq-line-bomb.json.gz", gzip.compress(
        lines(good, event(extra__text="x" * (3 << 20)), good).encode(), mtime=0)
    yield "intelmq-extras-bomb.json.gz", gzip.compress(
        lines(good, event(extra__text="x" * 70000)).encode(), mtime=0)
    yield "intelmq-address-is-a-list.json", lines(good, event(source__ip=["14.225.1.3"]))
    yield "intelmq-address-twice.json", lines(good, json.dumps(good)[:-1] + ',"source.ip":"127.0.0.1"}')
    yield "intelmq-range-as-a-bot.json", lines(good, event(source__ip="14.225.1.0/24"))
    yield "intelmq-port-in-words.json", lines(good, event(source__port="http"))
    yield "intelmq-port-with-fraction.json", lines(good, event(source__port=80.5))
    yield "intelmq-time-in-the-future.json", lines(good, event(time__source="2099-01-01T00:00:00+00:00"))
    yield "intelmq-time-is-a-number.json", lines(good, event(time__source=1785542400))
    yield "intelmq-no-type.json", lines(good, event(classification__type=None))
    yield "intelmq-simulated-and-real.json", lines(event(feed__provider="quetsach-simulate"), good)
    yield "intelmq-extra-is-broken-json.json", lines(
        good, event(extra='{"a":'), event(extra='{"a":{"password":1}}', source__port=-1))
    yield "intelmq-array-cut-short.json", "[" + json.dumps(good) + ",\n" + json.dumps(good)
    yield "intelmq-many-columns.csv", "classification.type,source.ip,time.source" + ",x" * 600 + "\n"
    yield "intelmq-quote-never-closed.csv", "classification.type,source.ip,time.source,extra\n" + \
        "c2-server,14.225.1.2,2026-08-01 00:00:01+00,\n" + 'c2-server,14.225.1.3,2026-08-01 00:00:01+00,"{\n'
    yield "intelmq-spread-cut-short.json", json.dumps(good, indent=1) + "\n" + json.dumps(good, indent=1)[:-2]
    yield "intelmq-array-closed-twice.json", "[" + json.dumps(good) + "]\n]\n"
    yield "intelmq-array-row-bomb.json.gz", gzip.compress(
        ("[" + json.dumps(good) + ",\n" + json.dumps(event(extra__text='{"' * (1 << 20))) + ",\n" +
         json.dumps(good) + "]").encode(), mtime=0)


def n6():
    good = {"id": "1", "category": "bots", "time": "2026-08-01T00:00:01Z", "source": "a.b",
            "confidence": "low", "address": [{"ip": "14.225.1.2"}]}
    yield "n6-address-among-others.json", lines({**good, "address": [{"ip": "14.225.1.2"}, {"ip": "0.0.0.0"}]})
    yield "n6-address-numbered-like-a-list.json", lines(good, {**good, "address": {"0": {"ip": "14.225.1"}}})
    yield "n6-until-before-time.json", lines(good, {**good, "until": "2026-07-31T00:00:00Z"})
    yield "n6-until-in-the-future.json", lines(good, {**good, "until": "2099-01-01T00:00:00Z"})
    yield "n6-no-category.json", lines(good, {**good, "category": ""})
    yield "n6-name-bomb.json", lines(good, {**good, "name": "m" * 201})
    yield "n6-port-70000.json", lines(good, {**good, "dport": 70000})
    yield "n6-many-addresses.json.gz", gzip.compress(
        lines(good, {**good, "address": [{"ip": "14.225.1.2"}] * 1100}).encode(), mtime=0)
    head = "time,id,source,category,name,md5,ip,url,fqdn,asn,cc,details\n"
    row = "2026-08-01T00:00:01Z,1,a.b,bots,x,,14.225.1.2,,,,,\n"
    yield "n6-many-addresses.csv", head + row + row.replace("14.225.1.2", "14.225.1.2 " * 300)
    yield "n6-details-port.csv", head + row + row.replace(",\n", ",tcp from port many\n")
    yield "n6-quote-never-closed.csv", head + row + row.replace(",x,", ',"x,') + row
    yield "n6-short-row.csv", head + row + row[:30] + "\n"


def ctip():
    good = {"DataFeed": "CTIP-Infected", "DateTimeReceivedUtc": 134300736010000000, "Malware": "Emotet",
            "ThreatCode": "B77-GV", "SourceIp": "14.225.1.2", "SourcePort": 1, "DestinationIp": ""}
    yield "ctip-time-of-1601.json", lines(good, {**good, "DateTimeReceivedUtc": 1})
    yield "ctip-time-too-large.json", lines(good, {**good, "DateTimeReceivedUtc": 2**63 - 1})
    yield "ctip-time-past-64-bits.json", lines(good, {**good, "DateTimeReceivedUtc": 2**64})
    yield "ctip-time-in-words.json", lines(
        good, {**good, "DateTimeReceivedUtc": "Sunday May 24 2020 22:45:28.4870"})
    yield "ctip-server-without-address.json", lines(good, {"DataFeed": "CTIP-C2", "Malware": "Emotet",
                                                           "DateTimeReceivedUtc": 134300736010000000})
    yield "ctip-port-65536.json", lines(good, {**good, "SourcePort": 65536})
    yield "ctip-interflow-cut-short.json", json.dumps([
        {"indicatorthreattype": "Botnet", "networksourceipv4": "14.225.1.2", "externalid": "x",
         "firstreporteddatetime": "2026-08-01T00:00:01"}] * 3)[:-40]


def abusech():
    entry = {"ioc_value": "14.225.1.2:443", "ioc_type": "ip:port", "threat_type": "botnet_cc",
             "malware": "win.x", "malware_printable": "X", "first_seen_utc": "2026-08-01 00:00:01",
             "last_seen_utc": None}

    def export(**changes):
        return json.dumps({"1": [entry], "2": [{**entry, **changes}]}, indent=1)
    yield "threatfox-no-port.json", export(ioc_value="14.225.1.2")
    yield "threatfox-port-empty-bracket.json", export(ioc_value="[:443")
    yield "threatfox-name-for-address.json", export(ioc_value="example.com:443")
    yield "threatfox-seen-in-the-future.json", export(last_seen_utc="2099-01-01 00:00:00")
    yield "threatfox-cut-short.json", export()[:-30]
    yield "threatfox-one-object-broken.json", export().replace('"2": [\n  {', '"2": [\n  {x')
    server = {"ip_address": "14.225.1.2", "port": 443, "status": "online", "malware": "QakBot",
              "first_seen": "2026-08-01 00:00:01", "last_online": None}

    def servers(**changes):
        return json.dumps([server, {**server, **changes}], indent=1)
    yield "feodo-tracker-day-of-33.json", servers(last_online="2026-08-33")
    yield "feodo-tracker-no-time.json", servers(first_seen=None)
    yield "feodo-tracker-class-e.json", servers(ip_address="240.0.0.1")
    yield "feodo-tracker-port-in-words.json", servers(port="https")
    yield "feodo-tracker-never-closed.json", servers()[:-1] + ', {"ip_address": "'


def drop():
    good = {"cidr": "1.10.16.0/20", "sblid": "SBL1"}
    yield "drop-no-range-2026-08-01.json", lines(good, {"sblid": "SBL2"})
    yield "drop-extras-bomb-2026-08-01.json.gz", gzip.compress(
        lines(good, {**good, "a": "x" * 40000, "b": "y" * 40000}).encode(), mtime=0)
    yield "drop-many-columns-2026-08-01.json.gz", gzip.compress(
        lines(good, {**good, **{f"k{i}": 1 for i in range(400)}}).encode(), mtime=0)


def files():
    for some in (intelmq, n6, ctip, abusech, drop):
        yield from some()
