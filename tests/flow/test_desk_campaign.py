# SPDX-License-Identifier: Apache-2.0
"""The operator's own pages: a campaign made in a browser, its form and deadlines, files taken in, settings; and who
may not."""
import html
import re
import sqlite3
from datetime import timedelta

from desking import Browser, Desk, add_user
from flow import HEADER, House, ago, check, clear_of, same, sinkhole, soon

BOUNDARY = "quetsachquetsachquetsach"


def fields_of(page):
    """What a browser would send back of the page's main form."""
    fields = []
    body = page.body[page.body.index("<main"):]
    for tag in re.findall(r"<input [^>]*>|<textarea .*?</textarea>|<select .*?</select>", body, re.S):
        name = re.search(r' name="([^"]*)"', tag)
        if not name or name[1] == "token":
            continue
        value = re.search(r' value="([^"]*)"', tag)
        if tag.startswith("<select"):
            chosen = re.search(r'<option value="([^"]*)" selected', tag) or re.search(r'<option value="([^"]*)"', tag)
            fields.append((name[1], html.unescape(chosen[1]) if chosen else ""))
        elif tag.startswith("<textarea"):
            fields.append((name[1], html.unescape(re.search(r">(.*)</textarea>", tag, re.S)[1])))
        elif 'type="checkbox"' in tag or 'type="radio"' in tag:
            if " checked" in tag:
                fields.append((name[1], html.unescape(value[1])))
        elif 'type="file"' not in tag:
            fields.append((name[1], html.unescape(value[1]) if value else ""))
    return dict(fields)


def send(browser, path, fields):
    """With a token at hand, whatever was answered before."""
    browser.get("self")
    return browser.send(path, fields)


def press(browser, path, fields, button):
    page = send(browser, path, {**fields, "do": button})
    return page


def wait_for_jobs(house):
    """Until the clerk has done what was asked for."""
    def idle():
        with sqlite3.connect(house.data / "office" / "office.db") as office:
            return not office.execute("SELECT 1 FROM job WHERE state IN ('waiting', 'running')").fetchone()
    soon(idle, "the clerk never ends its jobs")


def a_campaign_is_made(house, b):
    page = b.get("campaigns/new")
    same(page.status, 200, "a new campaign")
    fields = fields_of(page)
    same((fields["country"], fields["zone"]), ("VN", "Asia/Ho_Chi_Minh"), "the data folder's country and its zone")
    page = press(b, "campaigns/new", fields, "check")
    same(page.status, 400, "without a key")
    check(page.says("A key has small letters") and 'href="#key"' in page.body, "it is not said what lacks")
    fields |= {"key": "vn-2027", "name_vi": "Chiến dịch 2027", "name_en": "Campaign 2027", "begins": "2027-03-01",
        "ends": "2027-03-31", "base_first": "2027-02-15", "base_last": "2027-02-21"}
    page = press(b, "campaigns/new", fields, "add-goal")
    same(page.status, 200, "a goal is added")
    check(page.says("Distinct addresses of each hour, then their mean"), "estimators are not explained")
    fields = fields_of(page) | {"g0-from": "2027-03-22", "g0-to": "2027-03-27", "g0-share": "47,5",
        "g0-name_en": "Down by half", "g0-name_vi": "Giảm một nửa"}
    page = press(b, "campaigns/new", fields, "check")
    check(page.status == 400 and page.says("exactly as long as the baseline"), "windows that differ")
    page = press(b, "campaigns/new", fields | {"g0-to": "2027-03-28"}, "check")
    same(page.status, 200, "looked at once more")
    check(page.says("Down by half") and page.says("47.5"), "the goal is not shown")
    send(b, "campaigns/new", fields_of(page) | {"do": "save"})
    same(b.page.status, 303, "saved")
    wait_for_jobs(house)
    [plan] = house.json("campaign", "show", "vn-2027")
    same([(g["key"], g["share"], g["name_en"]) for g in plan["goals"]], [("goal-1", 0.475, "Down by half")], "the goal")
    page = b.get("campaigns/vn-2027/plan?change=1")
    page = press(b, "campaigns/vn-2027/plan", fields_of(page) | {"ends": "2027-04-15"}, "check")
    check(page.says("31/03/2027") and page.says("15/04/2027"), "what it was and what it will be")
    check(not page.says("Campaign 2027</td>"), "what stays is not shown")
    send(b, "campaigns/vn-2027/plan", fields_of(page) | {"do": "save"})
    wait_for_jobs(house)
    with sqlite3.connect(house.data / "office" / "office.db") as office:
        details = [row[0] for row in office.execute("SELECT detail FROM audit WHERE what = 'campaign.set' ORDER BY id")]
    same(details[-1], "- ends=2027-03-31\n+ ends=2027-04-15", "the audit tells old and new")
    [plan] = house.json("campaign", "show", "vn-2027")
    same((plan["ends"], len(plan["goals"])), ("2027-04-15", 1), "what was not changed stays")


def a_form_gets_a_third_number(house, b):
    path = "campaigns/vn-2027/form"
    page = b.get(path)
    fields = fields_of(page)
    same((fields["rows"], fields["r0-was"]), ("3", "informed"), "the letter's rows")
    page = send(b, path, fields | {"do": "save"})
    same(page.status, 303, "saved as it is")
    page = b.follow()
    check(page.says("Nothing has changed"), "the same makes no version")
    page = press(b, path, fields, "add")
    fields = fields_of(page)
    same(fields["rows"], "4", "a row more")
    page = press(b, path, fields, "save")
    check(page.status == 400 and page.says("Row 4: say in Vietnamese what is asked"), "a row without words")
    fields |= {"r3-label_vi": "Số máy đã làm sạch", "r3-label_en": "Machines cleaned", "r3-key": "cleaned",
        "r3-most": "100000", "r3-help_en": "a line\nrow: smuggled"}
    page = press(b, path, fields, "up-3")
    fields = fields_of(page)
    same((fields["r2-key"], fields["r3-was"]), ("cleaned", "assessment"), "the row goes up")
    page = press(b, path, fields, "preview")
    same(page.status, 200, "a preview")
    check('name="row-cleaned"' in page.body, "the officer's field is not shown")
    same(press(b, path, fields, "save").status, 303, "saved")
    text = house.run("form", "show", "vn-2027").stdout
    check(text.index("row: deployed") < text.index("row: cleaned") < text.index("row: assessment"), "the order")
    check("\nrow: smuggled" not in text, "a value became a field")
    page = send(b, path, fields | {"version": "0", "do": "save", "r2-most": "5"})
    check(page.status == 400 and page.says("Somebody has just saved another version"), "two at once")
    same(b.get(path + "?version=0&as=text").headers["Content-Type"], "text/plain; charset=utf-8", "as text")
    same(b.get(path + "?version=7").status, 404, "a version there is none of")


def deadlines_are_set(house, b):
    path = "campaigns/vn-2027/deadlines"
    page = b.get(path)
    check(page.says("Level 1") and page.says("Level 2"), "the levels")
    send(b, path, {"do": "level", "level": "0", "how": "day", "day": "2027-04-22"})
    page = b.follow()
    check(page.says("Before 22/04/2027 (last day: 21/04/2027)"), "the last day in words")
    page = send(b, path, {"do": "level", "level": "1", "how": "day", "day": "2027-04-22"})
    check(page.status == 400 and page.says("must lie before its coordinator"), "a unit after its coordinator")
    same(send(b, path, {"do": "level", "level": "1", "how": "day", "day": "2027-04-15"}).status, 303, "a day before")
    same(send(b, path, {"do": "level", "level": "1", "how": "day", "day": "never"}).status, 400, "no day")
    same(send(b, path, {"do": "unit", "unit": "31.7", "unit-how": "excused"}).status, 303, "excused")
    check(b.follow().says("Phường Bảy"), "the excused unit is not listed")
    same(send(b, path, {"do": "unit", "unit": "zz", "unit-how": "excused"}).status, 400, "no such unit")
    lines = house.json("deadline", "list", "vn-2027")
    same([(d.get("level"), d.get("org"), d.get("before")) for d in lines],
        [(0, None, "2027-04-22"), (1, None, "2027-04-15"), (None, "31.7", None)], "as the command says it")
    same(lines[0]["late_from"], "2027-04-21T17:00:00Z", "midnight is the campaign's")


def upload(b, names_and_bytes, feed=""):
    b.get("self")
    parts = [("token", None, b.page.hidden("token").encode()), ("feed", None, feed.encode())]
    parts += [("file", name, data) for name, data in names_and_bytes]
    body = b""
    for field, name, data in parts:
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"'.encode()
        body += f'; filename="{name}"'.encode() if name else b""
        body += b"\r\n\r\n" + data + b"\r\n"
    return b.request("POST", "files/upload", body + f"--{BOUNDARY}--\r\n".encode(),
        Content_Type=f"multipart/form-data; boundary={BOUNDARY}", Sec_Fetch_Site="same-origin")


def a_file_is_taken_in(house, b):
    b.get("files/upload")
    same(upload(b, []).status, 400, "no file")
    rows = HEADER + "".join(sinkhole(ago(hours=30 + n), f"14.160.0.{n + 1}") for n in range(5))
    rows += sinkhole(ago(hours=30), "300.1.2.3") + sinkhole(ago(hours=30), "14.160.0.9").replace("2", "x", 1)
    same(upload(b, [("2027-01-01-event4_sinkhole.csv", rows.encode())], "our-sinkhole").status, 303, "sent")
    where = b.page.location
    wait_for_jobs(house)
    page = b.get(where)
    check(page.says("300.1.2.3"), "the bad row is not told")
    check(page.says("“our-sinkhole” is a new feed") and "feeds/our-sinkhole/change" in page.body, "a new feed is told")
    check(not page.says("quetsach feed set"), "no command stands where a link can")
    [bad] = [line for line in b.get(where + "?as=csv").body.splitlines() if "300.1.2.3" in line]
    check(bad.startswith("7,"), f"the bad row in the file: {bad}")
    upload(b, [("2027-01-01-event4_sinkhole.csv", rows.encode())], "our-sinkhole")
    wait_for_jobs(house)
    check(b.get(b.page.location).says("was taken in before"), "the same again")
    upload(b, [("notes.pdf", b"%PDF-1.7\n1 0 obj")])
    wait_for_jobs(house)
    page = b.get(b.page.location)
    check(page.says("looks like PDF document") and page.says("as its publisher gave it"), "what it looks like")
    [feed] = house.json("feed", "list")
    same(feed["feed"], "our-sinkhole", "the feed")
    page = b.get("files")
    check(page.says("our-sinkhole") and page.says("In use"), "the file is not listed")
    same(b.get("files?format=csv").status, 200, "the list as a file")
    page = b.get("feeds/our-sinkhole")
    check(page.says("<svg") and page.says("TLP:AMBER"), "the page of the feed")
    page = b.get("feeds/our-sinkhole/change")
    fields = fields_of(page)
    same((fields["tlp"], fields.get("public_check")), ("amber", "1"), "as it is")
    send(b, "feeds/our-sinkhole/change", {"title": "Our sinkhole", "tlp": "green", "public_stats": "1", "frequency": "24"})
    wait_for_jobs(house)
    [feed] = house.json("feed", "list")
    same((feed["title"], feed["tlp"], feed["public_check"], feed["frequency"]), ("Our sinkhole", "green", False, 86400),
        "as it was changed")
    [number] = re.findall(r"/files/(\d+)", b.get("files").body)[:1]
    same(send(b, f"files/{number}", {}).status, 400, "nobody said they are sure")
    send(b, f"files/{number}", {"sure": "1"})
    wait_for_jobs(house)
    check(b.get(f"files/{number}").says("has been retracted"), "the file was not retracted")


READ = {"title": "Our sinkhole", "tlp": "green", "public_stats": "1", "frequency": "24"}
MAP = "time=When,ip=Source IP,botnet=#7,separator=;,zone=+07:00"


def a_feed_says_how_it_is_read(house, b):
    """What a command refuses is refused at its field; the columns stand there in words."""
    path = "feeds/our-sinkhole"
    check(b.get(path).says("Recognised by content"), "nobody has said how")
    for said, field, words in (({"map": "time=When"}, "map", "“ip=” is missing"),
            ({"map": "ip=A,ip=B"}, "map", "“ip” is there twice"), ({"map": "ip=A,colour=B"}, "map", "named “colour”"),
            ({"map": "ip=A,header=perhaps"}, "map", "“perhaps” cannot be used"),
            ({"map": "ip=" + "A" * 9000}, "map", "Write it shorter"),
            ({"format": "plain-list", "map": "ip=A"}, "map", "knows its columns"),
            ({"format": "nothing"}, "format", "Choose a format")):
        page = send(b, f"{path}/change", {**READ, **said})
        check(page.status == 400 and f'id="{field}-error"' in page.body and page.says(words), f"{said}: {words}")
        house.run("feed", "set", "our-sinkhole", *(f"--{name}={value}" for name, value in said.items()), status=2)
    same(send(b, f"{path}/change", {**READ, "map": MAP}).status, 303, "what can be")
    wait_for_jobs(house)
    same(house.json("feed", "list")[0].get("map"), MAP, "kept")
    page = b.get(path)
    for words in ("column “Source IP”", "column 7", "semicolon", "UTC+07:00"):
        check(page.says(words), f"{words} is not said of the map")
    same(fields_of(b.get(f"{path}/change"))["map"], MAP, "and can be changed again")
    same(send(b, f"{path}/change", {**READ, "format": "shadowserver-event4-sinkhole"}).status, 303, "a format")
    wait_for_jobs(house)
    check(b.get(path).says("Shadowserver") and not b.page.says("column 7"), "of its own")


def a_source_says_how_it_goes(house, b):
    """What `source show` says, in the language of who reads it."""
    drop = house.folder / "drop"
    drop.mkdir()
    (drop / "notes.pdf").write_bytes(b"%PDF-1.7\n1 0 obj")
    house.run("source", "add", "drop", "--folder", drop, "--feed", "our-sinkhole", "--still", "0", "--every", "1h")
    (house.folder / "gone").mkdir()
    house.run("source", "add", "gone", "--folder", house.folder / "gone", "--feed", "our-sinkhole")
    (house.folder / "gone").rmdir()
    house.run("fetch", "--now", "--lang", "vi", status=None)
    # The desk's own fetching may have it in hand: the file is named before the source's state is written.
    shown = ("notes.pdf", "has unreadable files", "Next time")
    soon(lambda: b.get("sources/drop") and all(map(b.page.says, shown)),
        lambda: f"how it goes: {[words for words in shown if not b.page.says(words)]}")
    check(b.page.says(str(drop)) and "feeds/our-sinkhole" in b.page.body, "what is written down")
    soon(lambda: b.get("sources/gone").says("could not be fetched"), "a folder that is gone is not told")
    check(not b.page.says("không"), "why, in English")
    for path in ("feeds", "feeds/our-sinkhole"):
        check("sources/drop" in b.get(path).body and b.page.says("has unreadable files"), f"in the table of {path}")
    house.run("source", "pause", "gone")
    check(b.get("sources/gone").says("This source rests"), "it rests")


def settings_are_made(house, b):
    page = send(b, "settings", {"address": "http://nothing", "mail": "nobody"})
    check(page.status == 400 and page.says("This is no mail address"), "what cannot be")
    send(b, "settings", {"address": "https://desk.example", "organiser_vi": "Bộ"})
    wait_for_jobs(house)
    [site] = house.json("site", "show")
    same((site["address"], site["organiser_vi"]), ("https://desk.example", "Bộ"), "the settings")
    check(b.get("settings").says("by operator@example.vn"), "who changed it last is not said")
    same(send(b, "settings/second-factor", {"factor-auditor": "1"}).status, 303, "second factors")


def day(offset):
    return f"{ago(days=-offset):%Y-%m-%d}"


def a_day_of(families, offset):
    """The families' addresses on that day."""
    when = ago(days=-offset).replace(hour=1, minute=0, second=0)
    return "".join(sinkhole(when + timedelta(hours=n % 20), f"14.160.{i}.{n + 1}", infection=family)
        for i, (family, count) in enumerate(families.items()) for n in range(count))


def the_ten_are_frozen(house, b):
    """Of the baseline, once; what comes in later changes the figures and not the ten."""
    house.run("network", "import", "--country", "VN", house.write("vn.txt", "14.160.0.0/16\n"))
    house.run("campaign", "set", "trial", "--name-vi", "Thử", "--name-en", "Trial", "--country", "VN", "--zone",
        "Asia/Ho_Chi_Minh", "--begins", day(-2), "--ends", day(20), "--baseline", f"{day(-9)}..{day(-3)}",
        "--goal", f"ten:top-ten:daily-mean:50%:{day(5)}..{day(11)}", "--goal-name-en", "ten:Half of the ten")
    families = {"mirai": 12, "andromeda": 9, "necurs": 5}
    rows = HEADER + "".join(a_day_of(families, offset) for offset in range(-9, -2))
    upload(b, [("2026-01-01-event4_sinkhole.csv", rows.encode())], "our-sinkhole")
    wait_for_jobs(house)
    path = "campaigns/trial/plan"
    check(not b.get(path).says("Frozen from"), "nothing is frozen yet")
    same(send(b, "campaigns/trial/freeze", {}).status, 303, "nobody said they are sure")
    check(not b.follow().says("Frozen from"), "so nothing is")
    same(send(b, "campaigns/trial/freeze", {"sure": "1"}).status, 303, "frozen")
    wait_for_jobs(house)
    page = b.get(path)
    check(page.says("Frozen from"), "that is told")
    places = [page.body.lower().index(name) for name in families]
    same(places, sorted(places), "the largest first")
    rows = HEADER + a_day_of({"qsnatch": 20, **families}, -1)
    upload(b, [("2026-01-02-event4_sinkhole.csv", rows.encode())], "our-sinkhole")
    wait_for_jobs(house)
    check("qsnatch" not in b.get(path).body.lower(), "the ten stay what they were")
    check(b.get("campaigns/trial/figures").says("Half of the ten"), "the goal is among the figures")
    same(send(b, "campaigns/trial/figures", {}).status, 303, "made anew")
    where = b.page.location
    wait_for_jobs(house)
    b.get(where)
    same(b.follow().status, 200, "and it is told")
    check(b.get("campaigns/trial/figures").says("Half of the ten"), "the figures of now")
    same(send(b, "campaigns/none/freeze", {"sure": "1"}).status, 404, "no such campaign")


def others_may_not(desk):
    looks = ("campaigns/vn-2027/plan", "campaigns/vn-2027/form", "campaigns/vn-2027/deadlines",
        "campaigns/vn-2027/figures", "feeds", "feeds/our-sinkhole", "sources/drop", "files", "settings")
    changes = ("campaigns/new", "campaigns/vn-2027/plan", "campaigns/vn-2027/form", "campaigns/vn-2027/deadlines",
        "feeds/our-sinkhole/change", "new-feed", "settings", "settings/second-factor", "campaigns/vn-2027/freeze")
    for mail, sees in (("auditor@example.vn", 200), ("coordinator@example.vn", 403), ("reporter@example.vn", 403)):
        b = Browser(desk)
        b.login(mail)
        b.follow()
        for path in looks:
            same(b.get(path).status, sees, f"{mail} looks at {path}")
            check(sees == 403 or "<form class=\"card\"" not in b.page.body, f"{mail} may change {path}")
        for path in changes:
            same(send(b, path, {"sure": "1"}).status, 403, f"{mail} changes {path}")
        same(upload(b, [("a.csv", b"x")]).status, 403, f"{mail} sends a file")


def main():
    clear_of(0, 17)
    house = House()
    house.run("unit", "import", house.write("units.csv", "code,parent,name_vi,level\n31,,Tỉnh,tỉnh\n31.7,31,Phường Bảy,phường\n"),
        "--day", "2020-01-01")
    for mail, role, org in (("operator", "operator", None), ("auditor", "auditor", None),
            ("coordinator", "coordinator", "31"), ("reporter", "reporter", "31.7")):
        add_user(house, f"{mail}@example.vn", role, org)
        if role in ("operator", "coordinator"):
            house.run("user", "require", role, "no")
    desk = Desk(house, "--zone", "Europe/Berlin")
    try:
        b = Browser(desk)
        b.login("operator@example.vn")
        b.follow()
        a_campaign_is_made(house, b)
        a_form_gets_a_third_number(house, b)
        deadlines_are_set(house, b)
        a_file_is_taken_in(house, b)
        a_feed_says_how_it_is_read(house, b)
        a_source_says_how_it_goes(house, b)
        others_may_not(desk)
        settings_are_made(house, b)
        the_ten_are_frozen(house, b)
    finally:
        desk.stop()


main()
