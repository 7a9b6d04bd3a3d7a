#!/usr/bin/env python3
"""Makes and edits XLSX files with nothing but Python, as an editor at a spreadsheet would: for stories.

    xlsx.py edit IN OUT CHANGE…    CHANGE: SHEET!CELL=VALUE, SHEET!HEADER@KEY=VALUE, SHEET!merge=A2:A5, SHEET!delete=KEY
    xlsx.py make OUT JSON          {"sheet": {"rows": [[cell…]…], "merge": ["A1:C1"]}}
    xlsx.py show IN SHEET          rows as JSON

A VALUE or cell is a text, or typed: n:12 (number), b:1, e:#N/A, d:46000 (day number shown as a date), f: (formula without
result), "\\n" is a line end. HEADER@KEY is the cell of that column in the row whose first cell is KEY.
"""
import json
import re
import sys
import xml.etree.ElementTree as ET
import zipfile

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
NS = M[1:-1]


def split(ref):
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", ref).groups()
    n = 0
    for c in letters:
        n = n * 26 + ord(c) - 64
    return int(digits), n


def letters(n):
    s = ""
    while n:
        s, n = chr(65 + (n - 1) % 26) + s, (n - 1) // 26
    return s


def fill(cell, value, date_style):
    """Puts a value into an element <c>."""
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    kind, text = (value[0], value[2:]) if re.match(r"[nbedf]:", value) else ("", value)
    if kind == "":
        cell.set("t", "inlineStr")
        t = ET.SubElement(ET.SubElement(cell, M + "is"), M + "t")
        t.text = text.replace("\\n", "\n")
        t.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return
    if kind == "f":
        ET.SubElement(cell, M + "f").text = "1+1"
        return
    if kind in "be":
        cell.set("t", kind)
    if kind == "d":
        cell.set("s", str(date_style))
    else:
        cell.attrib.pop("s", None)
    ET.SubElement(cell, M + "v").text = text


class Book:
    def __init__(self, path):
        with zipfile.ZipFile(path) as z:
            self.parts = {n: z.read(n) for n in z.namelist()}
        rels = {r.get("Id"): "xl/" + r.get("Target").replace("/xl/", "")
                for r in ET.fromstring(self.parts["xl/_rels/workbook.xml.rels"])}
        self.sheets = {s.get("name"): rels[s.get(R + "id")]
                       for s in ET.fromstring(self.parts["xl/workbook.xml"]).iter(M + "sheet")}
        shared = self.parts.get("xl/sharedStrings.xml")
        self.shared = ["".join(t.text or "" for t in si.iter(M + "t"))
                       for si in (ET.fromstring(shared) if shared else [])]
        self.trees = {}

    def tree(self, sheet):
        if sheet not in self.trees:
            self.trees[sheet] = ET.fromstring(self.parts[self.sheets[sheet]])
        return self.trees[sheet]

    def text(self, cell):
        v = cell.find(M + "v")
        if cell.get("t") == "s":
            return self.shared[int(v.text)]
        if cell.get("t") == "inlineStr":
            return "".join(t.text or "" for t in cell.iter(M + "t"))
        return v.text or "" if v is not None else ""

    def cells(self, sheet):
        return {split(c.get("r")): c for c in self.tree(sheet).iter(M + "c")}

    def find(self, sheet, where):
        """(row, column) of "B2" or "承诺办结时限·时限@510104001005"."""
        if "@" not in where:
            return split(where)
        header, key = where.split("@", 1)
        cells = {k: self.text(c) for k, c in self.cells(sheet).items()}
        column = next(c for (r, c), t in cells.items() if r == 1 and t == header)
        row = next(r for (r, c), t in sorted(cells.items()) if c == 1 and t == key)
        return row, column

    def set(self, sheet, where, value):
        row, column = self.find(sheet, where)
        data = self.tree(sheet).find(M + "sheetData")
        r = next((x for x in data if int(x.get("r")) == row), None)
        if r is None:
            r = ET.SubElement(data, M + "row", r=str(row))
        cell = next((c for c in r if split(c.get("r"))[1] == column), None)
        if cell is None:
            at = sum(split(c.get("r"))[1] < column for c in r)
            cell = ET.Element(M + "c", r=f"{letters(column)}{row}")
            r.insert(at, cell)
        fill(cell, value, self.date_style() if value.startswith("d:") else 0)

    def date_style(self):
        """A style that shows a date, added to the workbook's."""
        styles = ET.fromstring(self.parts["xl/styles.xml"])
        xfs = styles.find(M + "cellXfs")
        ET.SubElement(xfs, M + "xf", numFmtId="14", fontId="0", fillId="0", borderId="0", applyNumberFormat="1")
        self.parts["xl/styles.xml"] = ET.tostring(styles)
        return len(xfs) - 1

    def delete(self, sheet, key):
        data = self.tree(sheet).find(M + "sheetData")
        cells = self.cells(sheet)
        rows = {r for (r, c), e in cells.items() if c == 1 and self.text(e) == key}
        for r in list(data):
            if int(r.get("r")) in rows:
                data.remove(r)

    def merge(self, sheet, ref):
        tree = self.tree(sheet)
        merges = tree.find(M + "mergeCells")
        if merges is None:
            merges = ET.Element(M + "mergeCells")
            tree.insert(list(tree).index(tree.find(M + "sheetData")) + 1, merges)
        ET.SubElement(merges, M + "mergeCell", ref=ref)

    def save(self, path):
        for sheet, tree in self.trees.items():
            self.parts[self.sheets[sheet]] = ET.tostring(tree, encoding="UTF-8", xml_declaration=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
            for name, data in self.parts.items():
                z.writestr(name, data)


def make(path, sheets):
    def xml(s):
        return '<?xml version="1.0" encoding="UTF-8"?>' + s
    parts, listed, rels = {}, "", ""
    for i, (name, sheet) in enumerate(sheets.items(), 1):
        tree = ET.Element(M + "worksheet")
        data = ET.SubElement(tree, M + "sheetData")
        for r, row in enumerate(sheet["rows"], 1):
            e = ET.SubElement(data, M + "row", r=str(r))
            for c, value in enumerate(row, 1):
                if value:
                    fill(ET.SubElement(e, M + "c", r=f"{letters(c)}{r}"), value, 1)
        merges = ET.SubElement(tree, M + "mergeCells") if sheet.get("merge") else None
        for ref in sheet.get("merge", []):
            ET.SubElement(merges, M + "mergeCell", ref=ref)
        parts[f"xl/worksheets/sheet{i}.xml"] = ET.tostring(tree, encoding="UTF-8", xml_declaration=True)
        listed += f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>'
        rels += f'<Relationship Id="rId{i}" Type="{R[1:-1]}/worksheet" Target="worksheets/sheet{i}.xml"/>'
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts["xl/workbook.xml"] = xml(f'<workbook xmlns="{NS}" xmlns:r="{R[1:-1]}"><sheets>{listed}</sheets></workbook>')
    parts["xl/styles.xml"] = xml(f'<styleSheet xmlns="{NS}"><cellXfs count="2"><xf numFmtId="0"/>'
                                 '<xf numFmtId="14"/></cellXfs></styleSheet>')
    rels += f'<Relationship Id="rIdS" Type="{R[1:-1]}/styles" Target="styles.xml"/>'
    parts["xl/_rels/workbook.xml.rels"] = xml(f'<Relationships xmlns="{relations}">{rels}</Relationships>')
    parts["_rels/.rels"] = xml(f'<Relationships xmlns="{relations}"><Relationship Id="rId1" '
                               f'Type="{R[1:-1]}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts.items():
            z.writestr(name, data)


def main():
    command, args = sys.argv[1], sys.argv[2:]
    if command == "make":
        make(args[0], json.loads(args[1]))
    elif command == "edit":
        book = Book(args[0])
        for change in args[2:]:
            where, value = change.split("=", 1)
            sheet, where = where.split("!", 1)
            if where in ("merge", "delete"):
                getattr(book, where)(sheet, value)
            else:
                book.set(sheet, where, value)
        book.save(args[1])
    elif command == "show":
        book = Book(args[0])
        print(json.dumps({f"{letters(c)}{r}": book.text(e) for (r, c), e in book.cells(args[1]).items()},
                         ensure_ascii=False))


main()
