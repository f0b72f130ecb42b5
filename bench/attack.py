#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How much longer honest visitors wait while a server is attacked: 10,000 malformed requests (those of
tests/hostile), 200 clients that send a byte a second and 500 idle connections. The server beside it
(nginx) suffers the same, so that what the clients themselves take of the machine can be told apart.
Alone and attacked take turns. Also: 100,000 requests, after which the server must not have grown.

    attack.py visit PORT SECONDS     one honest visitor after another; prints seconds of each answer
    attack.py attack PORT SECONDS    the attackers; prints what came of them
Loopback addresses have no limit on requests, so nothing but the server's own work helps it here."""
import itertools
import json
import os
import re
import selectors
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
MALFORMED, SLOW, IDLE = 10_000, 200, 500
AT_ONCE = 1000
ALONE, ATTACKED = 5, 10  # seconds of a turn
PATHS = ("/vi/", "/api/v1/check")
GROWTH = 100_000


# --- honest visitors ---

def read_answer(s, data=b""):
    """One answer of a kept connection; its body's end is known from its length."""
    while b"\r\n\r\n" not in data:
        data += s.recv(65536) or sys.exit("an honest visitor was cut off")
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    if not head.startswith(b"HTTP/1.1 200 ") or not length:
        sys.exit(f"an honest visitor got {head[:100]!r}")
    while len(body) < int(length[1]):
        body += s.recv(65536) or sys.exit("an honest visitor was cut off")


def visit(port, seconds):
    """A visitor connects, looks at two pages and goes; the next comes 5 ms later."""
    waited, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.perf_counter()
        with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for path in PATHS:
                s.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode())
                read_answer(s)
                now = time.perf_counter()
                waited.append(now - start)
                start = now
        time.sleep(0.005)
    print(json.dumps(waited))


# --- attackers: each is a step of one loop ---

class Attacker:
    addresses = itertools.cycle([f"127.0.{n}.{m}" for n in range(1, 5) for m in range(2, 250)])

    def __init__(self, crowd):
        self.crowd = crowd
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.bind((next(self.addresses), 0))
        self.socket.connect_ex(("127.0.0.1", crowd.port))
        crowd.selector.register(self.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, self)

    def quiet(self):
        self.crowd.selector.modify(self.socket, selectors.EVENT_READ, self)

    def close(self):
        self.crowd.selector.unregister(self.socket)
        self.socket.close()
        self.crowd.gone(self)

    def ready(self, events):
        try:
            if events & selectors.EVENT_WRITE:
                self.write()
            if events & selectors.EVENT_READ and not self.socket.recv(65536):
                self.close()
        except BlockingIOError:
            pass
        except OSError:
            self.close()


class Malformed(Attacker):
    def __init__(self, crowd, data):
        self.left = memoryview(data)
        super().__init__(crowd)

    def write(self):
        if self.left:
            self.left = self.left[self.socket.send(self.left):]
        if not self.left:
            self.socket.shutdown(socket.SHUT_WR)
            self.quiet()


class Idle(Attacker):
    def write(self):
        self.quiet()


class Slow(Attacker):
    """A request of which a byte comes each second."""
    words = b"GET /vi/ HTTP/1.1\r\nHost: x\r\nUser-Agent: " + b"a" * 4000

    def write(self):
        self.quiet()
        self.at = 0
        self.crowd.slow.add(self)

    def drip(self):
        try:
            self.at += self.socket.send(self.words[self.at:self.at + 1])
        except OSError:
            pass


class Crowd:
    def __init__(self, port):
        self.port = port
        self.selector = selectors.DefaultSelector()
        self.slow = set()
        self.open = {Malformed: 0, Idle: 0, Slow: 0}
        self.over = {Malformed: 0, Idle: 0, Slow: 0}
        self.running = True

    def add(self, kind, *arguments):
        self.open[kind] += 1
        kind(self, *arguments)

    def gone(self, attacker):
        """Who was cut off for being slow or idle comes again."""
        kind = type(attacker)
        self.open[kind] -= 1
        self.over[kind] += 1
        self.slow.discard(attacker)
        if kind is not Malformed and self.running:
            self.add(kind)

    def run(self, seconds, samples):
        for kind, count in ((Idle, IDLE), (Slow, SLOW)):
            for _ in range(count):
                self.add(kind)
        begin, dripped, sent = time.monotonic(), 0, 0
        while (now := time.monotonic() - begin) < seconds or (self.open[Malformed] and now < 2 * seconds):
            due = min(len(samples), int(now / seconds * len(samples)) + 1)
            while sent < due and self.open[Malformed] < AT_ONCE:
                self.add(Malformed, samples[sent])
                sent += 1
            if now - dripped >= 1:
                dripped = now
                for attacker in list(self.slow):
                    attacker.drip()
            for key, events in self.selector.select(0.002):
                key.data.ready(events)
        self.running = False
        print(json.dumps({"sent": sent, "ended": self.over[Malformed],
            "cut off": self.over[Idle] + self.over[Slow]}))


def attack(port, seconds):
    sys.path.insert(0, str(HERE.parent / "tests" / "hostile"))
    import make_http
    samples = [sample.data for sample in make_http.samples(MALFORMED)]
    print("ready", flush=True)
    sys.stdin.readline()
    Crowd(port).run(seconds, samples)


# --- the job of script/bench ---

def ask_helper(*words):
    return subprocess.Popen([sys.executable, __file__, *map(str, words)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True)


def finish(process):
    output = process.communicate()[0]
    if process.returncode:
        sys.exit(f"failed: {process.args}: {output}")
    return json.loads(output)


def wait_alone(port):
    return finish(ask_helper("visit", port, ALONE))


def wait_attacked(port):
    crowd = ask_helper("attack", port, ATTACKED)
    crowd.stdout.readline()
    crowd.stdin.write("go\n")
    crowd.stdin.flush()
    time.sleep(0.5)  # they are all connected
    visitors = ask_helper("visit", port, ATTACKED - 1)
    waited = finish(visitors)
    ended = finish(crowd)
    if ended["ended"] < MALFORMED:
        sys.exit(f"malformed requests stayed open: {ended}")
    return waited


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def factors(alone, attacked):
    return (statistics.median(attacked) / statistics.median(alone),
        percentile(attacked, 0.99) / percentile(alone, 0.99))


def describe(alone, attacked):
    def line(values):
        return f"{statistics.median(values) * 1e6:.0f}/{percentile(values, 0.99) * 1e6:.0f}"
    return f"{line(alone)} → {line(attacked)} µs"


def grow(server, port):
    """KiB more, and descriptors more, after GROWTH requests on kept connections."""
    portal = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()[0]
    request = "".join(f"GET {PATHS[n % 2]} HTTP/1.1\r\nHost: x\r\n\r\n" for n in range(50)).encode()

    def send(count):
        for _ in range(count // 1000):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
                reader = s.makefile("rb")
                for _ in range(20):
                    s.sendall(request)
                    for _ in range(50):
                        length = 0
                        while (line := reader.readline()) not in (b"\r\n", b""):
                            if line.lower().startswith(b"content-length:"):
                                length = int(line.split(b":")[1])
                        reader.read(length)

    def state():
        time.sleep(1)
        status = Path(f"/proc/{portal}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]), len(os.listdir(f"/proc/{portal}/fd"))

    send(20_000)
    before = state()
    send(GROWTH)
    after = state()
    return after[0] - before[0], after[1] - before[1]


def measure(bench, ours, nginx):
    """Each a process and its port."""
    (server, ours), other = ours, nginx[1]
    waits = {(port, attacked): [] for port in (ours, other) for attacked in (False, True)}
    for _ in range(bench.options.runs):
        for port in (ours, other):
            waits[port, False] += wait_alone(port)
            waits[port, True] += wait_attacked(port)
    pairs = {port: (waits[port, False], waits[port, True]) for port in (ours, other)}
    for n, name in enumerate(("median", "p99")):
        bench.figure(f"attack: {name} wait, attacked / alone", factors(*pairs[ours])[n],
            factors(*pairs[other])[n], "times", "<= 2.0" if n == 0 else "",
            f"median/p99 {describe(*pairs[ours])}; nginx {describe(*pairs[other])}")
    memory, descriptors = grow(server, ours)
    bench.figure("attack: growth over 100,000 requests", memory, None, "KiB", "< 2048",
        f"{descriptors} descriptors more")


if __name__ == "__main__":
    {"visit": visit, "attack": attack}[sys.argv[1]](int(sys.argv[2]), float(sys.argv[3]))
