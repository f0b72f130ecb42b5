#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The API's description as the bytes of a C array: openapi.py IN.json OUT.inc

White space between its parts is left out; what is no JSON stops the build.
"""
import json
import sys
from pathlib import Path


def main():
    source, out = map(Path, sys.argv[1:])
    description = json.loads(source.read_text(encoding="utf-8"))
    data = json.dumps(description, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    rows = [data[at : at + 24] for at in range(0, len(data), 24)]
    out.write_text("".join("\t" + "".join(f"{byte}," for byte in row) + "\n" for row in rows),
        encoding="utf-8")


main()
