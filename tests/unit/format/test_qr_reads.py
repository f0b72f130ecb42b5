#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""QR codes as written are read by a program that shares nothing with ours (zbarimg).

Usage: test_qr_reads.py WRITE_QR
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIP = 77
MODULE = 5  # pixels

TEXTS = [
    "https://quetsach.example/vi/",
    "https://quetsach.example/vi/kiem-tra?tu=loa#buoc-1",
    "Quét Sạch: kiểm tra máy tính của bạn, bóc gỡ mã độc",
    "0123456789",
    "x" * 500,
]


def matrix(svg):
    """Rows of booleans from the one path: strokes along the middle of each row."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    rows = [[False] * side for _ in range(side)]
    (path,) = re.findall(r' d="([^"]*)"', svg)
    x = y = 0
    for command, first, second in re.findall(r"([Mmh])([\d.]+)(?: ([\d.]+))?", path):
        if command == "M":
            x, y = int(first), int(float(second) - .5)
        elif command == "m":
            x += int(first)
        else:
            rows[y][x:x + int(first)] = [True] * int(first)
            x += int(first)
    return rows


def write_picture(rows, path):
    size = len(rows) * MODULE
    with open(path, "wb") as file:
        file.write(f"P5 {size} {size} 255\n".encode())
        for row in rows:
            line = b"".join((b"\0" if dark else b"\xff") * MODULE for dark in row)
            file.write(line * MODULE)


def read(zbarimg, path):
    """What a reader sees; it says each code in a line."""
    done = subprocess.run([zbarimg, "--quiet", "--raw", "--oneshot", "-Sdisable",
                           "-Sqrcode.enable", str(path)], capture_output=True, check=False)
    return done.stdout.decode().rstrip("\n")


def quiet_zone_is_kept(rows):
    width = 4
    edge = rows[:width] + rows[-width:] + [row[:width] + row[-width:] for row in rows]
    return not any(any(part) for part in edge)


def main():
    zbarimg = shutil.which("zbarimg")
    if not zbarimg:
        print("skipped: zbarimg is not installed (Debian package zbar-tools)")
        return SKIP
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "qr.pgm"
        for text in TEXTS:
            svg = subprocess.run([sys.argv[1]], input=text.encode(), capture_output=True,
                                 check=True).stdout.decode()
            rows = matrix(svg)
            write_picture(rows, picture)
            got = read(zbarimg, picture)
            fine = got == text and quiet_zone_is_kept(rows)
            failed += not fine
            print("ok" if fine else f"FAIL got {got!r}", len(rows), "modules", repr(text[:40]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
