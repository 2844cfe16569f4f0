"""`weir deidentify` on a large table: processor time of each step, peak memory, and how near the
steps that read and write come to bare reading and writing.

    cargo build --release -p weir -p xtask
    python3 bench/deidentify/scale.py target/release/weir target/release/xtask --rows 1193504
    python3 bench/deidentify/scale.py target/release/weir target/release/xtask --rows 100000000 \
        --memory 1536MiB --threads 2 --runs 1

The table is `xtask survey`: nine quasi-identifiers, hierarchies whose levels give a lattice of
25,920 nodes, nearly all rows different; the same seed gives the same bytes. It is made in a folder
that is removed afterwards. Asked are 5-anonymity with the least Loss and 5 % of the rows
suppressed at most.

Beside it, in the same round, the physical limits: the source is read once and its bytes are
dropped; a file of the released bytes is written and made durable. Before either reads the source
it is dropped from the page cache (`--warm` leaves it there). weir's `read` and `count` together are
held against the bare reading, `write` against the bare writing. Both are wall-clock times; on a
shared machine the ratios of one round say more than the seconds. The released bytes have to be the
same for every number of threads.
"""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from processes import measured

PIECE = 1 << 20


def forget(path):
    """Drops a file from the page cache."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def bare_read(path):
    began, cpu = time.monotonic(), time.process_time()
    piece = bytearray(PIECE)
    with open(path, "rb", buffering=0) as file:
        while file.readinto(piece):
            pass
    return {"wall": time.monotonic() - began, "cpu": time.process_time() - cpu}


def bare_write(source, path):
    """Writes the bytes of a file and makes them durable; reading them is not counted."""
    wall, cpu = 0.0, 0.0
    with open(source, "rb", buffering=0) as bytes_of, open(path, "wb", buffering=0) as out:
        while piece := bytes_of.read(PIECE):
            began, began_cpu = time.monotonic(), time.process_time()
            out.write(piece)
            wall, cpu = wall + time.monotonic() - began, cpu + time.process_time() - began_cpu
        began, began_cpu = time.monotonic(), time.process_time()
        os.fsync(out.fileno())
        wall, cpu = wall + time.monotonic() - began, cpu + time.process_time() - began_cpu
    path.unlink()
    return {"wall": wall, "cpu": cpu}


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def one_round(arguments, folder, threads):
    source, out = folder / "survey.csv", folder / "released.csv"
    out.unlink(missing_ok=True)
    prepare = (lambda: None) if arguments.warm else (lambda: forget(source))
    prepare()
    reading = bare_read(source)
    prepare()
    command = [arguments.weir, "deidentify", source, "--all-quasi", "--hierarchies", folder]
    command += ["--k", "5", "--suppress-at-most", "0.05", "--no-links", "--keep-order"]
    command += ["--memory", arguments.memory, "--threads", str(threads), "--out", out]
    with open(folder / "result.json", "wb") as result:
        whole = measured([*command, "--json", "--quiet"], result)
    result = json.loads((folder / "result.json").read_text())
    writing = bare_write(out, folder / "bare.csv")
    stages = {s["name"]: {"wall": s["seconds"], "cpu": s["cpu_seconds"]} for s in result["stages"]}
    search = stages["search"]["cpu"]
    return {
        "threads": threads,
        "rows": result["plan"]["rows"],
        "source_mb": source.stat().st_size / 1e6,
        "released_mb": out.stat().st_size / 1e6,
        "digest": digest(out),
        "whole": whole,
        "outside_search_cpu": whole["cpu"] - search,
        "stages": stages,
        "score": result["search"]["score"],
        "optimal": result["search"]["optimal"],
        "suppressed": result["search"]["rows_suppressed"],
        "lattice": result["search"]["lattice"],
        "measured": result["search"]["measured"],
        "bare_read": reading,
        "bare_write": writing,
        "read_and_count_over_read": (stages["read"]["wall"] + stages["count"]["wall"])
        / reading["wall"],
        "write_over_write": stages["write"]["wall"] / writing["wall"],
    }


def shown(rounds):
    """The median of each figure over the rounds of one number of threads."""
    middle = lambda of: statistics.median(of(one) for one in rounds)
    first = rounds[0]
    proved = "proved" if first["optimal"] else "not proved"
    lines = [
        f"threads {first['threads']}, {len(rounds)} rounds: "
        f"wall {middle(lambda r: r['whole']['wall']):.2f} s, "
        f"cpu {middle(lambda r: r['whole']['cpu']):.2f} s, "
        f"of it outside the search {middle(lambda r: r['outside_search_cpu']):.2f} s, "
        f"peak {max(r['whole']['mib'] for r in rounds) * 1.048576:.0f} MB",
        f"  score {first['score']:.12f} ({proved}), {first['suppressed']:,} rows suppressed, "
        f"{first['measured']:,} of {first['lattice']:,} nodes measured",
    ]
    for name in first["stages"]:
        wall = middle(lambda r: r["stages"][name]["wall"])
        cpu = middle(lambda r: r["stages"][name]["cpu"])
        lines.append(f"  {name:10} wall {wall:8.3f} s   cpu {cpu:8.3f} s")
    for name, of in [("bare_read", "source_mb"), ("bare_write", "released_mb")]:
        wall = middle(lambda r: r[name]["wall"])
        lines.append(f"  {name:10} wall {wall:8.3f} s   {first[of] / wall:8.0f} MB/s")
    counted = middle(lambda r: r["read_and_count_over_read"])
    written = middle(lambda r: r["write_over_write"])
    lines.append(f"  read and count take {counted:.2f} times the bare reading")
    lines.append(f"  write takes {written:.2f} times the bare writing")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weir", type=pathlib.Path)
    parser.add_argument("xtask", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=1_193_504)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--memory", default="1GiB")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--warm", action="store_true", help="leave the source in the page cache")
    parser.add_argument("--work", type=pathlib.Path, help="where the folder for the table is made")
    parser.add_argument("--json", type=pathlib.Path, help="where all figures are written")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-scale-", dir=arguments.work))
    try:
        make = [arguments.xtask, "survey", "--rows", str(arguments.rows)]
        make += ["--seed", str(arguments.seed), "--out", folder]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        rounds = []
        for _ in range(arguments.runs):
            rounds += [one_round(arguments, folder, threads) for threads in arguments.threads]
    finally:
        shutil.rmtree(folder)
    if arguments.json:
        arguments.json.write_text(json.dumps(rounds, indent=1) + "\n")
    print(f"{rounds[0]['rows']:,} rows, {rounds[0]['source_mb']:.0f} MB of CSV")
    for threads in arguments.threads:
        print(shown([one for one in rounds if one["threads"] == threads]))
    if len({one["digest"] for one in rounds}) > 1:
        sys.exit("the released bytes differ from run to run")
    print("the released bytes are the same in all runs")


if __name__ == "__main__":
    main()
