#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/unit/network/mmdb/ and fuzz/corpus/network_mmdb/: MaxMind databases made after the
specification (https://maxmind.github.io/MaxMind-DB/) by a writer that shares nothing with our reader.
The files are kept in the repository; test_mmdb.c says what must come of each."""
import ipaddress
import struct
import sys
from pathlib import Path

MARKER = b"\xab\xcd\xefMaxMind.com"


class Pointer(int):
    """A value that stands at this offset of the data section."""


class Wide(int):
    """A number stored in 64 bits."""


class Short(int):
    """A number stored in 16 bits."""


def control(kind, size):
    if size < 29:
        bits, more = size, b""
    elif size < 285:
        bits, more = 29, bytes([size - 29])
    elif size < 65821:
        bits, more = 30, struct.pack(">H", size - 285)
    else:
        bits, more = 31, struct.pack(">I", size - 65821)[1:]
    if kind < 8:
        return bytes([kind << 5 | bits]) + more
    return bytes([bits, kind - 7]) + more


def pointer(target, size=None):
    if size is None:
        size = 0 if target < 2048 else 1 if target < 526336 else 2 if target < 134744064 else 3
    value = target - (0, 2048, 526336, 0)[size]
    packed = value.to_bytes(size + 1 if size == 3 else size + 2, "big")
    if size == 3:
        return bytes([0x38]) + packed
    return bytes([1 << 5 | size << 3 | packed[0]]) + packed[1:]


def pack(value):
    if isinstance(value, Pointer):
        return pointer(value)
    if isinstance(value, bool):
        return control(14, int(value))
    if isinstance(value, str):
        return control(2, len(value.encode())) + value.encode()
    if isinstance(value, bytes):
        return control(4, len(value)) + value
    if isinstance(value, int):
        size = (value.bit_length() + 7) // 8
        kind = 5 if isinstance(value, Short) else 6 if size <= 4 else 9 if size <= 8 else 10
        kind = 9 if isinstance(value, Wide) else kind
        return control(kind, size) + value.to_bytes(size, "big")
    if isinstance(value, float):
        return control(3, 8) + struct.pack(">d", value)
    if isinstance(value, list):
        return control(11, len(value)) + b"".join(map(pack, value))
    return control(7, len(value)) + b"".join(pack(k) + pack(v) for k, v in value.items())


class Database:
    def __init__(self, version=6, bits=24, kind="Test"):
        self.version, self.bits, self.kind = version, bits, kind
        self.nodes = [[None, None]]
        self.data = b""

    def record(self, value):
        offset = len(self.data)
        self.data += value if isinstance(value, bytes) else pack(value)
        return ("data", offset)

    def way(self, network):
        net = ipaddress.ip_network(network)
        if net.version == 4 and self.version == 6:
            return [0] * 96 + [int(b) for b in f"{int(net.network_address):032b}"[:net.prefixlen]]
        width = 32 if self.version == 4 else 128
        return [int(b) for b in f"{int(net.network_address):0{width}b}"[:net.prefixlen]]

    def put(self, way, what):
        at = 0
        for bit in way[:-1]:
            below = self.nodes[at][bit]
            if not isinstance(below, int):  # a record above it is cut in two
                self.nodes.append([below, below])
                below = self.nodes[at][bit] = len(self.nodes) - 1
            at = below
        self.nodes[at][way[-1]] = what

    def node(self, way):
        at = 0
        for bit in way:
            at = self.nodes[at][bit]
        return at

    def add(self, network, value):
        what = value if isinstance(value, tuple) else self.record(value)
        self.put(self.way(network), what)
        return what

    def alias(self):
        """What writers do for mapped addresses, Teredo and 6to4."""
        root = self.node([0] * 96)
        for network in ("::ffff:0:0/96", "2001::/32", "2002::/16"):
            self.put(self.way(network), root)

    def value(self, what):
        count = len(self.nodes)
        if what is None:
            return count
        return what if isinstance(what, int) else count + 16 + what[1]

    def tree(self):
        out = b""
        for left, right in self.nodes:
            a, b = self.value(left), self.value(right)
            if self.bits == 24:
                out += a.to_bytes(3, "big") + b.to_bytes(3, "big")
            elif self.bits == 28:
                out += (a & 0xFFFFFF).to_bytes(3, "big") + bytes([a >> 24 << 4 | b >> 24]) + \
                    (b & 0xFFFFFF).to_bytes(3, "big")
            else:
                out += struct.pack(">II", a, b)
        return out

    def bytes(self, **changes):
        metadata = {"node_count": len(self.nodes), "record_size": Short(self.bits),
                    "ip_version": Short(self.version), "database_type": self.kind, "languages": ["en"],
                    "binary_format_major_version": Short(2), "binary_format_minor_version": Short(0),
                    "build_epoch": Wide(1785542400),
                    "description": {"en": "hand-made"}, **changes}
        return self.tree() + bytes(16) + self.data + MARKER + pack(metadata)


def country(code):
    return {"country": {"geoname_id": 1, "iso_code": code, "names": {"en": "x", "vi": "Việt Nam"}}}


def ranges(version, bits):
    """The same networks in every width: neighbours to be joined, a hole, one of a whole half."""
    d = Database(version, bits, "Hand-Country")
    d.add("192.0.2.0/25", country("VN"))
    d.add("192.0.2.128/25", country("VN"))
    d.add("198.51.100.0/24", country("LA"))
    d.add("198.51.100.77/32", country("KH"))
    d.add("203.0.113.0/24", {"registered_country": {"iso_code": "TH"}})
    if version == 6:
        d.add("2001:db8::/32", country("VN"))
        d.add("2001:db8:1::/48", country("LA"))
        d.alias()
    return d


def asns():
    d = Database(6, 28, "Hand-ASN")
    name = d.record("Tập đoàn Bưu chính Viễn thông")[1]
    d.add("192.0.2.0/24", {"autonomous_system_number": 64496,
                           "autonomous_system_organization": Pointer(name)})
    d.add("198.51.100.0/24", {"asn": "AS64497", "as_name": "Two", "country": "VN"})
    d.add("203.0.113.0/24", {"autonomous_system_number": 2 ** 40})
    d.add("2001:db8::/32", {"autonomous_system_number": 64496})
    d.alias()
    return d


def every_type():
    """What we look for stands behind one of each type."""
    d = Database(4, 32, "Hand-Types")
    before = {"a": 1.5, "b": b"\x00" * 300, "c": True, "d": False, "e": [1, [2, {"x": "y"}]],
              "f": 2 ** 100, "g": 2 ** 63, "h": "z" * 70000, "i": {}, "j": []}
    d.data += control(15, 4) + struct.pack(">f", 1.5) + control(8, 4) + struct.pack(">i", -1)
    d.add("192.0.2.0/24", {**before, **country("VN")})
    inner = d.record({"iso_code": "LA"})[1]
    key = d.record("country")[1]
    d.add("198.51.100.0/24", control(7, 1) + pointer(key, 3) + pointer(inner, 2 if inner >= 526336 else 1))
    d.add("203.0.113.0/24", control(7, 2) + pack("w") + control(15, 4) + struct.pack(">f", 1.5) +
          pack("country") + pointer(inner))
    return d


def regions():
    d = Database(6, 24, "Hand-City")
    d.add("192.0.2.0/24", {**country("VN"), "subdivisions": [{"iso_code": "HN"}, {"iso_code": "XX"}]})
    d.add("198.51.100.0/24", {**country("VN"), "subdivisions": [{"iso_code": "SG"}]})
    d.add("203.0.113.0/24", {**country("LA"), "subdivisions": [{"iso_code": "VT"}]})
    return d


def everything():
    d = Database(6, 24, "Hand-Whole")
    d.put([0], d.record(country("VN")))
    return d


def hostile():
    def small(value):
        d = Database(4, 24)
        d.add("192.0.2.0/24", country("VN"))
        d.add("198.51.100.0/24", value)
        return d
    yield "pointer-to-itself", small(control(7, 1) + pack("country") + pointer(len(pack(country("VN"))) + 9)).bytes()
    yield "pointer-to-pointer", small(pointer(len(pack(country("VN"))) + 2) + pointer(0)).bytes()
    yield "pointer-out", small(pointer(100000)).bytes()
    yield "map-in-itself", small(control(7, 1) + pack("country") + pointer(len(pack(country("VN"))))).bytes()
    yield "map-of-millions", small(control(7, 0xFFFFFF + 65821) + pack("a") * 40).bytes()
    yield "text-past-the-end", small(control(7, 1) + pack("country") + control(2, 60000) + b"VN").bytes()
    yield "key-is-a-number", small(control(7, 1) + pack(7) + pack("VN")).bytes()
    yield "country-in-words", small({"country": "Việt Nam"}).bytes()
    nested = (control(7, 1) + pack("a")) * 1000 + pack("x")
    yield "deep", small(control(7, 2) + pack("a") + nested + pack("country") + pack("LA")).bytes()
    loop = Database(4, 24)
    loop.add("192.0.2.0/24", country("VN"))
    loop.nodes[5] = [0, 0]
    yield "tree-loop", loop.bytes()
    endless = Database(6, 32)
    endless.nodes = [[0, 0]]
    endless.record(country("VN"))
    yield "tree-of-itself", endless.bytes()
    ways = Database(6, 24)  # both sides of a node lead to the next: 2^127 ways to one record
    ways.nodes = [[i + 1, i + 1] for i in range(127)]
    ways.nodes += [[ways.record(country("VN"))] * 2]
    yield "tree-of-ways", ways.bytes()
    out = ranges(4, 24)
    out.nodes[0] = [("data", -5), None]
    yield "tree-into-the-separator", out.bytes()
    far = ranges(4, 24)
    far.nodes[0][0] = ("data", 1 << 20)
    yield "tree-past-the-data", far.bytes()
    good = ranges(6, 24)
    yield "too-many-nodes", good.bytes(node_count=1 << 31)
    yield "no-nodes", good.bytes(node_count=0)
    yield "record-size-20", good.bytes(record_size=20)
    yield "record-size-30", good.bytes(record_size=30)
    yield "version-3", good.bytes(binary_format_major_version=3)
    yield "ip-version-5", good.bytes(ip_version=5)
    yield "node-count-is-text", good.bytes(node_count="many")
    yield "only-the-marker", MARKER
    yield "cut-in-the-metadata", good.bytes()[:-60]
    strange = Database(4)
    strange.add("192.0.2.0/24", {"x": 1})
    yield "of-nothing-we-know", strange.bytes()


def main():
    here = Path(__file__).resolve().parent
    files = {f"v{version}-{bits}": ranges(version, bits).bytes() for version in (4, 6) for bits in (24, 28, 32)}
    files.update({"asn": asns().bytes(), "types": every_type().bytes(), "regions": regions().bytes(),
                  "whole": everything().bytes()})
    files.update({f"bad-{name}": data for name, data in hostile()})
    for folder in (here / "mmdb", here.parents[2] / "fuzz/corpus/network_mmdb"):
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            if folder.name == "mmdb" or len(data) < 5000:
                (folder / (name + (".mmdb" if folder.name == "mmdb" else ""))).write_bytes(data)
    print(len(files), "files")


if __name__ == "__main__":
    sys.exit(main())
