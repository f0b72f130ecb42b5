# SPDX-License-Identifier: Apache-2.0
"""A small country for tests of rights: units one above the other and beside, and somebody of every role who is
in already. Whatever belongs to a unit has the unit's mark in it, so that a page that shows it can be told."""
import base64
import hashlib
import hmac
import http.client
import sqlite3
import time
import urllib.parse

from flow import PATIENCE

OPERATOR, COORDINATOR, REPORTER, ISP, AUDITOR = range(5)
FACTOR, ENROL, IN = range(3)
ACTIVE, DISABLED = 1, 2

# code: parent. M stands beside everything; E is an enterprise; the ids get three digits.
UNITS = {"N": "", "P": "N", "D": "P", "U": "D", "V": "D", "Q": "N", "W": "Q", "E": "N", "M": "", "X": "M"}


def mark(code):
    """In whatever is a unit's; in no other text."""
    return f"zq{code.lower()}{hashlib.sha256(code.encode()).hexdigest()[:6]}"


class Person:
    """Who is in by a session made straight in the database, on one connection that is kept."""

    def __init__(self, name, role, org, state=ACTIVE, stage=IN):
        self.name, self.role, self.org, self.state, self.stage = name, role, org, state, stage
        self.account = None
        self.sees = set()
        self.new_key()
        self.connection = None
        self.turns = 2  # a connection that was kept may have been closed meanwhile

    def new_key(self):
        self.key = hashlib.sha256(f"{self.name}{time.time_ns()}".encode()).digest()

    @property
    def cookie(self):
        return base64.urlsafe_b64encode(self.key).decode().rstrip("=")

    @property
    def token(self):
        """Of a form; docs/design/accounts.md."""
        mac = hmac.new(self.key, b"form of the desk", hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")

    def begin_session(self, office):
        now = int(time.time())
        office.execute("INSERT INTO session (hash, account, stage, made, seen, ends, unit, agent)"
            " VALUES (?, ?, ?, ?, ?, ?, '192.0.2.1', 'test')", (hashlib.blake2b(self.key, digest_size=32).digest(),
                self.account, self.stage, now, now, now + 36000))

    def ask(self, desk, method, path, body=None, headers=None):
        """(status, header fields without the date, body)"""
        fields = {"Cookie": f"desk={self.cookie}"} if self.account else {}
        if body is not None:
            fields |= {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        fields |= headers or {}
        for turn in range(self.turns):
            if not self.connection:
                self.connection = http.client.HTTPConnection("127.0.0.1", desk.desk_port, timeout=PATIENCE)
            try:
                self.connection.request(method, path, body, fields)
                answer = self.connection.getresponse()
                data = answer.read()
                break
            except (http.client.HTTPException, OSError):
                self.connection.close()
                self.connection = None
                if turn + 1 == self.turns:
                    raise
        kept = sorted((k.lower(), v) for k, v in answer.getheaders() if k.lower() not in ("date", "connection"))
        return answer.status, kept, data

    def get(self, desk, path, lang="en"):
        return self.ask(desk, "GET", f"/desk/{lang}/{path}")

    def send(self, desk, path, fields, token=None, headers=None):
        form = {"token": self.token if token is None else token, **fields}
        return self.ask(desk, "POST", f"/desk/en/{path}", urllib.parse.urlencode(form), headers)


PEOPLE = (
    ("operator", OPERATOR, None), ("auditor", AUDITOR, None), ("above", COORDINATOR, "N"), ("of", COORDINATOR, "P"),
    ("below", COORDINATOR, "D"), ("beside", COORDINATOR, "Q"), ("reporter", REPORTER, "U"),
    ("neighbour", REPORTER, "V"), ("isp", ISP, "E"),
)


def below(top):
    found = {top}
    while True:
        more = {code for code, parent in UNITS.items() if parent in found} | found
        if more == found:
            return found
        found = more


class World:
    """people by name, orgs by code, accounts by code (one that nobody uses), files by code: (hash, bytes)."""

    def __init__(self, house, campaign):
        self.house, self.campaign = house, campaign
        house.run("campaign", "set", campaign, "--name-vi", "Chiến dịch", "--name-en", "Campaign", "--country", "VN",
            "--zone", "Asia/Ho_Chi_Minh", "--begins", "2020-09-16", "--ends", "2020-10-31")
        house.run("user", "require", "coordinator", "no")
        house.run("user", "require", "operator", "no")
        with self.office() as office:
            for table in ("org", "account", "session", "returns", "job"):
                office.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, 100)"
                    if not office.execute("SELECT 1 FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
                    else "UPDATE sqlite_sequence SET seq = 100 WHERE name = ?", (table,))
        self.import_units(UNITS)
        with self.office() as office:
            known = dict(office.execute("SELECT code, id FROM org"))
            self.orgs = {code: known[mark(code)] for code in UNITS}
            self.accounts, self.files, self.jobs, self.people = {}, {}, {}, {}
            self.fill(office)
            self.let_in(office)
            self.ask_much(office)

    def office(self):
        return sqlite3.connect(self.house.data / "office" / "office.db", isolation_level=None)

    def import_units(self, units):
        rows = "".join(f"{mark(code)},{mark(parent) if parent else ''},Quanh {mark(code)},{mark(code)}@u.example,"
            f"tel-{mark(code)}\n" for code, parent in units.items())
        path = self.house.write("units.csv", "code,parent,name_vi,mail,phone\n" + rows)
        self.house.run("unit", "import", path, "--day", "2020-01-01")

    def add_account(self, office, mail, role, org, state=ACTIVE):
        return office.execute("INSERT INTO account (mail, name, role, org, lang, state, made) VALUES (?, ?, ?, ?, 1, ?,"
            " 1600000000) RETURNING id", (mail, mail.split("@")[0], role, org, state)).fetchone()[0]

    def add_return(self, office, code):
        """One that was handed in, with a paper of its own."""
        m = mark(code)
        [number] = office.execute("INSERT INTO returns (campaign, org, state, form, versions, opened, first_submitted,"
            " submitted) VALUES (?, ?, 2, 0, 1, 1602000000, 1602600000, 1602600000) RETURNING id",
            (self.campaign, self.orgs[code])).fetchone()
        office.execute("INSERT INTO return_version VALUES (?, 1, 0, '', '', ?, '', 0)", (number, f"signer {m}"))
        value = int(hashlib.sha256(code.encode()).hexdigest()[:5], 16)
        for field in ("informed", "deployed"):
            office.execute("INSERT INTO return_answer VALUES (?, 1, ?, ?, ?, ?)",
                (number, field, value, str(value), f"note {m}"))
        data = b"%PDF-1.4\n" + m.encode() + b"\n%%EOF\n"
        name = hashlib.sha256(data).hexdigest()
        office.execute("INSERT INTO attachment (id, version, sha256, field, name, size) VALUES (?, 1, ?, '', ?, ?)", (number, name, f"{m}.pdf", len(data)))
        folder = self.house.data / "office" / "attachments"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        self.files[code] = (name, data)
        office.execute("INSERT INTO return_event (id, at, account, actor, what, version, on_behalf, text)"
            " VALUES (?, 1602600000, 0, ?, 'submit', 1, 0, '')", (number, f"who {m}"))

    def add_job(self, office, code):
        """One that is done, with a file to fetch."""
        m = mark(code)
        [number] = office.execute("INSERT INTO job (kind, campaign, org, name, text, input, input_name, lang, due, state,"
            " account, asked, begun, ended, said, problems, output, output_name, output_type) VALUES ('document-pdf', ?, ?,"
            " '', '', 0, '', 1, 0, 'done', ?, ?, ?, ?, ?, ?, 1, ?, 'application/pdf') RETURNING id",
            (self.campaign, self.orgs[code], self.accounts[code], *[int(time.time())] * 3, f"said {m}", f"problem {m}", f"{m}.pdf")).fetchone()
        folder = self.house.data / "office" / "jobs"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.out").write_bytes(m.encode())
        self.jobs[code] = number

    def fill(self, office):
        for code, org in self.orgs.items():
            m = mark(code)
            self.accounts[code] = self.add_account(office, f"{m}@a.example", REPORTER, org)
            office.execute("INSERT INTO contact VALUES ('', ?, ?, ?, ?)", (org, f"Ms {m}", m, f"{m}@c.example"))
            office.execute("INSERT INTO contact VALUES (?, ?, ?, ?, ?)",
                (self.campaign, org, f"Ms {m}", m, f"{m}@c.example"))
            self.add_return(office, code)
            office.execute("INSERT INTO audit (at, account, actor, what, object, org, detail)"
                " VALUES (1602600000, 0, ?, 'org.put', ?, ?, ?)", (m, m, org, m))
        self.accounts["operator"] = self.add_account(office, "zqroot@a.example", OPERATOR, None)
        self.accounts["auditor"] = self.add_account(office, "zqlook@a.example", AUDITOR, None)
        for code in self.orgs:
            self.add_job(office, code)
        office.execute("INSERT INTO invitation (hash, account, kind, made_by, made, ends) VALUES (x'00', ?, 0, 0, ?, ?)",
            (self.accounts["U"], int(time.time()), int(time.time()) + 90000))

    def ask_much(self, office):
        """Everybody has as many jobs waiting as one may: another is refused at once, after rights were asked."""
        for person in self.people.values():
            for _ in range(20 if person.account else 0):
                office.execute("INSERT INTO job (kind, campaign, org, name, text, input, input_name, lang, due, state,"
                    " account, asked) VALUES ('publish', '', 0, '', '', 0, '', 1, 9000000000, 'waiting', ?, ?)",
                    (person.account, int(time.time())))

    def let_in(self, office):
        for name, role, code in PEOPLE:
            p = self.people[name] = Person(name, role, code)
            p.account = self.add_account(office, f"{name}@p.example", role, code and self.orgs[code])
            if role in (OPERATOR, AUDITOR):
                p.sees = set(UNITS) | {"operator", "auditor"}
            else:
                p.sees = below(code) if role == COORDINATOR else {code}
            p.begin_session(office)
        self.people["nobody"] = Person("nobody", None, None)
        for name, state, stage in (("disabled", DISABLED, IN), ("waiting", ACTIVE, FACTOR), ("enrolling", ACTIVE, ENROL)):
            p = self.people[name] = Person(name, OPERATOR, None, state, stage)
            p.account = self.add_account(office, f"{name}@p.example", OPERATOR, None, state)
            p.begin_session(office)

    def hidden_from(self, person):
        """Marks that may not stand in any answer to them."""
        hidden = [mark(code).encode() for code in UNITS if code not in person.sees]
        if person.role not in (OPERATOR, AUDITOR) or not person.sees:
            hidden += [b"zqroot", b"zqlook"]
        return hidden

    def written(self):
        """Everything the office holds but when a session was seen, as text."""
        with self.office() as office:
            tables = [name for (name,) in office.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            return {table: office.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables
                if table != "session"} | {"session": office.execute("SELECT id, account, stage FROM session").fetchall()}
