# SPDX-License-Identifier: Apache-2.0
"""tools/messages.py stops the build for each fault it promises to find."""
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

TOOL = sys.argv[1]


def run(folder, vi, en):
    folder = Path(folder)
    (folder / "problem.def").write_text("PROBLEM(NONE)\n")
    (folder / "err.h").write_text("\tE_OK,\n")
    fixed = 'msgid "PROBLEM_NONE"\nmsgstr "x {got}"\n\nmsgid "ERR_OK"\nmsgstr "y"\n'
    names = ["m.h", "m.c", "problem.def", "err.h"]
    for lang, text in (("vi", vi), ("en", en)):
        (folder / lang).mkdir(exist_ok=True)
        (folder / lang / "fixed.po").write_text(fixed)
        (folder / lang / "more.po").write_text(text, encoding="utf-8")
        names += [f"{lang}/fixed.po", f"{lang}/more.po"]
    return subprocess.run([sys.executable, TOOL, *(folder / n for n in names)],
                          capture_output=True, text=True)


def entry(text, name="A"):
    return f'\nmsgid "{name}"\nmsgstr "{text}"\n'


FAULTS = {
    "missing name": ("", entry("a"), "is missing"),
    "placeholders differ": (entry("{a}"), entry("{b}"), "placeholders"),
    "not NFC": (entry(unicodedata.normalize("NFD", "sạch")), entry("a"), "NFC"),
    "control character": (entry("a\u200bb"), entry("a"), "U+200B"),
    "empty": (entry(" "), entry("a"), "empty"),
    "stray brace": (entry("a { b"), entry("a"), "brace"),
    "twice": (entry("a") + entry("b"), entry("a"), "twice"),
    "in two files": (entry("a", "ERR_OK"), entry("a"), "another file"),
    "bad name": (entry("a", "a b"), entry("a"), "no message name"),
}

failed = 0
with tempfile.TemporaryDirectory() as folder:
    good = run(folder, entry("Quét {n} “sạch”?"), entry("Sweep {n}"))
    if good.returncode != 0 or "MESSAGE_A," not in (Path(folder) / "m.h").read_text():
        print("a good pair was refused:", good.stderr)
        failed += 1
    for fault, (vi, en, word) in FAULTS.items():
        result = run(folder, vi, en)
        if result.returncode == 0 or word not in result.stderr:
            print(f"{fault}: exit {result.returncode}, said: {result.stderr}")
            failed += 1
sys.exit(failed != 0)
