#!/usr/bin/env python3
"""Speed of a full scan beside Presidio's pattern recognisers and a plain read of the CSV.

    pip install -r bench/detect/requirements.txt
    python3 bench/detect/speed.py target/release/weir [--rows 200000] [--runs 3]

One table, one run, one core, in turns: `weir inspect --threads 1` reads the file, looks at every
cell, and reads it once more for what the columns tell together; pyarrow reads it into Arrow on one
thread; Presidio's recognisers, called one by one without a language model, look at the cells of a
sample of rows, and their time is scaled to all rows. With `--scan target/release/examples/scan`
(`cargo build --release -p weir-detect --example scan`) the full scan is timed by itself as well.

Seconds are those of a processor, user and system, because wall time says little on a machine that
others use. weir and the scan are whole processes. pyarrow is given twice, in a process of its own:
its first read, which gets its memory from the system as that of any program does that reads one
file, and the least of later reads of the same file, which find the memory of the first. The table
has 20,000 different rows, which follow each other again and again; `--different` makes all of them
different, which takes Faker a while.
"""

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from presidio_analyzer import predefined_recognizers
from presidio_analyzer.pattern_recognizer import PatternRecognizer

import tables

COLUMNS = ["cn-resident-id", "cn-mobile", "cn-bank-card", "email", "person-name", "address",
           "cn-social-credit-code", "ip", "event-date ", "division", "sex", "age", "diagnosis"]
DECOYS = ["order number", "amount", "unix milliseconds", "product", "status", "score", "measure"]


ARROW = """
import resource, sys
import pyarrow.csv
options = pyarrow.csv.ReadOptions(use_threads=False)
for _ in range(4):
    before = resource.getrusage(resource.RUSAGE_SELF)
    pyarrow.csv.read_csv(sys.argv[1], read_options=options)
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
"""


def make(path, rows, different):
    tables.seed(7)
    different = rows if different else min(rows, 20_000)
    made = [tables.column(tables.TYPES[c][0], different) for c in COLUMNS]
    made += [tables.column(tables.DECOYS[d][0], different) for d in DECOYS]
    lines = list(zip(*made))
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow([f"c{at}" for at in range(len(made))])
        for start in range(0, rows, len(lines)):
            out.writerows(lines[: rows - start])
    return lines


def recognisers():
    found = []
    for name in dir(predefined_recognizers):
        kind = getattr(predefined_recognizers, name)
        if isinstance(kind, type) and issubclass(kind, PatternRecognizer):
            try:
                found.append(kind())
            except TypeError:
                continue
    return found


def cpu(command):
    """Processor seconds of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def arrow(path):
    """Processor seconds of pyarrow's first read in a process, and the least of later ones."""
    run = subprocess.run([sys.executable, "-c", ARROW, path], check=True, capture_output=True, text=True)
    first, *later = map(float, run.stdout.split())
    return first, min(later)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weir")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--presidio-rows", type=int, default=200)
    parser.add_argument("--arguments", default="inspect --json --threads 1")
    parser.add_argument("--different", action="store_true", help="no row of the table twice")
    parser.add_argument("--scan", help="the example `scan` of weir-detect")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "table.csv")
        lines = make(path, args.rows, args.different)
        size = Path(path).stat().st_size
        peers = recognisers()
        started = time.process_time()
        for line in lines[: args.presidio_rows]:
            for cell in line:
                for peer in peers:
                    peer.analyze(cell, peer.supported_entities, None)
        presidio = (time.process_time() - started) * args.rows / min(args.presidio_rows, len(lines))
        least = dict.fromkeys(["weir", "scan", "first", "later"], float("inf"))
        for _ in range(args.runs):
            times = {"weir": cpu([args.weir, *args.arguments.split(), path])}
            if args.scan:
                times["scan"] = cpu([args.scan, path, "1"])
            times["first"], times["later"] = arrow(path)
            least = {name: min(value, times.get(name, value)) for name, value in least.items()}
    print(f"{args.rows} rows, {len(COLUMNS) + len(DECOYS)} columns, {size / 1e6:.0f} MB; "
          f"processor seconds, least of {args.runs} runs")
    for name, label in [("weir", "weir inspect"), ("scan", "the full scan in it"),
                        ("first", "CSV to Arrow, first read"), ("later", "CSV to Arrow, later reads")]:
        if least[name] < float("inf"):
            print(f"{label:30} {least[name]:10.2f} s {size / least[name] / 1e6:8.0f} MB/s")
    print(f"Presidio, {len(peers)} recognisers     {presidio:10.0f} s, scaled from {args.presidio_rows} rows")
    for name, label in [("weir", "weir inspect"), ("scan", "the full scan")]:
        if least[name] < float("inf"):
            print(f"{label} has {least['first'] / least[name]:.2f} of the speed of the first read, "
                  f"{least['later'] / least[name]:.2f} of that of later reads and "
                  f"{presidio / least[name]:,.0f} times that of Presidio")


if __name__ == "__main__":
    main()
