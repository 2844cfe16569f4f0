#!/usr/bin/env python3
"""A look at a sample of a large Parquet file: time, peak memory, stated error, real difference.

    cargo build --release && cargo build --package xtask
    python3 bench/detect/sample.py target/release/weir target/debug/xtask [--bytes 2GB] [--runs 3]

Files are made by `xtask big-parquet` and removed again. Each is looked at in a sample several
times, after one run that fills the page cache. `--full` also scans the first of them in full and
compares every share that both report (cells without a value, cells that fit a type) with the
stated error of the column, which should cover 95 of 100 of them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from processes import measured

SHAPES = {
    "snappy, groups of 1,048,576 rows": [],
    "zstd, groups of 1,048,576 rows": ["--compression", "zstd"],
    "one row group": ["--group-rows", "1000000000"],
    "about 10,000 row groups": ["--group-rows", "1750"],
    "no dictionaries, not compressed": ["--dictionary", "no", "--compression", "none"],
}


def run(command):
    """Its standard output and what it took."""
    with tempfile.TemporaryFile() as out:
        took = measured(command, out)
        out.seek(0)
        return out.read(), took


def shares(table):
    """Every share that is reported of a column, and the stated error of the column."""
    rows = table["sample"]["rows"] if table["sample"] else table["rows"]
    for column in table["columns"]:
        yield (column["column"], "empty"), column["nulls"] / rows, column["error"]
        for match in column["matches"]:
            yield (column["column"], match["semantic"]), match["share"], column["error"]


def compare(sampled, full):
    real = {key: share for key, share, _ in shares(full)}
    seen = {key: (share, error) for key, share, error in shares(sampled)}
    within, worst = 0, (0.0, None)
    for key in real.keys() | seen.keys():
        share, error = seen.get(key, (0.0, None))
        error = sampled["sample"]["error"] if error is None else error
        apart = abs(share - real.get(key, 0.0))
        within += apart <= error + 1e-12
        worst = max(worst, (apart, f"{key[0]} {key[1]}"))
    n = len(real.keys() | seen.keys())
    print(f"  against the full scan: {within} of {n} shares within the stated error; "
          f"furthest apart {worst[0]:.2%} ({worst[1]})")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weir")
    parser.add_argument("xtask")
    parser.add_argument("--bytes", default="2GB")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", help="where the files are made; a temporary one if left out")
    parser.add_argument("--only", default="", help="shapes whose name holds this")
    parser.add_argument("--full", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        path = str(Path(folder) / "big.parquet")
        full = args.full
        for name, shape in SHAPES.items():
            if args.only not in name:
                continue
            making = [args.xtask, "big-parquet", "--bytes", args.bytes, *shape, "--out", path]
            subprocess.run(making, check=True, stderr=subprocess.DEVNULL)
            size = Path(path).stat().st_size
            runs = [run([args.weir, "inspect", "--sample", "--json", path])
                    for _ in range(args.runs + 1)][1:]
            table = json.loads(runs[0][0])["tables"][0]
            sample = table["sample"]
            print(f"{name}: {size / 1e9:.2f} GB, {table['rows']:,} rows, "
                  f"{len(table['columns'])} columns")
            print(f"  least of {args.runs}: {min(took['wall'] for _, took in runs):.2f} s, "
                  f"{min(took['cpu'] for _, took in runs):.2f} s of CPU, "
                  f"{max(took['mib'] for _, took in runs):.0f} MiB")
            print(f"  {sample['rows']:,} rows in {sample['blocks']} blocks; stated error "
                  f"±{sample['error']:.2%}, unseen at most {sample['unseen']:.2%} of the blocks")
            if full:
                text, took = run([args.weir, "inspect", "--full", "--json", path])
                print(f"  full scan: {took['wall']:.1f} s, {took['cpu']:.1f} s of CPU, "
                      f"{took['mib']:.0f} MiB")
                compare(table, json.loads(text)["tables"][0])
                full = False
            os.remove(path)


if __name__ == "__main__":
    main()
