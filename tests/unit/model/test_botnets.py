#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tools/botnets.py must stop the build on every fault of a family's file: test_botnets.py TOOL"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = None
SENTENCE = "Mã độc dùng để thử, dài vừa đủ để qua được giới hạn tám mươi ký tự của một đoạn văn ngắn."
GOOD = {
    "name": "Example", "aliases": "Exemplum, Muster", "kind": "botnet", "platform": "iot",
    "source": "https://example.org/", "vi": SENTENCE, "en": SENTENCE,
}


def run(files):
    """Exit code, what was said, what was made."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        output = Path(folder) / "out.inc"
        done = subprocess.run(
            [sys.executable, TOOL, folder, str(output), folder + "/out.d"],
            capture_output=True, text=True, check=False)
        made = output.read_text() if output.exists() else ""
        return done.returncode, done.stderr, made


def text(**changes):
    fields = {**GOOD, **{key.replace("_", "-"): value for key, value in changes.items()}}
    return "".join(f"{k}: {v}\n" for k, v in fields.items() if v is not None).encode()


class Botnets(unittest.TestCase):
    def refuses(self, message, files):
        code, said, made = run(files)
        self.assertEqual(code, 1)
        self.assertIn(message, said)
        self.assertEqual(made, "")

    def test_good(self):
        code, said, made = run({"example.txt": text(name='Ex?"\\', feed_names="b1-x")})
        self.assertEqual((code, said), (0, ""))
        self.assertIn('STR_INIT("b1x"), 0}', made)
        self.assertIn('STR_INIT("Ex\\077\\042\\134")', made)
        self.assertTrue(made.isascii())

    def test_continued_line_and_comment(self):
        content = b"# note\n" + text().replace(" của một".encode(), "\n    của một".encode())
        self.assertEqual(run({"example.txt": content})[0], 0)

    def test_fields(self):
        for field in ("name", "kind", "platform", "source", "vi", "en"):
            self.refuses(f"field missing: {field}", {"a1.txt": text(**{field: None})})
        self.refuses("kind: worms is none of", {"a1.txt": text(kind="worms")})
        self.refuses("platform: pc is none of", {"a1.txt": text(platform="pc")})
        self.refuses("no https address", {"a1.txt": text(source="http://example.org/")})
        self.refuses("no such field: alias", {"a1.txt": text(alias="x")})
        self.refuses("field given twice: kind", {"a1.txt": text() + b"kind: worm\n"})
        self.refuses("name too long", {"a1.txt": text(aliases="x" * 61)})
        self.refuses("without a letter", {"a1.txt": text(aliases="a, --")})

    def test_paragraphs(self):
        self.refuses("79 characters", {"a1.txt": text(vi="x" * 78 + ".")})
        self.refuses("401 characters", {"a1.txt": text(en="x" * 400 + ".")})
        self.refuses("end as a sentence", {"a1.txt": text(en="x" * 100)})
        self.refuses("markup", {"a1.txt": text(en="<b>" + "x" * 100 + ".")})

    def test_encoding(self):
        self.refuses("not in Unicode NFC", {"a1.txt": text(vi=SENTENCE + " a\u0301.")})
        self.refuses("utf-8", {"a1.txt": text() + b"\xff"})

    def test_names_belong_to_one(self):
        self.refuses("given twice: EXEMPLUM", {"a1.txt": text(feed_names="EXEMPLUM")})
        self.refuses("muster belongs to a1 already", {
            "a1.txt": text(), "b1.txt": text(name="Other", aliases="mu-ster")})
        self.refuses("example belongs to a1 already", {
            "a1.txt": text(), "example.txt": text(name="Other", aliases=None)})

    def test_file_names(self):
        for name in ("A1.txt", "a.txt", "a--b.txt", "-a.txt", "a_b.txt"):
            self.refuses("the file's name", {name: text()})
        self.refuses("no *.txt here", {})


if __name__ == "__main__":
    TOOL = sys.argv.pop()
    unittest.main()
