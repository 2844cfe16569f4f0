"""The optimum, and how much processor time it takes: weir beside ARX, question by question.

    cargo build --release -p weir-search --example deidentify
    python3 bench/deidentify/search.py target/release/examples/deidentify DATA

DATA holds `arx-expected.json` and its tables. Where `WEIR_ARX` holds the class path of ARX 3.9.2
without its GUI, both answer in one run, in turn; else the times that ARX took when the answers were
recorded are taken. Processor time is that of the warm search in one thread, in the process, without
reading the table.

With delta-presence the two count classes of different tables: ARX those of the population, weir those
that somebody of the data is in. Both are then counted here, from the tables and the hierarchies alone.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import shlex
import subprocess
import sys

from arx import Arx

# Words of a recorded case, and of a question; see Arx.java.
MODELS = {
    "l": "lr:4:3@{s}",
    "t": "th:0.2@{s}",
    "te": "te:0.2@{s}",
    "d": "d:0.05:0.15",
}


class Weir:
    """The search of weir, asked line by line."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program, "search"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, question):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def question(data, case, sensitive):
    """A recorded case as a question; none where it is not about the optimum."""
    dataset, words = case["dataset"], case["case"].split("+")
    if {"pm", "local", "localx", "risk"} & set(words) or any(w[:2] in ("a:", "g0") for w in words):
        return None
    folder = data / dataset
    asked = [f"data={folder}/{dataset}.csv", f"hier={folder}/{dataset}_hierarchy_"]
    models, metric, limit = [], "loss", 0.0
    for word in words[1:]:
        if word.startswith("m:"):
            metric = {"m:ent": "entropy-monotonic", "m:loss": "loss"}[word]
        elif word[0] == "s":
            limit = int(word[1:]) / 100
        elif word[0] == "k":
            models.append(f"k:{word[1:]}")
        elif word[:2] in ("ld", "le") and word[2:].isdigit():
            models.append(f"{word[:2]}:{word[2:]}@{sensitive}")
        else:
            models.append(MODELS[word].format(s=sensitive))
    if "d" in words:
        asked.append(f"subset={folder}/{dataset}_subset.csv")
    qis = "all" if words[0] == "all" else f"all-{sensitive}"
    asked += [f"models={','.join(models)}", f"metric={metric}", f"limit={limit}", f"qis={qis}"]
    return " ".join(shlex.quote(word) for word in asked)


def same(ours, score, suppressed, classes):
    close = abs(ours["score"] - score) <= 1e-9 * max(1.0, abs(score))
    return close and ours["suppressed"] == suppressed and ours["classes"] == classes


def counted(data, case, sensitive, levels):
    """Classes of the population and of the data at some levels, for a case with a population."""
    dataset = case["dataset"]
    folder = data / dataset

    def rows(name):
        with open(folder / f"{dataset}{name}.csv", newline="", encoding="utf-8") as file:
            return list(csv.reader(file, delimiter=";"))

    head, *population = rows("")
    quasi = [name for name in head if name != sensitive]
    labels = []
    for name, level in zip(quasi, levels, strict=True):
        groups = {row[0]: row[level] for row in rows(f"_hierarchy_{name}")}
        labels.append((head.index(name), groups))

    def classes(table):
        return len({tuple(groups[row[at]] for at, groups in labels) for row in table})

    return classes(population), classes(rows("_subset")[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=9, help="of weir, one more to warm up")
    parser.add_argument("--arx-runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", help="cases with this in their name")
    arguments = parser.parse_args()
    expected = json.loads((arguments.data / "arx-expected.json").read_text())
    arx = Arx() if os.environ.get("WEIR_ARX") else None
    weir = Weir(arguments.program.resolve())
    print(f"{'case':32}{'score':>18}{'nodes':>7}{'ARX ms':>10}{'weir ms':>9}{'ratio':>8}")
    ratios, wrong = [], 0
    for case in expected["cases"]:
        ask = question(arguments.data.resolve(), case, expected["sensitive"][case["dataset"]])
        name = f"{case['dataset']} {case['case']}"
        if ask is None or (arguments.only and arguments.only not in name):
            continue
        score, suppressed, classes = case["score"], case["suppressed_records"], case["classes"]
        theirs = case["warm_cpu_median_ms"]
        if arx:
            (answer,) = arx.ask([f"{ask} quality=0 runs={arguments.arx_runs}"])
            score, suppressed = answer["score"], answer["suppressed_records"]
            classes, theirs = answer["classes"], answer["warm_cpu_median_ms"]
        ours = weir.ask(f"{ask} runs={arguments.runs + 1} threads={arguments.threads}")
        time = ours["time"]["warm_cpu_median_ms"]
        ratios.append((theirs / time, name))
        if ours["solution"] and "d" in case["case"].split("+"):
            sensitive = expected["sensitive"][case["dataset"]]
            of_population, of_data = counted(arguments.data, case, sensitive, ours["levels"])
            # Held against what each of the two says; then both speak of the same classes.
            if of_population == classes and of_data == ours["classes"]:
                classes = of_data
        right = ours["solution"] and same(ours, score, suppressed, classes)
        wrong += not right
        note = "" if right else f"  ARX: {score}, {suppressed} suppressed, {classes} classes"
        print(
            f"{name:32}{ours.get('score', math.nan):18.10f}{ours.get('measured', 0):7}{theirs:10.1f}"
            f"{time:9.3f}{theirs / time:8.1f}{note}",
            flush=True,
        )
    mean = math.exp(sum(math.log(ratio) for ratio, _ in ratios) / len(ratios))
    least, name = min(ratios)
    print(f"\n{'live' if arx else 'recorded'} ARX, {len(ratios)} cases: geometric mean {mean:.1f},", end=" ")
    print(f"least {least:.1f} ({name}); {wrong} with another optimum")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
