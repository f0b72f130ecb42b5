# SPDX-License-Identifier: Apache-2.0
"""Every page of the desk, as everybody, about everything. The table below says what comes back; the program says
which routes there are, and one without a row here fails the test. Besides: no answer holds a word of what its reader
may not know, what they may not know is answered byte for byte like what there is none of, nothing that happens out
of their sight changes a byte of what they see, and a form that is not theirs changes nothing."""
import os
import re
import subprocess
import sys

from desking import Desk
from desk_people import UNITS, World, mark
from flow import PATIENCE, House, check, clear_of, same

# One row a route and method, with what its address asks for: {org} a unit, {account} an account of a unit, {file} a
# file of the unit's return, {campaign}. The columns are roles. "200/403" is: of what stands below me / of my own.
# What its reader may not know is 404, the same as what does not exist; that is in no cell. Behind a column: what the
# form holds. A row without {org} or {account} is about no unit.
TABLE = """
                                                      operator auditor coordinator reporter isp
GET  orgs                                             200      200     303         303      303
GET  orgs?q=Quanh                                     200     200     200         303      303
GET  orgs?q={mark}                                    200     200     200         303      303
GET  orgs?q=%22%20OR%201                              200     200     200         303      303
GET  orgs/{org}                                       200      200     200         200      200
GET  orgs/{org}?page=9                                200      200     200         200      200
GET  orgs/new?under={org}                             200      403     200         403      403
POST orgs/new?under={org}                             400      403     400         403      403
GET  orgs/{org}/change                                200      403     200         403      403
POST orgs/{org}/change                                400      403     400         403      403
GET  orgs/{org}/contact                               200      403     200         403      403
POST orgs/{org}/contact                               400     403     400         403      403
GET  orgs/{org}/networks                              200      403     200         403      403
POST orgs/{org}/networks                              400      403     400         403      403
GET  accounts                                         200      200     200         403      403
GET  accounts?q=zq                                    200      200     200         403      403
GET  accounts?after={mark}                            200      200     200         403      403
GET  accounts?org={org}                               200      200     200         403      403
GET  accounts/new                                     200      403     200         403      403
GET  accounts/new?org={org}                           200      403     200         403      403
POST accounts/new                                     400      403     400         403      403
GET  accounts/{account}                               200      200     200         404      404
POST accounts/{account}                               303      403     303         404      404
GET  audit                                            200      200     200         403      403
GET  audit?org={org}                                  200      200     200         403      403
GET  campaigns                                        200      200     200         200      200
GET  campaigns/{campaign}                             303      303     303         303      404
GET  campaigns/none                                   404      404     404         404      404
GET  campaigns/{campaign}/returns/{org}               200      200     200         200      403
POST campaigns/{campaign}/returns/{org}               303      403     303         303      403      do=receive
GET  campaigns/{campaign}/returns/{org}/check         200      403     200         200      403
POST campaigns/{campaign}/returns/{org}/check         400      403     400         400      403
POST campaigns/{campaign}/returns/{org}/judge         303      403     303/403     403      403
POST campaigns/{campaign}/returns/{org}/files         303      403     303         303      403
GET  campaigns/{campaign}/returns/{org}/files/{file}  200      200     200         200      403
GET  campaigns/{campaign}/returns/{org}/files/{other} 404      404     404         404      403
GET  campaigns/{campaign}/roll-up/{org}               200      200     200         403      403
GET  campaigns/{campaign}/roll-up/{org}?show=late     200      200     200         403      403
GET  campaigns/{campaign}/roll-up/{org}/document      200      200     200         403      403
GET  campaigns/{campaign}/roll-up/0                   200      200     403         403      403
GET  campaigns/{campaign}/roll-up/0/document          200      200     403         403      403
GET  campaigns/{campaign}/returns/{org}/aside/1       303     403     303         303      403
POST campaigns/{campaign}/returns/{org}/aside/1       303     403     303         303      403
GET  campaigns/{campaign}/returns/{org}/sheet         200      200     200         200      403
POST campaigns/{campaign}/returns/{org}/sheet         303      403     303         303      403      do=send
GET  campaigns/{campaign}/returns/{org}/orgs          200      200     200         200      403
POST campaigns/{campaign}/returns/{org}/orgs          303      403     303         303      403
GET  campaigns/{campaign}/returns/{org}/document      200      200     200         200      403
POST campaigns/{campaign}/returns/{org}/document      303      303     303         303      403
GET  campaigns/{campaign}/roll-up/{org}/units         200      200     200         403      403
GET  campaigns/{campaign}/roll-up/{org}/units?q=zq    200      200     200         403      403
GET  campaigns/{campaign}/roll-up/{org}/accept        200     200     200         403      403
POST campaigns/{campaign}/roll-up/{org}/accept        303     303     303         403      403      return-104-1=1
POST campaigns/{campaign}/roll-up/{org}/document      303      303     303         403      403
GET  campaigns/new                                    200     403     403         403      403
POST campaigns/new                                    400     403     403         403      403
GET  campaigns/{campaign}/plan                        200      200     403         403      403
POST campaigns/{campaign}/plan                        400     403     403         403      403
POST campaigns/{campaign}/freeze                      303      403     403         403      403
GET  campaigns/{campaign}/form                        200      200     403         403      403
POST campaigns/{campaign}/form                        400     403     403         403      403
GET  campaigns/{campaign}/deadlines                   200      200     403         403      403
POST campaigns/{campaign}/deadlines                   400      403     403         403      403
GET  orgs/{org}/end                                   200     403     200/403     403      403
POST orgs/{org}/end                                   400     403     400/403     403      403
GET  orgs/{org}/split                                 200     403     200/403     403      403
POST orgs/{org}/split                                 400     403     400/403     403      403
GET  orgs/merge                                       200      403     200         403      403
POST orgs/merge                                       400      403     400         403      403
GET  orgs/template                                    200     403     200         403      403
GET  orgs/lines                                       200     403     403         403      403
GET  orgs/lines/{campaign}                            200     403     403         403      403
POST orgs/lines/{campaign}                            400      403     403         403      403
GET  sources/none                                     404      404     403         403      403
GET  files                                            200      200     403         403      403
GET  files/none                                       404      404     403         403      403
POST files/none                                       404      403     403         403      403
GET  campaigns/{campaign}/figures                     200      200     403         403      403
POST campaigns/{campaign}/figures                     303      403     403         403      403
POST campaigns/{campaign}/returns/{org}/known         303      403     303         303      403
GET  campaigns/{campaign}/editions                    200      200     403         403      403
POST campaigns/{campaign}/editions                    400      403     403         403      403
GET  campaigns/{campaign}/editions/1                  404      404     403         403      403
POST campaigns/{campaign}/editions/1                  404      403     403         403      403
GET  campaigns/{campaign}/editions/1/document         404      404     403         403      403
GET  series                                           200      200     403         403      403
POST series                                           400      403     403         403      403
GET  series?as=csv                                    200      200     403         403      403
GET  settings                                         200      200     403         403      403
POST settings                                         303      403     403         403      403
GET  settings/mail                                    200      200     403         403      403
POST settings/mail                                    400      403     403         403      403
POST settings/second-factor                           303      403     403         403      403
GET  feeds                                            200      200     403         403      403
GET  feeds/none                                       404      404     403         403      403
GET  feeds/none/change                                404      403     403         403      403
POST feeds/none/change                                404      403     403         403      403
GET  new-feed                                         200      403     403         403      403
POST new-feed                                         400      403     403         403      403
GET  files/upload                                     200      403     403         403      403
POST files/upload                                     400      403     403         403      403
GET  jobs                                             200      200     200         200      200
GET  jobs/{job}                                       200      200     200         404      404
GET  jobs/{job}/output                                200      200     200         404      404
POST jobs/{job}/cancel                                303     403     403         404      404
GET  search                                           200      200     200         200      200
GET  search?q=zq                                      200      200     200         200      200
GET  search?q={mark}                                  200      200     200         200      200
GET  search?q=Quanh                                   200      200     200         200      200
GET  mails                                            200      200     403         403      403
POST mails                                            400     403     403         403      403
GET  accounts/links                                   200      200     200         403      403
POST accounts/links                                   303     303     303         403      403      link=1
GET  orgs/import                                      200      403     200         403      403
POST orgs/import                                      400      403     400         403      403
GET  orgs/import/{job}                                404     404     404         404      404
POST orgs/import/{job}                                404     404     404         404      404
GET  orgs/{org}?format=csv                            200      200     200         200      200
GET  accounts?format=csv                              200      200     200         403      403
GET  audit?format=csv                                 200      200     200         403      403
GET  orgs?q=Quanh&format=csv                          200     200     200         303      303
GET  campaigns/{campaign}/roll-up/{org}/units?format=csv 200   200     200         403      403
GET  pages                                            200      200     403         403      403
GET  pages/new                                        200      403     403         403      403
POST pages/new                                        400      403     403         403      403
GET  pages/contact                                    200      200     403         403      403
GET  pages/contact/vi                                 200     403     403         403      403
POST pages/contact/vi                                 303     403     403         403      403
GET  pages/contact/vi/preview                         200      200     403         403      403
GET  pages/contact/vi/history                         200      200     403         403      403
GET  pages/contact/vi/compare                         404     404     403         403      403
POST pages/contact/vi/restore                         404      403     403         403      403
GET  pages/contact/vi/publish                         404      403     403         403      403
POST pages/contact/vi/publish                         400     403     403         403      403
POST pages/contact/vi/withdraw                        303     403     403         403      403
POST pages/contact/vi/cancel                          303     403     403         403      403
GET  tools                                            200      200     403         403      403
GET  tools/new                                        200      403     403         403      403
POST tools/new                                        400      403     403         403      403
POST tools/order                                      303     403     403         403      403
GET  tools/clamav                                     200     200     403         403      403
POST tools/clamav                                     400      403     403         403      403
POST tools/clamav/file                                400      403     403         403      403
POST tools/clamav/remove                              303      403     403         403      403
GET  forgotten                                        200      200     200         200      200
POST forgotten                                        200      200     200         200      200
GET  .                                                200      200     200         200      200
GET  self                                             200      200     200         200      200
POST self                                             400      400     400         400      400
GET  password                                         200      200     200         200      200
POST password                                         400      400     400         400      400
GET  self/second-factor                               200      200     200         200      200
POST self/second-factor                               400      400     400         400      400
GET  sessions                                         200      200     200         200      200
POST sessions                                         303      303     303         303      303      end=1
GET  login                                            303      303     303         303      303
POST login                                            400      400     400         400      400
GET  invitation                                       404      404     404         404      404
POST invitation                                       404      404     404         404      404
GET  invitation/guess                                 303      303     303         303      303
GET  second-factor                                    303      303     303         303      303
POST second-factor                                    303      303     303         303      303
POST logout                                           303      303     303         303      303
"""
# Who is not in is sent to sign in, and who has said half to say the rest; but for these (status for nobody, for who
# waits), where a POST of nobody's has no token.
WAY_IN = {"GET login": (200, 200), "POST login": (403, 400), "GET invitation": (404, 404), "POST invitation": (403, 404),
    "GET invitation/guess": (303, 303), "GET second-factor": (303, 200), "POST second-factor": (403, 400),
    "POST logout": (403, 303), "GET forgotten": (200, 200), "POST forgotten": (403, 200)}
ROLES = ("operator", "auditor", "coordinator", "reporter", "isp")
IN = ("operator", "auditor", "above", "of", "below", "beside", "reporter", "neighbour", "isp")
OUTSIDE = ("nobody", "disabled", "waiting", "enrolling")
# A letter says whom it goes to, a list of units whom each reports to: the name of the office above one's own, and no more.
NAMES_ABOVE = ("campaigns/{campaign}/roll-up/{org}/document", "campaigns/{campaign}/returns/{org}/document",
    "campaigns/{campaign}/roll-up/{org}/units")
# Where an auditor, too, changes something: their own.
ONES_OWN = ("self", "password", "self/second-factor", "sessions", "logout", "login", "second-factor", "invitation", "forgotten")
NONE = 977  # has as many digits as those there are

problems = []


def wrong(line):
    problems.append(line)
    if len(problems) > 60:
        stop()


def stop():
    if problems:
        sys.exit("FAILED:\n" + "\n".join(problems))


class Row:
    def __init__(self, line):
        words = line.split()
        self.method, self.path = words[0], words[1].replace(".", "") if words[1] == "." else words[1]
        self.cells = dict(zip(ROLES, words[2:7]))
        self.fields = dict(word.split("=", 1) for word in words[7:])

    def pattern(self):
        return re.sub(r"\{\w+\}", "*", self.path.partition("?")[0])

    def about(self, world):
        """Which units it is asked about: codes, and None for one there is none of."""
        if "{account}" in self.path:
            return [*UNITS, "operator", "auditor", None]
        return [*UNITS, None] if "{org}" in self.path or "{job}" in self.path else [""]

    def address(self, world, code):
        values = {"campaign": world.campaign, "mark": mark("W"), "org": "", "account": "", "file": "", "other": "", "job": ""}
        if code is None:
            values |= {"org": NONE, "account": NONE, "job": NONE, "file": world.files["W"][0], "other": world.files["W"][0]}
        elif code:
            values |= {"org": world.orgs.get(code, ""), "account": world.accounts[code], "job": world.jobs.get(code, ""),
                "file": world.files.get(code, "x")[0], "other": world.files["W" if code != "W" else "U"][0]}
        return self.path.format(**values)

    def expected(self, person, code):
        cell = self.cells["coordinator" if person.name in ("above", "of", "below", "beside") else
            "reporter" if person.name == "neighbour" else person.name]
        if code is None or (code and code not in person.sees):
            return 404
        below, _, own = cell.partition("/")
        return int(own or below) if code == person.org else int(below)


def ask(desk, person, row, path):
    if row.method == "GET":
        return person.get(desk, path)
    return person.send(desk, path, row.fields)


def table():
    return [Row(line) for line in TABLE.splitlines()[2:] if line.strip()]


def every_route_has_a_row(rows):
    printed = subprocess.run([os.environ["QUETSACH_DESK_ROUTES"]], check=True, capture_output=True, text=True).stdout
    for line in printed.splitlines():
        methods, pattern, who, _ = line.split("\t")
        for method in methods.split(","):
            found = [row for row in rows if row.method == method and covers(pattern, row.pattern())]
            if not found:
                wrong(f"no row for {method} {pattern}: say who may in the table of test_desk_rights.py")
            if who == "anybody" and found and not any(f"{method} {row.path}" in WAY_IN for row in found):
                wrong(f"{method} {pattern} is open to anybody: say what nobody gets in WAY_IN")
    stop()


def covers(pattern, asked):
    """The route's stars may be filled with a word."""
    wanted, given = pattern.split("/"), asked.split("/")
    return len(wanted) == len(given) and all(w in ("*", g) for w, g in zip(wanted, given))


def look(answer, person, row, path, world):
    """No answer holds what its reader may not know; none is the server's fault."""
    status, fields, body = answer
    shown = body + repr(fields).encode()
    for hidden in world.hidden_from(person):
        if row.path.startswith(NAMES_ABOVE) and hidden == mark(UNITS.get(person.org) or "M").encode():
            shown = shown.replace(b"Quanh " + hidden, b"")
        if hidden in shown.replace(mark("W").encode(), b"") or (hidden in shown and "{mark}" not in row.path):
            wrong(f"{person.name} reads {hidden.decode()} at {row.method} {path}")
    if status >= 500:
        wrong(f"{person.name}: {row.method} {path}: {status}")


def who_is_not_in(world, desk, rows):
    seen = set()
    for row in rows:
        for code in ("U", None) if "{" in row.path else ("",):
            path = row.address(world, code or None if "{" in row.path else code)
            for name in OUTSIDE:
                person = world.people[name]
                answer = ask(desk, person, row, path)
                look(answer, person, row, path, world)
                half = name in ("waiting", "enrolling")
                expected = WAY_IN.get(f"{row.method} {row.path}", (303, 303))[half]
                if answer[0] != expected:
                    wrong(f"{name}: {row.method} {path}: {answer[0]}, expected {expected}")
                where = dict(answer[1]).get("location", "")
                if expected == 303 and "invitation" not in path and row.path != "logout":
                    aim = "/desk/en/second-factor" if half else "/desk/en/login"
                    if not where.startswith(aim):
                        wrong(f"{name}: {row.method} {path} leads to {where}")
                seen.add(name)
                if row.path == "logout" and half:
                    with world.office() as office:
                        person.new_key()
                        person.begin_session(office)
    same(seen, set(OUTSIDE), "who asked")


def without_its_id(answer, row, world, code):
    """For comparing with the answer about another that there is none of."""
    status, fields, body = answer
    numbers = world.accounts if "{account}" in row.path else world.jobs if "{job}" in row.path else world.orgs
    number = str(NONE if code is None else numbers[code])
    files = "|".join(name for name, _ in world.files.values())
    clean = lambda b: re.sub(rb"(?<=[/=])%s\b|%s" % (number.encode(), files.encode()), b"#", b)
    return status, len(body), [(k, clean(v.encode())) for k, v in fields], clean(body)


def each_cell(world, desk, row):
    for name in IN:
        person = world.people[name]
        nothing = None
        for code in reversed(row.about(world)):
            path = row.address(world, code)
            answer = ask(desk, person, row, path)
            look(answer, person, row, path, world)
            expected = row.expected(person, code)
            # Who sees everything learns nothing from being told what they may not do.
            if code is None and name in ("operator", "auditor") and answer[0] in (200, 403):
                expected = answer[0]
            if answer[0] != expected:
                wrong(f"{name}: {row.method} {path} ({code}): {answer[0]}, expected {expected}")
            if code is None:
                nothing = without_its_id(answer, row, world, code)
            elif code and code not in person.sees and without_its_id(answer, row, world, code) != nothing:
                wrong(f"{name}: {row.method} {path}: {code} is not answered like what there is none of")
            if row.path == "logout":
                with world.office() as office:
                    person.new_key()
                    person.begin_session(office)


def refused_forms_change_nothing(world, desk, rows):
    """Those who may not, an auditor whatever comes back, first; then forms that are not theirs, of those who may."""
    before = world.written()
    for row in rows:
        if row.method != "POST" or row.path in ("logout",):
            continue
        for name in IN:
            person = world.people[name]
            for code in row.about(world):
                if row.expected(person, code) in (403, 404) or (name == "auditor" and row.path not in ONES_OWN):
                    look(ask(desk, person, row, row.address(world, code)), person, row, row.path, world)
        person, other = world.people["above"], world.people["beside"]
        path = row.address(world, "U" if "{" in row.path else "")
        port = desk.desk_port
        for what, token, headers in (("no token", "", {}), ("another's token", other.token, {}),
                ("a token cut short", person.token[:-1], {}), ("a token and more", person.token + "A", {}),
                ("another site", None, {"Sec-Fetch-Site": "cross-site"}), ("a site beside", None, {"Sec-Fetch-Site": "same-site"}),
                ("another origin", None, {"Sec-Fetch-Site": "", "Origin": "https://evil.example"}),
                ("another port", None, {"Sec-Fetch-Site": "", "Origin": f"http://127.0.0.1:{port + 1}"}),
                ("no origin", None, {"Sec-Fetch-Site": "", "Origin": "null"})):
            answer = person.send(desk, path, row.fields, token=token, headers=headers)
            if answer[0] != 403:
                wrong(f"POST {path} with {what}: {answer[0]}")
        with_file = ('--zz\r\nContent-Disposition: form-data; name="token"\r\n\r\n' + other.token + '\r\n--zz\r\n'
            'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\ncode,name_vi\n1,x\n\r\n--zz--\r\n')
        answer = person.ask(desk, "POST", f"/desk/en/{path}", with_file.encode(),
            {"Content-Type": "multipart/form-data; boundary=zz"})
        if answer[0] != 403:
            wrong(f"POST {path} of a file with another's token: {answer[0]}")
    after = world.written()
    for table in before:
        if before[table] != after[table]:
            wrong(f"a refused form changed {table}: {set(map(str, after[table])) ^ set(map(str, before[table]))}")


def pictures(world, desk, rows):
    """All that somebody sees, but for the time of day."""
    seen = {}
    for name in ("of", "below", "beside", "reporter", "neighbour", "isp"):
        person = world.people[name]
        for row in rows:
            if row.method != "GET":
                continue
            for code in row.about(world):
                if code is None or code == "" or code in person.sees:
                    path = row.address(world, code)
                    status, fields, body = person.get(desk, path)
                    seen[name, path] = status, fields, re.sub(rb"\d\d:\d\d|TOTP[^<]*|[A-Z2-7]{4}( [A-Z2-7]{4}){7}", b"", body)
    return seen


def what_happens_elsewhere_is_not_seen(world, desk, rows):
    rows = [row for row in rows if row.path not in ("self/second-factor", "sessions")]  # a new secret each time
    before = pictures(world, desk, rows)
    more = {"Y": "M", "Z": "X"}
    UNITS.update(more)
    world.import_units(UNITS)
    with world.office() as office:
        known = dict(office.execute("SELECT code, id FROM org"))
        for code in more:
            world.orgs[code] = known[mark(code)]
            world.accounts[code] = world.add_account(office, f"{mark(code)}@a.example", 2, known[mark(code)])
            world.add_return(office, code)
        office.execute("UPDATE returns SET state = 3 WHERE org = ?", (world.orgs["M"],))
    for code in more:
        del UNITS[code]
    after = pictures(world, desk, rows)
    for key in before:
        if before[key] != after[key]:
            wrong(f"{key} changes with what happens out of their sight")


def main():
    clear_of(0, 17)
    rows = table()
    every_route_has_a_row(rows)
    house = House()
    world = World(house, "vn-2020")
    desk = Desk(house)
    try:
        refused_forms_change_nothing(world, desk, rows)
        who_is_not_in(world, desk, rows)
        what_happens_elsewhere_is_not_seen(world, desk, rows)
        # Asking first: what is sent may change what is there.
        for method in ("GET", "POST"):
            for row in rows:
                if row.method == method:
                    each_cell(world, desk, row)
        check(not any("Sanitizer" in line for line in desk.said), "".join(desk.said))
        stop()
    finally:
        desk.process.terminate()
        desk.process.wait(PATIENCE)


main()
