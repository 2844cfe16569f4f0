"""Asks ARX about made tables, and about public ones, and keeps its answers as test vectors.

    cargo build --release -p weir-search --example deidentify
    WEIR_ARX='arx/classes:arx/lib/*' python3 bench/deidentify/vectors.py target/release/examples/deidentify

`WEIR_ARX` is the class path of ARX 3.9.2 without its GUI. Writes one file per table, or family of
tables, to crates/weir-search/tests/vectors/arx. Which questions are put to which table is drawn
from a seed, so that the same run gives the same files, but for what ARX answers.
"""

import argparse
import hashlib
import json
import pathlib
import random
import subprocess
import tempfile

from arx import Arx

ROOT = pathlib.Path(__file__).parents[2]
VECTORS = ROOT / "crates/weir-search/tests/vectors/arx"

# Made tables, by shape; see tests/it/made.rs.
SHAPES = [
    "balanced", "deep", "equal", "flat", "lacking", "scattered", "skewed", "split", "tiny",
    "unbalanced", "wide",
]

# Public tables: sensitive columns, families of models that take ARX too long.
PUBLIC = {
    "adult": (["occupation", "education", "salary-class", "marital-status"], ["pu"]),
    "ss13acs": (["Education", "Marital status", "Age"], []),
}

MODELS = {
    "k": ["k:2", "k:3", "k:5", "k:10", "k:25"],
    "ld": ["ld:2@{s}", "ld:3@{s}", "ld:5@{s}"],
    "le": ["le:1.5@{s}", "le:2@{s}", "le:3@{s}"],
    "lr": ["lr:4:3@{s}", "lr:2:2@{s}", "lr:0.8:2@{s}"],
    "te": ["te:0.2@{s}", "te:0.4@{s}"],
    "th": ["th:0.15@{s}", "th:0.3@{s}"],
    "to": ["to:0.1@{s}", "to:0.25@{s}"],
    "bb": ["bb:1@{s}", "bb:3@{s}"],
    "be": ["be:1@{s}", "be:3@{s}"],
    "dd": ["dd:1@{s}", "dd:2@{s}"],
    "d": ["d:0:0.5", "d:0.1:0.6", "d:0.2:0.5"],
    "kmap": ["kmap:3", "kmap:10"],
    "avg": ["avg:0.02", "avg:0.1", "avg:0.3"],
    "pu": ["pu:0.05:PITMAN:0.1", "pu:0.02:ZAYATZ:0.1", "pu:0.02:SNB:0.5", "pu:0.02:DANKAR:0.2"],
    "profit": [
        "profit:prosecutor", "profit:prosecutor-no-attack", "profit:journalist",
        "profit:journalist-no-attack",
    ],
}
METRICS = [
    "metric=loss:0.2", "metric=loss:0.8", "metric=loss function=ARITHMETIC_MEAN", "metric=entropy",
    "metric=entropy-monotonic", "metric=discernibility", "metric=aecs", "metric=precision",
    "metric=ambiguity",
]
LIMITS = ["0", "0.01", "0.05", "0.1", "0.3", "1"]
COSTS = ["1200,300,300,4", "10,40,30,6", "100,80,50,2"]


def needs_subset(model):
    return model.startswith(("d:", "profit:journalist")) or model in MODELS["kmap"]


def question(draw, sensitive, quasi, first, known):
    """One question: models that begin with one of the family `first`, a metric, a limit."""
    families = [first]
    if draw.random() < 0.6:
        families.append(draw.choice([f for f in known if f != first]))
    if draw.random() < 0.15 and "k" not in families:
        families.append("k")
    models = [draw.choice(MODELS[f]).format(s=draw.choice(sensitive)) for f in families]
    words = [f"models={','.join(models)}"]
    words.append("metric=loss" if draw.random() < 0.45 else draw.choice(METRICS))
    words.append(f"limit={draw.choice(LIMITS)}")
    if any(m.startswith("profit") for m in models):
        words.append(f"cost={draw.choice(COSTS)}")
    if any(map(needs_subset, models)):
        words.append("subset=third")
    if words[1].startswith("metric=loss") and draw.random() < 0.1:
        words.append("weights=" + ",".join(f"{q}:{draw.choice([0.25, 0.5, 1])}" for q in quasi))
    named = {m.split("@")[1] for m in models if "@" in m}
    left_out = [s for s in sensitive if s not in named]
    words.append("qis=all" + "".join(f"{'-' if n == 0 else ','}{s}" for n, s in enumerate(left_out)))
    return " ".join(f"'{word}'" if " " in word else word for word in words)


def case(ask, answer):
    """What is kept of an answer."""
    kept = {"ask": ask}
    if not answer["solution"]:
        return kept | {"solution": False}
    kept |= {
        "score": answer["score"],
        "levels": list(answer["levels"].values()),
        "suppressed": answer["suppressed_records"],
        "classes": answer["classes"],
    }
    if "subset" in answer:
        kept["subset"] = {k: answer["subset"][k] for k in ["suppressed_records", "classes"]}
    return kept


def kept(asks, answers):
    """The cases that ARX does not refuse; it does so where there are fewer rows than k."""
    return [case(ask, answer) for ask, answer in zip(asks, answers) if "error" not in answer]


def write(path, provenance, tables):
    """One case a line, so that a difference can be read."""
    lines = ["{", f' "provenance": {json.dumps(provenance)},', ' "tables": [']
    for n, table in enumerate(tables):
        cases = table["cases"]
        head = json.dumps({key: value for key, value in table.items() if key != "cases"})[1:-1]
        lines.append(f"  {{{head}, \"cases\": [")
        lines += [f"   {json.dumps(c)}{',' if m + 1 < len(cases) else ''}" for m, c in enumerate(cases)]
        lines.append("  ]}" + ("," if n + 1 < len(tables) else ""))
    lines += [" ]", "}"]
    path.write_text("\n".join(lines) + "\n")


def made(arx, program, shape, seeds, questions):
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{shape}-{seed}" for seed in seeds]
        subprocess.run([program, "made", folder, *names], check=True)
        for name in names:
            table = pathlib.Path(folder, name)
            text = (table / "table.csv").read_bytes()
            quasi = text.decode().split("\n", 1)[0].split(";")[:-2]
            draw = random.Random(name)
            asks = [
                question(draw, ["s", "t"], quasi, f, list(MODELS))
                for f in MODELS
                for _ in range(questions)
            ]
            asks = list(dict.fromkeys(asks))
            where = f"data={table}/table.csv hier={table}/hierarchy_ quality=0 "
            rows = f"subsetrows={table}/subset.txt"
            answers = arx.ask([where + ask.replace("subset=third", rows) for ask in asks])
            files = sorted(table.iterdir())
            digest = hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()
            tables.append({"table": name, "sha256": digest, "cases": kept(asks, answers)})
    return tables


def public(arx, name, data, sensitive, leave_out, questions):
    """Questions to a table that is not in this repository; `third` is every third row."""
    table = data / name / f"{name}.csv"
    lines = table.read_text().splitlines()
    columns = lines[0].split(";")
    draw = random.Random(name)
    families = [f for f in MODELS if f not in leave_out]
    asks = []
    for family in families:
        for _ in range(questions):
            quasi = [c for c in columns if c not in sensitive]
            ask = question(draw, [draw.choice(sensitive)], quasi, family, families)
            asks.append(ask)
    asks = list(dict.fromkeys(asks))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as rows:
        rows.write("".join(f"{row}\n" for row in range(0, len(lines) - 1, 3)))
        rows.flush()
        where = f"data={table} hier={data}/{name}/{name}_hierarchy_ quality=0 "
        third = f"subsetrows={rows.name}"
        answers = arx.ask([where + ask.replace("subset=third", third) for ask in asks])
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    return {"table": name, "sha256": digest, "cases": kept(asks, answers)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--questions", type=int, default=2, help="per family of models")
    parser.add_argument("--shapes", nargs="*", default=SHAPES)
    parser.add_argument("--data", type=pathlib.Path, help="folder of public tables")
    arguments = parser.parse_args()
    arx = Arx()
    provenance = {"tool": "ARX 3.9.2 (git aacd487)", "java": arx.java, "by": "bench/deidentify/vectors.py"}
    VECTORS.mkdir(parents=True, exist_ok=True)
    for shape in arguments.shapes:
        seeds = range(1, arguments.seeds + 1)
        tables = made(arx, arguments.program.resolve(), shape, seeds, arguments.questions)
        write(VECTORS / f"{shape}.json", provenance, tables)
        tell(shape, tables)
    for name, (sensitive, leave_out) in PUBLIC.items():
        if arguments.data:
            table = public(arx, name, arguments.data, sensitive, leave_out, arguments.questions)
            write(VECTORS / f"{name}.json", provenance, [table])
            tell(name, [table])


def tell(name, tables):
    cases = [c for t in tables for c in t["cases"]]
    found = sum("score" in c for c in cases)
    print(f"{name}: {len(cases)} questions, {found} with a solution", flush=True)


if __name__ == "__main__":
    main()
