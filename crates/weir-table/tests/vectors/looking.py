"""Writes people.parquet, deep.parquet and sheets.xlsx. Needs openpyxl and pyarrow from PyPI."""

import datetime as dt

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

home = pa.struct([("city", pa.string())])
person = pa.struct([("name", pa.string()), ("phone", pa.list_(pa.string())), ("home", home)])
visit = pa.struct([("day", pa.date32()), ("doses", pa.list_(pa.float64()))])
day = dt.date(2025, 1, 31)
pq.write_table(pa.table({
    "id": pa.array([1, 2, 3, 4]),
    "person": pa.array([
        {"name": "a", "phone": ["p1", "p2"], "home": {"city": "x"}},
        {"name": "b", "phone": [], "home": None},
        None,
        {"name": "c", "phone": ["p1", "p3"], "home": {"city": "y"}},
    ], person),
    "tags": pa.array([[("k", 1)], [], None, [("k", 2), ("l", 3)]], pa.map_(pa.string(), pa.int64())),
    "visits": pa.array([
        [{"day": day, "doses": [0.5, 1.5]}, {"day": day, "doses": []}],
        [{"day": None, "doses": [2.5]}],
        [],
        None,
    ], pa.list_(visit)),
    "bytes": pa.array([b"text", b"text", b"\xff\xfe", b"text"], pa.binary()),
}), "people.parquet", row_group_size=3)

deep, value = pa.int64(), 1
for _ in range(40):
    deep, value = pa.struct([("x", deep)]), {"x": value}
pq.write_table(pa.table({"top": pa.array([value], deep)}), "deep.parquet")

book = openpyxl.Workbook()
book.active.title = "病人"
book.active.append(["姓名", "年龄"])
book.active.append(["王芳", 41])
book.create_sheet("就诊").append(["day", "fee"])
book["就诊"].append([day, 20.5])
book.create_sheet("空白")
book.save("sheets.xlsx")
