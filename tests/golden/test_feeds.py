#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Inputs of every feed format in feeds/, each with NAME.expected: what must come of it, written by hand
after the publisher's documentation or by a program that is not ours. Lines of tab-separated fields;
lines that begin with # are comments:

  option    KEY=VALUE   for the parser: file_name (else the file's), format, kind, botnet, observed, map …
  format    NAME        as which it is recognised
  row       first  last  precision  kind  address[/length]  port  protocol  destination  its port
            name  machine or nothing  [column=value …]
            instants as 2026-08-01T00:00:01Z, unknown ports and protocols 0, extras in any order,
            control bytes in values \\xNN, a backslash twice
  problem   line  CODE  field      a row left out
  refused   line  CODE  field      the whole file
  skipped   N                      good rows of no interest
  distinct  N                      rows that are not each other's repeats

Rows and problems each stand in their own order. Today is 2026-09-01.

These are smaller than what a parser waits for. So those that go by lines are made long by repeating their rows, and pushed in
pieces: however the input is cut, the same must come of it. Documents are cut in tests/unit/feed/test_json_rows.c."""
import difflib
import subprocess
import sys
import tempfile
from pathlib import Path


LONG = 160 << 10  # bytes; what is recognised by is 64 KiB
PIECES = (1, 17, 997, 70001)


def canonical(line):
    """Extras in one order."""
    fields = line.split("\t")
    if fields[0] == "row":
        fields = fields[:12] + sorted(fields[12:])
    return "\t".join(fields)


def in_order(lines):
    """Rows come a batch at a time, problems at once: each has an order of its own."""
    lines = [canonical(line) for line in lines]
    return [line for line in lines if not line.startswith("row\t")] + \
        [line for line in lines if line.startswith("row\t")]


def read_expected(path):
    options, lines = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("option\t"):
            options.append(line.split("\t", 1)[1])
        elif line and not line.startswith("#"):
            lines.append(line)
    return options, in_order(lines)


def check(program, file):
    expected = file.with_name(file.name + ".expected")
    if not expected.exists():
        return [f"{file.name}: nothing says what must come of it"]
    options, wanted = read_expected(expected)
    if not any(option.startswith("file_name=") for option in options):
        options.append(f"file_name={file.name}")
    run = subprocess.run([program, file, *options], capture_output=True, text=True, check=False)
    got = in_order(run.stdout.splitlines())
    faults = [f"{file.name}: status {run.returncode}: {run.stderr.strip()}"] if run.returncode else []
    if got != wanted:
        faults += difflib.unified_diff(wanted, got, f"{file.name}.expected", file.name, n=0, lineterm="")
    return faults


def split_rows(text, bad):
    """Head (comments and, of a CSV, the line of columns), all rows, and those that are not on a bad line."""
    lines = text.splitlines(keepends=True)
    at = 0
    while at < len(lines) and (lines[at].startswith((b"#", b";")) or not lines[at].strip()):
        at += 1
    if at < len(lines) and b"," in lines[at] and not lines[at].startswith(b"{") and not lines[at][:1].isdigit():
        at += 1
    good = [line for number, line in enumerate(lines[at:], at + 1) if number not in bad]
    return b"".join(lines[:at]), b"".join(lines[at:]), b"".join(good)


def check_cuts(program, file, scratch):
    """Faults, and whether enough rows came of it to say anything."""
    text = file.read_bytes()
    text += b"" if text.endswith(b"\n") else b"\n"
    options, wanted = read_expected(file.with_name(file.name + ".expected"))
    head, rows, good = split_rows(text, {int(line.split("\t")[1]) for line in wanted if line.startswith("problem")})
    if file.suffix == ".json" and not text.startswith(b'{"') or not good.strip():
        return [], False
    if not any(option.startswith("file_name=") for option in options):
        options.append(f"file_name={file.name}")
    long = Path(scratch) / "long"
    long.write_bytes(head + rows + good * (LONG // len(good)) + rows)
    whole, *cut = (subprocess.run([program, long, *options, *pieces], capture_output=True, text=True, check=False)
                   for pieces in ([], *([f"pieces={n}"] for n in PIECES)))
    faults = [f"{file.name}: in pieces of {n} bytes something else comes of it" for n, run in zip(PIECES, cut)
              if run.stdout != whole.stdout or run.returncode]
    return faults, whole.stdout.count("\nrow\t") > 200


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    files = sorted(f for f in folder.iterdir() if f.suffix != ".expected" and not f.name.startswith("."))
    faults = [fault for file in files for fault in check(program, file)]
    faults += [f"{f.name}: its input is not there" for f in folder.glob("*.expected")
               if not f.with_suffix("").exists()]
    cut = 0
    with tempfile.TemporaryDirectory() as scratch:
        for file in files:
            more, done = check_cuts(program, file, scratch)
            faults += more
            cut += done
    print(*faults, sep="\n")
    print(f"{len(files)} golden feeds, {cut} of them in pieces, {len(faults)} lines that are not as expected")
    sys.exit(bool(faults) or len(files) < 3 or cut < 20)


main()
