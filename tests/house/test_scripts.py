#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The scripts' own manners: they say what they take, refuse what they do not, and count rightly."""
import json
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(sys.argv.pop())
SCRIPTS = ["server", "test", "fuzz", "try-bare"]


def run(name, *words):
    return subprocess.run(["bash", ROOT / "script" / name, *words], text=True, check=False,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=60)


class Scripts(unittest.TestCase):
    def test_syntax(self):
        for path in sorted((ROOT / "script").iterdir()):
            if path.read_bytes()[:2] == b"#!" and b"bash" in path.read_bytes().split(b"\n")[0]:
                done = subprocess.run(["bash", "-n", path], check=False)
                self.assertEqual(done.returncode, 0, path)

    def test_help(self):
        for name in SCRIPTS:
            done = run(name, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)
            self.assertTrue(done.stdout.startswith(f"script/{name} ["), name)

    def test_unknown_option(self):
        for name in SCRIPTS:
            done = run(name, "--nonsense")
            self.assertEqual(done.returncode, 2, name)
            self.assertIn("--nonsense", done.stderr)

    def test_bad_port(self):
        for port in ["", "x", "0", "65536"]:
            done = run("server", "--port", port)
            self.assertEqual(done.returncode, 2)
            self.assertIn("--port", done.stderr)

    def test_busy_port_is_said(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = run("server", "--no-install", "--port", str(port))
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"Port {port} is taken by another program", done.stdout)
        self.assertIn(f"--port {port + 1}", done.stdout)


class Summary(unittest.TestCase):
    def summary(self, tests, *steps):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as log:
            for name, result, seconds in tests:
                log.write(json.dumps({"name": f"unit / {name}", "result": result,
                                      "duration": seconds, "stdout": "said\nwhy\n"}) + "\n")
            log.flush()
            done = subprocess.run([sys.executable, ROOT / "tools" / "test_summary.py", log.name,
                                   *steps], text=True, capture_output=True, check=False)
        return done.returncode, done.stdout.strip().splitlines()

    def test_all_passed(self):
        tests = [(f"t{i}", "OK", i / 10) for i in range(20)]
        status, lines = self.summary(tests, "build=OK=7")
        self.assertEqual((status, lines[-1]), (0, "21 passed, 0 failed"))
        self.assertEqual(len(lines), 12)
        self.assertTrue(lines[1].endswith("build"))

    def test_each_way_to_fail(self):
        for result in ["FAIL", "TIMEOUT", "INTERRUPT", "ERROR", "UNEXPECTEDPASS"]:
            status, lines = self.summary([("a", "OK", 1), ("b", result, 1), ("c", "SKIP", 0)])
            self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed, 1 skipped"))
            self.assertIn(f"failed: b ({result})", lines)
            self.assertIn("skipped: c (why)", lines)

    def test_nothing_ran(self):
        status, lines = self.summary([], "build=FAIL=3")
        self.assertEqual((status, lines[-1]), (1, "0 passed, 1 failed"))
        self.assertEqual(self.summary([])[0], 1)


if __name__ == "__main__":
    unittest.main()
