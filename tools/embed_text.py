#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A text as the bytes of an array: embed_text.py FILE OUT.inc, to be included between braces."""
import sys
from pathlib import Path

source, out = map(Path, sys.argv[1:])
data = source.read_bytes()
rows = [data[at : at + 20] for at in range(0, len(data), 20)]
out.write_text("\n".join("".join(f"{byte}," for byte in row) for row in rows) + "\n", encoding="utf-8")
