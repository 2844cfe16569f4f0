"""Writes naive_bayes.json: accuracies of scikit-learn's CategoricalNB, and of its LogisticRegression
(with the penalty that it has by default), each row held out in turn.

    pip install scikit-learn
    python naive_bayes.py > naive_bayes.json

The tables are made up, one of three classes and one of two. Released: age in tens, region as `*`,
education as it is; classes of fewer than 8 rows are left out.
"""

import json
import random
from collections import Counter

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import CategoricalNB
from sklearn.preprocessing import OneHotEncoder

FEATURES = 3


def made():
    """Rows without their class, with what decides it."""
    draw = random.Random(20261125)
    for _ in range(300):
        age = draw.randint(20, 59)
        education = draw.choices(["school", "college", "bachelor", "doctor"], [4, 3, 2, 1])[0]
        region = draw.choice(["north", "south", "east", "west", "centre"])
        rich = (age - 20) / 40 + {"school": 0, "college": 0.2, "bachelor": 0.5, "doctor": 0.9}[education]
        rich += 0.3 * (region == "centre") + draw.gauss(0, 0.35)
        yield (str(age), education, region), rich


def label(row):
    tens = int(row[0]) // 10 * 10
    return (f"[{tens},{tens + 10})", row[1], "*", row[3])


def codes(table, column):
    return {text: at for at, text in enumerate(sorted({row[column] for row in table}))}


def encode(table, books):
    return numpy.array([[books[c][row[c]] for c in range(FEATURES)] for row in table])


def learn(table, books):
    model = CategoricalNB(alpha=1, min_categories=[len(book) for book in books])
    return model.fit(encode(table, books), [row[3] for row in table])


def tell(model, cells):
    """`cells`: by feature, the codes that the cell may be; none where it tells nothing."""
    scores = model.class_log_prior_.copy()
    for feature, codes_of in enumerate(cells):
        if codes_of:
            chances = numpy.exp(model.feature_log_prob_[feature][:, codes_of])
            scores += numpy.log(chances.sum(axis=1))
    return model.classes_[int(numpy.argmax(scores))]


def logistic(table, books, row):
    bits = OneHotEncoder(categories=[range(len(book)) for book in books])
    model = LogisticRegression(C=1, tol=1e-6, max_iter=1000)
    model.fit(bits.fit_transform(encode(table, books)), [r[3] for r in table])
    return model.predict(bits.transform(encode([row], books)))[0]


def case(rows):
    sizes = Counter(label(row)[:2] for row in rows)
    kept = [sizes[label(row)[:2]] >= 8 for row in rows]
    released = [label(row) for row in rows]
    out = [row for row, keep in zip(released, kept) if keep]
    own_books = [codes(rows, c) for c in range(FEATURES)]
    out_books = [codes(out, c) for c in range(FEATURES)]
    right = Counter()
    for at, (row, became, keep) in enumerate(zip(rows, released, kept)):
        others = rows[:at] + rows[at + 1:]
        others_out = [r for i, r in enumerate(released) if kept[i] and i != at]
        truth = row[3]
        most = Counter(r[3] for r in others).most_common(1)[0][0]
        on_rows, on_out = learn(others, own_books), learn(others_out, out_books)
        right["baseline"] += most == truth
        plain = on_rows.predict(encode([row], own_books))[0]
        assert plain == tell(on_rows, [[own_books[c][row[c]]] for c in range(FEATURES)])
        right["before"] += plain == truth
        right["logistic_before"] += logistic(others, own_books, row) == truth
        mapped = [[out_books[c][became[c]]] if became[c] in out_books[c] else [] for c in range(FEATURES)]
        right["learnt_from_release"] += tell(on_out, mapped) == truth
        if not keep:
            most = Counter(r[3] for r in others_out).most_common(1)[0][0]
            right["after"] += most == truth
            right["logistic_after"] += most == truth
            continue
        right["released"] += 1
        right["after"] += on_out.predict(encode([became], out_books))[0] == truth
        right["logistic_after"] += logistic(others_out, out_books, became) == truth
        held = [[own_books[c][v] for v in own_books[c] if label((v,) * 4 if c == 0 else ("20", v, v, v))[c] == became[c]]
                for c in range(FEATURES)]
        right["tried_on_release"] += tell(on_rows, held) == truth
    return {
        "original": lines(rows),
        "released": lines(out),
        "rows": len(rows),
        "classes": len({row[3] for row in rows}),
        "right": dict(right),
    }


def lines(table):
    return "age,education,region,income\n" + "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in table)


three = [(*row, "low" if rich < 0.6 else "middle" if rich < 1.1 else "high") for row, rich in made()]
two = [(*row, "low" if rich < 0.85 else "high") for row, rich in made()]
print(json.dumps({
    "made_by": f"naive_bayes.py, scikit-learn {sklearn.__version__}",
    "tables": [case(three), case(two)],
}, indent=1))
