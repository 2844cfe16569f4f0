"""Local recoding, weir against ARX: both released tables scored by one scorer, which is neither's.

    cargo build --release -p weir-search --example recode --example deidentify
    WEIR_ARX='arx/classes:arx/lib/*' python3 bench/deidentify/local.py target/release/examples DATA

`DATA` holds the public tables `adult` and `ss13acs`; made tables are written to a temporary folder.
For each table, set of models, suppression limit and information model ARX finds its optimum and
recodes it in both of its ways (`optimizeIterative` and `optimizeIterativeFast`); weir recodes with
the same information model asked for. What is compared is the figure of that information model on
the released cells, by the formulas of ARX's output statistics (package aggregates.quality), and the
figure of `loss` and `granularity` beside it. Ours has to be no greater than the better of ARX's two.

Answers of ARX are kept in `--cache`, so that a change of ours is compared without asking it again.
Exit status 1 where ours is worse anywhere, or where a model does not hold on what weir released.
"""

import argparse
import collections
import hashlib
import json
import math
import pathlib
import subprocess
import sys
import tempfile

from arx import Arx

MADE = ["balanced-1", "deep-2", "scattered-3", "unbalanced-4", "skewed-6", "lacking-7"]
METRICS = {
    "loss": "metric=loss:0.5",
    "granularity": "metric=loss:0.5 function=ARITHMETIC_MEAN",
    "loss05": "metric=loss:0.05",
    "entropy": "metric=entropy",
    "precision": "metric=precision",
    "discernibility": "metric=discernibility",
    "aecs": "metric=aecs",
    "ambiguity": "metric=ambiguity",
}
# For ours: the figure that a metric is compared by.
FIGURE = {"loss05": "loss"}
LOCALS = ["iter:0.05,100,0.05", "fast:0.01"]


def questions(table, quick):
    """Sets of models and limits for a table."""
    sensitive = {"adult": "occupation", "ss13acs": "Education"}.get(table, "s")
    plain = ["k:5", "k:2", "k:10", "k:25"]
    more = [f"k:5,ld:3@{sensitive}", f"k:5,te:0.3@{sensitive}", f"k:3,le:2@{sensitive}"]
    rare = ["avg:0.1", f"k:2,lr:4:3@{sensitive}", f"k:2,be:1@{sensitive}", f"k:2,dd:1@{sensitive}"]
    if quick or table in ("adult", "ss13acs"):
        cases = [("k:5", 1), ("k:5", 0.05), (more[0], 0.05), (more[1], 0.05), ("k:25", 0.05), ("k:2", 0)]
        return cases[:2] if quick else cases + [("avg:0.1", 0.05)]
    cases = [(models, limit) for models in plain + more for limit in (0, 0.05, 1)]
    return cases + [(models, limit) for models in rare for limit in (0.05, 1)]


class Table:
    """The original, its hierarchies, and the scorer of what is released of it."""

    def __init__(self, path, prefix):
        self.path, self.prefix = path, prefix
        self.names, self.rows = read(path)
        self.hierarchies = {}
        for name in self.names:
            lines = pathlib.Path(f"{prefix}{name}.csv").read_text().splitlines()
            cut = ";" if ";" in lines[0] else ","
            self.hierarchies[name] = [line.split(cut) for line in lines]

    def score(self, released, suppressed, models):
        """Every figure of a released table, and which models fail on it."""
        names, rows = read(released)
        assert len(rows) == len(self.rows), "rows are missing"
        models = [model.partition("@")[::2] for model in models.split(",")]
        sensitive = {column for _, column in models if column}
        quasi = [name for name in self.names if name not in sensitive]
        before = [self.names.index(name) for name in quasi]
        after = [names.index(name) for name in quasi]
        pairs = collections.Counter(
            (tuple(a[i] for i in before), tuple(b[i] for i in after)) for a, b in zip(self.rows, rows)
        )
        classes = collections.Counter()
        for (_, cells), n in pairs.items():
            classes[cells] += n
        hidden = tuple("*" for _ in quasi)
        assert classes[hidden] >= suppressed, "more suppressed than there are stars"
        classes[hidden] -= suppressed
        classes += collections.Counter()
        figures = self.cells(quasi, pairs, suppressed, hidden)
        n = len(rows)
        figures["discernibility"] = sum(c * c for c in classes.values()) + suppressed * n
        figures["aecs"] = n / (len(classes) + (suppressed > 0))
        figures["classes"], figures["suppressed"] = len(classes), suppressed
        figures["fails"] = self.fails(models, quasi, rows, names, classes)
        return figures

    def cells(self, quasi, pairs, suppressed, hidden):
        """Figures that are sums over cells."""
        n = sum(pairs.values())
        columns = [Column(self.hierarchies[name]) for name in quasi]
        shares = [0.0] * len(quasi)
        heights = [0.0] * len(quasi)
        ambiguity = 0.0
        levels = [collections.Counter() for _ in quasi]
        left = suppressed
        for (values, cells), count in pairs.items():
            gone = min(left, count) if cells == hidden else 0
            left -= gone
            product = 1.0
            for at, (column, value, cell) in enumerate(zip(columns, values, cells)):
                assert column.covers(value, cell), "a cell does not cover its value"
                share = column.share.get(cell, 1.0)
                shares[at] += (count - gone) * share + gone
                heights[at] += (count - gone) * column.height(cell) + gone
                product *= share * column.size
                levels[at][value, column.level(cell)] += count
            ambiguity += count * product
        losses = [
            (total / n - 1 / c.size) / (1 - 1 / c.size) if c.size > 1 else 0.0
            for total, c in zip(shares, columns)
        ]
        least = sum(1 / c.size for c in columns) / len(columns)
        mean = sum(shares) / n / len(columns)
        return {
            "loss": math.exp(sum(math.log1p(max(0.0, x)) for x in losses) / len(losses)) - 1,
            "granularity": (mean - least) / (1 - least),
            "mean-loss": sum(losses) / len(losses),
            "precision": sum(heights) / n / len(columns),
            "entropy": sum(c.entropy(l) for c, l in zip(columns, levels)),
            "plain-entropy": sum(c.plain_entropy(l) for c, l in zip(columns, levels)),
            "ambiguity": ambiguity / n,
        }

    def fails(self, models, quasi, rows, names, classes):
        """Models that do not hold on the kept classes."""
        after = [names.index(name) for name in quasi]
        failed = []
        for model, column in models:
            kind, *numbers = model.split(":")
            numbers = [float(x) for x in numbers]
            values = collections.defaultdict(collections.Counter)
            if kind == "avg":
                if len(classes) > numbers[0] * sum(classes.values()) + 1e-9:
                    failed.append(model)
                continue
            if column:
                at = names.index(column)
                for row in rows:
                    values[tuple(row[i] for i in after)][row[at]] += 1
                whole = collections.Counter(row[at] for row in rows)
            for cells, size in classes.items():
                if cells == tuple("*" for _ in quasi) and column:
                    continue  # Suppressed rows look like this too; their values are not told apart.
                counts = values[cells]
                if kind == "k":
                    holds = size >= numbers[0]
                elif kind == "ld":
                    holds = len(counts) >= numbers[0]
                elif kind == "le":
                    entropy = -sum(c / size * math.log(c / size) for c in counts.values())
                    holds = entropy >= math.log(numbers[0]) - 1e-9
                elif kind == "te":
                    gap = sum(abs(counts[v] / size - w / len(rows)) for v, w in whole.items()) / 2
                    holds = gap <= numbers[0] + 1e-9
                elif kind == "lr":
                    top, least = sorted(counts.values(), reverse=True), int(numbers[1])
                    holds = len(top) >= least and top[0] < numbers[0] * sum(top[least - 1:])
                elif kind == "be":
                    shares = {v: w / len(rows) for v, w in whole.items()}
                    gain = {v: counts[v] / size / share - 1 for v, share in shares.items()}
                    holds = all(g <= min(numbers[0], -math.log(shares[v])) + 1e-9 for v, g in gain.items())
                elif kind == "dd":
                    # As ARX does, of the values that the class has.
                    ratios = [c / size / (whole[v] / len(rows)) for v, c in counts.items()]
                    holds = all(abs(math.log2(ratio)) < numbers[0] for ratio in ratios)
                else:
                    raise ValueError(f"the scorer does not know {kind}")
                if not holds:
                    failed.append(model)
                    break
        return failed


class Column:
    """A hierarchy as ARX's output statistics read it: by labels, each at the first level it is of."""

    def __init__(self, rows):
        self.size, self.levels = len(rows), len(rows[0])
        self.rows = {row[0]: row for row in rows}
        self.first, self.share = {}, {}
        for level in range(self.levels):
            for label, n in collections.Counter(row[level] for row in rows).items():
                if label not in self.first:
                    self.first[label] = level
                    self.share[label] = n / self.size
        self.top = self.first.get("*", self.levels - 1)

    def covers(self, value, cell):
        return cell == "*" or cell in self.rows[value]

    def level(self, cell):
        return self.first.get(cell, self.top)

    def height(self, cell):
        return self.level(cell) / (self.levels - 1) if self.levels > 1 else float(cell == "*")

    def label(self, value, level):
        return self.rows[value][level] if level < self.levels else "*"

    def entropy(self, cells):
        """QualityModelColumnOrientedNonUniformEntropy: step by step over the levels in use, each
        by the frequencies among the rows that are generalised that far or further."""
        used = sorted({level for _, level in cells})
        bits, previous = 0.0, None
        for at, level in enumerate(used):
            own = {(v, l): n for (v, l), n in cells.items() if l >= level}
            below, here = collections.Counter(), collections.Counter()
            from_level = 0 if at == 0 else previous
            for (value, _), n in own.items():
                below[self.label(value, from_level)] += n
                here[self.label(value, level)] += n
            for (value, _), n in own.items():
                bits -= n * math.log2(below[self.label(value, from_level)] / here[self.label(value, level)])
            previous = level
        return bits

    def plain_entropy(self, cells):
        """Bits that each cell leaves open, by the frequencies of the whole table."""
        bits = 0.0
        for level in {level for _, level in cells}:
            here, values = collections.Counter(), collections.Counter()
            for (value, _), n in cells.items():
                here[self.label(value, level)] += n
                values[value] += n
            bits += sum(
                n * math.log2(here[self.label(value, level)] / values[value])
                for (value, l), n in cells.items() if l == level
            )
        return bits


def read(path):
    lines = pathlib.Path(path).read_text().splitlines()
    cut = ";" if ";" in lines[0] else ","
    return lines[0].split(cut), [line.split(cut) for line in lines[1:]]


class Peer:
    """ARX, asked once for each question and folder of answers."""

    def __init__(self, cache):
        self.cache, self.arx = cache, None

    def ask(self, question):
        key = hashlib.sha256(question.encode()).hexdigest()[:24]
        told, released = self.cache / f"{key}.json", self.cache / f"{key}.csv"
        if not told.exists():
            self.arx = self.arx or Arx()
            [answer] = self.arx.ask([f"{question} output='{released}'"])
            told.write_text(json.dumps(answer))
        return json.loads(told.read_text()), released


def compare(table, name, peer, ours, models, limit, metric, folder):
    base = f"data='{table.path}' hier='{table.prefix}' models='{models}' limit={limit} {METRICS[metric]}"
    figure = FIGURE.get(metric, metric)
    theirs = []
    for local in LOCALS:
        answer, released = peer.ask(f"{base} local={local}")
        if not answer.get("solution"):
            continue
        scored = table.score(released, answer["suppressed_records"], models)
        if not scored["fails"] and scored["suppressed"] <= limit * len(table.rows):
            cpu = answer["cold_cpu_ms"] + answer.get("local_cpu_ms", 0)
            theirs.append((scored[figure], scored, cpu, local))
    if metric == "loss05":
        base = base.replace("loss:0.05", "loss:0.5")
    out = folder / "ours.csv"
    ours.stdin.write(f"{base} output='{out}'\n")
    ours.stdin.flush()
    answer = json.loads(ours.stdout.readline())
    result = {"table": name, "models": models, "limit": limit, "metric": metric}
    if "error" in answer:
        result["verdict"] = "ok" if not theirs else "NONE"
        result["error"] = answer["error"]
        return result
    mine = table.score(out, answer["suppressed_records"], models)
    if figure == "granularity":
        figure = "mean-loss"
        theirs = [(scored[figure], scored, cpu, local) for _, scored, cpu, local in theirs]
    result.update(ours=mine[figure], granularity=1 - mine["granularity"], suppressed=mine["suppressed"],
                  classes=mine["classes"], cpu_ms=answer["search_cpu_ms"] + answer["local_cpu_ms"],
                  own_score=answer["score"])
    verdict = "ok"
    if theirs:
        best = min(theirs, key=lambda one: one[0])
        result.update(arx=best[0], arx_granularity=1 - best[1]["granularity"], arx_suppressed=best[1]["suppressed"],
                      arx_classes=best[1]["classes"], arx_cpu_ms=best[2], arx_local=best[3])
        if mine[figure] > best[0] * (1 + 1e-9) + 1e-12:
            verdict = "WORSE"
    if mine["fails"] or mine["suppressed"] > limit * len(table.rows) + 1e-9:
        verdict = "BROKEN"
    result["verdict"] = verdict
    return result


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("examples", type=pathlib.Path, help="folder of the examples `recode` and `deidentify`")
    args.add_argument("data", type=pathlib.Path, help="folder of the public tables")
    args.add_argument("--cache", type=pathlib.Path, help="folder that keeps the answers of ARX")
    args.add_argument("--only", nargs="*", help="tables")
    args.add_argument("--metrics", nargs="*", help="information models")
    args.add_argument("--models", nargs="*", help="sets of privacy models, as in `questions`")
    args.add_argument("--quick", action="store_true", help="two questions a table and information model")
    args = args.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-local-"))
    cache = args.cache or folder
    cache.mkdir(parents=True, exist_ok=True)
    peer = Peer(cache)
    subprocess.run([args.examples / "deidentify", "made", cache, *MADE], check=True)
    ours = subprocess.Popen([args.examples / "recode"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    worst = 0
    for name in args.only or [*MADE, "ss13acs", "adult"]:
        path, prefix = cache / name / "table.csv", cache / name / "hierarchy_"
        if not path.exists():
            path, prefix = args.data / name / f"{name}.csv", args.data / name / f"{name}_hierarchy_"
        table = Table(path, prefix)
        for models, limit in questions(name, args.quick):
            if args.models and models not in args.models:
                continue
            for metric in args.metrics or METRICS:
                result = compare(table, name, peer, ours, models, limit, metric, folder)
                worst += result["verdict"] != "ok"
                print(json.dumps(result), flush=True)
    sys.exit(worst > 0)


if __name__ == "__main__":
    main()
