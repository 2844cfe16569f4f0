"""Times `weir release` against what DuckDB and Polars take to copy the same CSV to Parquet.

    pip install duckdb polars numpy
    cargo build --release
    python3 bench/release_vs_copy.py target/release/weir --rows 10000000 --runs 5

The programs run in turn, round by round, so that a change of the machine's speed meets all of
them; each round begins with another program, so that none always runs while the output of the same
other one is still being written to the disk. The table is read once before, which puts what fits of
it in the page cache. The ratios are of times in one round. Every program is a process of its own,
timed and measured by the operating system's account of it; the time of the peers includes starting
Python. Writes results.md and results.json, beside this script unless --results names a folder.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys

from processes import measured

BENCH = pathlib.Path(__file__).parent
WORK = BENCH / "made"

COPIES = {
    "DuckDB": "import duckdb; duckdb.sql('SET enable_progress_bar = false'); "
    "duckdb.sql(\"COPY (SELECT * FROM read_csv('{source}')) TO '{out}' (FORMAT parquet)\")",
    "Polars": "import polars; polars.scan_csv('{source}').sink_parquet('{out}')",
}


def release(weir, source, memory):
    request = (BENCH.parent / "examples/claims/request.toml").read_text()
    (WORK / "request.toml").write_text(request.replace("randhie.csv", str(source.resolve())))
    for name in ["package", "home"]:
        shutil.rmtree(WORK / name, ignore_errors=True)
    command = [weir, "release", WORK / "request.toml", "--out", WORK / "package"]
    command += ["--home", WORK / "home", "--memory", memory, "--json", "--quiet"]
    with open(WORK / "result.json", "wb") as out:
        figures = measured(command, out)
    result = json.loads((WORK / "result.json").read_text())
    figures["stages"] = {stage["name"]: stage["seconds"] for stage in result["stages"]}
    figures["smallest_class"] = result["risk"]["smallest_class"]
    figures["people"] = result["plan"]["people"]
    figures["bytes"] = sum(f.stat().st_size for f in (WORK / "package/data").iterdir())
    return figures


def copy(name, source):
    out = WORK / "copy.parquet"
    out.unlink(missing_ok=True)
    code = COPIES[name].format(source=source.resolve(), out=out.resolve())
    figures = measured([sys.executable, "-c", code], subprocess.DEVNULL)
    figures["bytes"] = out.stat().st_size
    return figures


def warm(source):
    with open(source, "rb") as file:
        while file.read(1 << 24):
            pass


def versions(weir):
    told = subprocess.run([weir, "--version"], capture_output=True, text=True, check=True)
    peers = {name: importlib.metadata.version(name.lower()) for name in COPIES}
    return {"weir": told.stdout.split()[-1], **peers}


def spread(values, digits=1):
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def markdown(runs, versions, source, rows, memory):
    of = lambda name, key: [run[name][key] for run in runs]
    lines = [
        f"{rows:,} rows, {source.stat().st_size / 1e9:.1f} GB of CSV, {len(runs)} rounds, "
        f"`--memory {memory}`; {os.cpu_count()} processors, {platform.system()} "
        f"{platform.machine()}. Median (least to greatest).",
        "",
        "| program | wall s | CPU s | peak MiB | output MB | weir takes times as long |",
        "|---|---|---|---|---|---|",
    ]
    for name in ["weir", *COPIES]:
        ratio = [run["weir"]["wall"] / run[name]["wall"] for run in runs]
        shown = "" if name == "weir" else spread(ratio, 2)
        lines.append(
            f"| {name} {versions[name]} | {spread(of(name, 'wall'))} | {spread(of(name, 'cpu'))} | "
            f"{spread(of(name, 'mib'), 0)} | {of(name, 'bytes')[-1] / 1e6:.0f} | {shown} |"
        )
    lines += ["", "| step of weir | wall s |", "|---|---|"]
    for stage in runs[0]["weir"]["stages"]:
        lines.append(f"| {stage} | {spread([run['weir']['stages'][stage] for run in runs], 2)} |")
    last = runs[-1]["weir"]
    lines += ["", f"{last['people']:,} people; smallest class {last['smallest_class']} people."]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weir", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--memory", default="1GiB")
    parser.add_argument("--results", type=pathlib.Path, default=BENCH)
    arguments = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    source = WORK / f"claims-{arguments.rows}.csv"
    if not source.exists():
        make = [sys.executable, BENCH / "make_claims.py", source, "--rows", str(arguments.rows)]
        subprocess.run(make, check=True)
    used = versions(arguments.weir)
    warm(source)
    runs = []
    for number in range(arguments.runs):
        names = ["weir", *COPIES]
        first = number % len(names)
        run = {}
        for name in names[first:] + names[:first]:
            if name == "weir":
                run[name] = release(arguments.weir, source, arguments.memory)
            else:
                run[name] = copy(name, source)
        runs.append(run)
    text = markdown(runs, used, source, arguments.rows, arguments.memory)
    arguments.results.mkdir(parents=True, exist_ok=True)
    (arguments.results / "results.md").write_text(text)
    figures = {"rows": arguments.rows, "versions": used, "rounds": runs}
    (arguments.results / "results.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(text)


if __name__ == "__main__":
    main()
