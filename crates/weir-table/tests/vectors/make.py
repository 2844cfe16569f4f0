"""Writes the tables of this folder. Needs openpyxl, pyarrow, polars and duckdb from PyPI."""

import datetime as dt
import decimal

import duckdb
import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

book = openpyxl.Workbook()
sheet = book.active
sheet.title = "people"
sheet.append(["name", "age", "weight", "born", "seen", "member"])
sheet.append(["Ann, Lee", 30, 61.5, dt.date(1995, 2, 3), dt.datetime(2025, 1, 31, 10, 20, 30), True])
sheet.append([])
sheet.append(["王芳", 41, None, dt.date(1984, 12, 31), dt.datetime(2025, 2, 1, 23, 59, 59), False])
book.create_sheet("other").append(["x"])
book["other"].append([1])
book.save("openpyxl.xlsx")

table = pa.table({
    "city": pa.array(["北京", "上海", None, "北京", "深圳", "上海"]).dictionary_encode(),
    "name": pa.array(["a", "b", "c", None, "e", "f"], pa.large_string()),
    "fee": pa.array([decimal.Decimal("1.50"), None] + [decimal.Decimal("20.25")] * 4, pa.decimal128(9, 2)),
    "count": pa.array([1, 2, 3, 4, 5, None], pa.uint32()),
    "small": pa.array([-1, 2, 3, 4, 5, None], pa.int8()),
    "day": pa.array([dt.date(2025, 1, d + 1) for d in range(6)]),
    "time": pa.array([dt.datetime(2025, 1, 1, h) for h in range(6)], pa.timestamp("ns")),
    "flag": pa.array([True, False, None, True, True, False]),
})
pq.write_table(table, "pyarrow.parquet", row_group_size=2, compression="zstd")
pq.write_table(pa.table({"ids": pa.array([[1, 2], [3]])}), "nested.parquet")
pl.DataFrame({
    "city": ["x", "y", None], "kind": pl.Series(["p", "q", "p"], dtype=pl.Categorical),
    "ratio": pl.Series([0.5, 1.5, None], dtype=pl.Float32),
}).write_parquet("polars.parquet")
duckdb.sql("""
    COPY (SELECT i::HUGEINT AS big, TIME '10:20:30' AS at, 'r' || i AS label FROM range(3) t(i))
    TO 'duckdb.parquet' (FORMAT parquet)
""")
