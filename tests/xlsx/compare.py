"""Compares a workbook, as LibreOffice has read it, with the CSV that the program wrote of the same report.

    compare.py BOOK.xlsx REPORT.csv FOLDER

FOLDER has a file for each worksheet: tabs between cells, texts in quotes, numbers and days as LibreOffice
shows them in English, without quotes.
"""

import csv
import datetime
import pathlib
import re
import sys
import zipfile
from decimal import Decimal, InvalidOperation

SIGNS = {
    "de": {"unterdrückt", "nicht erhoben", "nicht bestimmbar", "gerundet 0"},
    "en": {"withheld", "not collected", "undefined", "rounded to 0"},
}


def fail(message):
    sys.exit(f"error: {sys.argv[1]}: {message}")


def parts(book):
    with zipfile.ZipFile(book) as archive:
        if archive.testzip():
            fail("the archive is damaged")
        names = archive.namelist()
        return {name: archive.read(name).decode() for name in names if name.endswith((".xml", ".rels"))}


def look_into(parts):
    """What no program shows. Gives the language and how many charts there are."""
    about = parts["docProps/core.xml"]
    if re.search(r"<dc:creator>[^<]|<cp:lastModifiedBy>[^<]", about):
        fail("it names an author")
    if re.search(r"<(Company|Manager)>[^<]", parts["docProps/app.xml"]):
        fail("it names a company")
    if re.search(r'state="(very)?[hH]idden"', parts["xl/workbook.xml"]):
        fail("a worksheet is hidden")
    charts = described = 0
    for name, text in parts.items():
        if name.startswith("xl/worksheets/"):
            if "hidden=" in text:
                fail(f"{name} has hidden rows or columns")
            if re.search(r"<f[ >]", text):
                fail(f"{name} has a formula")
        if name.startswith("xl/charts/chart"):
            charts += 1
        if name.startswith("xl/drawings/drawing"):
            described += len(re.findall(r'<xdr:cNvPr [^>]*descr="[^"]+"', text))
    if charts != described:
        fail(f"{charts} charts, and {described} of them have an alternative text")
    language = re.search(r"<dc:language>(..)", about)
    if not language:
        fail("it names no language")
    return language[1], charts


def read_sheet(path):
    """Rows of texts, numbers and days."""
    rows, row = [], []
    for quoted, plain, end in re.findall(r'(?:"((?:[^"]|"")*)"|([^\t"\n]*))(\t|\n)', path.read_text("utf-8")):
        row.append(typed(plain) if plain else quoted.replace('""', '"'))
        if end == "\n":
            rows.append(row)
            row = []
    return rows


def typed(plain):
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation:
        pass
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.datetime.strptime(plain, form).date()
        except ValueError:
            pass
    fail(f"LibreOffice shows {plain!r}, which is neither a text, nor a number, nor a day")


def same(cell, field, language):
    """Whether a cell is what a field of the program's CSV says."""
    if isinstance(cell, Decimal):
        try:
            number = Decimal(field.replace(",", ".") if language == "de" else field)
            # The same number with the same decimals.
            return number == cell and number.as_tuple().exponent == cell.as_tuple().exponent
        except InvalidOperation:
            return False
    if isinstance(cell, datetime.date):
        return field == (cell.strftime("%d.%m.%Y") if language == "de" else cell.isoformat())
    return cell == (field[1:] if field.startswith("'") else field)


def stripped(row):
    while row and row[-1] == "":
        row = row[:-1]
    return row


def main():
    book, report, folder = map(pathlib.Path, sys.argv[1:])
    language, charts = look_into(parts(book))
    sheets = {path: read_sheet(path) for path in sorted(folder.glob("*.csv"))}
    rows = [stripped(row) for rows in sheets.values() for row in rows]
    by_label = {}
    for row in rows:
        if row:
            by_label.setdefault(str(row[0]), []).append(row)
    with open(report, encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file, delimiter=";" if language == "de" else ","))
    compared = cells = 0
    for line in map(stripped, lines):
        figure = re.compile(r"-?\d+([.,]\d+)?|\d\d\.\d\d\.\d{4}|\d{4}-\d\d-\d\d")
        figures = [field for field in line[1:] if figure.fullmatch(field) or field in SIGNS[language]]
        # Titles, headings and sentences have none.
        if not figures:
            continue
        label = line[0][1:] if line[0].startswith("'") else line[0]
        candidates = [row for row in by_label.get(label, []) if len(row) == len(line)]
        if not any(all(same(*pair, language) for pair in zip(row, line)) for row in candidates):
            fail(f"no row is {line}; there is {candidates or 'none of that name'}")
        compared, cells = compared + 1, cells + len(line)
    numbers = sum(isinstance(cell, Decimal) for row in rows for cell in row)
    if not compared or not numbers:
        fail("there was nothing to compare")
    print(f"{book.name}: {len(sheets)} worksheets, {charts} charts; {compared} rows of {cells} cells are those of {report.name}")


main()
