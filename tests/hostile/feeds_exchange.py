# SPDX-License-Identifier: Apache-2.0
"""Events of MISP and bundles of STIX that are broken or mean harm: make_feeds.py writes them."""
import gzip
import json


def uuid(number):
    return f"00000000-0000-4000-8000-{number:012d}"


def attribute(number, **changes):
    return {"uuid": uuid(number), "type": "ip-dst", "category": "Network activity", "to_ids": True,
            "timestamp": "1785542400", "value": "14.225.1.2", **changes}


def event(*attributes, **changes):
    return json.dumps({"Event": {"info": "x", "date": "2026-08-01", "threat_level_id": "1",
                                 "Attribute": [attribute(1), *attributes], **changes}})


def misp():
    whole = event(attribute(2))
    yield "misp-cut-short.json", whole[:len(whole) // 2]
    yield "misp-two-documents.json", whole + "\n" + whole + "}"
    yield "misp-manifest.json", json.dumps({uuid(1): {"timestamp": "1785542400", "info": "x", "Orgc": {}}})
    yield "misp-no-date.json", event(attribute(2, timestamp="0"), date="")
    yield "misp-date-of-33.json", event(attribute(2, timestamp="0"), date="2026-08-33")
    yield "misp-value-is-a-list.json", event(attribute(2, value=["14.225.1.3"]))
    yield "misp-no-port.json", event(attribute(2, type="ip-dst|port", value="14.225.1.3:80"))
    yield "misp-port-in-words.json", event(attribute(2, type="ip-src|port", value="14.225.1.3|http"))
    yield "misp-seen-backwards.json", event(attribute(
        2, first_seen="2026-08-02T00:00:00+00:00", last_seen="2026-08-01T00:00:00+00:00"))
    yield "misp-seen-tomorrow.json", event(attribute(2, last_seen="2099-12-01T00:00:00+00:00"))
    yield "misp-timestamp-too-large.json", event(attribute(2, timestamp="9" * 30))
    yield "misp-name-bomb.json", event(attribute(2, Tag=[{"name": 'misp-galaxy:botnet="' + "m" * 300 + '"'}]))
    yield "misp-comment-bomb.json", event(attribute(2, comment="c" * 70000))
    yield "misp-deep.json", event()[:-2] + ',"Galaxy":' + "[" * 100000
    yield "misp-object-of-addresses.json", event(Object=[{"name": "ip-port", "Attribute": [
        attribute(3, type="port", object_relation="dst-port", value="70000"),
        attribute(4, object_relation="ip", value="14.225.1.4")]}])
    yield "misp-nul-in-text.json", event(attribute(2, value="14.225.1.\u0000"))


def indicator(number, pattern, **changes):
    return {"type": "indicator", "id": "indicator--" + uuid(number), "pattern": pattern,
            "pattern_type": "stix", "valid_from": "2026-08-01T00:00:00Z", **changes}


def bundle(*objects):
    good = indicator(1, "[ipv4-addr:value = '14.225.1.2']")
    return json.dumps({"type": "bundle", "id": "bundle--" + uuid(0), "objects": [good, *objects]})


def seen(*references, **changes):
    return ({"type": "sighting", "id": "sighting--" + uuid(2), "sighting_of_ref": "malware--" + uuid(3),
             "observed_data_refs": ["observed-data--" + uuid(4)]},
            {"type": "observed-data", "id": "observed-data--" + uuid(4), "number_observed": 1,
             "first_observed": "2026-08-01T00:00:00Z", "last_observed": "2026-08-01T00:00:00Z",
             "object_refs": references, **changes})


def stix():
    whole = bundle()
    yield "stix-cut-short.json", whole[:-20]
    yield "stix-objects-missing-comma.json", whole.replace('", "pattern_type"', '" "pattern_type"')
    yield "stix-valid-from-nonsense.json", bundle(
        indicator(2, "[ipv4-addr:value = '14.225.1.3']", valid_from="yesterday"))
    yield "stix-never-valid.json", bundle(indicator(2, "[ipv4-addr:value = '14.225.1.3']", valid_from=None))
    yield "stix-valid-from-2099.json", bundle(
        indicator(2, "[ipv4-addr:value = '14.225.1.3']", valid_from="2099-01-01T00:00:00Z"))
    yield "stix-pattern-never-closes.json", bundle(indicator(2, "[ipv4-addr:value = '14.225.1.3"))
    yield "stix-pattern-of-brackets.json", bundle(indicator(2, "[" + "(" * 50000 + "ipv4-addr:value"))
    yield "stix-pattern-negated.json", bundle(indicator(2, "[ipv4-addr:value NOT = '14.225.1.3']"))
    yield "stix-pattern-not-an-address.json", bundle(indicator(2, "[ipv4-addr:value = 'example.com']"))
    yield "stix-pattern-loopback.json", bundle(indicator(2, "[ipv4-addr:value = '127.0.0.1']"))
    yield "stix-pattern-port.json", bundle(indicator(
        2, "[network-traffic:dst_ref.value = '14.225.1.3' AND network-traffic:dst_port = 99999]"))
    yield "stix-seen-nowhere.json", bundle(*seen("ipv4-addr--" + uuid(5)))
    yield "stix-seen-by-itself.json", bundle(*seen("observed-data--" + uuid(4), "network-traffic--" + uuid(6)), {
        "type": "network-traffic", "id": "network-traffic--" + uuid(6),
        "src_ref": "network-traffic--" + uuid(7), "dst_ref": "network-traffic--" + uuid(6)})
    yield "stix-seen-backwards.json", bundle(*seen(
        "ipv4-addr--" + uuid(5), first_observed="2026-08-02T00:00:00Z"), {
            "type": "ipv4-addr", "id": "ipv4-addr--" + uuid(5), "value": "14.225.1.5"})
    yield "stix-many-sightings.json.gz", gzip.compress(shared_observation().encode(), mtime=0)


def shared_observation():
    """Every sighting leads to all of one observation: 2,200 times 2,200 references from 0.3 MB."""
    parts = [f"x--{i}" for i in range(2200)]
    many = [{"type": "sighting", "id": f"sighting--{i}", "sighting_of_ref": "malware--0",
             "observed_data_refs": ["observed-data--0"]} for i in range(2200)]
    return json.dumps({"type": "bundle", "objects": [
        {"type": "observed-data", "id": "observed-data--0", "object_refs": parts},
        {"type": "x", "id": "x--0"}, *({"type": "x", "id": part} for part in parts), *many]},
        separators=(",", ":"))


def files():
    yield from misp()
    yield from stix()
