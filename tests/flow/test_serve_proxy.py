# SPDX-License-Identifier: Apache-2.0
"""quetsach serve --proxy-protocol: the address in the header is the visitor's; half-sent headers hold
up nobody; strangers and wrong headers are closed without an answer."""
import json
import os
import shutil
import socket
import struct
import subprocess
import time

from flow import HEADER, PATIENCE, House, ago, check, now, same, sinkhole, soon
from serving import Server, read_all, status_of

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def line(client, family="TCP4", server="127.0.0.1"):
    return f"PROXY {family} {client} {server} 50000 80\r\n".encode()


def binary(client, command=0x21, extra=b""):
    family = socket.AF_INET6 if ":" in client else socket.AF_INET
    there = "::1" if ":" in client else "127.0.0.1"
    block = socket.inet_pton(family, client) + socket.inet_pton(family, there)
    block += struct.pack(">HH", 50000, 80) + extra
    return SIGNATURE + struct.pack(">BBH", command, 0x21 if ":" in client else 0x11, len(block)) + block


house = House()
house.networks()
os.chmod(house.folder, 0o711)
report = house.write(f"{now():%Y-%m-%d}-event4_sinkhole-vn.csv",
    HEADER + sinkhole(ago(hours=2), "14.160.1.2"))
house.json("ingest", "--feed", "shadow", report)
house.run("feed", "set", "--public-check", "yes", "shadow")

# Only a proxy that is named may speak for others.
refused = Server(house, "--proxy-protocol", wait=False)
same(refused.process.wait(timeout=PATIENCE), 2, "without a trusted proxy")
soon(lambda: refused.says("--trusted-proxy"), "the reason")

server = Server(house, "--proxy-protocol", "--trusted-proxy", "127.0.0.1")


def check_of(header, *lines):
    return json.loads(server.get("/api/v1/check", *lines, before=header).split(b"\r\n\r\n", 1)[1])


same(check_of(line("14.160.1.2"))["answer"], "seen", "version 1")
same(check_of(line("14.160.1.3"))["answer"], "not_seen", "another visitor")
same(check_of(binary("14.160.1.2"))["answer"], "seen", "version 2")
same(check_of(binary("14.160.1.2", extra=b"\x01\0\x02h2"))["answer"], "seen", "with extensions")
same(check_of(line("2001:ee0::5", "TCP6", "::1"))["ip"], "2001:ee0::5", "IPv6 in version 1")
same(check_of(binary("2001:ee0::5"))["ip"], "2001:ee0::5", "IPv6 in version 2")

# The proxy's own checks come from the proxy. A visitor it cannot name is not the proxy.
same(check_of(binary("14.160.1.2", command=0x20))["ip"], "127.0.0.1", "LOCAL")
for header in (b"PROXY UNKNOWN\r\n", SIGNATURE + b"\x21\0\0\0"):
    same(check_of(header)["ip"], "::", f"of {header!r}")
    same(check_of(header)["answer"], "cannot_be_said", f"of {header!r}")
    same(status_of(server.get("/metrics", before=header)), 404, "figures for somebody without a name")

# Headers of the request are the visitor's own words.
same(check_of(line("14.160.1.3"), "X-Forwarded-For: 14.160.1.2")["ip"], "14.160.1.3", "a lie")
same(check_of(b"PROXY UNKNOWN\r\n", "X-Forwarded-For: 14.160.1.2")["ip"], "::", "without a name")
same(check_of(line("127.0.0.1"), "X-Forwarded-For: 14.160.1.2")["ip"], "127.0.0.1",
    "from among the proxies")

# Several requests of one connection have one header.
with server.connect() as s:
    s.sendall(line("14.160.1.2") + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 2
        + b"GET /api/v1/check HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = read_all(s)
    same(answer.count(b"HTTP/1.1 200 "), 3, "answers on one connection")
    check(b'"14.160.1.2"' in answer, "the visitor of the third")

# Wrong ones are closed, and nothing is said. A header in the middle is a bad request.
for wrong in (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\0\x01\0", b"PROXY\r\n",
        line("14.160.1.2", "UDP4"), line("300.1.1.1"), b"PROXY TCP4 " + b"1" * 200,
        SIGNATURE + b"\x31\x11\0\x0c" + bytes(12), SIGNATURE + b"\x21\x11\xff\xff" + bytes(64)):
    same(server.ask(wrong), b"", f"after {wrong[:40]!r}")
check(status_of(server.ask(line("14.160.1.2") * 2 + b"\r\n\r\n")) in (None, 400), "two headers")

# Others than the proxy are closed.
with server.connect(peer="127.0.0.2") as s:
    try:
        s.sendall(line("14.160.1.2") + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    except ConnectionError:
        pass
    same(read_all(s), b"", "a stranger with a header")

# Two thousand that never finish their header, and one that does.
idle = []
for number in range(2000):
    s = server.connect()
    s.sendall((line("14.160.1.2") if number % 2 else binary("14.160.1.2"))[:number % 20])
    idle.append(s)
    if number % 200 == 0:
        same(check_of(line("14.160.1.2"))["answer"], "seen", f"beside {number} half headers")
same(check_of(binary("14.160.1.2"))["answer"], "seen", "beside 2000 half headers")
for s in idle[:900]:
    same(read_all(s), b"", "who waited longest made room")
for s in idle:
    s.close()

# A header in single bytes is whole in the end, across a reload.
slow = server.connect()
begun = time.monotonic()
header = line("14.160.1.2")
slow.sendall(header[:10])
server.reload()
# A header has to come within five seconds: one that was too late is no matter.
if time.monotonic() < begun + 4:
    for at in range(10, len(header)):
        slow.sendall(header[at:at + 1])
    slow.sendall(b"GET /api/v1/check HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    check(b'"answer":"seen"' in read_all(slow), "a slow header")
slow.close()

# One visitor's requests are limited, whatever the proxy's own address; the neighbour's are not.
many = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 3000
with server.connect() as s:
    s.sendall(line("14.160.7.7") + many + b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answers = read_all(s)
check(b"HTTP/1.1 429 " in answers, "3000 at once")
same(status_of(server.get("/healthz", before=line("14.160.7.8"))), 200, "the neighbour")


# --- the real thing, where it is installed ---
def through_haproxy():
    # It is handed its sockets: nobody else can have got their ports meanwhile.
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ports = [s.getsockname()[1] for s in sockets]
    kinds = ("send-proxy", "send-proxy-v2-ssl-cn proxy-v2-options unique-id,crc32c")
    text = "defaults\n mode tcp\n timeout connect 5s\n timeout client 30s\n timeout server 30s\n"
    for n, (s, kind) in enumerate(zip(sockets, kinds)):
        text += (f"frontend web{n}\n bind fd@{s.fileno()}\n default_backend portal{n}\n"
            f"backend portal{n}\n option httpchk GET /healthz\n"
            f" server portal 127.0.0.1:{server.port} {kind} check inter 200 check-send-proxy\n")
    haproxy = subprocess.Popen(["haproxy", "-db", "-f", house.write("haproxy.cfg", text)],
        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[s.fileno() for s in sockets])

    def client_at(port):
        try:
            with socket.socket() as s:
                s.settimeout(20)
                s.bind(("127.0.0.9", 0))
                s.connect(("127.0.0.1", port))
                s.sendall(b"GET /api/v1/check HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                return json.loads(read_all(s).split(b"\r\n\r\n", 1)[1])["ip"]
        except (OSError, IndexError):
            return None

    try:
        for port, kind in zip(ports, kinds):
            soon(lambda: client_at(port) == "127.0.0.9", f"through haproxy with {kind}")
    finally:
        haproxy.terminate()
        haproxy.wait()


if shutil.which("haproxy"):
    through_haproxy()
else:
    print("haproxy is not installed: not tried with it")
server.stop()
