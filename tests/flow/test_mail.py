# SPDX-License-Identifier: Apache-2.0
"""Mail through a real server: every mail at least once under a name that stays, at most one repeat a
crash, whatever is killed in the midst of it; failures are told; nobody sees another's address."""
import atexit
import collections
import os
import re
import signal
import subprocess
import threading
import unicodedata
from pathlib import Path

from flow import PATIENCE, PROGRAM, House, check, same, soon
from mail_server import PASSWORD, USER, MailServer

FILL = os.environ["QUETSACH_MAIL_FILL"]
FROM = "quetsach@haiphong.example"


class Sender:
    """A running `quetsach mail send`."""

    def __init__(self, post, *words):
        self.said = []
        self.process = subprocess.Popen([PROGRAM, "mail", "send", "--data", post.house.data, "--lang",
            "en", *post.words, *words], stderr=subprocess.PIPE, text=True,
            env=dict(os.environ, QUETSACH_NOTHING="x"))
        atexit.register(self.process.kill)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stderr:
            self.said.append(line)

    def says(self, part):
        return any(part in line for line in self.said)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)


class Post:
    """A data folder with mail, and the server that takes it."""

    def __init__(self, **server):
        self.house = House()
        self.house.folder.chmod(0o755)
        self.server = MailServer(self.house.folder / "exim", **server)
        self.server.start()
        self.password = self.house.write("password", PASSWORD + "\n")
        self.password.chmod(0o600)
        scheme = "smtps" if server.get("tls_on_connect") else "smtp"
        self.settings = {"mail": f"{scheme}://localhost:{self.server.port}", "mail-from": FROM,
            "mail-user": USER, "mail-password-file": self.password,
            "mail-ca-file": self.server.authorities}
        self.configure()

    def configure(self, **changes):
        """Underscores for dashes; None takes a setting out."""
        settings = dict(self.settings)
        settings.update({name.replace("_", "-"): value for name, value in changes.items()})
        path = self.house.write("configuration",
            "".join(f"{n} = {v}\n" for n, v in settings.items() if v is not None))
        self.words = ["--config", path]

    def fill(self, kind, lang, mails, status=0):
        lines = "".join(f"{id} {to}\n" for id, to in mails)
        done = subprocess.run([FILL, self.house.data, FROM, kind, lang, "-", "-"], input=lines,
            text=True, check=False)
        same(done.returncode, status, "status of mail_fill")

    def run(self, *words, status=0):
        return self.house.run("mail", *words, *self.words, "--lang", "en", status=status)

    def listed(self, *words):
        return {mail["id"]: mail for mail in self.house.json("mail", "list", *self.words, *words)}

    def ids(self):
        return [mail["Message-ID"].strip("<>").split("@")[0] for mail in self.server.mails()]

    def arrived(self, count):
        soon(lambda: self.server.count() >= count,
            lambda: f"{self.server.count()} of {count} mails")

    def settled(self, ids):
        """Until all of these are in their boxes, what the server had put aside too."""

        def is_there():
            self.server.deliver()
            return set(ids) <= set(self.ids())

        soon(is_there, lambda: f"missing: {set(ids) - set(self.ids())}")

    def close(self):
        self.server.stop()


def killed_in_the_midst():
    post = Post(per_connection=30)
    plain = [(f"m{i:03}", f"unit-{i:03}@unit.example") for i in range(200)]
    odd = [("x-gone", "gone-1@unit.example"), ("x-spam", "spam-1@unit.example"),
        ("x-relay", "an@elsewhere.example"), ("x-later", "later-1@unit.example"),
        ("x-grey", "grey-1@unit.example")]
    # Half of it comes when the server is away: however quick the first half was, there is something to send then.
    post.fill("before", "vi", plain[:120])
    crashes = 0

    sender = Sender(post)
    post.arrived(40)
    sender.kill()
    crashes += 1

    sender = Sender(post)
    post.arrived(90)
    same(post.run("send", "--once", status=2).stderr,
        "quetsach: another process is sending the mail of this data folder\n", "a second sender")
    confined(sender.process.pid)
    unseen(sender.process.pid)
    post.server.stop()  # kill -9, with all that was coming in
    crashes += 1
    post.fill("before", "vi", plain[120:] + odd)
    soon(lambda: sender.says("event=server-away"), "nobody says that the server is away")
    soon(lambda: "THE MAIL SERVER CANNOT BE USED" in post.run("list").stdout, "mail list is silent")
    same(sender.stop(), 2, "exit status while the server is away")
    post.server.start()
    # The one that was on its way just then waits for a minute.
    cut_off = [id for id, mail in post.listed().items() if mail["state"] == "new" and mail["attempts"]]
    check(len(cut_off) <= 1, f"cut off: {cut_off}")
    if cut_off:
        post.run("retry", *cut_off)

    sender = Sender(post)
    post.arrived(140)
    sender.kill()
    crashes += 1
    same(Sender(post, "--once").process.wait(timeout=PATIENCE), 3, "exit status: some wait, some failed")
    post.settled([id for id, _ in plain])

    found = post.listed()
    check("THE MAIL SERVER" not in post.run("list").stdout, "the server is back, but not listed so")
    check_failures(post, found)
    settle_delayed(post)
    check_arrivals(post, [id for id, _ in plain] + ["x-later", "x-grey"], crashes)
    check_privacy(post, dict(plain + odd))
    never_again(post, plain + odd)
    post.close()


def check_failures(post, found):
    states = {id: mail["state"] for id, mail in found.items() if id.startswith("x-")}
    same(states, {"x-gone": "failed", "x-spam": "failed", "x-relay": "failed", "x-later": "new",
        "x-grey": "new"}, "states")
    answers = {"x-gone": "550 5.1.1 no such person: gone-1",
        "x-spam": "550 5.7.1 the text of this mail is not liked",
        "x-relay": "550 5.7.1 relaying is not permitted",
        "x-later": "451 4.2.0 the box of later-1 is busy",
        "x-grey": "451 4.7.1 come again in a minute"}
    same({id: found[id]["answer"] for id in answers}, answers, "answers")
    failed = post.listed("--failed")
    same(sorted(failed), ["x-gone", "x-relay", "x-spam"], "mail list --failed")
    text = post.run("list", "--failed").stdout
    check("x-gone  gone-1@unit.example  FAILED at" in text, f"mail list: {text}")
    same([mail["state"] for id, mail in found.items() if id.startswith("m")], ["sent"] * 200, "sent")


def settle_delayed(post):
    """Not due for a minute, unless the operator asks."""
    post.server.settle()
    before = post.server.count()
    post.run("send", "--once", status=3)
    post.server.settle()
    same(post.server.count(), before, "mails that are not due")
    post.server.open_boxes()
    post.run("retry", "x-later", "x-grey")
    post.run("retry", "m000", status=2)
    post.run("retry", "no-such", status=2)
    post.run("send", "--once")
    post.arrived(before + 2)


def check_arrivals(post, expected, crashes):
    post.server.settle()
    counts = collections.Counter(post.ids())
    same(sorted(counts), sorted(expected), "mails that arrived")
    repeats = sum(counts.values()) - len(counts)
    check(repeats <= crashes, f"{repeats} repeats after {crashes} crashes: {counts.most_common(5)}")
    print(f"{len(counts)} mails, {crashes} crashes, {repeats} repeats")


def check_privacy(post, recipients):
    address = re.compile(r"[\w-]+@unit\.example")
    for mail in post.server.mails():
        to = recipients[mail["Message-ID"].strip("<>").split("@")[0]]
        same([mail["To"], mail["Envelope-To"], mail["Cc"], mail["Bcc"]], [to, to, None, None],
            "who gets it")
        same(set(address.findall(mail.as_string())), {to}, "addresses in a mail")


def never_again(post, mails):
    """What was handed over before is known, sent or not."""
    before = post.server.count()
    post.fill("before", "vi", mails, status=1)
    post.run("send", "--once")
    post.server.settle()
    same(post.server.count(), before, "mails sent a second time")
    kept = b"".join(path.read_bytes() for path in (post.house.data / "mail/sent").iterdir())
    check(b"unit.example" not in kept and b"Subject" not in kept, "what was sent is still there")


def confined(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    check("NoNewPrivs:\t1\n" in status and "Seccomp:\t2\n" in status, f"no sandbox: {status}")


def unseen(pid):
    """The password is where other users or programs could look: nowhere."""
    secret = PASSWORD.encode()
    for name in ("cmdline", "environ"):
        try:
            check(secret not in Path(f"/proc/{pid}/{name}").read_bytes(), f"password in {name}")
        except PermissionError:
            pass


def expected_words(lang, name):
    """A message as it stands, up to its first place to fill."""
    text = (Path(os.environ["QUETSACH_PO"]) / lang / "mail.po").read_text()
    block = text.split(f'msgid "{name}"\nmsgstr ')[1].split("\n\nmsgid")[0]
    joined = "".join(re.findall(r'^"(.*)"$', block, re.M)).replace("\\n", "\n")
    return joined.split("{")[0]


def every_kind():
    """As another program reads it: the standard library's parser finds nothing wrong."""
    post = Post(tls_on_connect=True)
    kinds = {"invitation": "INVITATION", "before": "BEFORE", "after": "AFTER",
        "sent-back": "SENT_BACK", "accepted": "ACCEPTED", "digest": "DIGEST", "reset": "RESET"}
    for kind in kinds:
        for lang in ("vi", "en"):
            post.fill(kind, lang, [(f"{kind}-{lang}", f"{kind}-{lang}@unit.example")])
    post.run("send", "--once")
    post.arrived(2 * len(kinds))
    for mail in post.server.mails():
        check_format(mail)
        kind, lang = mail["To"].split("@")[0].rsplit("-", 1)
        same(mail["Content-Language"], lang, "language")
        start = expected_words(lang, f"MAIL_{kinds[kind]}_SUBJECT")
        check(mail["Subject"].startswith(start), f"{mail['Subject']} does not begin with {start}")
        body = mail.get_content()
        hello = "MAIL_DIGEST_HELLO" if kind == "digest" else ""
        start = (hello and expected_words(lang, hello)) + expected_words(lang, f"MAIL_{kinds[kind]}")
        check(body.startswith(start), f"{body} does not begin with {start}")
        check(("https://quetsach.example/vi/moi/kX2-0123456789abcdefghijklmnop\n" in body),
            "the link is whole")
    post.close()


def check_format(mail):
    same(mail.defects, [], "defects")
    for name in ("From", "To", "Subject", "Date", "Message-ID", "Content-Type"):
        same((len(mail.get_all(name)), mail[name].defects), (1, ()), name)
    same(str(mail["From"]), f"Quét Sạch <{FROM}>", "From")
    same(mail["From"].addresses[0].display_name, "Quét Sạch", "display name")
    same([mail["Auto-Submitted"], mail["MIME-Version"], mail.get_content_type(),
        mail.get_content_charset(), mail["Content-Transfer-Encoding"]],
        ["auto-generated", "1.0", "text/plain", "utf-8", "quoted-printable"], "headers")
    check(re.fullmatch(r"<[a-z0-9-]+@haiphong\.example>", mail["Message-ID"]), mail["Message-ID"])
    for text in (str(mail["Subject"]), mail.get_content()):
        same(unicodedata.normalize("NFC", text), text, "Unicode form")
    check(abs(mail["Date"].datetime.timestamp() - os.stat("/proc/self").st_mtime) < 600, "Date")


def who_is_let_in():
    post = Post()
    post.fill("accepted", "en", [("a", "an@unit.example")])
    wrong = post.house.write("wrong", "not it\n")
    wrong.chmod(0o600)
    post.configure(mail_password_file=wrong)
    check("535" in post.run("send", "--once", status=2).stderr, "a wrong password")
    # A server nobody vouches for is told nothing: not even who we are.
    post.configure(mail_ca_file=None)
    # Exim answers first and writes its log then.
    soon(lambda: "authenticator" in post.server.log(), "the wrong password is not in the server's log")
    told = post.server.log().count("authenticator")
    said = post.run("send", "--once", status=2).stderr
    check("certificate" in said, f"an unknown certificate: {said}")
    same(post.server.log().count("authenticator"), told, "attempts to log in")
    # Without TLS this server takes nothing, and nothing is what the password is told to.
    post.configure(mail_plain="yes", mail_user=None)
    post.run("send", "--once", status=3)
    check("no authentication" in post.listed()["a"]["answer"], "plain")
    post.configure(mail_plain="yes", mail="smtp://mail.example:25")
    check("very machine" in post.run("send", "--once", status=2).stderr, "plain to elsewhere")
    post.configure()
    post.password.chmod(0o644)
    check("chmod" in post.run("send", "--once", status=2).stderr, "a password for all to read")
    post.password.chmod(0o600)
    post.run("retry", "a")
    post.run("send", "--once")
    post.arrived(1)
    for name in ("mail", "mail-from"):
        post.configure(**{name: "x"})
        post.run("send", "--once", status=2)
    for path in [*(post.house.data / "mail").rglob("*")]:
        check(path.is_dir() or PASSWORD.encode() not in path.read_bytes(), f"password in {path}")
    switched_off(post)
    damaged(post)
    post.close()


def switched_off(post):
    post.fill("reset", "vi", [("b", "an@unit.example")])
    post.configure(mail=None)
    check("switched off" in post.run("send", "--once").stderr, "mail = none")
    check("switched off" in post.run("list").stderr, "mail = none in mail list")
    same(post.listed()["b"]["state"], "new", "a mail that waits")
    post.run("test", "an@unit.example", status=2)
    post.configure()


def damaged(post):
    """A disk that forgets: the mail is not sent, and it is told."""
    path = post.house.data / "mail/new/b"
    path.write_bytes(path.read_bytes().replace(b"an@unit", b"ab@unit"))
    check("DAMAGED" in post.run("list").stdout, "a damaged file in mail list")
    post.run("send", "--once", status=3)
    same(post.listed("--failed")["b"]["damaged"], True, "a damaged file")
    check(all("ab@unit" not in mail["To"] for mail in post.server.mails()), "sent though damaged")


if __name__ == "__main__":
    killed_in_the_midst()
    every_kind()
    who_is_let_in()
