"""Opens a results folder with pyarrow, pandas and DuckDB and prints what each reads, one JSON line a reader and file:
the columns, the number of rows, and each numeric column's first, last and summed value, nulls left out."""

import json
import sys
from pathlib import Path

import duckdb
import pandas
import pyarrow.parquet


def numbers(values):
    kept = [float(value) for value in values if value is not None and value == value]
    if not kept:
        return {"count": 0}
    # By a plain loop: from Python 3.12 on `sum` corrects its rounding, and the numbers are to agree to the bit.
    total = 0.0
    for value in kept:
        total += value
    return {"count": len(kept), "first": kept[0], "last": kept[-1], "sum": total}


def describe(columns):
    numeric = {}
    for name, values in columns.items():
        values = list(values)
        if all(value is None or isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
            numeric[name] = numbers(values)
    rows = len(next(iter(columns.values()), []))
    return {"columns": list(columns), "rows": rows, "numeric": numeric}


def with_pyarrow(path):
    return describe(pyarrow.parquet.read_table(path).to_pydict())


def with_pandas(path):
    frame = pandas.read_parquet(path)

    def plain(value):
        return None if pandas.isna(value) else value.item() if hasattr(value, "item") else value

    return describe({name: [plain(value) for value in frame[name]] for name in frame.columns})


def with_duckdb(path):
    answer = duckdb.sql(f"select * from read_parquet('{path}')")
    rows = answer.fetchall()
    return describe({name: [row[i] for row in rows] for i, name in enumerate(answer.columns)})


for path in sorted(Path(sys.argv[1]).glob("*.parquet")):
    for reader in (with_pyarrow, with_pandas, with_duckdb):
        print(json.dumps({"file": path.name, "reader": reader.__name__, **reader(str(path))}))
