"""What sqlite3 and fzf take for the same rows: a figure a line, times in milliseconds.

    beside.py ROWS.TSV WORD...

sqlite3: one table, unique indexes on email and User ID, a write-ahead log, synced at every
commit; a search is LIKE over the columns that the program searches, sorted by name, with the
exact total. fzf: `fzf --filter WORD` over the file.
"""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time

CHUNK = 100
COLUMNS = ["name", "email", "user_id", "phone", "company", "role"]
SORTS = ["name", "email", "user_id", "company", "status", "last_login"]
# Searches at a million rows take long: one round is enough.
LONGEST = 60.0


def tell(name, times):
    times = sorted(times)
    if times:
        for percent in (50, 99):
            at = -(-(len(times) - 1) * percent // 100)
            print(f"{name}.p{percent} {times[at] * 1e3}")


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def keys(words):
    """Every text that stands in the filter while the words are typed and taken back."""
    for word in words:
        yield from (word[:length] for length in range(1, len(word) + 1))
        yield from (word[:length] for length in range(len(word) - 1, 0, -1))


def sqlite(rows, words):
    path = rows + ".sqlite"
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name, email UNIQUE, user_id UNIQUE,"
        " phone, company, role, status, last_login INTEGER)"
    )
    with open(rows, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    insert = f"INSERT INTO users VALUES (NULL{',?' * 8})"
    start = time.perf_counter()
    for first in range(0, len(lines), CHUNK):
        base.execute("BEGIN")
        base.executemany(insert, lines[first : first + CHUNK])
        base.execute("COMMIT")
    print(f"sql.import.rate {len(lines) / (time.perf_counter() - start)}")
    count = len(lines)
    del lines
    base.close()

    def listed():
        fresh = sqlite3.connect(path)
        fresh.execute("SELECT count(*) FROM users").fetchall()
        fresh.execute("SELECT * FROM users ORDER BY name, id LIMIT 50").fetchall()
        fresh.close()

    listed()
    print(f"sql.listed {timed(listed) * 1e3}")
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA synchronous=FULL")
    like = " OR ".join(f"{column} LIKE ?" for column in COLUMNS)

    def search(text):
        found = [f"%{text}%"] * len(COLUMNS)
        base.execute(f"SELECT count(*) FROM users WHERE {like}", found).fetchall()
        base.execute(
            f"SELECT * FROM users WHERE {like} ORDER BY name, id LIMIT 50", found
        ).fetchall()

    times, begun = [], time.perf_counter()
    for text in keys(words):
        times.append(timed(lambda: search(text)))
        if time.perf_counter() - begun > LONGEST:
            break
    tell("sql.search", times)
    times, begun = [], time.perf_counter()
    for column in SORTS:
        for skip in (0, count // 2, max(count - 50, 0)):
            query = f"SELECT * FROM users ORDER BY {column}, id LIMIT 50 OFFSET {skip}"
            times.append(timed(lambda: base.execute(query).fetchall()))
            if time.perf_counter() - begun > LONGEST:
                break
    tell("sql.page", times)

    def create(n):
        row = ("Nova", f"nova{n}@new.example", f"nova.{n}.P", "", "", "", "Pending", 0)
        base.execute("BEGIN")
        base.execute(insert, row)
        base.execute("COMMIT")

    tell("sql.create", [timed(lambda: create(n)) for n in range(500)])
    print(f"sql.rss {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3}")
    print(f"sql.disk {os.path.getsize(path) / 1e6}")
    base.close()


def fzf(rows, words):
    def search(text):
        with open(rows, "rb") as file:
            command = ["fzf", "--exact", "--filter", text]
            subprocess.run(command, stdin=file, stdout=subprocess.DEVNULL, check=False)

    times, begun = [], time.perf_counter()
    for text in keys(words):
        times.append(timed(lambda: search(text)))
        if time.perf_counter() - begun > LONGEST:
            break
    tell("fzf", times)


sqlite(sys.argv[1], sys.argv[2:])
if shutil.which("fzf"):
    fzf(sys.argv[1], sys.argv[2:])
