#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The style sheet of a page that stands alone: style.py OUT.c [HEADER.h FUNCTION] FILE.css… joins
them in that order, without comments, and makes document_style(), or FUNCTION() of that header."""
import re
import sys
from pathlib import Path


def smaller(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    if "</" in text:
        sys.exit(f"{path}: would end the <style> it stands in")
    return re.sub(r"\s*\n\s*", "\n", text.strip())


def main():
    out, *files = sys.argv[1:]
    header, function = "report/document_parts.h", "document_style"
    if files[0].endswith(".h"):
        header, function, *files = files
    data = "\n".join(smaller(Path(file)) for file in files).encode("utf-8")
    rows = [data[at : at + 24] for at in range(0, len(data), 24)]
    bytes_ = "\n".join("\t" + "".join(f"{byte}," for byte in row) for row in rows)
    Path(out).write_text(f"""/* Made from web/style by tools/style.py. */
#include "{header}"

static const uint8_t style[] = {{
{bytes_}
}};

struct bytes {function}(void)
{{
	return (struct bytes){{style, sizeof(style)}};
}}
""", encoding="utf-8")


main()
