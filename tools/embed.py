#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files as bytes in the program: embed.py OUT.c NAME FILE… makes the table NAME_files[]."""
import sys
from pathlib import Path


def literal(data):
    rows = [data[at : at + 20] for at in range(0, len(data), 20)]
    return "\n".join("\t" + "".join(f"{byte}," for byte in row) for row in rows)


def main():
    out, name, *files = sys.argv[1:]
    parts = ["/* Made by tools/embed.py. */", '#include "server/embedded.h"', ""]
    table = []
    for number, file in enumerate(map(Path, files)):
        data = file.read_bytes()
        parts.append(f"static const uint8_t data_{number}[] = {{\n{literal(data)}\n}};\n")
        table.append(f'\t{{"{file.name}", {{data_{number}, sizeof(data_{number})}}}},')
    parts.append(f"const struct embedded_file {name}_files[] = {{")
    parts += table
    parts.append("};\n")
    parts.append(f"const size_t {name}_file_count = {len(table)};\n")
    Path(out).write_text("\n".join(parts), encoding="utf-8")


main()
