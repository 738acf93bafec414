"""Peers of the measure engine: cohort, NEET and not known (codes and lapsed) by ward and sex for 36 month
ends, counted by Polars and DuckDB from made columns that are also written for our own count.
usage: bench-measures-peers.py make|compare FOLDER PEOPLE
compare ends with 1 where answers differ, or where ours takes more than a third of Polars' time."""
import json, os, resource, sys, time

os.environ["POLARS_MAX_THREADS"] = str(os.cpu_count())
import numpy as np
import polars as pl

ACTIVITIES, SHARES = [210, 230, 310, 330, 619, 640, 810, 820, 530, 710], [.4, .2, .08, .12, .06, .02, .05, .02, .03, .02]
NEVER = [619, 640, 810, 820]
MONTHS = [int(30.4 * i) for i in range(1, 37)]


def made(people, each=10):
    chance = np.random.default_rng(7)
    ward = chance.integers(0, 24 if people <= 200_000 else 7_000, people).astype(np.int16)
    sex = chance.integers(0, 2, people).astype(np.int8)
    start = np.cumsum(chance.integers(20, 200, (people, each)), 1) - 200
    end = np.concatenate([start[:, 1:], np.full((people, 1), 4000)], 1)
    code = chance.choice(np.array(ACTIVITIES, np.int16), (people, each), p=SHARES)
    lapse = np.where(np.isin(code, NEVER), 30_000, start + chance.integers(60, 400, (people, each)))
    pid = np.repeat(np.arange(people, dtype=np.int32), each)
    spells = {"pid": pid, "code": code.ravel(), "s": start.ravel().astype(np.int16), "e": end.ravel().astype(np.int16), "lapse": lapse.ravel().astype(np.int16)}
    return spells, {"ward": ward, "sex": sex}


# The queries are those of the shared measures_peers.py: the month is a literal of the filter and is added after the
# grouping, and DuckDB filters spells before it joins people.
def polars(joined):
    def month(m):
        known_not = pl.col("code").is_in([810, 820]) | ((pl.col("lapse") < m) & (pl.col("code") != 710))
        counts = {"cohort": (pl.col("code") != 710).sum(), "neet": pl.col("code").is_in([619, 640]).sum(), "nk": known_not.sum()}
        held = joined.lazy().filter((pl.col("s") <= m) & (pl.col("e") > m))
        return held.group_by("ward", "sex").agg(**counts).with_columns(m=pl.lit(m))
    return pl.concat([month(m) for m in MONTHS]).collect()


def duckdb(connection):
    query = """select m, ward, sex, count(*) filter (code <> 710) cohort,
      count(*) filter (code in (619, 640)) neet,
      count(*) filter (code in (810, 820) or (lapse < m and code <> 710)) nk
      from (select {m}::smallint m) x, (select * from spells where s <= {m} and e > {m}) y join people using (pid)
      group by all"""
    return pl.concat([pl.from_arrow(connection.execute(query.format(m=m)).to_arrow_table()) for m in MONTHS])


def timed(name, count):
    used = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    best = (9e9, 9e9)
    for _ in range(3):
        cpu, wall = used(), time.time()
        answer = count()
        best = min(best, (time.time() - wall, used() - cpu))
    print(f"{name}: {best[0]:.3f} s wall, {best[1]:.2f} CPU s, {len(answer)} cells", flush=True)
    return best[0], answer


def main(what, folder, people):
    os.makedirs(folder, exist_ok=True)
    spells, who = made(people)
    if what == "make":
        for name, column in {**spells, **who}.items():
            column.tofile(f"{folder}/{name}.bin")
        return
    import duckdb as engine
    order = ["m", "ward", "sex", "cohort", "neet", "nk"]
    plain = lambda frame: frame.select([pl.col(c).cast(pl.Int64) for c in order]).sort(order[:3])
    ours = plain(pl.read_csv(f"{folder}/ours.csv").filter(pl.sum_horizontal("cohort", "neet", "nk") > 0))
    spells, frame = pl.DataFrame(spells), pl.DataFrame({"pid": np.arange(people, dtype=np.int32), **who})
    # The peers leave no empty cells out of their own accord; a cell of custody alone is one of theirs.
    same = lambda answer: plain(answer).filter(pl.sum_horizontal("cohort", "neet", "nk") > 0).equals(ours)
    joined = spells.join(frame, on="pid")
    seconds = float(open(f"{folder}/ours.txt").read().split()[1])
    failed = []

    def held(name, count, most=None):
        wall, answer = timed(name, count)
        equal, part = same(answer), seconds / wall
        print(f"  equal: {equal}; ours takes {part:.3f} of its time", flush=True)
        if not equal:
            failed.append(f"{name}: the answers differ")
        if most is not None and part > most:
            failed.append(f"{name}: ours takes {part:.3f} of its time, which may be {most:.3f} at most")

    held("Polars, joined before, month by month", lambda: polars(joined), most=1 / 3)
    connection = engine.connect()
    connection.execute(f"set threads={os.cpu_count()}")
    connection.register("a", spells.to_arrow()), connection.register("b", frame.to_arrow())
    connection.execute("create table spells as select * from a; create table people as select * from b")
    held("DuckDB, month by month", lambda: duckdb(connection))
    for line in failed:
        print(f"MISSED {line}", flush=True)
    sys.exit(1 if failed else 0)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
