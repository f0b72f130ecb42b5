# SPDX-License-Identifier: Apache-2.0
"""Downloads of tools: counted once a visitor and day, kept over restarts, begun anew when damaged."""
from flow import House, check, clear_of, same
from served import Served

clear_of(0, 17)
house = House()
house.run("publish")
COUNTERS = house.data / "counters"
SLOT = 128


def total(key):
    """As docs/format/counters.md has it, read by other hands than the program's."""
    data = COUNTERS.read_bytes()
    same(len(data), 1 << 20, "size of the counters")
    same(data[:16], b"QSCOUNT\n" + (1).to_bytes(8, "little"), "magic and version")
    for at in range(SLOT, len(data), SLOT):
        slot = data[at : at + SLOT]
        if slot[24:88].rstrip(b"\0") == key.encode():
            word = int.from_bytes(slot[8:16], "little")
            value = word >> 16
            same(word & 0xFFFF, (value * 0x9E3779B97F4A7C15 % 2**64) >> 48, "check of a word")
            return value
    return 0


def fetch(site, visitor, key="bkav-home", **headers):
    answer = site.ask(f"/tai/{key}", visitor=visitor, **headers)
    same(answer.status, 302, "status of a download")
    check(answer.header("Location").startswith("https://"), "to the maker's page")
    same(answer.header("Referrer-Policy"), "no-referrer", "nothing is said of where one comes from")


def listed():
    return {tool["key"]: tool["downloads"] for tool in house.json("tool", "list")}


check(set(listed().values()) == {0}, "nobody has served yet: no downloads")
site = Served(house.data)
fetch(site, "14.160.1.1")
fetch(site, "14.160.1.1")
fetch(site, "14.160.1.2")
fetch(site, "2001:ee0::1")
fetch(site, "2001:ee0::2")
fetch(site, "14.160.1.3", Sec_Purpose="prefetch")
same(site.ask("/tai/bkav-home", method="HEAD", visitor="14.160.1.4").status, 302, "HEAD")
same(site.ask("/tai/nobody", visitor="14.160.1.5").status, 404, "a tool that is none")
same(total("bkav-home"), 3, "three visitors, counted once each")
same(listed()["bkav-home"], 3, "as the operator sees it")
check("Đã mở 3 lượt" in site.ask("/vi/cong-cu").text, "the page says how often")
robots = site.ask("/robots.txt").text
check("Disallow: /tai/" in robots and "Disallow: /download/" in robots, "robots stay away")
site.stop()

site = Served(house.data)
same(total("bkav-home"), 3, "counts outlive the server")
fetch(site, "14.160.1.9")
same(total("bkav-home"), 4, "and go on")
site.stop()

program = house.write("scan.sh", b"#!/bin/sh\n" * 1000)
house.write("our-scan.txt", "name: Our scan\nmaker-vi: Ta\nmaker-en: We\npurpose-vi: Quét\n"
    "purpose-en: Scans\nabout-vi: Quét.\nabout-en: Scans.\nplatforms: linux\n")
house.run("tool", "set", house.folder / "our-scan.txt")
house.run("tool", "add-file", "our-scan", program)
site = Served(house.data)
part = site.ask("/download/our-scan", visitor="14.160.2.1", Range="bytes=5000-")
same((part.status, part.body), (206, program.read_bytes()[5000:]), "a part of the file")
same(total("our-scan"), 0, "which is no new download")
whole = site.ask("/download/our-scan", visitor="14.160.2.1")
same((whole.status, whole.body), (200, program.read_bytes()), "the whole file")
check("scan.sh" in whole.header("Content-Disposition"), "under its name")
same(total("our-scan"), 1, "which counts")
check("Đã tải 1 lượt" in site.ask("/vi/cong-cu").text, "as a download")
site.stop()

damaged = bytearray(COUNTERS.read_bytes())
damaged[0] ^= 1
COUNTERS.write_bytes(damaged)
check("counters" in house.run("verify", status=2).stderr, "verify sees it")
site = Served(house.data)
check(any("counters-broken" in line for line in site.said), f"the log says so: {site.said}")
kept = list(house.data.glob("counters.broken-*"))
same([path.read_bytes() for path in kept], [bytes(damaged)], "the damaged file is kept")
fetch(site, "14.160.1.1")
same(total("bkav-home"), 1, "counted from 0")
site.stop()
