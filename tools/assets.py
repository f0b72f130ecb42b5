#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a room's table of web files: assets.py ROOM OUT.h OUT.c FILE…

Every FILE becomes enum asset ASSET_<NAME>_<SUFFIX>, served under a name that holds a digest of its
content, and compressed too where that is smaller. The parts of the style sheet (in a folder named style) become one site.css, in the order
they are given. Drawings (in a folder named drawing) are written into pages and become enum drawing
DRAWING_<NAME>. Names of another room than the portal begin with its own, paths with /ROOM: desk.css,
enum desk_asset DESK_ASSET_<NAME>.
"""
import gzip
import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}


@dataclass
class Web:
    """A file of the web: its name, and what browsers get."""
    name: str
    data: bytes

    @property
    def stem(self):
        return self.name.rpartition(".")[0]

    @property
    def suffix(self):
        return "." + self.name.rpartition(".")[2]


def smaller(path):
    data = path.read_bytes()
    if path.suffix not in (".css", ".svg"):
        return data
    text = data.decode("utf-8")
    text = re.sub(r"/\*.*?\*/" if path.suffix == ".css" else r"<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"\s*\n\s*", "" if path.suffix == ".svg" else "\n", text.strip())
    return text.encode("utf-8")


def gather(room, files):
    """(served, drawn)"""
    styles = [path for path in files if path.parent.name == "style"]
    drawn = [path for path in files if path.parent.name == "drawing"]
    served = [path for path in files if path not in styles and path not in drawn]
    sheet = Web("site.css" if room == "portal" else f"{room}.css", b"\n".join(map(smaller, styles)))
    whole = [Web(path.name, smaller(path)) for path in served]
    return [sheet, *whole], [Web(path.name, smaller(path)) for path in drawn]


def packed(data):
    """gzip, the same for the same bytes; nothing when it would save less than it costs to say so."""
    small = gzip.compress(data, 9, mtime=0)
    return small if len(small) + 64 < len(data) else b""


def name_of(file, with_suffix):
    name = file.name if with_suffix else file.stem
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def literal(data):
    rows = [data[at : at + 24] for at in range(0, len(data), 24)]
    return "\n".join("\t" + "".join(f"{byte}," for byte in row) for row in rows)


def prefix_of(room):
    return "" if room == "portal" else room + "_"


def header(room, served, drawn):
    own = prefix_of(room)
    yield "/* Made from web/ by tools/assets.py. */"
    yield "#pragma once"
    yield ""
    yield f"enum {own}asset {{"
    yield from (f"\t{own.upper()}ASSET_{name_of(file, True)}," for file in served)
    yield f"\t{own.upper()}ASSET__COUNT"
    yield "};"
    yield ""
    yield f"enum {own}drawing {{"
    yield from (f"\t{own.upper()}DRAWING_{name_of(file, False)}," for file in drawn)
    yield f"\t{own.upper()}DRAWING__COUNT"
    yield "};"


def asset(room, number, file):
    """Its bytes as arrays, and its line of the table."""
    digest = hashlib.sha256(file.data).hexdigest()[:12]
    small = packed(file.data)
    arrays = f"\nstatic const uint8_t data_{number}[] = {{\n{literal(file.data)}\n}};"
    folder = "/static" if room == "portal" else f"/{room}/static"
    fields = [f'.path = STR_INIT("{folder}/{file.stem}-{digest}{file.suffix}")',
              f'.content_type = "{TYPES[file.suffix]}"', f'.etag = "\\"{digest}\\""',
              f".body = {{data_{number}, sizeof(data_{number})}}"]
    if small:
        arrays += f"\nstatic const uint8_t packed_{number}[] = {{\n{literal(small)}\n}};"
        fields += [f'.gzip_etag = "\\"{digest}-gzip\\""',
                   f".gzip = {{packed_{number}, sizeof(packed_{number})}}"]
    body = ",\n\t\t".join(fields)
    return arrays, f"\t[{prefix_of(room).upper()}ASSET_{name_of(file, True)}] = {{\n\t\t{body}}},"


def source(room, served, drawn):
    own = prefix_of(room)
    yield "/* Made from web/ by tools/assets.py. */"
    yield f'#include "{room}/assets.h"'
    lines = []
    for number, file in enumerate(served):
        arrays, line = asset(room, number, file)
        lines.append(line)
        yield arrays
    for number, file in enumerate(drawn, len(served)):
        yield f"\nstatic const uint8_t data_{number}[] = {{\n{literal(file.data)}\n}};"
    yield f"\nstatic const struct http_asset assets[{own.upper()}ASSET__COUNT] = {{"
    yield from lines
    yield "};\n"
    yield f"static const struct bytes drawings[{own.upper()}DRAWING__COUNT] = {{"
    for number, file in enumerate(drawn, len(served)):
        yield f"\t[{own.upper()}DRAWING_{name_of(file, False)}] = {{data_{number}, sizeof(data_{number})}},"
    yield "};\n"
    yield f"const struct http_asset *{own}assets_table(void)\n{{\n\treturn assets;\n}}\n"
    yield f"struct bytes {own}drawing_bytes(enum {own}drawing drawing)\n{{\n\treturn drawings[drawing];\n}}"


def main():
    room = sys.argv[1]
    header_path, source_path, *files = map(Path, sys.argv[2:])
    served, drawn = gather(room, files)
    header_path.write_text("\n".join(header(room, served, drawn)) + "\n", encoding="utf-8")
    source_path.write_text("\n".join(source(room, served, drawn)) + "\n", encoding="utf-8")


main()
