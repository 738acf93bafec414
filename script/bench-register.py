"""Measures what issue and README promise of the register, with plain baselines in the same run."""

import csv
import http.client
import json
import os
import random
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

waymark, people, rows, returned = sys.argv[1], *map(int, sys.argv[2:5])
folder = tempfile.mkdtemp(prefix="waymark-bench-")
home = os.path.join(folder, "home")
DATABASE = os.path.join(home, "waymark.db")
ROLL = os.path.join(folder, "roll.csv")
PASSWORD = "waymark-demonstration"


def say(what, wall, memory=None, goal="", ratio=None, note="", ok=None):
    """A line of the table; `ok` says whether a goal of the issue is reached, None where it names none."""
    memory = f"{memory:8.0f} MB" if memory else " " * 11
    ratio = f"{ratio:9.1f} x" if ratio else " " * 11
    verdict = {None: "", True: "reached", False: "MISSED"}[ok]
    print(f"{what:<46}{wall:>11} {memory} {ratio}  {goal:<16}{verdict:<9}{note}", flush=True)


def peak_of(pid):
    """The most memory that a process has held, in MB; 0 once it has ended."""
    try:
        with open(f"/proc/{pid}/status") as file:
            found = re.search(r"VmHWM:\s+(\d+)", file.read())
    except OSError:
        return 0
    return int(found.group(1)) / 1024 if found else 0


def reading_children(pid):
    """The processes in which a command reads a file. One that has not yet begun is still a copy of the command."""
    found = []
    for other in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{other}/stat") as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
            if parent == pid:
                with open(f"/proc/{other}/cmdline", "rb") as file:
                    if b"read-file" in file.read().split(b"\0"):
                        found.append(other)
        except (OSError, IndexError):
            pass
    return found


class Ran:
    """One command: wall and processor seconds, the most memory that it and the process that reads its file held."""

    def __init__(self, *words, ok=(0, 1)):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.peak = self.reader = 0
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as complaints:
            began = time.monotonic()
            child = subprocess.Popen([waymark, *map(str, words)], stdout=out, stderr=complaints)
            readers, looks = [], 0
            while child.poll() is None:
                self.peak = max(self.peak, peak_of(child.pid))
                # Only an import has one, and going through all processes is not free.
                if words[0] == "import" and looks % 10 == 0:
                    readers = reading_children(child.pid)
                self.reader = max([self.reader, *map(peak_of, readers)])
                looks += 1
                time.sleep(0.005)
            self.wall = time.monotonic() - began
            out.seek(0)
            complaints.seek(0)
            self.said = out.readline().strip()
            if child.returncode not in ok:
                sys.exit(f"{words}: {complaints.read()[:300]}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    @property
    def memory(self):
        """Both at once at most: they need not have held their most at the same moment."""
        return self.peak + self.reader

    @property
    def apart(self):
        return f"{self.peak:.0f} MB itself, {self.reader:.0f} MB the process that reads; {self.cpu:.2f} s of processor"


def timed(work):
    began = time.monotonic()
    answer = work()
    return time.monotonic() - began, answer


def seconds(number):
    return f"{number:.2f} s"


def upn(number):
    """A number of the school 887 9999 with its check letter."""
    digits = f"8879999{number % 100_000:05}"
    return "ABCDEFGHJKLMNPQRTUVWXYZ"[sum(int(d) * (at + 2) for at, d in enumerate(digits)) % 23] + digits


def as_in_september(found):
    """Of a hundred rows five are of nobody known, ten without a number, ten moved or misspelt; the others as known."""
    draw = random.Random(7)
    for number, row in enumerate(found):
        own, given, family, born, sex, postcode = row
        other, share = draw.choice(found), draw.random()
        if share < 0.05:
            # A name that nobody on the register has, made of the names of three.
            family = f"{other[2]}-{draw.choice(found)[2]}"
            born = f"{draw.randint(2007, 2012)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
            own = upn(number)
        elif share < 0.15:
            own = ""
        elif share < 0.20:
            postcode = other[5]
        elif share < 0.25 and len(family) > 4:
            family = family[:2] + family[3:]
        yield own, given, family, born, sex, postcode


def write_roll():
    db = sqlite3.connect(DATABASE)
    found = db.execute(
        """SELECT p.upn, p.given_name, p.family_name, p.date_of_birth, p.sex, MAX(a.postcode)
           FROM particulars p JOIN address a ON a.person = p.person AND a.ended IS NULL AND a.to_day IS NULL
           WHERE p.ended IS NULL AND p.upn IS NOT NULL GROUP BY p.person ORDER BY p.person LIMIT ?""",
        (rows,),
    ).fetchall()
    with open(ROLL, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["UPN", "Forename", "Surname", "DOB", "Sex", "Postcode"])
        out.writerows(as_in_september(found))


def plain_roll():
    """Reads the same file and upserts a row a pupil by number, nothing compared, audited or undoable."""
    db = sqlite3.connect(os.path.join(folder, "plain.db"))
    db.executescript("PRAGMA journal_mode=WAL; CREATE TABLE pupil (upn TEXT PRIMARY KEY, given, family, born, sex, postcode, seen);")
    with open(ROLL, newline="") as file:
        reader = csv.reader(file)
        next(reader)
        db.executemany(
            "INSERT INTO pupil VALUES (?, ?, ?, ?, ?, ?, '2025-03-14') ON CONFLICT (upn) DO UPDATE SET seen = excluded.seen",
            reader,
        )
    db.commit()
    db.close()


def plain_month():
    """Reads the same rows and counts NEET by ward, by code alone."""
    db = sqlite3.connect(DATABASE)
    counts = {}
    for ward, code in db.execute(
        """SELECT a.ward, s.code FROM particulars p
           JOIN address a ON a.person = p.person AND a.ended IS NULL AND (a.to_day IS NULL OR a.to_day >= '2025-01-31')
           JOIN spell s ON s.person = p.person AND s.ended IS NULL AND s.start_day <= '2025-01-31' AND (s.end_day IS NULL OR s.end_day >= '2025-01-31')
           WHERE p.ended IS NULL AND p.cohort_status = 'P' AND p.date_of_birth BETWEEN '2006-09-01' AND '2008-08-31'"""
    ):
        key = (ward, code[0] == "6")
        counts[key] = counts.get(key, 0) + 1
    return counts


def plain_return(database):
    """Joins the same people's rows and writes an element a column, nothing decided or checked."""
    db = sqlite3.connect(database)
    found = db.execute(
        """SELECT p.*, a.*, s.* FROM particulars p
           JOIN address a ON a.person = p.person AND a.ended IS NULL AND a.to_day IS NULL
           JOIN spell s ON s.person = p.person AND s.ended IS NULL AND s.end_day IS NULL
           WHERE p.ended IS NULL AND p.date_of_birth BETWEEN '2006-09-01' AND '2009-08-31'"""
    )
    names = [column[0] for column in found.description]
    with open(os.path.join(folder, "plain.xml"), "w") as out:
        for row in found:
            cells = (f"<{n}>{v}</{n}>\n" for n, v in zip(names, row) if v is not None)
            out.write("<r>\n" + "".join(cells) + "</r>\n")


class Site:
    """The server, and a visitor who is signed in."""

    def __init__(self, at):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.began = time.monotonic()
        self.child = subprocess.Popen([waymark, "serve", "--home", at, "--listen", f"127.0.0.1:{self.port}", "--record-rate", "100000000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.cookie = ""

    def ask(self, method, path, body="", link=None):
        link = link or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        link.request(method, path, body, {"Cookie": self.cookie, **kind})
        answer = link.getresponse()
        text = answer.read().decode()
        given = answer.getheader("Set-Cookie")
        if given:
            self.cookie = given.split(";")[0]
        return answer.status, text

    def first_page(self):
        while True:
            try:
                status, text = self.ask("GET", "/sign-in")
                assert status == 200
                return time.monotonic() - self.began, text
            except OSError:
                time.sleep(0.01)

    def sign_in(self, page):
        token = re.search('name="csrf" value="([^"]+)"', page).group(1)
        form = urllib.parse.urlencode({"csrf": token, "email": "data.manager@medway.example", "password": PASSWORD})
        status, _ = self.ask("POST", "/sign-in", form)
        assert status == 303, status

    def stop(self):
        self.child.terminate()
        self.child.wait()


def loaded(port, path_of, cookie, a_second, lasting):
    """Sends requests at a steady pace whatever comes back; the times each took, in milliseconds."""
    took, lock, number = [], threading.Lock(), iter(range(a_second * lasting))
    began = time.monotonic() + 0.2

    def work():
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            with lock:
                n = next(number, None)
            if n is None:
                return
            due = began + n / a_second
            time.sleep(max(0.0, due - time.monotonic()))
            link.request("GET", path_of(n), headers={"Cookie": cookie})
            answer = link.getresponse()
            answer.read()
            # From when it was due, so that a server that falls behind is not excused.
            mine = (time.monotonic() - due) * 1000
            assert answer.status == 200, answer.status
            with lock:
                took.append(mine)

    workers = [threading.Thread(target=work) for _ in range(16)]
    [w.start() for w in workers]
    [w.join() for w in workers]
    return sorted(took)


def plain_server(lasting=10):
    """A person's rows by Python's own server, as text."""
    code = f"""
import http.server, sqlite3
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *a): pass
    def do_GET(self):
        n = int(self.path.rsplit("/", 1)[1])
        db = sqlite3.connect({DATABASE_SMALL!r})
        rows = [db.execute(f"SELECT * FROM {{t}} WHERE person = ? AND ended IS NULL", (n,)).fetchall() for t in ("particulars", "address", "spell", "contact")]
        body = repr(rows).encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H)
print(s.server_address[1], flush=True)
s.serve_forever()
"""
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    port = int(child.stdout.readline())
    took = loaded(port, lambda n: f"/people/{n * 37 % 20000 + 100}", "", 100, lasting)
    child.terminate()
    return took


def centile(sorted_all, share):
    return sorted_all[min(len(sorted_all) - 1, int(len(sorted_all) * share))]


try:
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {people} people, roll of {rows}, return of a town of {returned}\n")
    print(f"{'what':<46}{'wall':>11} {'peak':>11} {'baseline':>11}  {'goal':<16}")
    small = os.path.join(folder, "small")
    DATABASE_SMALL = os.path.join(small, "waymark.db")
    ran = Ran("demo", "--home", small)
    site = Site(small)
    first, page = site.first_page()
    whole = ran.wall + first
    say("demo town of 24,000, made and first page", seconds(whole), ran.memory, "15 s", note=f"first page {first:.2f} s after the start", ok=whole <= 15)
    site.sign_in(page)
    took = loaded(site.port, lambda n: f"/people/{n * 37 % 20000 + 100}", site.cookie, 100, 10)
    site.stop()
    plain = plain_server()
    late = centile(took, .95)
    say("person page at 100 a second, p95", f"{late:.1f} ms", None, "25 ms", late / centile(plain, .95), f"p50 {centile(took, .5):.1f} ms, {len(took)} pages", ok=late <= 25)

    ran = Ran("demo", "--home", home, "--people", people)
    say(f"a town of {people}", seconds(ran.wall), ran.memory)
    write_roll()
    plain, _ = timed(plain_month)
    ran = Ran("measure", "neet-not-known", "--month", "2025-01", "--by", "ward", "--home", home, "--format", "json")
    say("one month by ward, cold command", seconds(ran.wall), ran.memory, "200 ms", ran.wall / plain, f"{ran.cpu:.2f} s of processor", ok=ran.wall <= .2)
    site = Site(home)
    _, page = site.first_page()
    site.sign_in(page)
    asked = "/figures?measure=neet-not-known&month=2025-01&by=ward"
    loading, (status, _) = timed(lambda: site.ask("GET", asked))
    again = sorted(timed(lambda: site.ask("GET", asked))[0] for _ in range(9))
    kept = centile(again, .5)
    say("one month by ward, page of the running server", f"{kept * 1000:.0f} ms", None, "200 ms", kept / plain, f"answer {status}; the first page loads everybody in {loading:.2f} s", ok=status == 200 and kept <= .2)
    site.stop()
    shutil.copytree(home, os.path.join(folder, "dry"))
    plain, _ = timed(plain_roll)
    ran = Ran("import", "roll", ROLL, "--from", "Brompton Academy", "--home", os.path.join(folder, "dry"), "--dry-run")
    say(f"roll of {rows} rows, dry run", seconds(ran.wall), ran.memory, "", ran.wall / plain, ran.apart)
    ran = Ran("import", "roll", ROLL, "--from", "Brompton Academy", "--home", home)
    say(f"roll of {rows} rows, applied", seconds(ran.wall), ran.memory, "20 s", ran.wall / plain, ran.apart, ok=ran.wall <= 20)
    say("  its memory, both processes", "", ran.memory, "300 MB", note=ran.said, ok=ran.memory <= 300)

    third = os.path.join(folder, "third")
    Ran("demo", "--home", third, "--people", returned)
    plain, _ = timed(lambda: plain_return(os.path.join(third, "waymark.db")))
    out = os.path.join(folder, "return.xml")
    ran = Ran("return", "write", "--period-end", "2025-01-31", "--out", out, "--home", third)
    with open(out) as file:
        records = file.read().count("<YoungPersonsRecord>")
    # Fewer records than the issue names prove nothing.
    say(f"return of {records} records written", seconds(ran.wall), ran.memory, "40,000 in 2 s", ran.wall / plain, f"{ran.cpu:.2f} s of processor", ok=ran.wall <= 2 if records >= 40_000 else None)
    ran = Ran("return", "check", out, "--format", "json")
    say(f"return of {records} records checked", seconds(ran.wall), ran.memory, "", ran.wall / plain)
finally:
    shutil.rmtree(folder, ignore_errors=True)
