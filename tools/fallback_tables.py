#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cuts AS range tables down to the prefixes of one country: how data/fallback/asn-*.csv was made.

fallback_tables.py PREFIXES ASN-RANGES > OUTPUT   (both of one address family)"""
import bisect
import csv
import ipaddress
import sys


def prefixes(path):
    with open(path, encoding="utf-8") as lines:
        nets = [ipaddress.ip_network(line.strip()) for line in lines if line[0] not in "#\n"]
    return sorted((int(net[0]), int(net[-1])) for net in nets)


def address(text):
    return int(text) if text.isdigit() else int(ipaddress.ip_address(text))


def ranges(path):
    with open(path, encoding="utf-8", newline="") as rows:
        for first, last, asn, name in csv.reader(rows):
            yield address(first), address(last), asn, name


def cut(wanted, rows):
    """The parts of the ranges that lie in wanted; neighbours of one AS become one."""
    open_row = None
    ends = [high for _, high in wanted]
    for first, last, asn, name in rows:
        for low, high in wanted[bisect.bisect_left(ends, first):]:
            if low > last:
                break
            part = max(first, low), min(last, high)
            if open_row and open_row[1] + 1 == part[0] and open_row[2:] == (asn, name):
                open_row = (open_row[0], part[1], asn, name)
                continue
            if open_row:
                yield open_row
            open_row = (*part, asn, name)
    if open_row:
        yield open_row


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    wanted = prefixes(sys.argv[1])
    kind = ipaddress.IPv6Address if wanted[0][0] >> 32 else ipaddress.IPv4Address
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for first, last, asn, name in cut(wanted, ranges(sys.argv[2])):
        shown = (first, last) if kind is ipaddress.IPv4Address else (kind(first), kind(last))
        writer.writerow([*shown, asn, name])


if __name__ == "__main__":
    main()
