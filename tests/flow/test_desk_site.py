# SPDX-License-Identifier: Apache-2.0
"""The public site from the desk: a press release is written in two languages, looked at, published at a time, shows
on the portal and in its feed, is withdrawn; old versions come back; two who write at once are told; what a command
would refuse is said at its field; tools with their files and order; who may not is refused."""
import base64
import hashlib
import hmac
import re
import struct
import time
import xml.etree.ElementTree as xml
from datetime import datetime, timedelta, timezone

from desking import Browser, Desk, add_user
from flow import House, check, same, soon

ATOM = "{http://www.w3.org/2005/Atom}"
KEY = "ra-mat-cong-kiem-tra"
TEXT = """## Một việc mới

Từ hôm nay ai cũng **kiểm tra** được. <script>alert(1)</script>

[Bấm vào đây](javascript:alert(2)) hoặc [kiểm tra](page:check).
"""


def second_step(b):
    """Sets up the second factor and passes it (RFC 6238)."""
    secret = re.search(r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}", b.get("second-factor").body)[0]
    mac = hmac.new(base64.b32decode(secret.replace(" ", "")), struct.pack(">Q", int(time.time()) // 30),
        hashlib.sha1).digest()
    at = mac[-1] & 15
    number = struct.unpack(">I", mac[at:at + 4])[0] & 0x7FFFFFFF
    b.send("second-factor", {"code": f"{number % 1000000:06}"})


def come_in(name):
    b = Browser(desk)
    b.login(f"{name}@example.vn")
    if b.page.location.endswith("second-factor"):
        second_step(b)
    return b


def shows(b, path, *says, lacks=()):
    b.get(path)
    same(b.page.status, 200, path)
    for words in says:
        check(b.page.says(words), f"{path}: {words!r} is missing")
    for words in lacks:
        check(not b.page.says(words), f"{path}: {words!r} is there")
    return b.page


def sends(b, path, fields, status=303):
    b.send(path, fields)
    same(b.page.status, status, f"{path}: {fields}: {b.page.location}")
    return b.page


def saves(b, path, fields, then="stay"):
    """Edits as a browser does: what stands in the form now, with these changes."""
    b.get(path)
    sends(b, path, {"base": b.page.hidden("base"), "kind": "release", "then": then, **fields})
    return b.page


def portal(path):
    return desk.get(path).decode("utf-8", "replace")


def feed(lang):
    return xml.fromstring(portal(f"/{lang}/feed.atom").split("\r\n\r\n", 1)[1].encode())


def titles(lang):
    return [entry.find(ATOM + "title").text for entry in feed(lang).findall(ATOM + "entry")]


def done(b, path=f"pages/{KEY}", says=None):
    """Until the clerk has done what was asked for."""
    soon(lambda: says in b.get(path).body, lambda: f"{path} never says {says!r}")


house = House()
house.run("site", "set", "address", "https://quetsach.example")
add_user(house, "an@example.vn", "operator")
add_user(house, "binh@example.vn", "operator")
add_user(house, "dung@example.vn", "auditor")
desk = Desk(house, "--zone", "UTC")
an, binh, dung = come_in("an"), come_in("binh"), come_in("dung")

# --- written ---
shows(an, "pages", "Press release", "Published")
sends(an, "pages/new", {"kind": "release", "lang": "vi", "title": ""}, 400)
sends(an, "pages/new", {"kind": "release", "lang": "vi", "title": "X", "key": "services"}, 400)
check(an.page.says("taken"), "a key of ours is taken")
an.get("pages/new")
sends(an, "pages/new", {"kind": "release", "lang": "vi", "title": "Ra mắt cổng kiểm tra"})
check(an.page.location.endswith(f"pages/{KEY}/vi"), f"a key of its title: {an.page.location}")
VI, EN = f"pages/{KEY}/vi", f"pages/{KEY}/en"
said = {"title": "Ra mắt cổng kiểm tra", "summary": "Ai cũng\nkiểm tra được.", "text": TEXT}
saves(an, VI, said)
saves(an, EN, {"title": "The check opens", "summary": "Everybody can check.", "text": "One line."})
# Newlines of a line become spaces; nothing is lost.
shows(an, VI, "Ai cũng kiểm tra được.", "Một việc mới")
check("Draft" in shows(an, "pages?q=ra+mat").body, "found without diacritics")

# --- looked at: as the portal would, with a note, without a script ---
page = shows(an, f"{VI}/preview", "Xem trước.", "Một việc mới", "<strong>kiểm tra</strong>", "Từ hôm nay")
check("<script" not in page.body and "javascript:" not in page.body, "a script survives")
check("&lt;script&gt;" in page.body, "HTML shows as text")
check(f'href="/desk/en/{VI}"' in page.body, "the way back")
style = re.search(r'href="(/[^"]*\.css)"', page.body)[1]
same(an.get(style).status, 200, "the portal's own style")
check("HTTP/1.1 404" in portal(f"/vi/bao-chi/{KEY}"), "nobody else sees it")

# --- refused at the field ---
an.get(VI)
sends(an, VI, {"base": an.page.hidden("base"), "kind": "release", "then": "publish", **said, "summary": ""}, 400)
check('id="summary-error"' in an.page.body, "said at the field")
sends(an, VI, {"base": "9", "kind": "release", "then": "stay", **said, "date": "tomorrow"}, 400)
check('id="date-error"' in an.page.body, "a time that is none")

# --- published at a time ---
def dated(**later):
    """Now written down to be published then; a page knows seconds."""
    due = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(**later)
    saves(an, VI, {**said, "date": f"{due:%Y-%m-%dT%H:%M:%S}"}, then="publish")
    return due


dated(hours=1)
check(an.page.location.endswith("/publish"), "on to publishing")
shows(an, f"{VI}/publish", "Publish it then")
version = an.page.hidden("version")
sends(an, f"{VI}/publish", {"version": version})
an.follow()
check(an.page.says("To be published at"), "it waits for its time")
sends(an, f"{VI}/cancel", {})
an.follow()
check(an.page.says("It will not be published"), "stopped")
due = dated(seconds=4)
shows(an, f"{VI}/publish")
sends(an, f"{VI}/publish", {"version": an.page.hidden("version")})
soon(lambda: "HTTP/1.1 200" in portal(f"/vi/bao-chi/{KEY}"), lambda: f"never published: {desk.said}")
check(datetime.now(timezone.utc) >= due, "before its time")
page = portal(f"/vi/bao-chi/{KEY}")
check("alert(1)" in page and "<script>alert" not in page and "javascript:" not in page, "hostile text published")
check("Ra mắt cổng kiểm tra" in titles("vi") and "The check opens" not in titles("en"), "in its feed")
check('type="application/atom+xml"' in page, "the page leads to the feed")
entry = [e for e in feed("vi").findall(ATOM + "entry") if KEY in e.find(ATOM + "id").text][0]
same(entry.find(ATOM + "id").text, f"tag:quetsach.example,2026:vi/release/{KEY}", "a lasting id")
same(entry.find(ATOM + "published").text, f"{due:%Y-%m-%dT%H:%M:%SZ}", "dated as it was to be")
done(an, says="Published")
check("an@example.vn" in house.run("page", "history", KEY, "--lang", "vi").stdout, "published by whom")
an.get(f"{EN}/publish")
sends(an, f"{EN}/publish", {"version": an.page.hidden("version")})
soon(lambda: "The check opens" in titles("en"), lambda: "never in English")

# --- two at once ---
an.get(VI), binh.get(VI)
base = binh.page.hidden("base")
same(an.page.hidden("base"), base, "both begin from the same")
sends(an, VI, {"base": base, "kind": "release", "then": "stay", **said, "title": "Của An"})
sends(binh, VI, {"base": base, "kind": "release", "then": "stay", **said, "title": "Của Bình"})
binh.follow()
check(binh.page.says("an@example.vn saved this text too"), "who else wrote is told")
compare = re.search(r'href="([^"]*/compare\?[^"]*)"', binh.page.body)[1].replace("&amp;", "&")
page = shows(binh, compare, "− 1", "+ 1")
check("<del>An</del>" in page.body and "<ins>Bình</ins>" in page.body, "what differs is marked")
page = shows(dung, f"{VI}/history", "Draft 1", "Published 1", "an@example.vn", lacks=("Restore this one",))

# --- an old version again ---
same(shows(an, f"{VI}/preview?version=p1").body.count("<h1>Ra mắt cổng kiểm tra</h1>"), 1, "what was published")
an.get(f"{VI}/history")
sends(an, f"{VI}/restore", {"version": "d2"})
an.follow()
check(an.page.says("Ra mắt cổng kiểm tra") and an.page.says("newest draft now"), "restored")
check(shows(an, f"{VI}/history").says("draft 2 again"), "and said so")
an.get(f"{VI}/history")
sends(an, f"{VI}/restore", {"version": "d99"}, 404)

# --- withdrawn ---
an.get(f"pages/{KEY}")
sends(an, f"{VI}/withdraw", {})
soon(lambda: "HTTP/1.1 404" in portal(f"/vi/bao-chi/{KEY}"), lambda: "never withdrawn")
done(an, says="Withdrawn")
check("Ra mắt cổng kiểm tra" not in titles("vi"), "nor in its feed")

# --- who may not ---
for path in ("pages", f"pages/{KEY}", f"{VI}/preview", f"{VI}/history", f"{VI}/compare?from=d1&to=d2", "tools"):
    shows(dung, path)
dung.get("self")
for path in (VI, f"{VI}/publish", f"{VI}/withdraw", f"{VI}/cancel", f"{VI}/restore", "pages/new", "tools/new",
        "tools/order", "tools/clamav", "tools/clamav/remove"):
    sends(dung, path, {"version": "d1"}, 403)
for path in ("pages/none", "pages/none/vi", f"pages/{KEY}/fr", f"pages/{KEY}/vi/preview?version=x1",
        f"{VI}/compare?from=d1", "pages/A%00", "tools/none"):
    same(an.get(path).status, 404, path)

# --- tools ---
shows(an, "tools", "ClamAV", "Offered", "Downloads")
an.get("tools/new")
sends(an, "tools/new", {"key": "quet-thu", "name": "Quét Thử"}, 400)
check('id="maker-vi-error"' in an.page.body and "at least one" in an.page.body, "all that is missing")
fields = {"key": "quet-thu", "name": "Quét Thử", "maker-vi": "A", "maker-en": "B", "purpose-vi": "C", "purpose-en": "D",
    "about-vi": "E\nE", "about-en": "F", "hotline": "1900 1234", "platform-windows": "1"}
sends(an, "tools/new", {**fields, "url": "http://a.vn"}, 400)
check('id="url-error"' in an.page.body, "no such address")
sends(an, "tools/new", fields)
done(an, "tools", "Quét Thử")
program = b"MZ" * 70000
digest = hashlib.sha256(program).hexdigest()
an.get("tools/quet-thu")
for name, status in (("Bộ cài.exe", 400), ("Setup-1.exe", 303)):
    boundary = "QuetSachTest"
    body = (f'--{boundary}\r\nContent-Disposition: form-data; name="token"\r\n\r\n{an.page.hidden("token")}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n").encode() + program + f"\r\n--{boundary}--\r\n".encode()
    an.request("POST", "tools/quet-thu/file", body, Sec_Fetch_Site="same-origin",
        Content_Type=f"multipart/form-data; boundary={boundary}")
    same(an.page.status, status, f"upload of {name}")
done(an, "tools/quet-thu", digest)
shows(an, "tools/quet-thu", "Setup-1.exe", "140 kB")
soon(lambda: "Setup-1.exe" in portal("/vi/cong-cu") or "Quét Thử" in portal("/vi/cong-cu"), lambda: "never shown")
an.get("tools")
first, second = re.findall(r'name="down" value="([^"]+)"', an.page.body)[:2]
sends(an, "tools/order", {"down": first})
soon(lambda: re.findall(r'name="down" value="([^"]+)"', an.get("tools").body)[0] == second, lambda: "no other order")
an.get("tools/quet-thu")
sends(an, "tools/quet-thu/remove", {})
done(an, "tools/quet-thu", "taken off the website")
export = an.get("tools?as=csv")
check("Quét Thử" in export.body and "ClamAV" in export.body, "tools to keep")
check("The check opens" in an.get("pages?as=csv").body, "pages to keep")

desk.stop()
