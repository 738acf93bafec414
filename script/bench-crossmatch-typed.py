"""A record typed in a form, checked against the register of a running server: the whole POST, as a browser sends it.

Everybody typed is somebody of the list that was matched, misspelt, moved or without a number, so that the answer is a
page with whoever they may be, and nobody new is made.
usage: bench-crossmatch-typed.py NAME LIST TIMES WAYMARK SERVE-ARGUMENTS...
"""

import csv
import http.client
import random
import re
import socket
import subprocess
import sys
import time
import urllib.parse

name, listed, times, waymark, *serve = sys.argv[1:]
GOAL = 50.0  # milliseconds
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
server = subprocess.Popen([waymark, "serve", *serve, "--listen", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
cookie = ""


def ask(method, path, form=None):
    global cookie, link
    body = urllib.parse.urlencode(form) if form else None
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    link.request(method, path, body, {"Cookie": cookie, **kind})
    answer = link.getresponse()
    text = answer.read().decode()
    cookie = (answer.getheader("Set-Cookie") or cookie).split(";")[0]
    return answer.status, text


def token(page):
    return re.search('name="csrf" value="([^"]+)"', page).group(1)


def typed(row):
    year, month, day = row["DOB"].split("-")
    return {
        "given_name": row["Forename"],
        "family_name": row["Surname"],
        "born-day": day,
        "born-month": month,
        "born-year": year,
        "sex": row["Sex"],
        "postcode": row["Postcode"],
        "upn": row["UPN"],
        "uln": "",
        "reason": "told by the school",
    }


try:
    while True:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            _, page = ask("GET", "/sign-in")
            break
        except OSError:
            time.sleep(0.05)
    sign_in = {"csrf": token(page), "email": "data.manager@medway.example", "password": "waymark-demonstration"}
    assert ask("POST", "/sign-in", sign_in)[0] == 303
    csrf = token(ask("GET", "/people/new")[1])
    with open(listed, newline="") as file:
        # A surname that begins with Q is of nobody on the register.
        rows = [row for row in csv.DictReader(file) if not row["Surname"].startswith("Q")]
    took, shown = [], 0
    # The first question of all waits until the register is in memory; the server reads it when it starts.
    for row in random.Random(5).sample(rows, int(times) + 1):
        began = time.monotonic()
        status, page = ask("POST", "/people/new", {"csrf": csrf, **typed(row)})
        took.append((time.monotonic() - began) * 1000)
        assert status in (200, 303), status
        shown += status == 200 and "may be the same person" in page
    first, rest = took[0], sorted(took[1:])
    at = lambda share: rest[min(len(rest) - 1, int(len(rest) * share))]
    held = "held" if at(0.95) <= GOAL else "NOT HELD"
    print(f"{name:<44}{at(.5):8.1f} ms at p50, {at(.95):.1f} ms at p95 (goal {GOAL:.0f} ms: {held}); {shown} of {len(took)} shown somebody, the first in {first:.0f} ms", flush=True)
    sys.exit(held != "held")
finally:
    server.terminate()
    server.wait()
