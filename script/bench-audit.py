"""The load and the rows of script/bench-audit: pages asked over kept connections, and an audit made long."""
import base64, hashlib, http.client, random, re, sqlite3, struct, sys, threading, time
from urllib.parse import urlencode, urlsplit

PAGES_LEAST = 500


def sign_in(address, email, password):
    """A session's cookie."""
    link = http.client.HTTPConnection(address)
    link.request("GET", "/sign-in")
    answer = link.getresponse()
    page, cookie = answer.read().decode(), answer.getheader("Set-Cookie").split(";")[0]
    token = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
    body = urlencode({"csrf": token, "email": email, "password": password})
    head = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    link.request("POST", "/sign-in", body, head)
    answer = link.getresponse()
    answer.read()
    assert answer.status == 303, answer.status
    return answer.getheader("Set-Cookie").split(";")[0]


def ask(address, cookie, ids, until, rate, out):
    """Asks for one person's page after another on one connection; `rate` pages a second or as fast as it goes."""
    import socket
    host, port = address.split(":")
    link = socket.create_connection((host, int(port)))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    chance, due = random.Random(id(out)), time.perf_counter()
    while time.perf_counter() < until:
        if rate:
            due += chance.expovariate(rate)
            wait = due - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
        else:
            due = time.perf_counter()
        path = f"/people/{chance.choice(ids)}"
        link.sendall(f"GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n".encode())
        got = b""
        while b"\r\n\r\n" not in got:
            got += link.recv(65536)
        head, body = got.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 200"), head[:80]
        left = int(re.search(rb"content-length: (\d+)", head, re.I).group(1)) - len(body)
        while left > 0:
            left -= len(link.recv(min(left, 65536)))
        # From when the page was due: a server that falls behind is not forgiven.
        out.append(time.perf_counter() - due)


def cpu(process):
    """Seconds of processor that a process has used: on a machine that others use too, what a page costs says
    more than how many came through."""
    import os
    fields = open(f"/proc/{process}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pages(origin, database, demo, seconds, process):
    text = open(demo).read()
    email = re.search(r"(\S+@\S+)\s+data-manager", text).group(1)
    password = re.search(r"password of all of them is (.+)", text).group(1).strip()
    address = urlsplit(origin).netloc
    cookie = sign_in(address, email, password)
    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    ids = [row[0] for row in db.execute("SELECT id FROM young_person ORDER BY id LIMIT 20000")]
    count = "SELECT COUNT(*) FROM audit WHERE act = 'opened'"
    print("pages of people, each with its audit row on disk before it is answered (SQLite, synchronous=FULL)")
    best = 0
    for connections, rate in ((1, 0), (16, 0), (64, 0), (64, 500)):
        before, used = db.execute(count).fetchone()[0], cpu(process)
        began = time.perf_counter()
        outs = [[] for _ in range(connections)]
        args = (address, cookie, ids, began + float(seconds), rate / connections)
        threads = [threading.Thread(target=ask, args=(*args, out)) for out in outs]
        [one.start() for one in threads]
        [one.join() for one in threads]
        wall = time.perf_counter() - began
        times = sorted(t for out in outs for t in out)
        remembered = db.execute(count).fetchone()[0] - before
        assert remembered == len(times), (remembered, len(times))
        cost = (cpu(process) - used) * 1000 / len(times)
        best = max(best, len(times) / wall)
        at = lambda share: times[min(len(times) - 1, int(len(times) * share))] * 1000
        asked = f"{rate} asked a second" if rate else "as fast as it goes"
        print(f"  {connections:3} connections, {asked:20} {len(times) / wall:7.0f} pages/s  p50 {at(.5):6.1f} ms  p95 {at(.95):6.1f} ms  p99 {at(.99):6.1f} ms  {cost:5.2f} ms of processor a page, enough for {1000 / cost:.0f} a second on each core")
    if best < PAGES_LEAST:
        sys.exit(f"too slow: {best:.0f} pages a second, {PAGES_LEAST} at least")


def grow(database, rows):
    """Appends rows to the chain as the program would: two accounts hold much of it, 2,000 the rest."""
    db = sqlite3.connect(database)
    db.execute("PRAGMA synchronous=OFF")
    db.execute("PRAGMA cache_size=-400000")
    # Indexes are built once at the end: kept row by row they cost more than the rows.
    indexes = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'audit' AND sql IS NOT NULL").fetchall()
    for name, _ in indexes:
        db.execute(f"DROP INDEX {name}")
    people = db.execute("SELECT COUNT(*) FROM young_person").fetchone()[0]
    seq, last = db.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    before, chance = base64.b64decode(last + "="), random.Random(7)
    start, step = 1704067200, 3 * 365 * 86400 / rows
    text = lambda words: struct.pack(">Q", len(words)) + words.encode()
    tail = text("opened") + text("casework") + text("whole record")
    began, pack, sha = time.time(), struct.Struct(">qBqBq").pack, hashlib.sha256

    def made():
        nonlocal before, seq
        for n in range(rows):
            seq += 1
            draw = chance.random()
            account = 1 if draw < 0.05 else 2 if draw < 0.052 else 3 + int(chance.random() * 2000)
            person = 1 + int(chance.random() * people)
            if n % 50 == 0:
                at = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(start + n * step))
                when = text(at)
            before = sha(b"waymark audit row 1" + before + pack(seq, 1, account, 1, person) + when + tail).digest()
            yield seq, at, account, "opened", person, "casework", "whole record", base64.b64encode(before).decode()[:43]

    db.executemany("INSERT INTO audit (seq, at, account, act, person, purpose, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", made())
    for _, sql in indexes:
        db.execute(sql)
    db.execute("UPDATE counter SET next = ? WHERE name = 'audit'", (seq + 1,))
    db.commit()
    db.close()
    import os
    print(f"an audit of {seq:,} rows made in {time.time() - began:.0f} s, {os.path.getsize(database) / 1e9:.1f} GB")


if __name__ == "__main__":
    what, rest = sys.argv[1], sys.argv[2:]
    pages(*rest) if what == "pages" else grow(rest[0], int(rest[1]))
