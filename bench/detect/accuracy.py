#!/usr/bin/env python3
"""Precision and recall of `weir inspect` per type, at column level.

    pip install -r bench/detect/requirements.txt
    python3 bench/detect/accuracy.py target/release/weir [--seed 1] [--all]

A column of a type is found when the semantic of its finding is the type's key. A column that is
found as a type and is another, or a decoy, counts against the precision of the type it was found
as. Exit status 1 where a bar is missed: 0.99 for types with check digits, 0.95 for others.
"""

import argparse
import collections
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import tables

STRUCTURAL = {"unrecognised", "unique-code", "free-text", "constant", "row-number", "record-id"}


def inspect(weir, path):
    run = subprocess.run([weir, "inspect", "--json", path], capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    found = json.loads(run.stdout)
    columns = found["columns"] if "columns" in found else found["tables"][0]["columns"]
    return {c["column"]: c["semantic"] for c in columns}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weir")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="show every miss")
    args = parser.parse_args()
    tables.seed(args.seed)
    wanted, right, given = (collections.Counter() for _ in range(3))
    misses = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, rows, columns in tables.tables():
            path = str(Path(folder) / "table.csv")
            with open(path, "w", newline="") as file:
                out = csv.writer(file)
                out.writerow([c[0] for c in columns])
                out.writerows(zip(*[c[3] for c in columns]))
            found = inspect(args.weir, path)
            for name, label, leave, _, *decoy in columns:
                semantic = found[name]
                allowed = (label or leave).split("|")
                key = label.split("|")[0] if label else None
                if label:
                    wanted[key] += 1
                    right[key] += semantic in allowed
                if semantic in allowed and label:
                    given[key] += 1
                elif semantic not in STRUCTURAL and semantic not in allowed:
                    given[semantic] += 1
                if semantic not in allowed and (label or semantic not in STRUCTURAL):
                    misses.append((kind, name, label or decoy[0], semantic))
    checked = {label.split("|")[0].strip() for label, spec in tables.TYPES.items() if spec[1]}
    failed = False
    print(f"{'type':34}{'columns':>8}{'recall':>9}{'precision':>11}")
    for key in sorted(set(wanted) | set(given)):
        recall = right[key] / wanted[key] if wanted[key] else float("nan")
        precision = right[key] / given[key] if given[key] else float("nan")
        bar = 0.99 if key in checked else 0.95
        low = wanted[key] and (recall < bar or precision < bar)
        failed |= bool(low)
        print(f"{key:34}{wanted[key]:8}{recall:9.3f}{precision:11.3f}{'  below ' + str(bar) if low else ''}")
    total, hit, named = sum(wanted.values()), sum(right.values()), sum(given.values())
    print(f"{'all':34}{total:8}{hit / total:9.3f}{hit / named:11.3f}")
    for miss in misses if args.all else misses[:40]:
        print("  {}: `{}`, which is {}, was taken for {}".format(*miss))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
