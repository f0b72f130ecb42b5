#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes messages.h and messages.c from po/LANG/*.po.

msgid is the message's name, msgstr its text, placeholders are {names}. Stops the build when a
language lacks a name or has one too many, when placeholders differ, when a text is empty, not NFC,
or holds control characters; when a PROBLEM_<CODE> or ERR_<NAME> is missing.
"""
import re
import sys
import unicodedata
from pathlib import Path

NAME = re.compile(r"[A-Z][A-Z0-9_]*\Z")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
LINE = re.compile(r'(?:(msgid|msgstr) )?"((?:[^"\\]|\\.)*)"\Z')
ESCAPES = {"n": "\n", '"': '"', "\\": "\\"}


class Wrong(Exception):
    pass


def unescape(where, text):
    def one(match):
        if match[1] not in ESCAPES:
            raise Wrong(f"{where}: unknown escape \\{match[1]}")
        return ESCAPES[match[1]]

    return re.sub(r"\\(.)", one, text)


def check_text(where, name, text):
    if not text.strip():
        raise Wrong(f"{where}: {name} is empty")
    if unicodedata.normalize("NFC", text) != text:
        raise Wrong(f"{where}: {name} is not in Unicode form NFC")
    for c in text:
        if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs") and c != "\n":
            raise Wrong(f"{where}: {name} holds the control character U+{ord(c):04X}")
    if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        raise Wrong(f"{where}: {name} has a brace that is no placeholder")


def read_po(path):
    """{name: text} in the order of the file."""
    messages = {}
    name = None
    field = None
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        where = f"{path}:{number}"
        line = line.strip()
        if not line or line.startswith("#"):
            field = None
            continue
        match = LINE.match(line)
        if not match or not (match[1] or field):
            raise Wrong(f"{where}: not a line of a .po file: {line}")
        text = unescape(where, match[2])
        if match[1] == "msgid":
            name, field = text, "msgid"
            if name in messages:
                raise Wrong(f"{where}: {name} stands here twice")
            if name and not NAME.match(name):
                raise Wrong(f"{where}: {name} is no message name")
            messages[name] = ""
        elif match[1] == "msgstr":
            if name is None:
                raise Wrong(f"{where}: msgstr without msgid")
            field = "msgstr"
            messages[name] = text
        elif field == "msgstr":
            messages[name] += text
        else:
            raise Wrong(f"{where}: a name stands on one line")
    messages.pop("", None)
    for name, text in messages.items():
        check_text(path, name, text)
    return messages


def read_languages(paths):
    """{lang: {name: text}}; a language is a folder."""
    languages = {}
    for path in paths:
        messages = languages.setdefault(path.parent.name, {})
        for name, text in read_po(path).items():
            if name in messages:
                raise Wrong(f"{path}: {name} stands in another file of {path.parent.name} too")
            messages[name] = text
    return languages


def compare(languages):
    first, reference = next(iter(languages.items()))
    for lang, messages in languages.items():
        for name in reference.keys() - messages.keys():
            raise Wrong(f"po/{lang}: {name} is missing (po/{first} has it)")
        for name in messages.keys() - reference.keys():
            raise Wrong(f"po/{first}: {name} is missing (po/{lang} has it)")
        for name, text in messages.items():
            ours, theirs = set(PLACEHOLDER.findall(text)), set(PLACEHOLDER.findall(reference[name]))
            if ours != theirs:
                raise Wrong(f"{name}: placeholders {sorted(ours)} in {lang}, {sorted(theirs)} in {first}")


def required_names(problem_def, err_h):
    for code in re.findall(r"^PROBLEM\((\w+)\)", problem_def.read_text(), re.MULTILINE):
        yield f"PROBLEM_{code}", {"field", "got", "limit"}
    for name in re.findall(r"^\tE_(\w+),", err_h.read_text(), re.MULTILINE):
        yield f"ERR_{name}", set()


def check_required(messages, required):
    for name, allowed in required:
        if name not in messages:
            raise Wrong(f"po: {name} is missing")
        extra = set(PLACEHOLDER.findall(messages[name])) - allowed
        if extra:
            raise Wrong(f"po: {name} has placeholders nobody fills: {sorted(extra)}")


def c_string(text):
    out = ""
    for byte in text.encode("utf-8"):
        c = chr(byte)
        if c in '"\\':
            out += "\\" + c
        elif 0x20 <= byte < 0x7F and c != "?":
            out += c
        else:
            out += f"\\{byte:03o}"
    return f'"{out}"'


def header(names):
    yield "/* Made from po/ by tools/messages.py. */"
    yield "#pragma once"
    yield ""
    yield "enum message {"
    for name in names:
        yield f"\tMESSAGE_{name},"
    yield "\tMESSAGE__COUNT"
    yield "};"


def source(names, languages):
    yield "/* Made from po/ by tools/messages.py. */"
    yield '#include "text/message_table.h"'
    yield ""
    yield "static const struct str table[LANG__COUNT][MESSAGE__COUNT] = {"
    for lang, messages in languages.items():
        yield f"\t[LANG_{lang.upper()}] = {{"
        for name in names:
            text = messages[name]
            yield f"\t\t[MESSAGE_{name}] = {{{c_string(text)}, {len(text.encode('utf-8'))}}},"
        yield "\t},"
    yield "};"
    yield ""
    yield "struct str message_text(enum lang lang, enum message message)"
    yield "{"
    yield "\treturn table[lang][message];"
    yield "}"


def main():
    if len(sys.argv) < 6:
        sys.exit("usage: messages.py HEADER SOURCE problem.def err.h LANG/NAME.po …")
    header_path, source_path, problem_def, err_h, *po = map(Path, sys.argv[1:])
    try:
        languages = read_languages(po)
        compare(languages)
        names = sorted(next(iter(languages.values())))
        check_required(next(iter(languages.values())), required_names(problem_def, err_h))
    except (Wrong, OSError, UnicodeDecodeError) as e:
        sys.exit(f"messages.py: {e}")
    header_path.write_text("\n".join(header(names)) + "\n", encoding="utf-8")
    source_path.write_text("\n".join(source(names, languages)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
