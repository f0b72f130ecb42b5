#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Articles and tools of data/ as bytes in the program:
site_texts.py OUTPUT.c DEPFILE DATA READER

Every data/pages/LANG/KEY.md and data/tools/KEY.txt is taken. Stops the build when one is not in
Unicode form NFC, when READER (read_site_text.c) refuses it, when a page lacks its other language, or
when an article is of one kind here and of another there.
"""
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

LANGUAGES = ("vi", "en")
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class Fault(Exception):
    pass


def find(data):
    """Paths of articles, paths of tools; the folders they lie in, for rebuilding."""
    folders = [data / "pages" / lang for lang in LANGUAGES] + [data / "tools"]
    articles = [path for folder in folders[:-1] for path in sorted(folder.glob("*.md"))]
    tools = sorted(folders[-1].glob("*.txt"))
    return articles, tools, folders


def check_file(path):
    text = path.read_bytes().decode("utf-8")
    if not KEY.fullmatch(path.stem):
        raise Fault(f"{path}: its name is no key")
    if unicodedata.normalize("NFC", text) != text:
        raise Fault(f"{path}: not in Unicode form NFC")


def read_kinds(reader, paths):
    done = subprocess.run([reader, *paths], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Fault("a text of the site cannot be read")
    return dict(zip(paths, done.stdout.split()))


def check_languages(articles, kinds):
    for path in articles:
        for lang in LANGUAGES:
            other = path.parent.parent / lang / path.name
            if other not in kinds:
                if kinds[path] == "page":
                    raise Fault(f"{path}: has no {other}")
            elif kinds[other] != kinds[path]:
                raise Fault(f"{path}: {kinds[path]}, but {kinds[other]} in the other language")


def literal(data):
    rows = [data[at : at + 20] for at in range(0, len(data), 20)]
    return "\n".join("\t" + "".join(f"{byte}," for byte in row) for row in rows)


def write_tables(tables):
    parts = ["/* Made by tools/site_texts.py. */", '#include "server/embedded.h"', ""]
    for table, paths in tables.items():
        for number, path in enumerate(paths):
            data = literal(path.read_bytes())
            parts.append(f"static const uint8_t {table}_{number}[] = {{\n{data}\n}};\n")
        parts.append(f"const struct embedded_file {table}_files[] = {{")
        for number, path in enumerate(paths):
            name = f"{path.parent.name}/{path.stem}"
            parts.append(f'\t{{"{name}", {{{table}_{number}, sizeof({table}_{number})}}}},')
        # Never without an element: C has no empty tables.
        parts.append('\t{"", {0, 0}},\n};\n')
        parts.append(f"const size_t {table}_file_count = {len(paths)};\n")
    return "\n".join(parts)


def main():
    out, depfile, data, reader = sys.argv[1:]
    articles, tools, folders = find(Path(data))
    try:
        for path in articles + tools:
            check_file(path)
        check_languages(articles, read_kinds(reader, articles + tools))
    except (Fault, OSError, UnicodeDecodeError) as e:
        sys.exit(f"site_texts.py: {e}")
    Path(out).write_text(write_tables({"page": articles, "tool": tools}), encoding="utf-8")
    used = " ".join(str(path) for path in folders + articles + tools)
    Path(depfile).write_text(f"{out}: {used}\n", encoding="utf-8")


main()
