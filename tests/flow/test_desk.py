# SPDX-License-Identifier: Apache-2.0
"""Coming in and going: passwords, forged forms, sessions that end, a desk that dies."""
import os
import signal
import sqlite3
import subprocess

from desking import Browser, Desk, add_user
from flow import PATIENCE, PROGRAM, House, check, same, soon


def who_is_not_in_sees_the_way_in(desk):
    b = Browser(desk)
    for path in ("", "orgs", "self", "nothing/at/all", "../../etc/passwd", "%00", "a%0d%0ab"):
        page = b.get(path)
        check(page.status in (303, 400, 404), f"{path}: {page.status}")
        if page.status == 303:
            check(page.location.startswith("/desk/en/login"), f"{path} leads to {page.location}")
    same(b.get("/").location, "/desk/vi/", "the first address")
    same(b.get("orgs/12").location, "/desk/en/login?to=orgs/12", "where they wanted to")


def wrong_words_are_refused(desk):
    b = Browser(desk)
    page = b.login("an@example.vn", "not this one, no")
    same(page.status, 400, "a wrong password")
    check(page.says("Mail address or password is wrong"), "it is not said what is wrong")
    check(page.says('href="#mail"') and 'aria-invalid="true"' in page.body, "no way to the field")
    check("not this one" not in page.body, "the password comes back")
    check('value="an@example.vn"' in page.body, "the address is lost")
    other = Browser(desk).login("nobody@example.vn", "not this one, no")
    same(other.status, 400, "nobody's password")
    check(other.says("Mail address or password is wrong"), "it tells whether there is an account")
    page = b.send("login", {"mail": "", "password": ""})
    check(page.says("Enter your mail address") and page.says("Enter your password"), "empty fields")


def forged_forms_are_refused(desk):
    b = Browser(desk)
    b.get("login")
    good = {"mail": "an@example.vn", "password": "x" * 20}
    token = b.page.hidden("token")
    check(len(token) > 30, "a token")
    for wrong in ("", "x", token[:-1] + ("A" if token[-1] != "A" else "B"), token + "A"):
        same(b.send("login", good, token=wrong).status, 403, f"the token {wrong!r}")
    # somebody else's token
    other = Browser(desk)
    other.get("login")
    same(b.send("login", good, token=other.page.hidden("token")).status, 403, "another's token")
    for site in ("cross-site", "same-site", "none"):
        same(b.send("login", good, token=token, Sec_Fetch_Site=site).status, 403, site)
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{desk.desk_port + 1}"):
        page = b.send("login", good, token=token, Sec_Fetch_Site="", Origin=origin)
        same(page.status, 403, f"from {origin}")
    # without a browser's word the token alone decides; here it is right and the password is not
    page = b.send("login", good, token=token, Sec_Fetch_Site="",
                  Origin=f"http://127.0.0.1:{desk.desk_port}")
    same(page.status, 400, "our own origin")


def bodies_have_limits(desk):
    b = Browser(desk)
    b.get("login")
    same(b.request("POST", "login", b"{}", Content_Type="application/json").status, 415, "JSON")
    same(b.request("POST", "login", b"", Content_Type="multipart/form-data").status, 400,
         "no boundary")
    big = b"a=" + b"x" * (2 << 20)
    try:
        same(b.send("login", {"mail": "x" * (2 << 20), "password": ""}).status, 413, "too large")
    except ConnectionError:
        pass  # closed while it was still sending
    same(b.request("POST", "", b"a=1", Content_Type="application/x-www-form-urlencoded").status,
         405, "a page without a form")
    page = b.request("GET", "logout")
    same((page.status, page.headers["Allow"]), (405, "POST"), "a form without a page")
    check(len(big) > 0, "")


def come_in(desk, mail):
    """An auditor needs no second factor."""
    b = Browser(desk)
    page = b.login(mail)
    same((page.status, page.location), (303, "/desk/en/"), "the right password")
    check("desk" in b.cookies, f"no session: {b.cookies}")
    return b


def a_session_begins_and_ends(house, desk):
    b = come_in(desk, "an@example.vn")
    page = b.get("")
    same(page.status, 200, "the first page")
    check(page.says("Hello an") and page.says("Auditor"), "who it is")
    same(page.headers["Cache-Control"], "no-store", "kept answers")
    same(page.headers["Referrer-Policy"], "same-origin", "what others learn")
    check("unsafe" not in page.headers["Content-Security-Policy"], "the policy")
    for path in ("self", "password", "self/second-factor"):
        same(b.get(path).status, 200, path)
    same(b.get("there/is/no/such").status, 404, "no such page")
    # a form of the same person's other browser is not this one's
    other = come_in(desk, "an@example.vn")
    other.get("self")
    b.get("self")
    page = b.send("self", {"name": "Ân", "lang": "vi"}, token=other.page.hidden("token"))
    same(page.status, 403, "another session's token")
    b.get("self")
    page = b.send("self", {"name": "  Nguyễn Thị Ân ", "lang": "vi"})
    same((page.status, page.location), (303, "/desk/en/self"), "a name")
    check(b.follow().says("Saved.") and b.page.says("Nguyễn Thị Ân"), "what was done")
    check(not b.get("self").says("Saved."), "said twice")
    kept = dict(b.cookies)
    b.send("logout", {})
    same(b.page.location, "/desk/en/login", "going")
    check(b.follow().says("You are signed out."), "that they are out")
    b.cookies = kept
    same(b.get("").status, 303, "a session that was left")
    # one that has ended by itself
    with sqlite3.connect(house.data / "office" / "office.db") as office:
        office.execute("UPDATE session SET seen = seen - 86400")
    office.close()
    same(other.get("").status, 303, "a session that was left alone")
    page = other.send("self", {"name": "x", "lang": "vi"}, token="x")
    same(page.status, 303, "a form after it")
    check(other.follow().says("Your session had ended"), "why")


def guessing_is_slowed(desk):
    for _ in range(40):
        page = Browser(desk).login("guess@example.vn", "not this one, no")
        if page.status == 429:
            check(page.says("Too many tries"), "why")
            return
    check(False, "forty guesses and no end")


def an_operator_needs_a_second_factor(desk):
    b = Browser(desk)
    page = b.login("op@example.vn")
    same((page.status, page.location), (303, "/desk/en/second-factor"), "the password alone")
    same(b.get("self").status, 303, "half in")
    page = b.get("second-factor")
    check(page.says("Set up the second step") and 'class="qr"' in page.body, "how to set it up")
    page = b.send("second-factor", {"code": "000000"})
    check(page.status in (400, 303) and "self" not in (page.location or ""), "a guessed code")


def it_dies_and_comes_again(desk):
    old = desk.the("desk")
    os.kill(old, signal.SIGKILL)
    desk.the("desk", but=old)
    soon(lambda: answers(desk), "it does not answer")
    same(desk.get("/healthz").split(b" ")[1], b"200", "the portal meanwhile")
    current = desk.the("desk")
    desk.reload()
    soon(lambda: current not in desk.portals(), "the old desk stays after a reload")
    soon(lambda: answers(desk), "it does not answer after a reload")


def answers(desk):
    try:
        return Browser(desk).get("login").status == 200
    except OSError:
        return False


def a_wrong_address_is_said(house):
    done = subprocess.run([PROGRAM, "serve", "--data", str(house.data), "--lang", "en",
        "--desk-listen", "nowhere"], capture_output=True, text=True, check=False, timeout=PATIENCE)
    same(done.returncode, 2, "a wrong address")
    check("--desk-listen" in done.stderr, done.stderr)


def main():
    house = House()
    add_user(house, "an@example.vn", "auditor")
    add_user(house, "op@example.vn", "operator")
    a_wrong_address_is_said(house)
    desk = Desk(house)
    try:
        who_is_not_in_sees_the_way_in(desk)
        wrong_words_are_refused(desk)
        forged_forms_are_refused(desk)
        bodies_have_limits(desk)
        a_session_begins_and_ends(house, desk)
        an_operator_needs_a_second_factor(desk)
        it_dies_and_comes_again(desk)
        guessing_is_slowed(desk)
        check(not any("Sanitizer" in line for line in desk.said), "".join(desk.said))
    finally:
        desk.process.terminate()
        desk.process.wait(PATIENCE)


main()
