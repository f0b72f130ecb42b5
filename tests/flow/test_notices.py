# SPDX-License-Identifier: Apache-2.0
"""Mails of the desk through a real server: invited, forgotten, sent back, accepted, reminded; the desk, its
supervisor and the sender killed in the midst of it; each at least once, at most one repeat a crash."""
import atexit
import collections
import os
import re
import signal
import sqlite3
import subprocess
import time
from datetime import timedelta
from pathlib import Path

from desking import PASSWORD, Browser, Desk, add_user
from flow import PATIENCE, House, check, clear_of, now, same, soon
from mail_server import PASSWORD as MAIL_PASSWORD
from mail_server import USER, MailServer

FROM = "quetsach@haiphong.example"
ADDRESS = "https://desk.example.vn"
WARDS = 12


class Scene:
    def __init__(self):
        self.house = House()
        self.house.folder.chmod(0o755)
        self.server = MailServer(self.house.folder / "exim")
        self.server.start()
        password = self.house.write("mail-password", MAIL_PASSWORD + "\n")
        password.chmod(0o600)
        self.words = ["--config", self.house.write("configuration", f"""mail = smtp://localhost:{self.server.port}
mail-from = {FROM}
mail-user = {USER}
mail-password-file = {password}
mail-ca-file = {self.server.authorities}
""")]
        self.crashes = 0
        self.fill()

    def fill(self):
        house, today = self.house, self.today()
        rows = ["code,parent,name_vi,name_en", "31,,Thành phố Hải Phòng,Hai Phong"]
        rows += [f"31{n:02},31,Phường số {n},Ward {n}" for n in range(WARDS)]
        house.run("unit", "import", house.write("units.csv", "\n".join(rows) + "\n"), "--day", "2020-01-01")
        house.run("campaign", "set", "vn-now", "--country", "VN", "--zone", "Asia/Ho_Chi_Minh", "--name-vi", "Chiến dịch này", "--name-en", "This campaign",
            "--begins", f"{today - timedelta(days=30):%Y-%m-%d}", "--ends", f"{today + timedelta(days=30):%Y-%m-%d}")
        house.run("site", "set", "address", ADDRESS)
        house.run("site", "set", "organiser-vi", "Công an TP Hải Phòng")
        for role in ("operator", "coordinator"):
            house.run("user", "require", role, "no")
        add_user(house, "boss@unit.example", "operator")
        add_user(house, "root@unit.example", "coordinator", "31")
        for n in range(WARDS):
            add_user_quickly(house, f"w{n}@unit.example", f"31{n:02}")

    def today(self):
        """Where the desk is."""
        return now() + timedelta(hours=7)

    def database(self, words):
        with sqlite3.connect(self.house.data / "office" / "office.db", timeout=PATIENCE) as office:
            found = office.execute(words).fetchall()
        office.close()
        return found

    def desk(self):
        desk = Desk(self.house, *self.words)
        atexit.register(desk.process.terminate)
        return desk

    def arrived(self, recipient, words="", count=1):
        """So many mails to that box with these words in the subject; serve keeps the sender going."""

        def found():
            self.server.deliver()
            return [mail for mail in self.mails(recipient) if words in mail["Subject"]]

        soon(lambda: len(found()) >= count,
            lambda: f"no mail {words!r} to {recipient}: {self.house.run('mail', 'list').stdout}")
        return found()

    def mails(self, recipient):
        return [mail for mail in self.server.mails() if mail["To"] == recipient]

    def kill(self, pid):
        os.kill(pid, signal.SIGKILL)
        self.crashes += 1


def add_user_quickly(house, mail, org):
    """Invited from the machine: the link is not used, the account gets mails all the same."""
    lang = "en" if org.endswith("1") else "vi"
    house.run("user", "add", mail, "--name", mail.split("@")[0], "--role", "reporter", "--org", org, "--lang", lang)


def children(pid):
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def link_in(mail):
    found = re.search(rf"{re.escape(ADDRESS)}(/desk/\w\w/invitation/[\w-]{{43}})\n", mail.get_content())
    check(found, f"no link: {mail.get_content()}")
    return found[1]


def invited(scene, desk):
    b = Browser(desk)
    same(b.login("root@unit.example").location, "/desk/en/", "a coordinator comes in")
    page = b.get("accounts/new")
    check(re.search(r'<input[^>]*name="send"[^>]* checked', page.body), f"mail is on: send is the rule: {page.body}")
    b.send("accounts/new", {"mail": "new@unit.example", "name": "Trần Hoa", "role": "reporter", "unit": "3100",
        "lang": "en", "send": "1"})
    same(b.page.status, 303, "invited")
    check(b.follow().says("A mail with the link is on its way"), "that it is on its way")
    check("/invitation/" not in b.page.body, "the link is in the mail alone")
    check(b.get("accounts/links").says("new@unit.example"), "the open link is listed")
    [mail] = scene.arrived("new@unit.example")
    same(mail["Content-Language"], "en", "their language")
    same(str(mail["From"]), f"Quét Sạch – Công an TP Hải Phòng <{FROM}>", "who writes")
    check("Phường số 0" in mail["Subject"] or "Ward 0" in mail["Subject"], mail["Subject"])
    joined = Browser(desk)
    joined.get(link_in(mail))
    joined.follow()
    joined.send("invitation", {"name": "Trần Hoa", "password": PASSWORD})
    same(joined.page.status, 303, "the link opens the account")
    return b


def forgotten(scene, desk):
    """One address has an account, one has none: the pages are the same, at the same half second."""
    pages, times = [], []
    for mail in ("new@unit.example", "nobody@unit.example"):
        b = Browser(desk)
        check(b.get("login").says("Forgotten your password?"), "the way there")
        b.get("forgotten")
        begun = time.monotonic()
        page = b.send("forgotten", {"mail": mail})
        times.append(time.monotonic() - begun)
        same(page.status, 200, mail)
        pages.append(re.sub(r'(name="token" value|nonce)="[^"]*"', "", page.body))
    same(pages[0], pages[1], "what is said")
    check(min(times) >= 0.5, f"answers come at steps of half a second: {times}")
    [mail] = scene.arrived("new@unit.example", "Choose a new password")
    same(scene.mails("nobody@unit.example"), [], "a mail to nobody")
    check("30 minutes" in mail.get_content(), "for how long")
    inside = Browser(desk)
    inside.login("new@unit.example")
    same(inside.get("").status, 200, "in")
    b = Browser(desk)
    b.get(link_in(mail))
    b.follow()
    b.send("invitation", {"password": PASSWORD + " moi"})
    same(b.page.status, 303, "a new password")
    same(inside.get("").status, 303, "sessions have ended")
    same(b.get("").status, 200, "whoever has just proven to be it is in")
    b = Browser(desk)
    same(b.login("new@unit.example").status, 400, "the old password")
    same(b.login("new@unit.example", PASSWORD + " moi").status, 303, "the new one")
    b = Browser(desk)
    for _ in range(12):
        b.get("forgotten")
        if b.send("forgotten", {"mail": "again@unit.example"}).status == 429:
            break
    same(b.page.status, 429, "again and again")


def hand_in(b, path):
    """By the coordinator, on behalf."""
    b.get(path + "?fill=1")
    draft, token = b.page.hidden("draft"), b.page.hidden("token")
    b.send(path, {"do": "check", "row-informed": "5", "row-deployed": "3", "draft": draft})
    same(b.page.status, 303, f"saved: {path}")
    b.send(path + "/check", {"draft": str(int(draft) + 1), "confirm": "1"}, token)
    same(b.page.status, 303, f"handed in: {path}")


def judged(scene, desk, b):
    """Sent back and accepted; the desk dies between the two."""
    ids = dict(scene.database("SELECT code, id FROM org"))
    paths = [f"campaigns/vn-now/returns/{ids[code]}" for code in ("3101", "3102")]
    for path in paths:
        hand_in(b, path)
    b.get(paths[0])
    b.send(paths[0] + "/judge", {"do": "send-back", "version": "1", "reason": "Dòng 2.\r\nXin sửa."})
    same(b.page.status, 303, "sent back")
    pid = desk.the("desk")
    scene.kill(pid)
    desk.the("desk", but=pid)
    soon(lambda: alive(b, paths[1]), "the desk does not answer")
    b.send(paths[1] + "/judge", {"do": "accept", "version": "1"})
    same(b.page.status, 303, "accepted")
    [mail] = scene.arrived("w1@unit.example")
    check("needs a change: Ward 1" in mail["Subject"], mail["Subject"])
    check("> Dòng 2.\n> Xin sửa.\n" in mail.get_content(), "the reason, set off")
    check(f"{ADDRESS}/desk/en/{paths[0]}\n" in mail.get_content(), "where to go on")
    [mail] = scene.arrived("w2@unit.example")
    check(mail["Subject"].startswith("Báo cáo đã được chấp nhận: Phường số 2"), mail["Subject"])


def alive(b, path):
    try:
        return b.get(path).status == 200
    except OSError:
        return False


def reminded(scene):
    """Whom it would remind, then does: nobody twice, nobody who has handed in."""
    house = scene.house
    house.run("deadline", "set", "vn-now", f"{scene.today() + timedelta(days=7):%Y-%m-%d}", "--level", "1")
    house.run("unit", "contact", "3105", "Bùi An", "0225", "gone-5@unit.example")
    expected = {"new@unit.example", "gone-5@unit.example"}
    expected |= {f"w{n}@unit.example" for n in range(WARDS) if n not in (1, 2, 5)}
    would = house.json("return", "remind", "vn-now", "--dry-run")
    same({x["to"] for x in would}, expected, "whom")
    check("off" in house.run("return", "remind", "--lang", "en", status=2).stderr, "mail is off")
    done = house.json("return", "remind", "vn-now", *scene.words)
    same(done, would, "as was shown")
    same(house.json("return", "remind", *scene.words), [], "once more")
    house.run("return", "remind", "no-such", status=2)
    return expected - {"gone-5@unit.example"}


def sender_of(desk):
    """The process number of `mail send`, which serve keeps going."""
    waiting = children(desk.process.pid)
    while waiting:
        pid = waiting.pop()
        try:
            if b"\0mail\0send\0" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
            waiting += children(pid)
        except (FileNotFoundError, ProcessLookupError):
            pass
    return None


def sender_but(desk, old):
    """The sender, another than the one that was killed."""
    found = []

    def is_there():
        found.append(sender_of(desk))
        return found[-1] not in (None, old)

    soon(is_there, "no sender")
    return found[-1]


def killed_in_the_midst(scene, desk):
    """The sender dies twice while they go out, and is there again."""
    before = scene.server.count()
    expected = reminded(scene)
    sender = None
    for k in (1, 2):
        soon(lambda: scene.server.count() >= before + 2 * k, "nothing is sent")
        sender = sender_but(desk, sender)
        scene.kill(sender)
    sender_but(desk, sender)
    # What was on its way when the sender died may wait a minute.
    for mail in scene.house.json("mail", "list"):
        if mail["state"] == "new" and mail["attempts"]:
            scene.house.run("mail", "retry", mail["id"], status=None)

    def missing():
        scene.server.deliver()
        reminders = ("hạn báo cáo", "Reminder")
        return expected - {m["To"] for m in scene.server.mails() if any(w in m["Subject"] for w in reminders)}

    soon(lambda: not missing(), lambda: f"reminders are missing: {missing()}")


def failures_are_seen(scene, desk, coordinator):
    """Who cannot be reached is seen at the desk, by those who can mend it."""
    same(coordinator.get("mails").status, 403, "a coordinator looks after no mail server")
    soon(lambda: scene.house.json("mail", "list", "--failed"), "nothing has failed")
    [failed] = scene.house.json("mail", "list", "--failed")
    same(failed["to"], "gone-5@unit.example", "who cannot be reached")
    b = Browser(desk)
    b.login("boss@unit.example")
    page = b.get("mails")
    check(page.says("gone-5@unit.example") and page.says("no such person"), "a failure, and why")
    b.send("mails", {"do": "retry", "id": failed["id"]})
    check(b.follow().says("will be sent again"), "again")
    soon(lambda: scene.house.json("mail", "list", "--failed"), "it does not fail again")
    page = b.get("mails")
    names = re.findall(r'type="number" name="([\w-]+)"|name="(remind[\w-]*|mail-hour)"', page.body)
    fields = {"remind-before-first": "7", "remind-before-last": "1", "remind-after-first": "1",
        "remind-after-every": "7", "remind-after-most": "3", "digest": "1", "mail-hour": "24"}
    check(names, "settings are there")
    check(b.send("mails", {"do": "settings", **fields}).says("from 0 to 23"), "an hour that is none")
    b.send("mails", {"do": "settings", **fields, "mail-hour": "0"})
    same(b.page.status, 303, "saved")
    page = b.get("audit?what=setting.put")
    check(page.says("mail-hour") and page.says("changed a setting"), "written down")
    same(b.get("audit?as=csv").headers["Content-Type"].split(";")[0], "text/csv", "the audit as a file")


def tried(scene, desk):
    """A test mail from the desk, and what the server says to it: taken, refused, away and back."""
    b = Browser(desk)
    b.login("boss@unit.example")
    check(b.get("settings/mail").says(FROM) and 'value="boss@unit.example"' in b.page.body, "from, and to whom")

    def answer(to, words):
        b.get("settings/mail")
        same(b.send("settings/mail", {"to": to}).status, 303, f"to {to}")
        page = b.page.location
        soon(lambda: b.get(page).says(words), lambda: f"no {words!r}: {b.page.body}")
        return page

    same(b.send("settings/mail", {"to": "nobody"}).status, 400, "no address")
    answer("boss@unit.example", "The server took the mail")
    check(b.page.says("250") or b.page.says("OK"), "its words")
    scene.arrived("boss@unit.example", "Test")
    answer("gone-9@unit.example", "no such person")
    scene.server.stop()
    page = answer("away@unit.example", "mail server cannot be used")
    scene.server.start()
    answer("back@unit.example", "The server took the mail")
    soon(lambda: b.get(page).says("The server took the mail"), "nor is the one lost that waited")


def digest(scene, desk):
    """A new day as the clerk sees it: what it brings goes out by itself, once."""
    desk.process.send_signal(signal.SIGTERM)
    desk.process.wait(timeout=PATIENCE)
    scene.database("DELETE FROM notice_day")
    for _ in range(2):
        desk = scene.desk()
        soon(lambda: scene.database("SELECT 1 FROM notice_day"), lambda: f"the day is not seen to: {desk.said}")
        soon(lambda: not scene.database("SELECT 1 FROM outbox WHERE handed = 0"), "the outbox is not emptied")
        soon(lambda: not [m for m in scene.house.json("mail", "list") if m["state"] == "new"], "the spool is not emptied")
        desk.process.send_signal(signal.SIGTERM)
        desk.process.wait(timeout=PATIENCE)
    scene.server.settle()
    mails = scene.mails("root@unit.example")
    if scene.today().weekday() >= 5:
        same(mails, [], "a digest on a day off")
        return
    same(len(mails), 1, "digests")
    check(re.search(r"1(/| of )13", mails[0]["Subject"]), mails[0]["Subject"])


def counted(scene):
    """Each at most once more a crash, and nobody sees another's address."""
    counts = collections.Counter(mail["Message-ID"] for mail in scene.server.mails())
    repeats = sum(counts.values()) - len(counts)
    check(repeats <= scene.crashes, f"{repeats} repeats after {scene.crashes} crashes")
    for mail in scene.server.mails():
        seen = set(re.findall(r"[\w.-]+@unit\.example", mail.as_string()))
        # Whoever invites can be asked.
        same(seen - {mail["To"], "root@unit.example"}, set(), f"addresses of others in a mail to {mail['To']}")
    print(f"{len(counts)} mails, {scene.crashes} crashes, {repeats} repeats")


if __name__ == "__main__":
    clear_of(0, 1, 17)  # mails are seen to from eight in the morning
    SCENE = Scene()
    DESK = SCENE.desk()
    LEAD = invited(SCENE, DESK)
    forgotten(SCENE, DESK)
    judged(SCENE, DESK, LEAD)
    killed_in_the_midst(SCENE, DESK)
    failures_are_seen(SCENE, DESK, LEAD)
    tried(SCENE, DESK)
    digest(SCENE, DESK)
    counted(SCENE)
    SCENE.server.stop()
