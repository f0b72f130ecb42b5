# SPDX-License-Identifier: Apache-2.0
"""A running `quetsach serve` and raw connections to it, for the tests of the server's edge."""
import os
import re
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from flow import PROGRAM, check, same


def soon(condition, seconds, message):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    check(False, message() if callable(message) else message)


class Server:
    """Started with these words; `port` is known once it says that it serves."""

    def __init__(self, house, *words, environment=None, wait=True, listen="127.0.0.1:0", **options):
        where = ["--listen", listen] if listen else []
        self.said = []
        self.port = None
        self.process = subprocess.Popen([PROGRAM, "serve", "--data", str(house.data), "--lang", "en",
            *where, *map(str, words)], stderr=subprocess.PIPE, text=True,
            env=dict(os.environ, **(environment or {})), **options)
        threading.Thread(target=self._listen, daemon=True).start()
        if wait:
            soon(lambda: self.port or self.process.poll() is not None, 30, "it never serves")
            check(self.port, f"the server ended: {self.said}")

    def _listen(self):
        for line in self.process.stderr:
            self.said.append(line)
            if found := re.search(r"http://\S+:(\d+)/ ", line):
                self.port = int(found[1])

    def says(self, part):
        return any(part in line for line in self.said)

    def portals(self):
        """Process numbers, oldest first."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def connect(self, peer="127.0.0.1"):
        """A connection from one of the loopback addresses."""
        s = socket.socket()
        s.settimeout(20)
        s.bind((peer, 0))
        s.connect(("127.0.0.1", self.port))
        return s

    def ask(self, data, peer="127.0.0.1"):
        """Everything that comes back until the server closes."""
        with self.connect(peer) as s:
            try:
                s.sendall(data)
            except ConnectionError:
                pass
            return read_all(s)

    def get(self, path, *lines, before=b""):
        request = "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *lines])
        return self.ask(before + request.encode() + b"\r\n\r\n")

    def reload(self):
        """Until another portal serves, or the old one is said to go on."""
        before = len(self.said)
        self.process.send_signal(signal.SIGHUP)
        soon(lambda: any("read again" in line or "goes on as before" in line
            for line in self.said[before:]), 30, lambda: f"no reload: {self.said}")
        return "".join(self.said[before:])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        same(self.process.wait(timeout=20), 0, f"exit status, {self.said[-5:]}")


def read_all(s):
    parts = []
    try:
        while part := s.recv(65536):
            parts.append(part)
    except ConnectionError:
        pass
    return b"".join(parts)


def status_of(answer):
    found = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    return int(found[1]) if found else None
