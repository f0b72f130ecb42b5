# SPDX-License-Identifier: Apache-2.0
"""Accounts: the first one from the machine, links that work once, who sees and manages whom, sessions, audit."""
import base64
import hashlib
import hmac
import re
import sqlite3
import struct
import time

from desking import PASSWORD, Browser, Desk, add_user
from flow import PATIENCE, House, check, same

UNITS = "code,parent,name_vi,level\n01,,Thành phố Hà Nội,thành phố\n001,01,Quận Ba Đình,quận\n02,,Tỉnh Hà Giang,tỉnh\n"


def code(secret, when):
    """RFC 6238, written a second time."""
    key = base64.b32decode(secret.replace(" ", ""))
    mac = hmac.new(key, struct.pack(">Q", int(when) // 30), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06}"


def refused(house, part, *words):
    said = house.run("user", *words, "--lang", "en", status=2).stderr
    check(part in said, f"{words}: {said}")


def commands(house):
    refused(house, "has no accounts yet", "list")
    house.run("unit", "import", house.write("units.csv", UNITS), "--day", "2020-01-01")
    refused(house, "no mail address", "add", "lan", "--name", "Lan", "--role", "operator")
    refused(house, "is no role", "add", "a@example.vn", "--name", "A", "--role", "admin")
    refused(house, "belongs to a unit", "add", "a@example.vn", "--name", "A", "--role", "reporter")
    refused(house, "belongs to no unit", "add", "a@example.vn", "--name", "A", "--role", "auditor", "--org", "01")
    refused(house, "no unit has the code", "add", "a@example.vn", "--name", "A", "--role", "isp", "--org", "99")
    weak = house.write("weak", "Password123!\n")
    refused(house, "easily guessed", "add", "a@example.vn", "--name", "A", "--role", "operator",
        "--password-file", weak)
    weak.write_text("short\n")
    refused(house, "at least 12", "add", "a@example.vn", "--name", "A", "--role", "operator", "--password-file", weak)
    made = house.json("user", "add", "Root@Example.vn", "--name", "Nguyễn Thị Lan", "--role", "operator")[0]
    check(re.fullmatch(r"/desk/\w\w/invitation/[\w-]{43}", made["link"]), made["link"])
    refused(house, "already has an account", "add", "root@example.vn", "--name", "B", "--role", "operator")
    [account] = house.json("user", "list")
    same([account[k] for k in ("mail", "role", "state", "second_factor", "org")],
        ["root@example.vn", "operator", "invited", False, ""], "the list")
    refused(house, "no account has the address", "reset", "nobody@example.vn")
    token = made["link"].rpartition("/")[2]
    database = (house.data / "office" / "office.db").read_bytes()
    check(token.encode() not in database and base64.urlsafe_b64decode(token + "=") not in database,
        "the database holds a link")
    return made["link"]


def join(desk, link, name, lang="en", operator=False):
    """What somebody with a link does; the token is out of the address at once."""
    b = Browser(desk, lang)
    page = b.get(link)
    same(page.status, 303, "a link")
    check(page.location.endswith("/invitation"), page.location)
    same(page.headers["Referrer-Policy"], "no-referrer", "what others learn of a link")
    for _ in range(2):  # looking uses nothing up
        page = b.get(page.location if page.status == 303 else "invitation")
        same(page.status, 200, "the form")
    same(b.send("invitation", {"name": name, "password": "qwertyuiop12"}).status, 400, "a common password")
    b.send("invitation", {"name": name, "password": PASSWORD})
    same(b.page.status, 303, "a good one")
    same(b.page.location, "/desk/%s/%s" % (lang, "second-factor" if operator else ""), "in, or half in, at once")
    other = Browser(desk)
    other.get(link)
    same(other.follow().status, 404, "a link that was used")
    return b


def the_first_one_comes_in(house, desk, link):
    b = join(desk, link, "Nguyễn Thị Lan", operator=True)
    secret = re.search(r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}", b.get("second-factor").body)[0]
    page = b.send("second-factor", {"code": code(secret, time.time())})
    codes = re.findall(r"\b[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){3}\b", page.body)
    same((page.status, len(codes)), (200, 10), "codes on paper")
    same(b.get("").status, 200, "in")
    check(secret.replace(" ", "") not in str((house.data / "office" / "office.db").read_bytes()), "the secret")
    again = Browser(desk)
    again.login("root@example.vn")
    again.get("second-factor")
    same(again.send("second-factor", {"code": codes[0].lower()}).status, 303, "a code on paper")
    third = Browser(desk)
    third.login("root@example.vn")
    third.get("second-factor")
    same(third.send("second-factor", {"code": codes[0]}).status, 400, "the same code")
    return b, again


def sessions_are_listed_and_ended(house, b, other):
    page = b.get("sessions")
    same(page.body.count("127.0.0.1"), 3, "three places: one waits for its code")
    check(page.says("this browser"), "which is this one")
    b.send("sessions", {"end": "others"})
    check(b.follow().says("Signed out there."), "that it was done")
    same(other.get("").status, 303, "the other browser")
    same(b.get("").status, 200, "this browser")
    same(len(house.json("user", "sessions", "root@example.vn")), 1, "seen from the machine")


def invite(b, mail, role, unit):
    b.get("accounts/new")
    return b.send("accounts/new", {"mail": mail, "name": "Trần Văn Hòa", "role": role, "unit": unit, "lang": "vi"})


def link_of(page):
    found = re.search(r"(?:https://desk\.example\.vn)?(/desk/\w\w/invitation/[\w-]{43})", page.body)
    check(found, f"no link: {page.status}")
    return found[1]


def people_are_invited(house, desk, root):
    house.run("site", "set", "address", "https://desk.example.vn")
    page = invite(root, "hn@example.vn", "coordinator", "01")
    same(page.status, 200, "a coordinator")
    check("https://desk.example.vn/desk/vi/invitation/" in page.body, "the whole link")
    with sqlite3.connect(house.data / "office" / "office.db") as office:
        same(office.execute("SELECT count(*) FROM outbox").fetchall(), [(0,)], "mails while mail is off")
    office.close()
    join(desk, link_of(page), "Trần Văn Hòa", "vi", operator=True)
    for fields, part in ((("hn@example.vn", "isp", "01"), "cannot be invited"), (("x", "isp", "01"), "Enter a mail"),
                         (("y@example.vn", "isp", ""), "None of your units"), (("y@example.vn", "isp", "99"), "None of"),
                         (("y@example.vn", "auditor", "01"), "belongs to no unit")):
        page = invite(root, *fields)
        check(page.status == 400 and page.says(part), f"{fields}: {page.status}")


def shape(page):
    """A page without the addresses and tokens in it."""
    return re.sub(r'(?:href|action|value|name="token" value)="[^"]*"', "", page.body)


def rights_follow_the_tree(house, desk):
    house.run("user", "require", "coordinator", "no")
    for mail, role, unit in (("bd@example.vn", "reporter", "001"), ("hg@example.vn", "coordinator", "02"),
                             ("au@example.vn", "auditor", None)):
        add_user(house, mail, role, unit)
    ids = {a["mail"]: a["id"] for a in house.json("user", "list")}
    units = {}
    with sqlite3.connect(house.data / "office" / "office.db") as office:
        units = dict(office.execute("SELECT code, id FROM org").fetchall())
    office.close()
    hanoi = Browser(desk)
    same(hanoi.login("hn@example.vn").location, "/desk/en/", "a coordinator without a second factor")
    page = hanoi.get("accounts")
    check(page.says("bd@example.vn") and page.says("hn@example.vn"), "one's own and below")
    check("hg@example.vn" not in page.body and "root@example.vn" not in page.body, "beside and above")
    nothing = hanoi.get("accounts/999999")
    for path in (f"accounts/{ids['hg@example.vn']}", f"accounts/{ids['root@example.vn']}",
                 f"accounts?org={units['02']}", f"accounts/new?org={units['02']}", f"audit?org={units['02']}",
                 "accounts?org=999999", "accounts/0", "accounts/x", "accounts?org=x"):
        page = hanoi.get(path)
        same((page.status, shape(page)), (404, shape(nothing)), path)
    same(hanoi.get(f"audit?org={units['001']}").status, 200, "the audit below")
    hanoi.get("accounts")
    token = hanoi.get(f"accounts/{ids['bd@example.vn']}").hidden("token")
    for mail in ("hg@example.vn", "root@example.vn"):
        same(hanoi.send(f"accounts/{ids[mail]}", {"do": "disable"}, token=token).status, 404, f"disabling {mail}")
    for role, unit in (("operator", ""), ("auditor", ""), ("reporter", "02"), ("coordinator", "02")):
        same(invite(hanoi, "new@example.vn", role, unit).status, 400, f"inviting {role} {unit}")
    reporter = Browser(desk)
    reporter.login("bd@example.vn")
    for path in ("accounts", "accounts/new", "audit", f"accounts/{ids['bd@example.vn']}"):
        check(reporter.get(path).status in (403, 404), f"a reporter sees {path}")
    auditor = Browser(desk)
    auditor.login("au@example.vn")
    page = auditor.get(f"accounts/{ids['root@example.vn']}")
    check(page.status == 200 and 'name="do"' not in page.body, "an auditor reads and changes nothing")
    token = auditor.get("self").hidden("token")
    same(auditor.send(f"accounts/{ids['bd@example.vn']}", {"do": "disable"}, token=token).status, 403, "an auditor")
    same(auditor.get("accounts/new").status, 403, "an auditor invites")
    return hanoi, reporter, ids


def who_is_disabled_is_out(house, hanoi, reporter, ids):
    path = f"accounts/{ids['bd@example.vn']}"
    hanoi.get(path)
    hanoi.send(path, {"do": "disable"})
    check(hanoi.follow().says("The account is disabled."), "that it was done")
    same(reporter.get("self").status, 303, "out at once")
    same(reporter.login("bd@example.vn").status, 400, "and not in again")
    hanoi.get(path)
    hanoi.send(path, {"do": "enable"})
    same(reporter.login("bd@example.vn").status, 303, "in again")
    house.run("user", "sessions", "bd@example.vn", "--revoke")
    same(reporter.get("self").status, 303, "revoked from the machine")
    hanoi.get(path)
    page = hanoi.send(path, {"do": "link"})
    check(page.says("One-time link"), "a link for a new password")
    join(hanoi.desk, link_of(page).replace("/vi/", "/en/"), "-")


def links_and_tasks_are_taken_back(house, desk, hanoi, ids):
    """An open link that is not needed; another role: out at once, nobody is lifted above who lifts."""
    path = f"accounts/{ids['bd@example.vn']}"
    hanoi.get(path)
    link = link_of(hanoi.send(path, {"do": "link"}))
    page = hanoi.get("accounts/links")
    check(page.says("bd@example.vn") and page.says("new password"), "an open link")
    number = re.search(r'name="link" value="(\d+)"', page.body)[1]
    same(hanoi.send("accounts/links", {"link": "1"}).status, 303, "a link of somebody above")
    check(hanoi.follow().says("not open any more"), "is as none")
    hanoi.send("accounts/links", {"link": number})
    check(hanoi.follow().says("The link is taken back."), "taken back")
    gone = Browser(desk)
    gone.get(link)
    same(gone.follow().status, 404, "a link that was taken back")
    reporter = Browser(desk)
    same(reporter.login("bd@example.vn").status, 303, "in")
    for role, unit in (("operator", ""), ("coordinator", "02"), ("auditor", "")):
        hanoi.get(path)
        same(hanoi.send(path, {"do": "assign", "role": role, "unit": unit}).status, 400, f"becoming {role} {unit}")
    same(reporter.get("self").status, 200, "nothing changed")
    hanoi.get(path)
    hanoi.send(path, {"do": "assign", "role": "coordinator", "unit": "001"})
    same((hanoi.page.status, reporter.get("self").status), (303, 303), "another role: out")
    hanoi.get(path)
    hanoi.send(path, {"do": "person", "name": "Lê Bình", "lang": "en"})
    check(hanoi.follow().says("Lê Bình") and 'name="digest"' in hanoi.page.body, "name; digests off")
    page = hanoi.get("audit?what=account.assign")
    check(page.says("001 → ") and page.says("Coordinator 001") and "account.assign" not in shape(page), "in words")
    check(not hanoi.get("audit?who=nobody").says("bd@example.vn"), "by another person")
    rows = hanoi.get("accounts?as=csv&role=coordinator&sort=-name").body.splitlines()
    check(len(rows) == 3 and "Lê Bình" in rows[2], f"as a file: {rows}")
    same(hanoi.get("mails").status, 403, "outgoing mail")


def everything_is_written_down(house, root):
    entries = house.json("user", "audit")
    did = [e["what"] for e in entries]
    for what in ("account.add", "account.invite", "account.password", "account.disable", "account.enable",
                 "account.reset", "session.begin", "session.end-all", "factor.on", "factor.recovery", "factor.require"):
        check(what in did, f"{what} is not in the audit")
    check(PASSWORD not in str(entries), "a password in the audit")
    same({e["org"] for e in house.json("user", "audit", "--org", "001")}, {"001"}, "of one unit")
    same(house.json("user", "audit", "--since", "2999-01-01"), [], "since a day to come")
    page = root.get("audit")
    check(page.says("disabled an account") and page.says("hn@example.vn"), "the page")
    older = re.search(r'href="/desk/en/(audit\?[^"]*before=\d+)"', page.body)
    if len(entries) > 50:
        check(older, "no way to older ones")
        same(root.get(older[1].replace("&amp;", "&")).status, 200, "older ones")


def main():
    house = House()
    link = commands(house)
    desk = Desk(house)
    try:
        root, other = the_first_one_comes_in(house, desk, link)
        sessions_are_listed_and_ended(house, root, other)
        people_are_invited(house, desk, root)
        hanoi, reporter, ids = rights_follow_the_tree(house, desk)
        who_is_disabled_is_out(house, hanoi, reporter, ids)
        links_and_tasks_are_taken_back(house, desk, hanoi, ids)
        everything_is_written_down(house, root)
        said = "".join(desk.said)
        check("Sanitizer" not in said, said)
        check(PASSWORD not in said and link.rpartition("/")[2] not in said, "a secret in the log")
    finally:
        desk.process.terminate()
        desk.process.wait(PATIENCE)


main()
