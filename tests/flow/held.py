# SPDX-License-Identifier: Apache-2.0
"""What a data folder must answer, worked out by other means: rows read with Python's csv, held in sets."""
import csv
import ipaddress
from datetime import datetime, timezone

BOTNETS = {"mirai": "Mirai", "ramnit": "Ramnit", "zeus": "Zeus", "conficker": "Conficker", "sality": "Sality", "necurs": "Necurs"}
DAY = 86400


def unit_of(text):
    """What is counted of an address: itself, or its /64."""
    ip = ipaddress.ip_address(text)
    if ip.version == 4:
        return 4, int(ip)
    if ip.ipv4_mapped:
        return 4, int(ip.ipv4_mapped)
    return 6, int(ip) >> 64


def rows_of(text):
    """Of a Shadowserver report: (second, (family, unit), botnet)."""
    rows = csv.DictReader(text.splitlines())
    return [(int(datetime.strptime(r["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc).timestamp()),
        unit_of(r["src_ip"]), BOTNETS[r["infection"]]) for r in rows]


class Paper:
    """A file that was taken in: its rows, its first and last second."""

    def __init__(self, name, feed, text):
        self.name, self.feed, self.text = name, feed, text
        self.rows = rows_of(text)
        self.first = min(r[0] for r in self.rows)
        self.last = max(r[0] for r in self.rows)


def top_botnets(papers, first_day, last_day, feed=None):
    """As `top botnets --json` says it: {botnet: (addresses, /64s, address days)}, total, /64s in total, address days."""
    begin, end = first_day * DAY, (last_day + 1) * DAY
    seen = {(second // DAY, unit, botnet) for p in papers if feed in (None, p.feed)
        and p.first < end and p.last >= begin for second, unit, botnet in p.rows if begin <= second < end}
    return counted(seen)


def counted(seen):
    """From distinct (day, unit, botnet)."""
    rows = {}
    for botnet in {b for _, _, b in seen}:
        of = [(day, unit) for day, unit, b in seen if b == botnet]
        units = {unit for _, unit in of}
        rows[botnet] = (sum(u[0] == 4 for u in units), sum(u[0] == 6 for u in units), sum(u[0] == 4 for _, u in of))
    units = {unit for _, unit, _ in seen}
    days = {(day, unit) for day, unit, _ in seen if unit[0] == 4}
    return rows, sum(u[0] == 4 for u in units), sum(u[0] == 6 for u in units), len(days)


def told(top):
    """The same of what the program says."""
    rows = {r["key"]: (r["addresses"], r["ipv6_64s"], r["address_days"]) for r in top["rows"]}
    return rows, top["total"], top["total_ipv6_64s"], top["address_days"]
