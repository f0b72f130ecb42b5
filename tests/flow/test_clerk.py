# SPDX-License-Identifier: Apache-2.0
"""Requested work: the desk asks, the clerk runs the program's own commands, a page says what came of it;
a clerk that dies, a folder that is busy, a file that is hostile, work of others."""
import fcntl
import os
import signal
import sqlite3
import time
import zipfile
from io import BytesIO
from pathlib import Path

from desking import Browser, Desk, add_user
from flow import PATIENCE, House, check, same, soon

UNITS = "code,parent,name_vi,level\nVN,,Cả nước,\n01,VN,Thành phố Hà Nội,thành phố\n02,VN,Tỉnh Hà Giang,tỉnh\n"
DAY = {"day": "2020-01-01", "step": "take"}


def make_house():
    house = House()
    house.write("units.csv", UNITS)
    house.run("unit", "import", house.folder / "units.csv", "--day", "2020-01-01")
    for role in ("operator", "coordinator"):
        house.run("user", "require", role, "no")
    add_user(house, "an@example.vn")
    add_user(house, "binh@example.vn", "coordinator", "01")
    add_user(house, "chi@example.vn", "coordinator", "02")
    return house


def come_in(desk, name):
    b = Browser(desk)
    b.login(f"{name}@example.vn")
    same(b.page.status, 303, f"{name} comes in")
    return b


def processes(desk, role):
    """Of the keeper's and the clerk's children."""
    found, left = [], [desk.process.pid]
    while left:
        pid = left.pop()
        try:
            left += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
            if role in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                found.append(pid)
        except OSError:
            pass
    return found


def the(desk, role, but=None):
    """The one process in this role, when it is there. One that is about to be another still bears its parent's name."""
    found = []

    def is_there():
        found[:] = processes(desk, role)
        return len(found) == 1 and found != [but]

    soon(is_there, f"one {role}")
    return found[0]


def ask(house, question):
    office = sqlite3.connect(f"file:{house.data}/office/office.db?mode=ro", uri=True, timeout=PATIENCE)
    try:
        return office.execute(question).fetchone()
    finally:
        office.close()


def last_job(house):
    return ask(house, "SELECT id, state, status, tries, held, problems FROM job ORDER BY id DESC")


def wait_for(house, state):
    soon(lambda: last_job(house)[1] == state, lambda: f"not {state}: {last_job(house)}")
    return last_job(house)


def send(b, name, data, **fields):
    b.get("orgs/import")
    same(b.page.status, 200, "the form")
    b.send_file("orgs/import", name, data, {"under": "", **DAY, **fields}.items())
    same(b.page.status, 303, f"{name} is sent")
    return b.page.location


def units_are_taken_in(house, desk, an):
    begun = time.monotonic()
    send(an, "đơn vị.csv", (UNITS + "001,01,Quận Ba Đình,quận\n").encode())
    job = wait_for(house, "done")
    print(f"taken in after {time.monotonic() - begun:.2f} s")
    an.get(f"jobs/{job[0]}")
    page = an.follow()
    for words in ("Taken in", "đơn vị.csv", "New", "As they were"):
        check(page.says(words), f"the job's page lacks {words!r}")
    check("Refresh" not in page.headers, "it is over")
    check(any(unit["code"] == "001" for unit in house.json("unit", "list", "01")), "the unit is there")
    check(an.get("jobs").says("Import of units"), "the list has it")
    same(ask(house, "SELECT actor FROM audit WHERE what = 'org.import' OR what LIKE 'org.%' ORDER BY id DESC")[0],
         "an@example.vn", "in whose name")
    same(list((house.data / "clerk").iterdir()), [house.data / "clerk/lock"], "nothing is left")


def a_coordinator_reaches_no_further(house, binh, chi):
    send(binh, "units.csv", "code,parent,name_vi,level\n024,02,Thành phố Hà Giang,thành phố\n".encode())
    job = wait_for(house, "failed")
    binh.get(f"jobs/{job[0]}")
    same(binh.follow().status, 200, "one's own")
    same(chi.get(f"jobs/{job[0]}").status, 404, "another's")
    same(chi.get("jobs/999").status, 404, "none")
    same(chi.get(f"jobs/{job[0]}/output").status, 404, "another's file")
    check(not chi.get("jobs").says("units.csv"), "another's in the list")
    check(not any(unit["code"] == "024" for unit in house.json("unit", "list", "02")), "beside it")


def what_is_wrong_is_told_by_place(house, an):
    send(an, "units.csv", "code,parent,name_vi,level\nX,VN,,tỉnh\n".encode())
    job = wait_for(house, "failed")
    an.get(f"jobs/{job[0]}")
    page = an.follow()
    for words in ("What to mend", "line 2", "name_vi", "Send the corrected table"):
        check(page.says(words), f"{words!r} is missing: {job}")
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/workbook.xml", "<workbook>" + "<a>" * 500)
    send(an, "<b>bom</b>.xlsx", out.getvalue())
    job = wait_for(house, "failed")
    an.get(f"jobs/{job[0]}")
    page = an.follow()
    check(page.says("What to mend") and "<b>bom" not in page.body, f"hostile: {job}")


def a_busy_folder_is_waited_for(house, an):
    with open(house.data / "lock", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        an.get("new-feed")
        an.send("new-feed", {"name": "tunnel", "title": "Tunnel", "tlp": "green", "kind": "infected",
            "precision": "second", "public-check": "1"})
        soon(lambda: last_job(house)[4] == 1, lambda: f"not held: {last_job(house)}")
        # Now and then it is tried again, and runs so long.
        page = f"jobs/{last_job(house)[0]}"
        soon(lambda: an.get(page).says("Waiting for other work"), "the page says that it waits")
        check(an.page.headers["Refresh"], "and asks again")
    job = wait_for(house, "done")
    same(job[3], 1, "a folder that is busy is no try")


def comes_back(b):
    try:
        return b.get("jobs").status == 200
    except OSError:
        return False


def stopped_in_the_midst(house, desk, an):
    """A clerk that is killed at its work: another does it again."""
    with open(house.data / "lock", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        office = sqlite3.connect(house.data / "office/office.db", timeout=PATIENCE)
        office.execute("BEGIN IMMEDIATE")
        office.execute("INSERT INTO job (kind, campaign, org, name, text, input, input_name, lang, due, state,"
            " account, asked) VALUES ('publish', '', 0, '', '', 0, '', 1, 0, 'waiting', 1, 1)")
        office.commit()
        soon(lambda: last_job(house)[1] == "running" or last_job(house)[4], "it begins")
        before = the(desk, "clerk")
        office.execute("UPDATE job SET state = 'running', tries = 1 WHERE id = ?", (last_job(house)[0],))
        os.kill(before, signal.SIGKILL)
        office.commit()
        office.close()
    the(desk, "clerk", but=before)
    wait_for(house, "done")
    for role in ("mail", "desk"):
        pid = the(desk, role)
        os.kill(pid, signal.SIGKILL)
        the(desk, role, but=pid)
    soon(lambda: comes_back(an), "the desk is back")
    clerk, keeper = the(desk, "clerk"), the(desk, "keeper")
    os.kill(keeper, signal.SIGKILL)
    the(desk, "keeper", but=keeper)  # as root too
    clerk, mail = the(desk, "clerk", but=clerk), the(desk, "mail")
    desk.reload()
    the(desk, "mail", but=mail)  # with the settings of now
    same(the(desk, "clerk"), clerk, "the clerk goes on")


def what_waits_can_be_cancelled(house, an, binh):
    with sqlite3.connect(house.data / "office/office.db", timeout=PATIENCE) as office:
        office.execute("INSERT INTO job (kind, campaign, org, name, text, input, input_name, lang, due, state,"
            " account, asked) VALUES ('publish', '', 0, '', '', 0, '', 1, 9999999999, 'waiting', 1, 1)")
    office.close()
    job = last_job(house)[0]
    page = an.get(f"jobs/{job}")
    check(page.says("Cancel this") and page.headers["Refresh"], "it waits")
    binh.get("jobs")
    same(binh.send(f"jobs/{job}/cancel", {}, token=binh.get("self").hidden("token")).status, 404, "another's")
    an.get(f"jobs/{job}")
    same(an.send(f"jobs/{job}/cancel", {}).status, 303, "cancelled")
    check(an.follow().says("cancelled before it began"), "and said so")


def restored_elsewhere(house, desk, binh):
    """A backup while the desk works, put up in another place: one comes in again there."""
    backup = house.folder / "backup.qs"
    house.run("backup", backup)
    desk.process.send_signal(signal.SIGTERM)
    same(desk.process.wait(PATIENCE), 0, "it ends when told")
    soon(lambda: not processes(desk, "clerk"), "and the clerk with it")
    there = house.folder / "there"
    house.run("restore", backup, data=there)
    house.run("verify", data=there)
    same(sorted(x.name for x in (there / "office").iterdir() if "db-" not in x.name), ["office.db"], "no more than that")
    house.data = there
    other = Desk(house)
    try:
        binh.desk = other
        same(binh.get("jobs").status, 303, "sessions are ended")
        b = come_in(other, "binh")
        b.get("orgs")
        check(b.follow().says("Quận Ba Đình"), "and everything is there")
        check(not any("Sanitizer" in line for line in other.said), "".join(other.said))
    finally:
        other.process.terminate()
        other.process.wait(PATIENCE)


def main():
    house = make_house()
    desk = Desk(house, "--mail", "smtp://127.0.0.1:9", "--mail-from", "desk@example.vn")
    try:
        an, binh, chi = (come_in(desk, name) for name in ("an", "binh", "chi"))
        units_are_taken_in(house, desk, an)
        a_coordinator_reaches_no_further(house, binh, chi)
        what_is_wrong_is_told_by_place(house, an)
        a_busy_folder_is_waited_for(house, an)
        what_waits_can_be_cancelled(house, an, binh)
        stopped_in_the_midst(house, desk, an)
        restored_elsewhere(house, desk, binh)
        check(not any("Sanitizer" in line for line in desk.said), "".join(desk.said))
    finally:
        if desk.process.poll() is None:
            desk.process.terminate()
            desk.process.wait(PATIENCE)


main()
