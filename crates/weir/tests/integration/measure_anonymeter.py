"""What Anonymeter measures: measure_anonymeter.py ORIGINAL RELEASED CONTROL KNOWN SECRET, names by comma.

Anonymeter is made for synthetic tables, in which a cell is a value. So a released cell that stands for
several values becomes the first of them in the original: of a range of numbers the least, of `*` any.
Prints one JSON object of risks with their 95 % intervals.
"""

import json
import re
import sys

import numpy
import pandas
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator

paths, known, secret = sys.argv[1:4], sys.argv[4].split(","), sys.argv[5]
tables = [pandas.read_csv(path, keep_default_na=False, dtype=str)[[*known, secret]] for path in paths]
original, released, control = tables
numpy.random.seed(1)
number = re.compile(r"-?\d+(\.\d+)?")
for column in known:
    numeric = original[column].str.fullmatch(number.pattern).all()
    common = original[column].mode()[0]

    def value(cell):
        if not numeric:
            return common if cell == "*" else cell
        found = number.search(cell)
        return float(found.group() if found else common)

    for table in tables:
        table[column] = table[column].map(value)

ATTACKS = 800


def risk(evaluator, **more):
    found = evaluator.evaluate(**more).risk(confidence_level=0.95)
    return {"value": found.value, "low": found.ci[0], "high": found.ci[1]}


halves = (known[::2], known[1::2])
both = {"ori": original, "syn": released, "control": control}
print(json.dumps({
    "inference": risk(InferenceEvaluator(**both, aux_cols=known, secret=secret, n_attacks=ATTACKS), n_jobs=1),
    "linkage": risk(LinkabilityEvaluator(**both, aux_cols=halves, n_attacks=ATTACKS), n_jobs=1),
    "singling_out": risk(SinglingOutEvaluator(**both, n_attacks=ATTACKS, n_cols=len(known), seed=1)),
}))
