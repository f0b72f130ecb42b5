# SPDX-License-Identifier: Apache-2.0
"""script/attack calls this: sqlmap on every parameter of the desk, wapiti on all of its pages, each with the session of
an operator and of a coordinator, against a desk of its own with a small country in it. Ends with 1 where either finds
something. Not part of the tests: it takes a quarter of an hour.

Timing is measured, not judged: how often the one kind of question took longer than the other (0.5: nothing to tell).

    attack_desk.py sqlmap [LEVEL RISK] | wapiti [SECONDS] | timing [TIMES]"""
import hashlib
import json
import math
import random
import re
import statistics
import subprocess
import sys
import threading
import time

from desking import Desk
from desk_people import World, mark
from flow import House

# Address and form of each request whose every parameter is tried; {org} and so on as in test_desk_rights.py. "*" is
# where sqlmap tries a part of the path.
REQUESTS = (
    ("orgs?q=quanh&page=1&sort=name&format=", ""),
    ("orgs/{org}*", ""),
    ("orgs/{org}?page=1&sort=name&q=a&state=now&format=", ""),
    ("orgs/new?under={org}", "code=zz9&name_vi=a&name_en=b&level=c&kind=agency&tax_code=0100109106&mail=a@b.example&phone=1&since=2026-02-01&parent="),
    ("orgs/{org}/change", "name_vi=a&name_en=b&level=c&kind=agency&tax_code=&mail=&phone=1&since=2026-02-01&parent={parent}"),
    ("orgs/{org}/contact", "name=a&phone=1&mail=a@b.example"),
    ("orgs/{org}/networks", "do=add&prefix=192.0.2.0/24"),
    ("accounts?q=zq&org={org}&after=a&page=1&sort=name&format=&role=&state=", ""),
    ("accounts/{account}*", ""),
    ("accounts/new?org={org}", ""),
    ("accounts/new", "mail=a@b.example&name=a&role=reporter&unit=x&lang=vi"),
    ("accounts/{account}", "do=none"),
    ("audit?org={org}&before=9999&q=a&page=1&what=&format=", ""),
    ("campaigns/{campaign}*", ""),
    ("campaigns/{campaign}/returns/{org}*", ""),
    ("campaigns/{campaign}/returns/{org}?fill=1&version=1", ""),
    ("campaigns/{campaign}/returns/{org}", "do=save&draft=0&row-informed=1&row-deployed=1&row-assessment=a&note-informed=b&paper-number=1&paper-symbol=a&paper-signer=b&paper-day=2020-10-20"),
    ("campaigns/{campaign}/returns/{org}/check", "draft=1&confirm=1"),
    ("campaigns/{campaign}/returns/{org}/judge", "do=send-back&version=1&reason=a"),
    ("campaigns/{campaign}/returns/{org}/files/{file}*", ""),
    ("campaigns/{campaign}/roll-up/{org}*", ""),
    ("campaigns/{campaign}/roll-up/{org}?show=late&page=1&sort=name&q=a&format=&state=late", ""),
    ("campaigns/{campaign}/roll-up/{org}/units?state=late&page=1&sort=name&q=a&format=", ""),
    ("campaigns/{campaign}/roll-up/{org}/document?format=", ""),
    ("accounts/links?q=a&page=1&sort=name&format=", ""),
    ("mails?q=a&page=1&sort=name&state=waiting", ""),
    ("feeds?page=1&sort=name", ""),
    ("pages?q=a&page=1&sort=name&lang=vi", ""),
    ("search?q=quanh&page=1", ""),
    ("jobs?page=1&before=99", ""),
    ("jobs/1*", ""),
    ("self", "name=Lan&lang=vi"),
    ("sessions", "end=999"),
    ("login?to=orgs", "mail=operator@p.example&password=abcdefghijkl&to=orgs"),
)


def addresses(world, desk):
    values = {"campaign": world.campaign, "org": world.orgs["U"], "account": world.accounts["U"], "file": world.files["U"][0],
        "parent": mark("D")}
    for path, form in REQUESTS:
        yield f"http://127.0.0.1:{desk.desk_port}/desk/en/" + path.format(**values), form.format(**values)


def keep_them_in(world, stop):
    """Guessing at passwords is slowed, and a scanner that may do everything signs itself out: either would end the
    attack before it began."""
    while not stop.wait(0.1):
        with world.office() as office:
            office.execute("PRAGMA busy_timeout = 5000")
            office.execute("DELETE FROM attempt")
            for person in map(world.people.get, ("operator", "of")):
                digest = hashlib.blake2b(person.key, digest_size=32).digest()
                office.execute("UPDATE account SET state = 1, role = ? WHERE id = ? AND (state <> 1 OR role <> ?)",
                    (person.role, person.account, person.role))
                if not office.execute("SELECT 1 FROM session WHERE hash = ?", (digest,)).fetchone():
                    person.begin_session(office)
        office.close()


def sqlmap(world, desk, person, level, risk):
    found = []
    for address, form in addresses(world, desk):
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
    stop, found = threading.Event(), []
    clearer = threading.Thread(target=keep_them_in, args=(world, stop))
    clearer.start()
    try:
        if what == "timing":
            timing(world, desk, int((sys.argv[2:] + ["100"])[0]))
        for name in ("operator", "of") if what != "timing" else ():
            if what == "sqlmap":
                level, risk = (sys.argv[2:] + ["5", "3"])[:2]
                found += sqlmap(world, desk, world.people[name], level, risk)
            else:
                found += wapiti(world, desk, world.people[name], (sys.argv[2:] + ["300"])[0])
    finally:
        stop.set()
        clearer.join()
        desk.process.terminate()
        desk.process.wait(30)
    broken = [line for line in desk.said if "event=failed" in line or "Sanitizer" in line]
    print("".join(broken[:10]) or "the desk failed nowhere")
    sys.exit(1 if found or broken else 0)


main()
