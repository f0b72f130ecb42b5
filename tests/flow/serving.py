# SPDX-License-Identifier: Apache-2.0
"""A running `quetsach serve` and raw connections to it, for the tests of the server's edge."""
import os
import re
import signal
import socket
import subprocess
import threading
from pathlib import Path

from flow import PATIENCE, PROGRAM, check, same, soon


def role_of(pid):
    """What the process was started as; nothing of one that has ended or is not yet what it will be."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return words[words.index(b"--role") + 1].decode() if b"--role" in words else ""


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
            soon(lambda: self.port or self.process.poll() is not None, "it never serves")
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

    def the(self, role, but=None):
        """The process number of the one child in this role, when it is there; of another than the one that was."""
        found = []

        def is_there():
            found[:] = [pid for pid in self.portals() if role_of(pid) == role]
            return len(found) == 1 and found != [but]

        soon(is_there, lambda: f"no {role}: {self.said}")
        return found[0]

    def connect(self, peer="127.0.0.1"):
        """A connection from one of the loopback addresses."""
        s = socket.socket()
        s.settimeout(PATIENCE)
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
        return self.reloaded(self.ask_reload())

    def ask_reload(self):
        """What reloaded() wants to know."""
        before = len(self.said)
        self.process.send_signal(signal.SIGHUP)
        return before

    def reloaded(self, before):
        soon(lambda: any("read again" in line or "goes on as before" in line
            for line in self.said[before:]), lambda: f"no reload: {self.said}")
        return "".join(self.said[before:])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        same(self.process.wait(timeout=PATIENCE), 0, f"exit status, {self.said[-5:]}")


def read_all(s):
    parts = []
    try:
        while part := s.recv(65536):
            parts.append(part)
    except ConnectionError:
        pass
    return b"".join(parts)


def read_answer(s):
    """One answer of a connection that is kept, whole in however many pieces; less where it is closed."""
    data = b""
    while not (head := re.match(rb"(?s).*?\r\n\r\n", data)) or len(data) < len(head[0]) + length_of(head[0]):
        part = s.recv(65536)
        if not part:
            break
        data += part
    return data


def length_of(head):
    found = re.search(rb"(?i)\r\ncontent-length: (\d+)\r\n", head)
    return int(found[1]) if found else 0


def status_of(answer):
    found = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    return int(found[1]) if found else None
