#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each check of tools/ finds what it is there for, and is content with what is right."""
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv.pop())
import check_banned
import check_format
import check_headers
import check_rooms
import check_sources
import check_tidy
import check_words
import house

MAP = """# Rooms
| room | what lives there | may use |
|---|---|---|
| base | ground | – |
| os | files | base |
| feed, export | ways in, ways out | base |

*Pure rooms* (base, feed,
export) take bytes.
"""
SPDX = "/* SPDX-License-Identifier: Apache-2.0 */\n"


class Tree(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="house-"))
        self.addCleanup(shutil.rmtree, self.root)
        self.write("ARCHITECTURE.md", MAP)
        for room in ("base", "os", "feed", "export"):
            self.write(f"src/{room}/{room}.h", SPDX + "#pragma once\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def assert_one(self, faults, *words):
        self.assertEqual(len(faults), 1, faults)
        for word in words:
            self.assertIn(word, faults[0])


class Words(Tree):
    def messages(self, vi, en):
        for lang, text in (("vi", vi), ("en", en)):
            self.write(f"po/{lang}/a.po", f'msgid "A"\nmsgstr "{text}"\n')
        return check_words.check(self.root)

    def test_what_is_right(self):
        self.assertEqual(self.messages("Chạy “quetsach verify --data X” trên {name}",
                                       "Run “quetsach verify --data X” at Quét Sạch, {name}"), [])

    def test_untranslated(self):
        self.assert_one(self.messages("Bot: {a}", "Bot: {a}"), "A", "same in both")

    def test_english_inside(self):
        self.assert_one(self.messages("Hãy please thử", "Try"), "please")

    def test_vietnamese_inside(self):
        self.assert_one(self.messages("Thử", "Now thử"), "Vietnamese")

    def test_glossary(self):
        self.assert_one(self.messages("Máy của bạn đã an toàn", "Nothing found"), "không phát hiện")
        self.assert_one(self.messages("Không phát hiện", "Your computer is clean"), "nothing found")

    def test_articles(self):
        self.write("data/pages/vi/a.md", "title: Thử\nsummary: x\n\nHãy [xem](page:check) the trang")
        self.messages("a", "b")
        self.assert_one(check_words.check(self.root), "data/pages/vi/a.md", "the")


class Rooms(Tree):
    def test_what_is_right(self):
        self.write("src/feed/a.c", '#include <stdio.h>\n#include "base/base.h"\n'
                   '#include "feed/feed.h"\n#include "limits.def"\n')
        self.assertEqual(check_rooms.check(self.root), [])

    def test_forbidden_room(self):
        self.write("src/feed/a.c", '\n#  include "os/os.h"\n')
        self.assert_one(check_rooms.check(self.root), "src/feed/a.c:2", "feed", "os/os.h")

    def test_rooms_of_one_row(self):
        self.write("src/export/a.c", '#include "feed/feed.h"\n')
        self.assert_one(check_rooms.check(self.root), "export may not use")

    def test_without_room(self):
        self.write("src/feed/a.c", '#include "feed.h"\n')
        self.assert_one(check_rooms.check(self.root), "lacks its room")

    def test_folder_and_row_agree(self):
        self.write("src/attic/a.h", "")
        self.assert_one(check_rooms.check(self.root), "src/attic")
        shutil.rmtree(self.root / "src/attic")
        shutil.rmtree(self.root / "src/os")
        self.assert_one(check_rooms.check(self.root), "room os has no folder")

    def test_no_map(self):
        self.write("ARCHITECTURE.md", "# Rooms\n")
        self.assertIn("no table", check_rooms.check(self.root)[0])


class Banned(Tree):
    def test_each_name(self):
        for name in check_banned.BANNED:
            self.write("src/os/a.c", f"\nvoid f(void)\n{{\n\t{name} (1);\n}}\n")
            self.assert_one(check_banned.check(self.root), "src/os/a.c:4", name)

    def test_words_are_no_calls(self):
        self.write("src/os/a.c", '/* strcpy(a, b) */ const char *s = "gets(x) \\" system(y)";\n'
                   "int my_system(int); int f(void) { return m->gets(1) + m.rand(2); }\n")
        self.assertEqual(check_banned.check(self.root), [])

    def test_pure_room(self):
        self.write("src/feed/a.c", "int f(void) { return open(n, 0); }\n")
        self.assert_one(check_banned.check(self.root), "open()", "pure room feed")
        self.write("src/feed/a.c", "int f(void) { return listing_open(n, 0); }\n")
        self.assertEqual(check_banned.check(self.root), [])

    def test_raw_calls(self):
        self.write("src/feed/a.c", "int f(void) { return syscall(1); }\n")
        self.assert_one(check_banned.check(self.root), "room os")
        self.write("src/feed/a.c", "")
        self.write("src/os/a.c", "int f(void) { return syscall(1); }\n")
        self.assertEqual(check_banned.check(self.root), [])


class Sources(Tree):
    def test_what_is_right(self):
        self.assertEqual(check_sources.check(self.root), [])

    def test_faults(self):
        for text, words in [("int a;\n", "SPDX"), (SPDX + "int a; \n", "white space"),
                            (SPDX + "/* TO" "DO: more */\n", "unfinished"),
                            (SPDX + '#define A "/ho' 'me/me/x"\n', "one machine"),
                            (SPDX + "int a;\n" * 800, "801 lines"), (SPDX + "int a;", "newline")]:
            self.write("src/os/a.c", text)
            self.assert_one(check_sources.check(self.root), "src/os/a.c", words)

    def test_build_folders_are_not_ours(self):
        self.write("build/x/a.c", "int a;")
        self.write("tests/browser/node_modules/a.js", "a")
        self.assertEqual(check_sources.check(self.root), [])

    def test_scripts_without_suffix(self):
        self.write("script/run", "#!/bin/sh\ntrue\n")
        self.assert_one(check_sources.check(self.root), "script/run", "SPDX")


class Headers(Tree):
    def test_alone(self):
        self.assertEqual(check_headers.check("gcc", self.root, self.root), [])
        self.write("src/os/a.h", SPDX + "#pragma once\nuint32_t f(void);\n")
        self.assert_one(check_headers.check("gcc", self.root, self.root), "os/a.h")

    def test_twice(self):
        self.write("src/os/a.h", SPDX + "struct a { int b; };\n")
        self.assert_one(check_headers.check("gcc", self.root, self.root), "os/a.h")


@unittest.skipUnless(shutil.which("clang-format"), "no clang-format")
class Format(Tree):
    def test_format(self):
        self.write(".clang-format", "BasedOnStyle: LLVM\n")
        self.write("src/os/a.c", "int a;\n")
        self.assertEqual(check_format.check("clang-format", self.root), [])
        self.write("src/os/a.c", "int   a ;\n")
        self.assertIn("src/os/a.c:1", check_format.check("clang-format", self.root)[0])


@unittest.skipUnless(shutil.which("clang-tidy"), "no clang-tidy")
class Tidy(Tree):
    def check(self, code):
        self.write("src/os/a.c", code)
        self.write("compile_commands.json", '[{"directory": "%s", "file": "src/os/a.c", '
                   '"command": "gcc -Isrc -c src/os/a.c"}]' % self.root)
        return check_tidy.check("clang-tidy", self.root, self.root)

    def test_faults_and_marks(self):
        shutil.copy(Path(house.__file__).parents[1] / ".clang-tidy", self.root)
        good = '#include "os/os.h"\nint f(int a);\nint f(int a)\n{\n\treturn a;\n}\n'
        self.assertEqual(self.check(good), [])
        marks = set((self.root / "tidy").iterdir())
        self.assertEqual(len(marks), 1)
        self.assert_one(self.check(good.replace("return a", "return a / 0")), "src/os/a.c:5")
        self.assertEqual(set((self.root / "tidy").iterdir()), marks)
        self.write("src/os/os.h", SPDX + "#pragma once\n#define A 1\n")
        self.assertEqual(self.check(good), [])
        self.assertEqual(len(set((self.root / "tidy").iterdir())), 2)

    def test_long_function(self):
        shutil.copy(Path(house.__file__).parents[1] / ".clang-tidy", self.root)
        body = "\ta++;\n" * 82
        self.assert_one(self.check("int f(int a);\nint f(int a)\n{\n" + body + "\treturn a;\n}\n"),
                        "readability-function-size")


if __name__ == "__main__":
    unittest.main()
