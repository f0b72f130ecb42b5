# SPDX-License-Identifier: Apache-2.0
"""script/attack calls this: sqlmap on every parameter of the desk that a crawl finds, wapiti on all of its pages, each with
the session of an operator, a coordinator and a reporter, against a desk of its own with a small country in it. Ends with 1
where either finds something. Not part of the tests: it takes an hour.

Timing is measured, not judged: how often the one kind of question took longer than the other (0.5: nothing to tell).

    attack_desk.py sqlmap [LEVEL RISK [PART-OF-THE-PATH]] | wapiti [SECONDS] | timing [TIMES]"""
import hashlib
import html.parser
import json
import math
import random
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse

from desking import Desk
from desk_people import World
from flow import PATIENCE, House

# What no link or form of a page leads to, and what must be tried as somebody who is not in. "*" is where sqlmap tries a
# part of the path.
HIDDEN = (
    ("orgs?q=a&page=1&sort=name&format=csv&state=now&day=2020-01-01", ""),
    ("accounts?q=a&org={org}&after=a&page=1&sort=name&format=csv&role=reporter&state=active", ""),
    ("audit?org={org}&before=9999&q=a&page=1&what=a&format=csv", ""),
    ("campaigns/{campaign}/returns/{org}?fill=1&version=1", ""),
    ("campaigns/{campaign}/returns/{org}/judge", "do=send-back&version=1&reason=a"),
    ("campaigns/{campaign}/roll-up/{org}/units?state=late&page=1&sort=name&q=a&format=csv", ""),
    ("mails?q=a&page=1&sort=name&state=waiting", ""),
    ("jobs/{job}*", ""),
    ("jobs/{job}*/output", ""),
    ("login?to=orgs", "mail=operator@p.example&password=abcdefghijkl&to=orgs"),
)


class Page(html.parser.HTMLParser):
    """Links of a page, and of each form its address, whether it is sent, and its fields as they stand."""

    def __init__(self, text):
        super().__init__()
        self.links, self.forms, self.select, self.area = [], [], "", ""
        self.feed(text)

    def field(self, name, value):
        if self.forms and name and name != "token":
            self.forms[-1][2].setdefault(name, value)

    def handle_starttag(self, tag, attrs):
        a = {key: value or "" for key, value in attrs}
        if tag == "a" and "href" in a:
            self.links.append(a["href"])
        elif tag == "form":
            self.forms.append((a.get("action", ""), a.get("method", "get").lower() == "post", {}))
        elif tag == "input" and a.get("type") not in ("file", "submit"):
            self.field(a.get("name"), a.get("value") or ("2026-02-01" if a.get("type") == "date" else "1"))
        elif tag == "button":
            self.field(a.get("name"), a.get("value", ""))
        elif tag in ("select", "textarea"):
            self.select = a.get("name") if tag == "select" else ""
            if tag == "textarea":
                self.field(a.get("name"), "a")
        elif tag == "option" and self.select:
            self.field(self.select, a.get("value", ""))


def shape(path, values):
    """Addresses of one shape differ in ids alone."""
    known = {str(value) for value in values}
    parts = path.split("/")
    named = parts[0] in ("pages", "tools") and len(parts) > 1 and parts[1] not in ("new", "order")
    return "/".join("#" if part.isdigit() or part in known or len(part) == 64 or named and i == 1 else part
        for i, part in enumerate(parts))


def star(path, values):
    """With each part of the path that is an id to be tried, one at a time."""
    parts = path.split("/")
    for i, part in enumerate(shape(path, values).split("/")):
        if part == "#":
            yield "/".join(parts[:i] + [parts[i] + "*"] + parts[i + 1:])


def crawl(world, desk, person):
    """One request of each shape: every page with the parts of its path, every query, every form."""
    root = "/desk/en/"
    values = [world.campaign, *world.orgs.values(), *world.accounts.values(), "zqfeed"]
    waiting, seen, requests = [""], set(), {}
    while waiting:
        address = waiting.pop(0)
        path, _, query = address.partition("?")
        names = tuple(sorted(urllib.parse.parse_qs(query, keep_blank_values=True)))
        if (shape(path, values), names) in seen:
            continue
        seen.add((shape(path, values), names))
        status, fields, body = person.ask(desk, "GET", root + address)
        for starred in star(path, values) if status == 200 else ():
            requests.setdefault((shape(starred.replace("*", ""), values), starred.index("*")), (starred, ""))
        if query:
            requests.setdefault((shape(path, values), names), (address, ""))
        if status == 303:
            waiting.append(dict(fields)["location"].partition(root)[2])
        if status != 200 or not dict(fields).get("content-type", "").startswith("text/html"):
            continue
        page = Page(body.decode())
        for link in page.links:
            whole = urllib.parse.urljoin(root + address, link).partition("#")[0]
            if whole.startswith(root):
                waiting.append(whole[len(root):])
        for action, post, form in page.forms:
            whole = urllib.parse.urljoin(root + address, action or "?" + query)
            if not whole.startswith(root) or not form or whole.endswith("/logout"):
                continue
            to, _, asked = whole[len(root):].partition("?")
            words = urllib.parse.urlencode(form)
            key = (shape(to, values), post, tuple(sorted(form)))
            requests.setdefault(key, (f"{to}?{asked}" if asked else to, words) if post else (f"{to}?{words}", ""))
    hidden = {"campaign": world.campaign, "org": world.orgs["U"], "job": world.jobs["U"]}
    return list(requests.values()) + [(path.format(**hidden), form) for path, form in HIDDEN]


def fill_more(world, desk):
    """Pages that are empty in a new country lead to no form."""
    operator = world.people["operator"]
    world.house.run("ingest", "--feed", "zqfeed", world.house.write("2020-10-15.txt", "203.0.113.1\n"))
    page = Page(operator.get(desk, "pages/contact/vi")[2].decode())
    [form] = [form for action, post, form in page.forms if post and "text" in form or "body" in form]
    for text in ("Mot.", "Hai."):
        operator.send(desk, "pages/contact/vi", {**form, **{key: text for key in ("text", "body") if key in form}})


def keep_them_in(world, stop):
    """Guessing at passwords is slowed, and a scanner that may do everything signs itself out: either would end the
    attack before it began."""
    while not stop.wait(0.1):
        with world.office() as office:
            office.execute("PRAGMA busy_timeout = 5000")
            office.execute("DELETE FROM attempt")
            for person in map(world.people.get, ("operator", "of", "reporter")):
                digest = hashlib.blake2b(person.key, digest_size=32).digest()
                office.execute("UPDATE account SET state = 1, role = ? WHERE id = ? AND (state <> 1 OR role <> ?)",
                    (person.role, person.account, person.role))
                if not office.execute("SELECT 1 FROM session WHERE hash = ?", (digest,)).fetchone():
                    person.begin_session(office)
        office.close()


def sqlmap(world, desk, person, level="5", risk="3", part=""):
    found = []
    for path, form in crawl(world, desk, person):
        if part not in path:
            continue
        address = f"http://127.0.0.1:{desk.desk_port}/desk/en/{path}"
        words = ["sqlmap", "--batch", "--flush-session", "-u", address, f"--level={level}", f"--risk={risk}", "--dbms=SQLite",
            "--cookie", f"desk={person.cookie}", "--param-filter=GET,POST,URI", "--threads=4", "--disable-coloring",
            "--headers", "Sec-Fetch-Site: same-origin", "--output-dir", str(world.house.folder / "sqlmap"), "--ignore-code=400",
            "--drop-set-cookie", "--technique=BEUSTQ"]
        if form:
            words += ["--data", f"token={person.token}&{form}", "--skip=token"]
        if "/login" in address:
            words[words.index("-u") + 2] = "--level=2"
        begin = time.monotonic()
        done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        tested = len(set(re.findall(r"testing (?:if )?(?:\w+ )?parameter '([^']+)'|parameter '([^']+)' (?:does not|is)", done.stdout)))
        hit = re.findall(r"(?:is vulnerable|appears to be .*injectable|Parameter: .*|is injectable)", done.stdout)
        short = address.partition("/desk/en/")[2]
        print(f"{person.name:8} {short[:66]:66} {'form' if form else '':4} {tested:2} parameters "
            f"{time.monotonic() - begin:5.0f} s  {'FOUND ' + '; '.join(hit) if hit else 'nothing'}", flush=True)
        if not tested:
            print(done.stdout[-600:])
        found += hit
    return found


def wapiti(world, desk, person, seconds):
    report = world.house.folder / "wapiti.json"
    root = f"http://127.0.0.1:{desk.desk_port}/desk/en/"
    words = ["wapiti", "-u", root, "--scope", "folder", "-H", f"Cookie: desk={person.cookie}", "-H", "Sec-Fetch-Site: same-origin",
        "-m", "sql,timesql,xss,permanentxss,exec,file,crlf,redirect,ssrf,xxe,csp,http_headers,cookieflags,csrf,methods,backup",
        "--max-scan-time", str(seconds), "--max-attack-time", str(int(seconds) // 8), "--max-links-per-page", "60", "--max-files-per-dir", "200", "-f", "json", "-o",
        str(report), "--flush-session", "--store-session", str(world.house.folder), "--no-bugreport"]
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if not report.exists():
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    said = json.loads(report.read_text())
    found = [f"{kind}: {v['method']} {v['path']} {v.get('parameter', '')}: {v['info']}" for kind, list_of in
        said["vulnerabilities"].items() for v in list_of]
    found += [f"{kind}: {v['method']} {v['path']}" for kind, list_of in said["anomalies"].items() for v in list_of]
    pages = re.search(r"Wapiti found (\d+) URLs", done.stdout)
    print(f"{person.name}: wapiti looked at {pages[1] if pages else said['infos'].get('crawled_pages', '?')} addresses, found {len(found)}")
    for line in found:
        print("  " + line)
    return found


# --- does the time of an answer tell what it may not? ---

def longer(a, b):
    """How often one of a takes longer than one of b (Mann-Whitney's U over all pairs), and by how many standard
    deviations that differs from as often as not."""
    wins = sum((x > y) + (x == y) / 2 for x in a for y in b)
    n, m = len(a), len(b)
    return wins / (n * m), (wins - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)


def compare(what, times, ask, kinds):
    """Kinds take turns in an order that is drawn anew each time; the first is what the others are held against."""
    waits = {kind: [] for kind in kinds}
    for turn in range(times + 2):
        for kind in random.sample(list(kinds), len(kinds)):
            begin = time.perf_counter()
            ask(kinds[kind])
            if turn > 1:
                waits[kind].append((time.perf_counter() - begin) * 1000)
    first = next(iter(kinds))
    print(what)
    for kind, list_of in waits.items():
        share, sigma = longer(list_of, waits[first])
        low, middle, high = (statistics.quantiles(list_of, n=20)[i] for i in (0, 9, 18))
        print(f"  {kind:34} {middle:8.3f} ms ({low:.3f} to {high:.3f})" +
            (f"  longer in {share:.3f}, {sigma:+.1f} standard deviations" if kind != first else ""), flush=True)


def timing(world, desk, times):
    secret = "ba con meo nam ngu tren mai nha"
    with open(world.house.folder / "secret", "w") as file:
        file.write(secret + "\n")
    (world.house.folder / "secret").chmod(0o600)
    for mail in ("known@p.example", "gone@p.example"):
        world.house.run("user", "add", mail, "--name", "A", "--role", "auditor", "--password-file", world.house.folder / "secret")
    with world.office() as office:
        office.execute("UPDATE account SET state = 2 WHERE mail = 'gone@p.example'")
    nobody = world.people["nobody"]
    page = nobody.get(desk, "login")
    before = re.search(r"desk-before=([^;]*)", dict(page[1])["set-cookie"])[1]
    token = re.search(rb'name="token" value="([^"]*)"', page[2])[1].decode()
    log_in = lambda who: nobody.send(desk, "login", {"mail": who[0], "password": who[1]}, token, {"Cookie": f"desk-before={before}"})
    wrong = "khong phai mat khau nay"
    compare("login", times, log_in, {"known, wrong password": ("known@p.example", wrong), "unknown": ("nobody@p.example", wrong),
        "disabled, wrong password": ("gone@p.example", wrong), "disabled, right password": ("gone@p.example", secret),
        "invited, has none": ("of@p.example", wrong)})
    for name in ("of", "reporter"):
        person = world.people[name]
        for path, ids in (("orgs/%s", world.orgs), ("orgs/%s/change", world.orgs), ("accounts/%s", world.accounts),
                (f"campaigns/{world.campaign}/returns/%s", world.orgs), (f"campaigns/{world.campaign}/roll-up/%s", world.orgs)):
            compare(f"{name}: {path % 'ID'}", times * 10, lambda org: person.get(desk, path % org),
                {"there is none": 977, "beside": ids["W"], "above": ids["N"], "in another tree": ids["X"]})
    link = world.house.json("user", "reset", "known@p.example")[0]["link"].rpartition("/")[2]
    other = ("B" if link[20] != "B" else "C")
    compare("one-time links", times * 10, lambda given: nobody.ask(desk, "GET", "/desk/en/invitation",
        headers={"Cookie": f"desk-link={given}"}), {"guessed": "A" * 43, "right but for the last third":
            link[:28] + "A" * 14 + "A", "right but for one letter": link[:20] + other + link[21:]})


def main():
    what = sys.argv[1]
    house = House()
    world = World(house, "vn-2020")
    desk = Desk(house)
    fill_more(world, desk)
    stop, found = threading.Event(), []
    clearer = threading.Thread(target=keep_them_in, args=(world, stop))
    clearer.start()
    try:
        if what == "timing":
            timing(world, desk, int((sys.argv[2:] + ["100"])[0]))
        for name in ("operator", "of", "reporter") if what != "timing" else ():
            if what == "sqlmap":
                found += sqlmap(world, desk, world.people[name], *sys.argv[2:])
            else:
                found += wapiti(world, desk, world.people[name], (sys.argv[2:] + ["300"])[0])
    finally:
        stop.set()
        clearer.join()
        desk.process.terminate()
        desk.process.wait(PATIENCE)
    broken = [line for line in desk.said if "event=failed" in line or "Sanitizer" in line]
    print("".join(broken[:10]) or "the desk failed nowhere")
    sys.exit(1 if found or broken else 0)


main()
