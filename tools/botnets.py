#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the C table of data/botnets: botnets.py FOLDER OUTPUT.inc [DEPFILE]

Any fault of a file fails the build, with its name and line. HACKING.md says how to add a family.
"""
import re
import sys
import unicodedata
from pathlib import Path
from urllib.parse import urlsplit

KINDS = {
    "adware", "backdoor", "banking-trojan", "botnet", "click-fraud", "ddos-bot", "loader", "miner",
    "proxy", "ransomware", "rat", "spam-bot", "stealer", "virus", "worm",
}
PLATFORMS = {"windows", "linux", "iot", "android", "ios", "macos", "multi"}
REQUIRED = ("name", "kind", "platform", "source", "vi", "en")
OPTIONAL = ("aliases", "feed-names")
NAME_LENGTH = 60
ABOUT_LENGTH = (80, 400)
SLUG = re.compile(r"[a-z0-9](-?[a-z0-9]){1,39}")


class Fault(Exception):
    pass


def normalise(name):
    """As normalise() of names.c: ASCII letters and digits in lower case, other scripts kept."""
    return re.sub(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]", "", name.translate(LOWER))


LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def read_fields(path):
    """`key: value` lines; a line that begins with a space or tab goes on with the value before."""
    fields = {}
    key = None
    text = path.read_bytes().decode("utf-8")
    if unicodedata.normalize("NFC", text) != text:
        raise Fault("text is not in Unicode NFC")
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        if line[0] in " \t" and key:
            fields[key] += " " + line.strip()
            continue
        key, colon, value = line.partition(":")
        if not colon or key not in REQUIRED + OPTIONAL:
            raise Fault(f"line {number}: no such field: {key}")
        if key in fields:
            raise Fault(f"line {number}: field given twice: {key}")
        fields[key] = value.strip()
    return fields


def split_names(value):
    return [name for name in (part.strip() for part in value.split(",")) if name]


def check_text(key, value):
    shortest, longest = ABOUT_LENGTH
    if not shortest <= len(value) <= longest:
        raise Fault(f"{key}: {len(value)} characters, must be {shortest} to {longest}")
    if "  " in value or re.search(r"[\x00-\x1f\x7f<>]", value):
        raise Fault(f"{key}: two spaces, control characters or markup")
    if value[-1] not in ".!?”\"":
        raise Fault(f"{key}: does not end as a sentence")


def check_source(value):
    address = urlsplit(value)
    if address.scheme != "https" or not address.netloc or re.search(r"[\s<>\"]", value):
        raise Fault(f"source: no https address: {value}")


def check(slug, fields):
    if not SLUG.fullmatch(slug):
        raise Fault("the file's name must be of a–z, 0–9 and single '-'")
    for key in REQUIRED:
        if not fields.get(key):
            raise Fault(f"field missing: {key}")
    if fields["kind"] not in KINDS:
        raise Fault(f"kind: {fields['kind']} is none of {', '.join(sorted(KINDS))}")
    if fields["platform"] not in PLATFORMS:
        raise Fault(f"platform: {fields['platform']} is none of {', '.join(sorted(PLATFORMS))}")
    check_source(fields["source"])
    check_text("vi", fields["vi"])
    check_text("en", fields["en"])


def read_family(path):
    family = read_fields(path)
    check(path.stem, family)
    family["slug"] = path.stem
    family["aliases"] = split_names(family.get("aliases", ""))
    family["feed-names"] = split_names(family.get("feed-names", ""))
    for name in [family["name"]] + family["aliases"] + family["feed-names"]:
        if len(name.encode()) > NAME_LENGTH or not normalise(name):
            raise Fault(f"name too long or without a letter: {name}")
    return family


def add_keys(keys, index, family):
    """Every way to write a name belongs to one family. The name's own slug may repeat it."""
    own = set()
    for name in [family["name"]] + family["aliases"] + family["feed-names"]:
        key = normalise(name)
        if key in own:
            raise Fault(f"given twice: {name}")
        own.add(key)
    own.add(normalise(family["slug"]))
    for key in own:
        if key in keys:
            raise Fault(f"{key} belongs to {keys[key][1]} already")
        keys[key] = (index, family["slug"])


def read_folder(folder):
    families = []
    keys = {}
    faults = []
    for path in sorted(folder.glob("*.txt")):
        try:
            family = read_family(path)
            add_keys(keys, len(families), family)
            families.append(family)
        except (Fault, UnicodeDecodeError) as fault:
            faults.append(f"{path}: {fault}")
    if faults or not families:
        raise SystemExit("\n".join(faults) or f"{folder}: no *.txt here")
    return families, keys


def literal(text):
    """A C string. Octal escapes end after three digits, so nothing can run on into them."""
    safe = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\?' else f"\\{byte:03o}"
        for byte in text.encode())
    return f'STR_INIT("{safe}")'


def table(families, keys):
    yield "/* SPDX-License-Identifier: Apache-2.0 */"
    yield "/* Made by tools/botnets.py from data/botnets. */"
    for family in families:
        if family["aliases"]:
            names = ", ".join(literal(name) for name in family["aliases"])
            yield f"static const struct str aliases_{family['slug'].replace('-', '_')}[] = {{{names}}};"
    yield "static const struct family families[] = {"
    for family in families:
        aliases = f"aliases_{family['slug'].replace('-', '_')}" if family["aliases"] else "NULL"
        yield (
            f"\t{{{literal(family['name'])}, {literal(family['slug'])}, {aliases}, "
            f"{len(family['aliases'])}, {literal(family['kind'])}, {literal(family['platform'])}, "
            f"{{[LANG_VI] = {literal(family['vi'])}, [LANG_EN] = {literal(family['en'])}}}, "
            f"{literal(family['source'])}}},")
    yield "};"
    yield "static const struct family_key family_keys[] = {"
    for key in sorted(keys, key=str.encode):
        yield f"\t{{{literal(key)}, {keys[key][0]}}},"
    yield "};"
    yield f"enum {{ FAMILY_KEY_BYTES = {max(len(key.encode()) for key in keys)} }};"


def main():
    folder, output = Path(sys.argv[1]), Path(sys.argv[2])
    families, keys = read_folder(folder)
    output.write_text("\n".join(table(families, keys)) + "\n", encoding="ascii")
    if len(sys.argv) > 3:
        # The folder itself too: a file added or taken away changes its time.
        inputs = [folder] + sorted(folder.glob("*.txt"))
        Path(sys.argv[3]).write_text(f"{output}: {' '.join(str(path) for path in inputs)}\n")


if __name__ == "__main__":
    main()
