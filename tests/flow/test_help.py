# SPDX-License-Identifier: Apache-2.0
"""What the program says about itself: each command under a heading, each option in words, no line wider than the
screen; and the manual, which is made of it."""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

from flow import PROGRAM, check, same

BRIEF = 52  # columns left beside a command's name
GENERAL = ["data", "config", "lang", "json", "json-problems", "on-behalf", "help", "version"]


def help_of(*words, lang="en", status=0):
    done = subprocess.run([PROGRAM, *words, "--help", "--lang", lang], capture_output=True, text=True)
    same(done.returncode, status, f"{words} --help")
    return done.stdout


def said(lang):
    """{command: what is said about it}"""
    lines = [json.loads(line) for line in help_of("--json", lang=lang).splitlines()]
    return {line["command"]: line for line in lines}


def on_screen(columns, *words):
    """As a terminal of that width shows it."""
    screen, shell = pty.openpty()
    fcntl.ioctl(shell, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    run = subprocess.Popen([PROGRAM, *words, "--help"], stdout=shell)
    os.close(shell)
    shown = b""
    try:
        while part := os.read(screen, 4096):
            shown += part
    except OSError:  # the other end is closed
        pass
    same(run.wait(), 0, "on a screen")
    os.close(screen)
    return shown.decode().replace("\r", "").splitlines()


def widest(lines):
    return max(len(line) for line in lines)


everything = {lang: said(lang) for lang in ("vi", "en")}
same(list(everything["vi"]), list(everything["en"]), "commands")
check(len(everything["en"]) > 100, "few commands")
for lang, commands in everything.items():
    for name, one in commands.items():
        check(one.get("group"), f"{name} stands under no heading: a word is missing in src/server/help.c")
        check(0 < len(one["brief"]) <= BRIEF, f"{lang} {name}: “{one['brief']}” is not brief (HELP_BRIEF_…)")
        check(one["help"][0].isupper() and one["help"][-1] in ".…", f"{lang} {name}: “{one['help']}” is no sentence")
        for option in one["options"]:
            check(option.get("help"), f"{name} --{option['name']}: no words (OPTION_… in po/*/option.po)")
        names = [option["name"] for option in one["options"]]
        same(len(names), len(set(names)), f"options of {name}")
        same([option["name"] for option in one["options"] if option["general"]], GENERAL, f"{name} takes these too")

# All commands, in one list of lines that fit.
for lang, commands in everything.items():
    lines = help_of(lang=lang).splitlines()
    check(widest(lines) <= 80, f"{lang}: {max(lines, key=len)}")
    for name, one in commands.items():
        check(f"  {name:22}  {one['brief']}" in lines, f"{lang}: {name} is not in the list")

# One command: its own options, then those of all.
lines = help_of("source", "add").splitlines()
check(lines[0].startswith("Usage: quetsach source add [OPTION]… NAME"), lines[0])
check(widest(lines) <= 80, max(lines, key=len))
shown = [match[1] for line in lines if (match := re.match(r"  --([a-z-]+)", line))]
same(sorted(shown[:-8]), sorted(o["name"] for o in everything["en"]["source add"]["options"] if not o["general"]), "own")
same(shown[-8:], GENERAL, "general options come last")
check(lines.index("Options:") < lines.index("General options:") < lines.index("Exit status:"), "order")

# The same word means something else elsewhere.
check("--campaign DAY" in help_of("simulate") and "--campaign KEY" in help_of("evaluate"), "two meanings")
check("regions|countries" in help_of("network", "import"), "kinds of tables")

# A word that commands begin with, and one that none begins with.
group = help_of("campaign")
for name in everything["en"]:
    same(f"  {name}" in group, name.startswith("campaign "), f"{name} in campaign --help")
same(help_of("nothing", status=2), "", "there is no such command")

# Screens.
for columns in (40, 100, 300):
    wide = widest(on_screen(columns, "verify"))
    check(wide <= min(columns, 120), f"{wide} columns on a screen of {columns}")
check(widest(on_screen(100, "serve")) > 80, "a wide screen is used")

# A configuration that cannot be read is no reason to keep silent.
done = subprocess.run([PROGRAM, "verify", "--config", "/nonexistent", "--help"], capture_output=True)
same(done.returncode, 0, "help without a configuration")

# The manual has every command and every option, and the formatter takes it.
manual = Path(os.environ["QUETSACH_MANUAL"])
text = manual.read_text(encoding="utf-8")
check("@" not in re.sub(r"\S+@\S+\.vn", "", text), "a mark was not filled in")
plain = re.sub(r"\\f[BIR]", "", text).replace("\\-", "-")
for name, one in everything["en"].items():
    check(f"\nquetsach {name}" in plain, f"the manual lacks {name}")
    for option in one["options"]:
        check(f"\n--{option['name']}" in plain, f"the manual lacks --{option['name']}")
try:
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", manual], capture_output=True, text=True)
    same((done.returncode, done.stderr), (0, ""), "groff")
except FileNotFoundError:
    pass
