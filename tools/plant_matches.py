#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files in which strings of YARA rules stand, whole and broken: plant_matches.py RULES OUTPUT [--files N] [--seed N].
At the ends and over borders of pieces, wide, in other case, xored, cut off, overlapping; of one rule all of them, of
others some. Nothing in them was ever malware: texts between what a generator of random numbers gave."""
import argparse
import random
import re
import warnings
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sre_parse

STRING = re.compile(rb'\$\w*[ \t]*=[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|\{([^}"]*)\}|/((?:[^/\\\n]|\\.)+)/[is]*)([^\n]*)')
RULE = re.compile(rb"^[ \t]*(?:(?:private|global)[ \t]+)*rule[ \t]+\w+", re.M)
BORDERS = (4096, 32768, 65536)
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\0\x3e\0\x01\0\0\0" + bytes(40)
PROGRAM = bytearray(1024)
PROGRAM[:2], PROGRAM[0x3C] = b"MZ", 0x80
PROGRAM[0x80:0x9A] = b"PE\0\0\x64\x86\1\0" + bytes(12) + b"\xf0\0\x22\0\x0b\2"
PROGRAM[0x80 + 24 + 0xF0:0x80 + 24 + 0xF0 + 8] = b".text\0\0\0"
PROGRAM[0x80 + 24 + 16], PROGRAM[0x80 + 24 + 0xF0 + 17], PROGRAM[0x80 + 24 + 0xF0 + 21] = 0x10, 2, 2
BEGINNINGS = [bytes(PROGRAM), ELF, b"MZ", b"%PDF-1.4\n", b"PK\3\4\x14\0", b"{\\rtf1", b"<?php ", b"#!/bin/sh\n",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"L\0\0\0\1\x14\2\0", b"", b"", b"", b""]
ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r"}


def text_bytes(body):
    return re.sub(rb"\\(x[0-9a-fA-F]{2}|.)", lambda m: bytes([int(m[1][1:], 16)]) if len(m[1]) == 3
        else ESCAPES.get(m[1], m[1]), body)


def hex_bytes(chance, body):
    """One of what the string means; None: it is none of ours."""
    out = bytearray()
    body = re.sub(rb"/\*.*?\*/|//[^\n]*", b"", body, flags=re.S)
    while re.search(rb"\(", body):
        body, count = re.subn(rb"\(([^()]*)\)", lambda m: chance.choice(m[1].split(b"|")), body)
        if not count:
            return None
    for token in re.findall(rb"\[[^\]]*\]|~?[0-9a-fA-F?]{2}", body):
        if token.startswith(b"["):
            low, _, high = token[1:-1].replace(b" ", b"").partition(b"-")
            least = int(low or b"0")
            most = int(high or (least + 20 if b"-" in token else least))
            out += chance.randbytes(chance.randint(least, min(most, least + 200)))
        else:
            digits = token.decode().removeprefix("~")
            out.append(int("".join(chance.choice("0123456789abcdef") if d == "?" else d for d in digits), 16))
    return bytes(out)


def one_of_set(chance, items):
    """A byte that a class of characters takes, or any where it says what it does not."""
    kind, value = chance.choice(items)
    if kind == sre_parse.LITERAL:
        return value
    if kind == sre_parse.RANGE:
        return chance.randint(*value)
    return {"CATEGORY_DIGIT": 0x37, "CATEGORY_SPACE": 0x20}.get(str(value), 0x61)


def regex_bytes(chance, parsed, depth=0):
    out = bytearray()
    for kind, value in parsed:
        if kind == sre_parse.LITERAL:
            out.append(value & 255)
        elif kind in (sre_parse.ANY, sre_parse.NOT_LITERAL):
            out.append(chance.randrange(0x30, 0x3A))
        elif kind == sre_parse.IN:
            out.append(one_of_set(chance, value) & 255)
        elif kind == sre_parse.BRANCH:
            out += regex_bytes(chance, chance.choice(value[1]), depth + 1)
        elif kind == sre_parse.SUBPATTERN:
            out += regex_bytes(chance, value[3], depth + 1)
        elif kind in (sre_parse.MAX_REPEAT, sre_parse.MIN_REPEAT):
            for _ in range(chance.randint(value[0], min(value[1], value[0] + 3))):
                out += regex_bytes(chance, value[2], depth + 1)
    return bytes(out[:2000])


def sample(chance, string):
    """Bytes in which a string matches, for the most part."""
    text, hexes, regex, modifiers = string
    if hexes is not None:
        return hex_bytes(chance, hexes) or b""
    if regex is not None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                bytes_ = regex_bytes(chance, sre_parse.parse(regex.decode("latin-1")))
        except (re.error, ValueError, OverflowError, RecursionError):
            return regex
    else:
        bytes_ = text_bytes(text)
    return modified(chance, bytes_, modifiers.split(b"//")[0])


def modified(chance, bytes_, modifiers):
    if b"nocase" in modifiers and chance.random() < 0.7:
        bytes_ = bytes(b ^ 32 if chr(b).isalpha() and b < 128 and chance.random() < 0.5 else b for b in bytes_)
    if b"wide" in modifiers and (b"ascii" not in modifiers or chance.random() < 0.5):
        bytes_ = b"".join(bytes((b, 0)) for b in bytes_)
    if re.search(rb"\bxor\b", modifiers):
        key = chance.randrange(256)
        bytes_ = bytes(b ^ key for b in bytes_)
    return bytes_


def broken(chance, bytes_):
    """As it is most often; else what must not match, or matches otherwise."""
    way = chance.random()
    if way < 0.75 or len(bytes_) < 4:
        return bytes_
    if way < 0.82:
        return bytes_[:-chance.randint(1, 2)]
    if way < 0.88:
        return bytes_[chance.randint(1, 2):]
    if way < 0.92:
        return b"".join(bytes((b, 0)) for b in bytes_)
    if way < 0.96:
        key = chance.randrange(1, 256)
        return bytes(b ^ key for b in bytes_)
    at = chance.randrange(len(bytes_))
    return bytes_[:at] + bytes([chance.randrange(256)]) + bytes_[at + 1:]


def filler(chance, size):
    way = chance.random()
    if way < 0.3:
        return chance.randbytes(size)
    if way < 0.5:
        return bytes(size)
    if way < 0.6:
        return bytes([chance.randrange(256)]) * size
    words = [b"the ", b"kernel32.dll", b" = ", b"\n", b"http://", b"%s", b"\0", b"GetProcAddress", b"A", b" function "]
    return b"".join(chance.choices(words, k=size // 3 + 1))[:size]


def put(chance, content, bytes_):
    """At an end, over a border, over what was put there before, or anywhere."""
    way, size = chance.random(), len(bytes_)
    if way < 0.15:
        content += bytes_
        return
    borders = [b for b in BORDERS if b < len(content)]
    if way < 0.25:
        at = 0
    elif way < 0.45 and borders:
        at = max(0, chance.choice(borders) - chance.randrange(size + 1))
    elif way < 0.6 and chance.random() < 0.7:
        tail = bytes(content[-size:])
        shared = next((n for n in range(min(size, len(tail)), 0, -1) if tail.endswith(bytes_[:n])), 0)
        content += bytes_[shared:]
        return
    else:
        at = chance.randrange(len(content) + 1)
    content[at:at + size] = bytes_


def make(chance, rules):
    sizes = ((20, 200), (200, 8000), (200, 8000), (200, 8000), (30000, 70000))
    content = bytearray(filler(chance, chance.randint(*chance.choice(sizes))))
    whole = chance.random() < 0.6
    chosen = [(s, whole) for s in chance.choice(rules)]
    for _ in range(chance.randrange(6)):
        chosen.append((chance.choice(chance.choice(rules)), False))
    for string, intact in chosen[:120]:
        bytes_ = sample(chance, string)
        if bytes_:
            put(chance, content, bytes_ if intact else broken(chance, bytes_))
    beginning = chance.choice(BEGINNINGS)
    return beginning + bytes(content) if chance.random() < 0.5 else beginning + bytes(content[len(beginning):])


def rules_of(folder):
    """Strings of each rule that has any."""
    rules = []
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix in (".yar", ".yara"):
            text = path.read_bytes()
            starts = [m.start() for m in RULE.finditer(text)] + [len(text)]
            for begin, end in zip(starts, starts[1:]):
                strings = [m.groups() for m in STRING.finditer(text, begin, end)]
                if strings:
                    rules.append(strings)
    return rules


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rules")
    parser.add_argument("output")
    parser.add_argument("--files", type=int, default=50000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rules = rules_of(options.rules)
    if not rules:
        parser.error(f"no rules with strings in {options.rules}")
    endings = (".bin", ".exe", ".dll", ".php", ".txt", ".sh", "")
    for number in range(options.files):
        chance = random.Random(f"{options.seed}:{number}")
        folder = Path(options.output) / f"{number // 1000:03}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:06}{chance.choice(endings)}").write_bytes(make(chance, rules))
    print(f"{options.files} files with strings of {len(rules)} rules, seed {options.seed}")


main()
