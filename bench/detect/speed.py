#!/usr/bin/env python3
"""Speed of a full scan beside Presidio's pattern recognisers and a plain read of the CSV.

    pip install -r bench/detect/requirements.txt
    python3 bench/detect/speed.py target/release/weir [--rows 200000] [--runs 3]

One table, one run, one core: `weir inspect --threads 1` reads the file, looks at every cell, and
reads it once more for what the columns tell together; pyarrow reads it into Arrow on one thread;
Presidio's recognisers, called one by one without a language model, look at the cells of a sample
of rows, and their time is scaled to all rows. With `--scan target/release/examples/scan` (`cargo
build --release -p weir-detect --example scan`) the full scan is timed by itself as well.
"""

import argparse
import csv
import subprocess
import tempfile
import time
from pathlib import Path

import pyarrow.csv
from presidio_analyzer import predefined_recognizers
from presidio_analyzer.pattern_recognizer import PatternRecognizer

import tables

COLUMNS = ["cn-resident-id", "cn-mobile", "cn-bank-card", "email", "person-name", "address",
           "cn-social-credit-code", "ip", "event-date ", "division", "sex", "age", "diagnosis"]
DECOYS = ["order number", "amount", "unix milliseconds", "product", "status", "score", "measure"]


def make(path, rows):
    tables.seed(7)
    made = [tables.column(tables.TYPES[c][0], min(rows, 20_000)) for c in COLUMNS]
    made += [tables.column(tables.DECOYS[d][0], min(rows, 20_000)) for d in DECOYS]
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weir")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--presidio-rows", type=int, default=200)
    parser.add_argument("--arguments", default="inspect --json --threads 1")
    parser.add_argument("--scan", help="the example `scan` of weir-detect")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "table.csv")
        lines = make(path, args.rows)
        size = Path(path).stat().st_size
        peers = recognisers()
        started = time.perf_counter()
        for line in lines[: args.presidio_rows]:
            for cell in line:
                for peer in peers:
                    peer.analyze(cell, peer.supported_entities, None)
        presidio = (time.perf_counter() - started) * args.rows / min(args.presidio_rows, len(lines))
        best = {"weir": float("inf"), "scan": float("inf"), "arrow": float("inf")}
        for _ in range(args.runs):
            started = time.perf_counter()
            subprocess.run([args.weir, *args.arguments.split(), path], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            best["weir"] = min(best["weir"], time.perf_counter() - started)
            if args.scan:
                run = subprocess.run([args.scan, path, "1"], check=True, capture_output=True, text=True)
                best["scan"] = min(best["scan"], float(run.stdout.split()[0]))
            started = time.perf_counter()
            options = pyarrow.csv.ReadOptions(use_threads=False)
            pyarrow.csv.read_csv(path, read_options=options)
            best["arrow"] = min(best["arrow"], time.perf_counter() - started)
    print(f"{args.rows} rows, {len(COLUMNS) + len(DECOYS)} columns, {size / 1e6:.0f} MB; least of {args.runs} runs")
    print(f"weir inspect                   {best['weir']:10.2f} s {size / best['weir'] / 1e6:8.0f} MB/s")
    if args.scan:
        print(f"the full scan in it            {best['scan']:10.2f} s {size / best['scan'] / 1e6:8.0f} MB/s")
    print(f"CSV to Arrow (pyarrow)         {best['arrow']:10.2f} s {size / best['arrow'] / 1e6:8.0f} MB/s")
    print(f"Presidio, {len(peers)} recognisers     {presidio:10.0f} s, scaled from {args.presidio_rows} rows")
    print(f"weir has {best['arrow'] / best['weir']:.2f} of the speed of the read and "
          f"{presidio / best['weir']:,.0f} times that of Presidio")
    if args.scan:
        print(f"the full scan has {best['arrow'] / best['scan']:.2f} of the speed of the read")


if __name__ == "__main__":
    main()
