"""Reads workbooks with openpyxl: python classeur.py FILE.xlsx...

Every sheet has a header without an empty title in its first columns, no formula, no error, no merged cell; every
row of the first sheet has a text in its code column. Where a table of the same name stands beside (FILE.csv, `;`),
the first sheet holds the same cells below the header. Exits with 1 on any breach, all breaches told.
"""

import csv
import re
import sys
from pathlib import Path

from openpyxl import load_workbook


def breaches(name):
    book = load_workbook(name)
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows())
        if not rows or not rows[0][0].value:
            yield f"{sheet.title}: no header"
            continue
        if sheet.merged_cells.ranges:
            yield f"{sheet.title}: merged cells"
        kinds = {cell.data_type for row in rows for cell in row if cell.value is not None}
        if kinds - {"s", "n", "inlineStr"}:
            yield f"{sheet.title}: cells of kind {sorted(kinds)}"
        print(f"{name}: {sheet.title}: {len(rows) - 1} rows, {len(rows[0])} columns")
    first = book.worksheets[0]
    titles = [cell.value for cell in first[1]]
    code = next((i for i, t in enumerate(titles) if t and t.lower() in ("code", "code profession")), None)
    if code is None:
        yield f"{first.title}: no column of codes in {titles[:8]}"
    else:
        for row in first.iter_rows(min_row=2):
            if row[code].value is not None and not isinstance(row[code].value, str):
                yield f"{first.title}: line {row[0].row}: the code {row[code].value!r} is no text"
    table = Path(name).with_suffix(".csv")
    if table.exists():
        yield from differences(first, table)


def differences(sheet, table):
    csv.field_size_limit(2**24)
    with open(table, encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file, delimiter=";"))
    # openpyxl leaves the workbook's own escapes of control characters as they stand in the file.
    decode = lambda text: re.sub(r"_x([0-9A-F]{4})_", lambda m: chr(int(m[1], 16)), text)
    found = [[decode(cell.value) if cell.value is not None else "" for cell in row] for row in sheet.iter_rows()]
    if len(found) != len(expected):
        yield f"{sheet.title}: {len(found)} rows, {len(expected)} in {table}"
    for line, (row, wanted) in enumerate(zip(found[1:], expected[1:]), 2):
        if row + [""] * (len(wanted) - len(row)) != wanted:
            yield f"{sheet.title}: line {line}: {row} is not {wanted}"


def main(names):
    faults = 0
    for name in names:
        found = list(breaches(name))
        for breach in found[:20]:
            print(f"{name}: {breach}")
        faults += len(found)
    return 1 if faults or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
