# SPDX-License-Identifier: Apache-2.0
"""quetsach serve under 10,000 malformed requests: the same portal still answers, every answer is
whole, none gives what was not asked for, none repeats what was sent. And it does not grow: over
QUETSACH_REQUESTS (20,000 here; script/bench sends 100,000) requests on kept connections, after a
warm-up of half as many, no descriptor more and less than 2 MiB more of memory."""
import http.client
import os
import re
import sys
import threading
from collections import Counter
from pathlib import Path

from flow import HEADER, House, ago, check, now, same, sinkhole, soon
from serving import Server, read_all, read_answer, status_of

sys.path.insert(0, os.environ["QUETSACH_HOSTILE"])
import make_http

REQUESTS = int(os.environ.get("QUETSACH_REQUESTS", "20000"))
GROWTH = 2 << 20
CLIENTS = 8
# Answers that the library gives before we see the request.
OF_THE_LIBRARY = {400, 413, 414, 431, 500, 501, 505}

house = House()
house.networks()
report = house.write(f"{now():%Y-%m-%d}-event4_sinkhole-vn.csv",
    HEADER + sinkhole(ago(hours=2), "14.160.1.2"))
house.json("ingest", "--feed", "shadow", report)
os.chmod(house.folder, 0o711)
# The sanitizer keeps what was freed for a while: that is no growth of the program's.
server = Server(house, environment={"ASAN_OPTIONS": "quarantine_size_mb=1:malloc_context_size=2"})
portal = server.portals()
process = Path(f"/proc/{portal[0]}")


def descriptors():
    return len(list((process / "fd").iterdir()))


def memory():
    return int(re.search(r"VmRSS:\s+(\d+) kB", (process / "status").read_text())[1]) * 1024


def answers_in(data):
    """Status, fields and body of every response in what came back; the method of a bad request is
    anybody's guess, so a body may be missing where the next response begins."""
    answers = []
    while data:
        found = re.match(rb"HTTP/1\.[01] (\d{3}) [^\r\n]*\r\n((?:[!-9;-~]+: [^\r\n]*\r\n)*)\r\n", data)
        if not found:
            return None
        fields = dict(line.lower().split(b": ", 1) for line in found[2].splitlines())
        rest = data[found.end():]
        size = int(fields.get(b"content-length", b"0"))
        if b"transfer-encoding" in fields:
            return None
        bodyless = rest[:7] == b"HTTP/1." or not rest or found[1] in (b"100", b"304")
        if not bodyless and len(rest) < size:
            return None
        answers.append((int(found[1]), fields, b"" if bodyless else rest[:size]))
        data = rest if bodyless else rest[size:]
    return answers


def once(data):
    """libmicrohttpd 0.9.75 sends the head of two of its refusals twice (a length that is no number,
    too large a cookie): the second is then the body's beginning."""
    head = data[:data.find(b"\r\n\r\n") + 4]
    if b"Content-Security-Policy" in head or not head or not data.startswith(head + head):
        return data
    doubled[status_of(data)] += 1
    return data[len(head):]


def fault_of(sample, data):
    """What is wrong with what came back; None: nothing."""
    data = once(data)
    answers = [answer for answer in answers_in(data) or [] if answer[0] != 100] if data else []
    if data and not answers:
        return "no well-formed answer"
    if make_http.ECHO in data:
        return "it repeats what was sent"
    if sample.one and len(answers) > 1:
        return f"{len(answers)} answers"
    for status, fields, body in answers:
        if status < 400 and not sample.fine and not (len(answers) > 1 and not sample.one):
            return f"status {status}"
        ours = b"content-security-policy" in fields
        if ours and b"x-content-type-options" not in fields:
            return "a security header is missing"
        if not ours and status not in OF_THE_LIBRARY:
            return f"no security headers on {status}"
        if not ours and len(body) > 1000:
            return "the library says too much"
    return None


def each(work, items):
    """Shared out among several threads; what work() returns other than None."""
    results, lock, rest = [], threading.Lock(), list(items)

    def run():
        while True:
            with lock:
                if not rest:
                    return
                item = rest.pop()
            result = work(item)
            if result is not None:
                with lock:
                    results.append(result)

    threads = [threading.Thread(target=run) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def is_open(s):
    """Whether nothing has come, not even the end."""
    s.setblocking(False)
    try:
        s.recv(1)
    except BlockingIOError:
        return True
    return False


statuses, doubled = Counter(), Counter()


def send_bad(sample):
    with server.connect() as s:
        try:
            s.sendall(sample.data)
            s.shutdown(1)
        except OSError:
            pass
        try:
            data = read_all(s)
        except TimeoutError:
            return f"{sample.kind}: neither answered nor closed: {sample.data[:200]!r}"
    statuses[status_of(data)] += 1
    fault = fault_of(sample, data)
    return fault and f"{sample.kind}: {fault}: {sample.data[:200]!r} → {data[:300]!r}"


# --- who has sent all is not waited for: one who was there before and may send more is kept longer ---
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
crowd = [server.connect() for _ in range(300)]
kept = server.connect()
kept.sendall(REQUEST)
same(status_of(read_answer(kept)), 200, "who is kept")
for s in crowd:
    s.sendall(REQUEST)
    s.shutdown(1)
for n, s in enumerate(crowd):
    same(status_of(read_all(s)), 200, "a client that closes its half")
    s.close()
    if n == 9:
        check(is_open(kept), "clients that closed their half were kept as long as others")
kept.close()

# --- ten thousand that are wrong ---
samples = make_http.samples()
same(len(samples), 10_000, "samples")
idle_descriptors = descriptors()
wrong = each(send_bad, samples)
shown = {}
for line in wrong:
    shown.setdefault(line[:30], line)
for line in shown.values():
    print(line)
same(len(wrong), 0, "samples with a wrong answer")
print(f"first answers: {dict(sorted(statuses.items(), key=str))}; heads sent twice: {dict(doubled)}")
same(server.portals(), portal, "the portal")
check(not server.says("portal-ended"), f"{server.said}")
soon(lambda: descriptors() <= idle_descriptors, lambda: f"descriptors: {descriptors()}, before {idle_descriptors}")
same(status_of(server.get("/vi/")), 200, "an honest request afterwards")
check(statuses[400] > 1000 and statuses[404] > 500, f"what came back: {statuses}")

# --- no growth ---
PATHS = ("/vi/", "/en/", "/vi/kiem-tra", "/api/v1/check", "/healthz", "/robots.txt", "/nowhere", "/vi/?a=b")
BATCH = 50
style = re.search(rb'href="(/static/[^"]+\.css)"', server.get("/vi/"))[1].decode()


def send_good(number):
    """BATCH requests on one connection, several on the way at once."""
    paths = [(*PATHS, style)[(number + n) % (len(PATHS) + 1)] for n in range(BATCH)]
    lines = [f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n" for path in paths]
    lines[-1] += "Connection: close\r\n"
    with server.connect() as s:
        s.sendall("".join(line + "\r\n" for line in lines).encode())
        answers = answers_in(read_all(s))
    if answers is None or len(answers) != BATCH:
        return f"{answers and len(answers)} answers to {BATCH} requests"
    expected = [404 if path == "/nowhere" else 200 for path in paths]
    got = [answer[0] for answer in answers]
    return None if got == expected else f"{got} to {paths}"


def send_all(count):
    same(each(send_good, range(count // BATCH))[:3], [], "answers")


send_all(REQUESTS // 2)
before = memory()
send_all(REQUESTS)
growth = memory() - before
print(f"{REQUESTS} requests: {growth / 1024:.0f} KiB more of {before / 1048576:.1f} MiB")
check(growth < GROWTH, f"{growth} bytes more after {REQUESTS} requests")
soon(lambda: descriptors() <= idle_descriptors, lambda: f"descriptors: {descriptors()}, before {idle_descriptors}")
same(server.portals(), portal, "the portal")
server.stop()
