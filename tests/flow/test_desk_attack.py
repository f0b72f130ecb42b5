# SPDX-License-Identifier: Apache-2.0
"""Whoever is in throws at the desk whatever comes to mind: thousands of random methods, paths, cookies, forms and files,
here always the same ones; with QUETSACH_SECONDS for so long, and others each time. The same process still answers, nothing is our fault (5xx), nothing that was sent comes back
as markup or as a header. Before that twenty people work while the desk is killed again and again: what was confirmed to
them is there, and the audit has no hole."""
import base64
import hashlib
import http.client
import os
import random
import re
import signal
import socket
import sys
import threading
import time
import urllib.parse
from collections import Counter

from desking import Desk
from desk_people import World, mark
from flow import PATIENCE, House, check, same, soon
from serving import read_all, status_of

SECONDS = float(os.environ.get("QUETSACH_SECONDS", "0"))
SEED = int(os.environ.get("QUETSACH_SEED", time.time_ns() if SECONDS else 20201022))
CLIENTS, REQUESTS = 6, 1500
KILLS, PEOPLE, BETWEEN = 5, 20, 12
ECHO = "<zq'\"x>"
TEXTS = ("", "0", "1", "-1", "101", "977", "9223372036854775807", "9223372036854775808", "1e9", "0x10", "' OR '1'='1", "\"",
    "'); DROP TABLE org; --", "%", "_", "*", "zq*\" OR name_vi:", "\\", "../../../etc/passwd", "..\\..", "/", "//evil.example", "%s%n%x",
    "{0}", "${7*7}", "\0", "\r\nX-Zq: 1", "\x1b[31m", "\u202e\u200f", "Ế" * 300, "a" * 5000, "2020-02-30", "9999-12-31", "0000-00-00",
    "10.0.0.0/8", "::/0", "\ud7ff\ufffe", ECHO, "csv", "xlsx", "name", "-name", "accept", "send-back", "disable", "link", "vi", "on")
METHODS = ("GET",) * 30 + ("POST",) * 30 + ("HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "P\0ST", "X" * 300)


class Thrower:
    """One source of requests: the same seed makes the same ones."""

    def __init__(self, seed, world, routes, names):
        self.r = random.Random(seed)
        self.world, self.routes, self.names = world, routes, names

    def text(self):
        r = self.r
        kind = r.random()
        if kind < 0.7:
            return r.choice(TEXTS)
        if kind < 0.85:
            return r.choice(TEXTS) + r.choice(TEXTS)
        if kind < 0.95:
            return str(r.randrange(2 ** r.randrange(1, 70)))
        return "".join(chr(r.randrange(1, 0xd7ff)) for _ in range(r.randrange(60)))

    def word(self):
        """For a * of a route: mostly one that leads somewhere."""
        r, w = self.r, self.world
        return str(r.choice((w.campaign, r.choice(list(w.orgs.values())), r.choice(list(w.accounts.values())),
            r.choice(list(w.files.values()))[0], "new", 1, 977, self.text())))

    def path(self):
        r = self.r
        parts = [self.word() if part == "*" else part for part in r.choice(self.routes).split("/")]
        if r.random() < 0.1:
            parts.insert(r.randrange(len(parts) + 1), self.text())
        path = "/".join(urllib.parse.quote(part.encode("utf-8", "surrogatepass"), safe="/%" if r.random() < 0.05 else "")
            for part in parts)
        if r.random() < 0.4:
            path += "?" + "&".join(f"{r.choice(self.names)}={urllib.parse.quote_plus(self.text())}"
                for _ in range(r.randrange(1, 4)))
        return f"/desk/{r.choice(('vi', 'en', 'en', 'de'))}/{path}" if r.random() < 0.98 else "/" + path

    def urlencoded(self, token):
        r = self.r
        fields = [(r.choice(self.names), self.text()) for _ in range(r.randrange(12))]
        if r.random() < 0.95:
            fields.insert(0, ("token", token))
        body = urllib.parse.urlencode(fields, errors="replace").encode()
        if r.random() < 0.1:
            body = body.replace(b"%", r.choice((b"%", b"%%", b"%u12")), 1) + r.choice((b"&", b"&&=", b"=%", b"\0", b"\xff=\xfe"))
        if r.random() < 0.02:
            body += b"&name_vi=" + b"x" * r.choice((100_000, 2_000_000))
        return "application/x-www-form-urlencoded", body

    def multipart(self, token):
        r = self.r
        line = "".join(r.choice("abc0'-") for _ in range(r.randrange(1, 40)))
        body = b""
        for name in ["token"] + [r.choice(self.names + ("file",)) for _ in range(r.randrange(5))]:
            file = f'; filename="{r.choice(("a.pdf", "../a", ECHO, "x.xlsx", "a.csv"))}"' if name == "file" or r.random() < 0.1 else ""
            value = token if name == "token" else self.text()
            if file:
                value = r.choice(("%PDF-1.4\n%%EOF\n", "code,parent,name_vi\nzz,,x\n", "PK\3\4" + "x" * 99, self.text()))
            body += f'--{line}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
            body += value.encode("utf-8", "replace") + b"\r\n"
        body += f"--{line}--\r\n".encode()
        if r.random() < 0.2:
            at = r.randrange(len(body))
            body = body[:at] + r.choice((b"", b"\0", b"\r\n", b"--", os.urandom(9))) + body[at + r.randrange(20):]
        return f"multipart/form-data; boundary={line}" + r.choice(("", "", "", "; charset=x", '"')), body

    def request(self, cookie, token):
        r = self.r
        method = r.choice(METHODS)
        fields = [b"Host: x", b"Connection: close"]
        cookies = [f"desk={cookie}"] if r.random() < 0.95 else [f"desk={self.text()}"]
        if r.random() < 0.1:
            cookies.append(f"{r.choice(('desk-said', 'desk-link', 'desk-before', 'desk-device', 'desk'))}={self.text()}")
        fields.append(b"Cookie: " + "; ".join(cookies).encode("utf-8", "replace").translate(None, b"\r\n\0"))
        body = b""
        if method == "POST" or r.random() < 0.03:
            kind, body = self.urlencoded(token) if r.random() < 0.7 else self.multipart(token)
            fields += [b"Content-Type: " + kind.encode(), b"Sec-Fetch-Site: same-origin"]
            fields.append(b"Content-Length: %d" % (len(body) if r.random() < 0.97 else r.choice((0, len(body) // 2, len(body) + 9))))
        if r.random() < 0.1:
            fields.append(r.choice((b"X-Forwarded-For: ", b"Accept-Language: ", b"User-Agent: ", b"If-None-Match: ",
                b"Range: bytes=", b"Accept-Encoding: ")) + self.text().encode("utf-8", "replace").translate(None, b"\r\n\0")[:3000])
        r.shuffle(fields)
        return method.encode() + b" " + self.path().encode() + b" HTTP/1.1\r\n" + b"\r\n".join(fields) + b"\r\n\r\n" + body


def connect(desk):
    s = socket.socket()
    s.settimeout(PATIENCE)
    s.connect(("127.0.0.1", desk.desk_port))
    return s


def exchange(desk, data, slowly):
    with connect(desk) as s:
        try:
            if slowly:
                for part in range(5):
                    s.sendall(data[part * len(data) // 5:(part + 1) * len(data) // 5])
                    time.sleep(0.02)
            else:
                s.sendall(data)
            s.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused before all was sent
        return read_all(s)


def fault(answer):
    status = status_of(answer)
    head, _, body = answer.partition(b"\r\n\r\n")
    if answer and status is None:
        return "no answer of HTTP"
    if status and status >= 500 and status not in (501, 505):  # those are the library's
        return f"status {status}"
    if b"\nX-Zq" in head:
        return "a header that was sent"
    if ECHO.encode() in body and b"text/html" in head:
        return "markup that was sent"
    return None


def throw(world, desk, routes, names, number, faults, statuses, end):
    """One client until it has done its share; who was signed out by what they sent comes in again."""
    thrower = Thrower(f"{SEED} {number}", world, routes, names)
    people = [world.people[name] for name in ("operator", "above", "of", "reporter", "auditor")]
    keys, turn = {}, 0
    while time.monotonic() < end if SECONDS else turn < REQUESTS:
        turn += 1
        who = thrower.r.choice(people)
        if who.name not in keys:
            keys[who.name] = sign_in(world, who, f"{number} {time.time_ns()}")
        data = thrower.request(keys[who.name].cookie, keys[who.name].token)
        try:
            answer = exchange(desk, data, thrower.r.random() < 0.02)
        except OSError as error:
            faults.append(f"{error}: {data[:300]!r}")
            return
        statuses[status_of(answer)] += 1
        if why := fault(answer):
            faults.append(f"{why}: {data[:200]!r} … {data[-200:]!r} → {answer[:80]!r}")
        if b"Location: /desk/en/login" in answer or b"Location: /desk/vi/login" in answer:
            keys.pop(who.name)


def sign_in(world, who, salt):
    other = type(who)(who.name, who.role, who.org)
    other.account = who.account
    other.key = hashlib.sha256(salt.encode()).digest()
    with world.office() as office:
        office.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
        office.execute("UPDATE account SET state = 1 WHERE id = ?", (who.account,))
        other.begin_session(office)
    office.close()
    return other


def field_names(world, desk):
    """Of all forms there are: what a page asks for, and what addresses ask."""
    found = {"q", "page", "sort", "org", "under", "after", "before", "state", "show", "format", "to", "do", "token"}
    who = world.people["operator"]
    seen, waiting = set(), [f"/desk/en/{path}" for path in ("", "orgs", "accounts", "campaigns", "audit", "self", "password",
        f"campaigns/{world.campaign}/returns/{world.orgs['U']}", f"orgs/{world.orgs['U']}")]
    while waiting and len(seen) < 120:
        path = waiting.pop(0)
        _, kind, body = who.ask(desk, "GET", path)
        if b"text/html" not in dict(kind).get("content-type", "").encode():
            continue
        body = body.decode()
        found |= set(re.findall(r'name="([\w-]+)"', body)) | set(re.findall(r"[?&;](\w+)=", body))
        for link in re.findall(r'href="(/desk/en/[^"#?]*)', body):
            shape = re.sub(r"\d+", "N", link)
            if shape not in seen and not link.endswith("logout"):
                seen.add(shape)
                waiting.append(link)
    return tuple(sorted(found - {"viewport", "robots", "color-scheme"}))


def whole(world):
    with world.office() as office:
        same(office.execute("PRAGMA integrity_check").fetchall(), [("ok",)], "the database")
        same(office.execute("PRAGMA foreign_key_check").fetchall(), [], "what points at nothing")
        count, last = office.execute("SELECT count(*), max(id) FROM audit").fetchone()
        same(count, last, "entries of the audit, and the number of its last one")
    office.close()


def fuzz(world, desk):
    routes = [line.split("\t")[1] for line in os.popen(os.environ["QUETSACH_DESK_ROUTES"])]
    # A hash of a password takes so long that little else would be tried.
    quick = [route for route in routes if not re.match(r"login|password|invitation|second-factor", route)]
    routes = quick * 3 + routes
    names = field_names(world, desk)
    check(len(names) > 30, f"names of fields: {names}")
    faults, statuses = [], Counter()
    before = desk.portals()
    end = time.monotonic() + SECONDS
    threads = [threading.Thread(target=throw, args=(world, desk, routes, names, n, faults, statuses, end))
        for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"seed {SEED}: {sum(statuses.values())} requests, {dict(sorted(statuses.items(), key=str))}")
    if faults:
        sys.exit(f"FAILED: QUETSACH_SEED={SEED}: {len(faults)} faults\n" + "\n".join(faults[:8]) +
            "\n" + "".join(line for line in desk.said if "failed" in line or "ERROR" in line)[-3000:])
    check(sum(statuses.values()) > 100 and statuses[200] and statuses[303], f"what came back: {statuses}")
    same(desk.portals(), before, "the processes")
    check(world.people["auditor"].get(desk, "login")[0] in (200, 303), "an honest request afterwards")
    check(not any("Sanitizer" in line or "failed" in line for line in desk.said), "".join(desk.said)[-3000:])
    whole(world)


# --- killed ---

def change(world, desk, me, name, turn):
    """Somebody is invited by a link that is shown, or by mail, or a unit is added. What was confirmed, or None; anything
    but a confirmation or "not now" is wrong."""
    person = {"mail": f"{name}@k.example", "name": name, "role": "reporter", "unit": mark("U"), "lang": "vi"}
    unit = {"code": name, "name_vi": name, "kind": "agency", "since": "2026-02-01"}
    if turn % 3 == 0:
        status, _, body = me.send(desk, "accounts/new", person)
        if status == 200 and (link := re.search(rb"/invitation/([\w-]{43})", body)):
            return "shown", person["mail"], link[1].decode()
    elif turn % 3 == 1:
        status, _, body = me.send(desk, "accounts/new", dict(person, send="1"))
        if status == 303:
            return "sent", person["mail"], ""
    else:
        status, _, body = me.send(desk, f"orgs/new?under={world.orgs['D']}", unit)
        if status == 303:
            return "unit", name, ""
    return None if status == 503 else ("wrong", f"{name}: {status} {re.findall(rb'<h1>.*?</main>', body)[:1]}", "")


def work(world, desks, number, confirmed, stop):
    """Invites people and adds units as fast as the desk answers; notes what was confirmed."""
    who = world.people[("operator", "above", "of", "below")[number % 4]]
    me = sign_in(world, who, f"work {number} {SEED}")
    me.turns = 1  # what was sent once may have been done, whatever came back
    turn = 0
    while not stop.is_set():
        turn += 1
        try:
            done = change(world, desks[-1], me, f"k{number}x{turn}", turn)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)  # killed in the middle: not confirmed
            continue
        if done:
            confirmed.append(done)


def kill(house, desks, words, confirmed):
    """The desk, or all of it at once; each time some people have worked, and are at it."""

    def wait_for_work():
        before = len(confirmed)
        soon(lambda: len(confirmed) >= before + BETWEEN, lambda: f"nothing is confirmed any more: {desks[-1].said[-5:]}")

    for turn in range(KILLS):
        wait_for_work()
        desk = desks[-1]
        if turn % 3 == 2:
            family = [*desk.portals(), desk.process.pid]
            for pid in family:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass  # gone with one before it
            desk.process.wait()
            desks.append(Desk(house, *words))
            continue
        old = desk.the("desk")
        os.kill(old, signal.SIGKILL)
        desk.the("desk", but=old)
    wait_for_work()


def lost(world, confirmed):
    """Of what was confirmed: an account with its link and its one mail, a unit."""
    with world.office() as office:
        accounts = dict(office.execute("SELECT mail, account.id FROM account JOIN invitation ON account = account.id"))
        links = {h for (h,) in office.execute("SELECT hash FROM invitation")}
        codes = {code for (code,) in office.execute("SELECT code FROM org")}
        mails = Counter(recipient for (recipient,) in office.execute("SELECT recipient FROM outbox"))
        halves = office.execute("SELECT mail FROM account WHERE mail LIKE '%@k.example' AND NOT EXISTS (SELECT 1 FROM"
            " invitation WHERE account = account.id)").fetchall()
    office.close()
    same(halves, [], "accounts without the link that was made with them")
    for kind, name, token in confirmed:
        if kind == "unit":
            kept = name in codes
        elif kind == "sent":
            kept = name in accounts and mails[name] == 1
        else:
            kept = name in accounts and hashlib.blake2b(base64.urlsafe_b64decode(token + "="), digest_size=32).digest() in links
        if not kept:
            yield f"{kind} {name}"


def killed(world, house, desk, words):
    confirmed, desks, stop = [], [desk], threading.Event()
    threads = [threading.Thread(target=work, args=(world, desks, n, confirmed, stop)) for n in range(PEOPLE)]
    for thread in threads:
        thread.start()
    try:
        kill(house, desks, words, confirmed)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    wrong = [c[1] for c in confirmed if c[0] == "wrong"]
    check(not wrong, f"{len(wrong)} wrong answers, one: {wrong[:1]}; said: " +
        "".join(line for d in desks for line in d.said if "failed" in line)[:2000])
    whole(world)
    same(list(lost(world, confirmed))[:20], [], f"what was confirmed and is lost, of {len(confirmed)}")
    check(len(confirmed) >= KILLS * BETWEEN, f"only {len(confirmed)} were confirmed")
    print(f"{len(confirmed)} changes confirmed over {KILLS} kills, none lost")
    return desks[-1]


def main():
    house = House()
    world = World(house, "vn-2020")
    # Mails are made, and nobody takes them.
    words = ["--config", house.write("configuration", "mail = smtp://localhost:9\nmail-from = desk@q.example\n")]
    house.run("site", "set", "address", "https://desk.example.vn")
    desk = Desk(house, *words)
    try:
        desk = killed(world, house, desk, words)
        fuzz(world, desk)
        check(not any("Sanitizer" in line for line in desk.said), "".join(desk.said))
    finally:
        if desk.process.poll() is None:
            desk.process.terminate()
            desk.process.wait(PATIENCE)


main()
