# SPDX-License-Identifier: Apache-2.0
"""Fills in spreadsheets of returns with another program's library, as an officer does with theirs.
Reads lines [from, to, {key: [value, note]}] of JSON: rows are found by the hidden key beside them."""
import json
import sys

import openpyxl

for line in sys.stdin:
    source, target, answers = json.loads(line)
    book = openpyxl.load_workbook(source)
    sheet = book.active
    for row in range(1, sheet.max_row + 1):
        key = sheet.cell(row, 5).value
        if key in answers:
            value, note = answers[key]
            sheet.cell(row, 3).value = value
            if note:
                sheet.cell(row, 4).value = note
            answers[key] = None
    left = [key for key, value in answers.items() if value is not None]
    if left:
        sys.exit(f"{source}: no row for {left}")
    book.save(target)
