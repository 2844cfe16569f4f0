"""Makes a claims table of any length from examples/claims/randhie.csv.

    python3 bench/make_claims.py bench/made/claims.csv --rows 10000000

People are drawn again and again under new ids; age and income get noise per person, amounts get
noise per row, and the columns that are functions of others (linc, child, fchild, lnmeddol) are
computed anew, so that the distinct records, which decide about memory and time, are nearly as many
as the people. What is not changed (site, family size, time insured, schooling) comes back in every
copy, so more people are alike than in life: how fine the columns of such a release stay says nothing
about a real table of that size. Deterministic for a seed. Needs polars and numpy from PyPI.
"""

import argparse
import pathlib

import numpy as np
import polars as pl

AMOUNTS = ["outpdol", "drugdol", "suppdol", "mentdol", "inpdol", "meddol"]


def copies(source: pl.DataFrame, rows: int, seed: int):
    """Copies of the table, each of other people, until there are enough rows."""
    rng = np.random.default_rng(seed)
    people, person = np.unique(source["zper"].to_numpy(), return_inverse=True)
    female = source["female"].to_numpy()
    copy = 0
    while rows > 0:
        age = np.clip(source["xage"].to_numpy() + rng.normal(0, 3, len(people))[person], 0, None)
        income = source["income"].to_numpy() * np.exp(rng.normal(0, 0.2, len(people)))[person]
        noise = np.exp(rng.normal(0, 0.1, len(source)))
        age, income = np.round(age, 5), np.round(income, 2)
        child = (age < 18).astype(int)
        columns = {
            "zper": people[person] + copy * 1_000_000,
            "income": income,
            "linc": np.round(np.log1p(income), 6),
            "xage": age,
            "child": child,
            "fchild": child * female,
            **{c: np.round(source[c].to_numpy() * noise, 6) for c in AMOUNTS},
        }
        made = source.with_columns([pl.Series(name, values) for name, values in columns.items()])
        made = made.with_columns(
            pl.when(pl.col("meddol") > 0).then(pl.col("meddol").log().round(6)).alias("lnmeddol")
        )
        yield made.head(rows)
        rows -= len(made)
        copy += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    claims = pathlib.Path(__file__).parent.parent / "examples/claims/randhie.csv"
    source = pl.read_csv(claims, infer_schema_length=None)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    with open(arguments.out, "wb") as out:
        for number, made in enumerate(copies(source, arguments.rows, arguments.seed)):
            made.write_csv(out, include_header=number == 0)


if __name__ == "__main__":
    main()
