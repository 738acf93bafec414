"""Ten copies of the labelled lists of 100,000, each of other people: a million by a million with a truth.

Every copy moves birth days, the last letters of postcodes and digits of UPNs, the same for everybody of it, and
keeps what is wrong between two records as it was: a day and month swapped stay swapped, a slip stays one slip,
a false check letter stays false. Names and schools stay, so that a rare name comes ten times: harder than a
million drawn anew would be.
usage: bench-linkage-million.py FOLDER_OF_THE_LISTS OUT [COPIES]
"""

import csv
import datetime
import os
import sys

lists, out = sys.argv[1:3]
copies = int(sys.argv[3]) if len(sys.argv) > 3 else 10
CHECK = "ABCDEFGHJKLMNPQRTUVWXYZ"
UNIT = "ABDEFGHJLNPQRSTUWXYZ"
FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2025, 12, 31)
DAYS = (LAST - FIRST).days + 1


def rows(name):
    with open(os.path.join(lists, name), newline="") as file:
        return list(csv.DictReader(file))


def check_letter(digits):
    return CHECK[sum(int(d) * weight for d, weight in zip(digits, range(2, 14))) % 23]


def upn(text, copy):
    if len(text) != 13 or not text[1:].isdigit():
        return text
    digits = list(text[1:])
    for at in (6, 8, 9):
        digits[at] = str((int(digits[at]) + copy) % 10)
    digits = "".join(digits)
    sound = check_letter(digits)
    if text[0] == check_letter(text[1:]):
        return sound + digits
    return (text[0] if text[0] != sound else CHECK[(CHECK.index(sound) + 1) % 23]) + digits


def postcode(text, copy):
    if len(text) < 5:
        return text
    letters = list(text)
    for at, step in ((-1, 1), (-2, 3)):
        place = UNIT.find(letters[at].upper())
        if place >= 0:
            moved = UNIT[(place + step * copy) % len(UNIT)]
            letters[at] = moved if letters[at].isupper() else moved.lower()
    return "".join(letters)


def day(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def born(text, copy):
    known = day(text)
    if known is None or not FIRST <= known <= LAST:
        return text
    if text.endswith("-01-01"):  # written where only the year is known
        return f"{2000 + (known.year - 2000 + 3 * copy) % 26}-01-01"
    return (FIRST + datetime.timedelta(days=((known - FIRST).days + copy * 977) % DAYS)).isoformat()


def born_as_said(said, true, copy):
    """A partner's date, as wrong beside the moved true one as it was beside the true one."""
    if not said or not true:
        return born(said, copy)
    moved = born(true, copy)
    year, month, of_month = moved.split("-")
    if said == true:
        return moved
    if said == "{0}-{2}-{1}".format(*true.split("-")):
        return f"{year}-{of_month}-{month}" if int(of_month) <= 12 else moved
    if said.endswith("-01-01"):
        return f"{year}-01-01"
    slipped = (new if was == now or not new.isdigit() else str((int(new) + 1) % 10) for was, now, new in zip(said, true, moved))
    text = "".join(slipped)
    return text if day(text) else moved[:8] + ("10" if moved[8:] != "10" else "11")


register, partners, truth = rows("a.csv"), rows("b.csv"), rows("truth.csv")
by_id = {row["id"]: row for row in register}
mate = {}
for pair in truth:
    mate.setdefault(pair["id_b"], by_id[pair["id_a"]])
os.makedirs(out, exist_ok=True)
columns = list(register[0])


def copied(row, copy, dob):
    changed = {"id": f"{row['id']}k{copy}", "dob": dob, "postcode": postcode(row["postcode"], copy), "upn": upn(row["upn"], copy)}
    return {**row, **changed}


with open(f"{out}/a.csv", "w", newline="") as a, open(f"{out}/b.csv", "w", newline="") as b, open(f"{out}/truth.csv", "w", newline="") as t:
    a, b, t = csv.DictWriter(a, columns), csv.DictWriter(b, columns), csv.writer(t)
    a.writeheader(), b.writeheader(), t.writerow(["id_a", "id_b"])
    for copy in range(copies):
        a.writerows(copied(row, copy, born(row["dob"], copy)) for row in register)
        b.writerows(copied(row, copy, born_as_said(row["dob"], mate.get(row["id"], {}).get("dob"), copy)) for row in partners)
        t.writerows([f"{pair['id_a']}k{copy}", f"{pair['id_b']}k{copy}"] for pair in truth)
