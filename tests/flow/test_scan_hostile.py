# SPDX-License-Identifier: Apache-2.0
"""Bombs and nests without end through the whole program: what is in them is found or told, never clean, and no
process takes more memory than a worker may."""
import io
import os
import struct
import sys
import zipfile
import zlib

from flow import check, same
from scanning import EICAR, PLANTED, ROOT, RULES, SLOW, Machine, adopt_orphans, bury_orphans, timed

sys.path.insert(0, str(ROOT / "tests" / "hostile"))
import make_containers  # noqa: E402 - after its folder is known

PAYLOAD_RULE = f"""
rule Payload {{ strings: $a = {{ {make_containers.PAYLOAD[:40].hex()} }} condition: $a }}
"""
SMALL = 320 << 20  # of what opens with little
WORKER = 1536 << 20  # SCAN_MEMORY of limits.def
ENGINE = 64 << 20
TOLD = 100  # SCAN_TOLD, SCAN_FOUND
RULES_MANY = 500
RULES_NAMED = 64
# A sanitizer keeps what is given back for a while, and marks each byte.
WATCHED = (320 << 20) if SLOW else 0


def scan_alone(m, name, content):
    """Findings and reasons of that file, and the most memory a process of the scan had."""
    here = m.fresh()
    (here / name).write_bytes(content)
    (here / "beside").write_bytes(PLANTED)
    # On no machine is it time that ends it.
    found, _, summary = m.scan("--no-cache", "--timeout", 3600, here, status=1)
    most = bury_orphans()
    check("beside" in found, f"{name}: the scan went on")
    same(summary["files"], 2, f"{name}: counted")
    return found.get(name, []), [line for line in m.last.unscanned() if m.name_of(line) == name], most


def bombs(m):
    adopt_orphans()
    largest = (0, "")
    for name, content, (wanted, reasons) in make_containers.harmful():
        found, told, most = scan_alone(m, name, content)
        fine = any("ok" in reason.split("|") for reason in reasons)
        check(found or told or fine, f"{name}: passed as clean")
        if wanted:
            check(found, f"{name}: what is in it is found")
        for reason in reasons:
            check(any(r == "ok" or any(line["reason"] == r for line in told) for r in reason.split("|")),
                f"{name}: told {reason}: {told}")
        check(most < SMALL + ENGINE + WATCHED, f"{name}: {most >> 20} MiB")
        largest = max(largest, (most, name))
    print(f"  most memory: {largest[0] >> 20} MiB, {largest[1]}")


class Padded:
    """A zip of one member: so many zeros, and then the content. Packed once, used for each level."""

    def __init__(self, zeros):
        self.zeros = zeros
        self.packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        self.crc, packed = 0, []
        for _ in range(zeros >> 20):
            packed.append(self.packer.compress(bytes(1 << 20)))
            self.crc = zlib.crc32(bytes(1 << 20), self.crc)
        self.packed = b"".join(packed)

    def around(self, content):
        packer = self.packer.copy()
        packed = self.packed + packer.compress(content) + packer.flush()
        common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, zlib.crc32(content, self.crc), len(packed),
            self.zeros + len(content), 5, 0)
        local = b"PK\3\4" + common + b"x.zip"
        listed = b"PK\1\2\x14\0" + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + b"x.zip"
        end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(listed), len(local) + len(packed), 0)
        return local + packed + listed + b"PK\5\6" + end


def many_large_at_once(m):
    """Each container within has to be held while the one in it is opened: all of them would be 1,750 MiB."""
    m.environment = {"ASAN_OPTIONS": f"{os.environ.get('ASAN_OPTIONS', '')}:allocator_may_return_null=1"}
    padded = Padded(250 << 20)
    few, many = EICAR, EICAR
    for level in range(7):
        many = padded.around(many)
        few = many if level == 1 else few
    # What is on disk decides how much it may expand to.
    found, told, most = scan_alone(m, "few.zip", os.urandom(3 << 20) + few)
    check(found, f"two at once: found: {told}")
    check(most < 1024 << 20, f"two at once: {most >> 20} MiB")
    found, told, most = scan_alone(m, "many.zip", os.urandom(3 << 20) + many)
    check("memory" in {line["reason"] for line in told}, f"seven at once: told: {told}")
    check(most < WORKER + ENGINE + WATCHED, f"seven at once: {most >> 20} MiB")
    print(f"  seven at once: {most >> 20} MiB")
    m.environment = {}


def thrice(content, levels):
    for _ in range(levels):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            for name in ("a.zip", "b.zip", "c.zip"):
                z.writestr(name, content)
        content = out.getvalue()
    return content


def self_similar(m):
    """Each level holds the one before it three times: thousands of ends past the depth have to be told, more
    than anybody could read."""
    found, told, most = scan_alone(m, "deeper.zip", thrice(EICAR, 24))
    same(found, [], "deeper than may be")
    depths = [line for line in told if line["reason"] == "depth"]
    check(len(depths) == TOLD + 1 and depths[-1]["about"].startswith("+"), f"as a number: {depths[-1:]}")
    check(int(depths[-1]["about"]) > 1000 and "object" not in depths[-1], f"of all: {depths[-1]}")
    check(most < SMALL + ENGINE + WATCHED, f"{most >> 20} MiB")


def more_found_than_anybody_reads(m):
    """Thousands of infected members, and hundreds of rules that fit one file: some of them, and how many."""
    here = m.fresh()
    with zipfile.ZipFile(here / "many.zip", "w", zipfile.ZIP_DEFLATED) as z:
        for i in range(5000):
            z.writestr(f"{i}.com", EICAR)
    found, _, summary = m.scan("--no-cache", here, status=1)
    same(len(found["many.zip"]), TOLD, "told one by one")
    more = [line for line in m.last.lines if line["type"] == "found_more"]
    same([(line["path"], line["kind"], line["outcome"], line["count"]) for line in more],
        [(str(here / "many.zip"), "file", "infected", 5000 - TOLD)], "the rest as a number")
    same((summary["infected"], summary["files"]), (1, 1), "one file")
    page, log = m.folder / "many.html", m.folder / "many.sarif"
    m.scan("--no-cache", "--html", page, "--sarif", log, "--lang", "vi", here, status=1)
    check("còn 4.900 chỗ nữa cũng có mã độc" in page.read_text(), "in the report")
    check('"id":"found_more"' in log.read_text().replace(" ", ""), "in SARIF")

    (m.folder / "rules-many").mkdir()
    (m.folder / "rules-many" / "r.yar").write_text("".join(
        f'rule Many{i} {{ strings: $a = "harmless planted text" condition: $a }}\n' for i in range(RULES_MANY)))
    pack = m.make_pack("many-rules", "--rules", f"many={m.folder / 'rules-many'}")
    here = m.fresh()
    (here / "one").write_bytes(PLANTED)
    found, _, _ = m.scan("--no-cache", here, status=1, pack=pack, state="other")
    line = found["one"][0]
    same((len(line["rules"]), line["rules_total"]), (RULES_NAMED, RULES_MANY), "rules named, and how many fit")


def main():
    m = Machine(RULES + PAYLOAD_RULE)
    for test in (more_found_than_anybody_reads, bombs, many_large_at_once, self_similar):
        timed(test, m)


main()
