# SPDX-License-Identifier: Apache-2.0
"""quetsach serve with a service manager: readiness, sockets handed over, reload without a lost
request, watchdog. The manager is played by this test over the real interfaces."""
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

from flow import PATIENCE, PROGRAM, House, check, same, soon
from serving import Server, read_all, read_answer, status_of

house = House()
house.networks()
os.chmod(house.folder, 0o711)


class Manager:
    """A notification socket; abstract or in the file system."""

    def __init__(self, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.name = name
        self.socket.bind("\0" + name[1:] if name[0] == "@" else name)
        if name[0] != "@":
            os.chmod(name, 0o777)
        self.heard = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            self.heard.append(self.socket.recv(4096).decode())

    def hears(self, word, times=1):
        soon(lambda: sum(word in text.split("\n") for text in self.heard) >= times,
            lambda: f"no {word}: {self.heard}")


# --- ready, reloading, stopping; both kinds of sockets ---
for name in (f"@quetsach-test-{os.getpid()}", str(house.folder / "notify")):
    manager = Manager(name)
    server = Server(house, environment={"NOTIFY_SOCKET": name})
    manager.hears("READY=1")
    server.reload()
    manager.hears("RELOADING=1")
    check(any("MONOTONIC_USEC=" in text for text in manager.heard), "the time of the reload")
    manager.hears("READY=1", times=2)
    server.stop()
    manager.hears("STOPPING=1")
    same([text for text in manager.heard if "WATCHDOG" in text], [], "nobody asked for a watchdog")

# A manager that is not there is no reason not to serve.
server = Server(house, environment={"NOTIFY_SOCKET": "/nonexistent/notify"})
check(server.says("no-service-manager"), "the missing manager is mentioned")
server.stop()

# The watchdog is fed while a portal serves.
manager = Manager(f"@quetsach-watch-{os.getpid()}")
server = Server(house,
    environment={"NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "200000"})
manager.hears("WATCHDOG=1", times=5)
server.stop()


# --- a socket from the manager ---
def with_sockets(count, names, kind=socket.SOCK_STREAM):
    """The program as a service manager starts it: sockets from descriptor 3 on."""
    sockets = [socket.socket(socket.AF_INET, kind) for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            s.listen(64)
    fds = [s.fileno() for s in sockets]
    wrapper = ("import os, sys\n"
        "fds = [os.dup(int(n)) for n in sys.argv[1].split(',')]\n"
        "fds = [os.dup2(fd, 100 + i) for i, fd in enumerate(fds)]\n"
        "[os.dup2(fd, 3 + i) for i, fd in enumerate(fds)]\n"
        "os.environ['LISTEN_PID'] = str(os.getpid())\n"
        "os.execv(sys.argv[2], sys.argv[2:])\n")
    process = subprocess.Popen([sys.executable, "-c", wrapper, ",".join(map(str, fds)), PROGRAM,
        "serve", "--data", str(house.data), "--lang", "en"], stderr=subprocess.PIPE, text=True,
        pass_fds=fds, env=dict(os.environ, LISTEN_FDS=str(count), LISTEN_FDNAMES=names))
    return process, sockets


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/healthz", headers={"Connection": "close"})
    return json.loads(connection.getresponse().read())["status"]


for count, names, index in ((1, "whatever", 0), (2, "admin:http", 1)):
    process, sockets = with_sockets(count, names)
    # Who connects before it is ready is not refused: the manager holds the socket.
    port = sockets[index].getsockname()[1]
    same(answers(port), "ok", "through the manager's socket")
    children = f"/proc/{process.pid}/task/{process.pid}/children"
    portal = open(children).read().split()[0]
    if os.geteuid() == 0:  # nobody else may look
        check(b"LISTEN" not in open(f"/proc/{portal}/environ", "rb").read(), "variables passed on")
    # A restart loses no connection either: those that come meanwhile wait.
    process.send_signal(signal.SIGTERM)
    same(process.wait(timeout=PATIENCE), 0, "exit status")
    for s in sockets:
        s.close()

for count, names, kind in ((2, "one:other", socket.SOCK_STREAM), (1, "http", socket.SOCK_DGRAM)):
    process, sockets = with_sockets(count, names, kind)
    said = process.communicate(timeout=PATIENCE)[1]
    same(process.returncode, 2, f"sockets that do not fit: {said}")
    check("ListenStream" in said, said)

# Variables meant for another process do not count.
server = Server(house, environment={"LISTEN_PID": "1", "LISTEN_FDS": "1"})
server.stop()

# --- reload: nothing refused, nothing lost ---
settings = house.write("quetsach.conf", "trusted-proxy = 10.0.0.1\n")
os.chmod(settings, 0o644)
server = Server(house, "--config", os.path.relpath(settings))
stop = threading.Event()
failed = []
asked = [0] * 8
closed = [0] * 8


def hammer(me):
    """Keeps its connection as long as the server lets it, and asks again at once."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    while not stop.is_set():
        try:
            connection.request("GET", "/healthz" if me % 2 else "/vi/")
            answer = connection.getresponse()
            if answer.status != 200 or not answer.read():
                failed.append(f"status {answer.status}")
            asked[me] += 1
            closed[me] += answer.will_close
        except (OSError, http.client.HTTPException) as e:
            failed.append(repr(e))
            connection.close()


def newcomer(me):
    """A connection for each request."""
    while not stop.is_set():
        try:
            if status_of(server.get("/healthz")) != 200:
                failed.append("another status")
            asked[me] += 1
        except OSError as e:
            failed.append(repr(e))


threads = [threading.Thread(target=hammer if me < 5 else newcomer, args=(me,)) for me in range(8)]
for thread in threads:
    thread.start()
for turn in range(5):
    before = server.portals()
    goal = sum(asked) + 50
    said = server.reload()
    check("read again" in said, said)
    soon(lambda: sum(asked) >= goal, "nobody is answered")
    soon(lambda: len(server.portals()) == 1, "the old portal never ends")
    check(server.portals() != before, "the same portal goes on")
stop.set()
for thread in threads:
    thread.join()
same(failed, [], f"requests that failed, of {sum(asked)}")
check(min(asked) > 0, f"everybody was answered: {asked}")
check(sum(closed) >= 5, f"kept connections were told to close: {closed}")

# Who waits on a kept connection while portals change is answered too, and told to come anew.
kept = server.connect()
kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
check(b"Connection: close" not in read_answer(kept), "closed without need")
half = server.connect()
begun = time.monotonic()
half.sendall(b"GET /healthz HTTP/1.1\r\nHo")
before = server.ask_reload()


def told_to_go():
    kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = read_answer(kept)
    same(status_of(answer), 200, f"on a kept connection: {answer!r}")
    return b"Connection: close" in answer


soon(told_to_go, "the old portal keeps its connections")
same(kept.recv(65536), b"", "after the last answer")
server.reloaded(before)
# A whole request has to come within 15 seconds: what was too late is no matter.
if time.monotonic() < begun + 10:
    half.sendall(b"st: x\r\n\r\n")
    answer = read_all(half)
    check(status_of(answer) == 200 and b"Connection: close" in answer, f"{answer!r}")
half.close()


# --- what a reload takes over ---
def client_of(forwarded):
    return json.loads(server.get("/api/v1/check", f"X-Forwarded-For: {forwarded}")
        .split(b"\r\n\r\n", 1)[1])["ip"]


same(client_of("14.160.1.2"), "127.0.0.1", "a stranger's header")
settings.write_text("trusted-proxy = 10.0.0.1\ntrusted-proxy = 127.0.0.1\nzone = UTC\n")
check("read again" in server.reload(), "reload")
same(client_of("14.160.1.2"), "14.160.1.2", "the proxy named since")
soon(lambda: len(server.portals()) == 1, "the old portal never ends")

# A file that makes no sense, or that is gone, changes nothing and is spoken of.
serving = server.portals()
settings.write_text("trusted-proxy = nobody\n")
said = server.reload()
check("goes on as before" in said and "nobody" in said, said)
settings.unlink()
said = server.reload()
check("goes on as before" in said and "quetsach.conf" in said, said)
same((server.portals(), client_of("14.160.1.2")), (serving, "14.160.1.2"), "the old one serves")

# A new portal that fails leaves the old one in service.
settings.write_text("")
os.chmod(settings, 0o644)
public = house.data / "public"
public.chmod(0)
try:
    check("goes on as before" in server.reload(), "the failure is not spoken of")
finally:
    public.chmod(0o755)
soon(lambda: status_of(server.get("/healthz")) == 200, "the old one does not serve")

# Many at once are one or two.
for _ in range(10):
    server.process.send_signal(signal.SIGHUP)
    time.sleep(0.01)
soon(lambda: len(server.portals()) == 1 and status_of(server.get("/healthz")) == 200,
    "it does not settle")

# The end leaves nobody behind.
server.reload()
old = server.portals()
server.stop()
soon(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in old), "a portal stays behind")
