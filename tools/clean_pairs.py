#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How often a byte follows another in clean files: clean_pairs.py OUT.def. Counted over programs,
libraries, scripts and texts of the Debian machine it runs on, each kind with the same weight; the
table in data/ was made on Debian 12. One letter a pair: 'a' + bits of surprise, 25 at most."""
import collections
import math
import os
import random
import sys

KINDS = [
    ("/usr/bin", lambda name: True),
    ("/usr/lib", lambda name: ".so" in name),
    ("/usr/lib", lambda name: name.endswith((".py", ".js", ".pl", ".pm", ".rb", ".h"))),
    ("/usr/share", lambda name: name.endswith((".txt", ".html", ".xml", ".json", ".gz", ".png", ".po", ".mo", ".1"))),
]
BYTES = 30 << 20
SLICE = 256 << 10


def files(folder, wanted):
    found = []
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            if wanted(name) and os.path.isfile(path) and not os.path.islink(path):
                found.append(path)
    random.Random(1).shuffle(found)
    return found


def count(folder, wanted):
    pairs, left = collections.Counter(), BYTES
    for path in files(folder, wanted):
        with open(path, "rb") as file:
            size = os.path.getsize(path)
            file.seek(max(0, random.Random(path).randrange(size + 1) - SLICE))
            data = file.read(SLICE)
        pairs.update(zip(data, data[1:]))
        left -= len(data)
        if left < 0:
            break
    return pairs


def letter(share):
    return chr(ord("a") + (25 if share <= 0 else min(25, round(-math.log2(share)))))


def main():
    table = [[0.0] * 256 for _ in range(256)]
    for folder, wanted in KINDS:
        pairs = count(folder, wanted)
        total = sum(pairs.values())
        for (a, b), seen in pairs.items():
            table[a][b] += seen / total / len(KINDS)
    alone = [sum(row[b] for row in table) for b in range(256)]
    with open(sys.argv[1], "w", encoding="ascii") as out:
        out.write("/* SPDX-License-Identifier: Apache-2.0 */\n/* Made by tools/clean_pairs.py: row 256 is a byte by itself. */\n")
        for row in table:
            # a little of the byte by itself, where a pair was never seen
            before = sum(row)
            shares = [(row[b] + 1e-5 * alone[b]) / (before + 1e-5) for b in range(256)]
            out.write('"' + "".join(map(letter, shares)) + '",\n')
        out.write('"' + "".join(map(letter, alone)) + '"\n')


main()
