"""What pyCANON measures of a CSV file: measure_pycanon.py FILE QUASI SENSITIVE, names by comma.

Prints one JSON object for each sensitive column.
"""

import json
import sys

import pandas as pd
from pycanon import anonymity

path, quasi, sensitive = sys.argv[1], sys.argv[2].split(","), sys.argv[3].split(",")
table = pd.read_csv(path, keep_default_na=False)
for column in quasi:
    table[column] = table[column].astype(str)
for column in sensitive:
    one = [column]
    measured = {
        "column": column,
        "rows": len(table),
        "numeric": bool(pd.api.types.is_numeric_dtype(table[column])),
        "least_share": float(table[column].value_counts(normalize=True).min()),
        "k": anonymity.k_anonymity(table, quasi),
        "l": anonymity.l_diversity(table, quasi, one),
        "entropy_l": anonymity.entropy_l_diversity(table, quasi, one),
        "t": anonymity.t_closeness(table, quasi, one),
        "beta": anonymity.basic_beta_likeness(table, quasi, one),
        "enhanced_beta": anonymity.enhanced_beta_likeness(table, quasi, one),
        "delta": anonymity.delta_disclosure(table, quasi, one),
    }
    print(json.dumps({key: getattr(value, "item", lambda: value)() for key, value in measured.items()}))
