#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the manual of quetsach: man_page.py quetsach.1.in VERSION quetsach.1 [PROGRAM].

@COMMANDS@ and @GENERAL@ become what the program itself says about its commands and options, in
English. Where there is no program, or it does not run here (built for another machine), the manual
says where that stands instead: never a reason for a build to fail.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ASK = ".B quetsach \\-\\-help\nlists them."
MARKS = re.compile(r"(--[a-z][a-z-]*|“[^”]*”)")


def ask(program):
    """What the program says, a command each; nothing where it cannot be run."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("QUETSACH_")}
    try:
        done = subprocess.run([program, "--help", "--json", "--lang", "en"], capture_output=True, env=own, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return []
    if done.returncode != 0:
        return []
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def plain(text):
    """Letters beyond ASCII by their number: not every formatter reads UTF-8."""
    text = text.replace("\\", "\\e").replace("…", "...")
    return "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in text)


def line_start(text):
    """A line that begins with a dot or an apostrophe would be an order to the formatter."""
    return re.sub(r"^([.'])", r"\\&\1", text)


def escape(text):
    """Words to type: hyphens are minus signs."""
    return line_start(plain(text).replace("-", "\\-"))


def prose(text):
    """A paragraph; options and quoted commands stand out. Hyphens within words stay hyphens."""
    parts = []
    for part in MARKS.split(text):
        if part.startswith("--"):
            parts.append(f"\\fB{escape(part)}\\fR")
        elif part.startswith("“"):
            parts.append(f"\\(lq\\fB{escape(part[1:-1])}\\fR\\(rq")
        else:
            parts.append(plain(part))
    return line_start("".join(parts))


def option(one):
    value = f" \\fI{escape(one['value'])}\\fR" if one.get("value") else ""
    return [".TP", f"\\fB\\-\\-{escape(one['name'])}\\fR{value}", prose(one["help"])]


def command(one):
    arguments = f" \\fI{escape(one['arguments'])}\\fR" if one["arguments"] else ""
    own = [each for each in one["options"] if not each["general"]]
    mark = " [\\fIoption\\fR]..." if own else ""
    lines = [".TP", f"\\fBquetsach {escape(one['command'])}\\fR{mark}{arguments}", prose(one["help"])]
    if own:
        lines += [".RS"] + [line for each in own for line in option(each)] + [".RE"]
    return lines


def commands(said):
    lines = []
    for group in dict.fromkeys(one["group"] for one in said):
        lines.append(f".SS {escape(group.rstrip(':'))}")
        for one in said:
            if one["group"] == group:
                lines += command(one)
    return "\n".join(lines)


def main():
    source, version, target = sys.argv[1:4]
    said = ask(sys.argv[4]) if len(sys.argv) > 4 else []
    general = [line for one in said[:1] for each in one["options"] if each["general"] for line in option(each)]
    text = Path(source).read_text(encoding="utf-8")
    text = text.replace("@VERSION@", version)
    text = text.replace("@COMMANDS@", commands(said) or ASK)
    text = text.replace("@GENERAL@", "\n".join(general) or ASK)
    Path(target).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
