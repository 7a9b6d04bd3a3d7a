#!/usr/bin/env python3
"""Validates the front matter of every item below a folder against a JSON Schema: schema.py SCHEMA FOLDER.

Knows what `tong-publish schema` uses of draft 2020-12, and refuses what it does not know.
Front matter is read in the canonical form only (`tong-publish fmt`).
"""
import json
import pathlib
import re
import sys

KNOWN = {"$schema", "title", "x-class", "type", "properties", "required", "additionalProperties", "items", "maxItems",
         "minimum", "maximum", "maxLength", "pattern", "oneOf", "anyOf", "const"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}


def scalar(text):
    if text.startswith('"'):
        return json.loads(text)
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"-?(0|[1-9]\d*)", text) else text


def flow(text, i=0):
    """A value of a line and where it ends: {a: 1}, [a, b], "a" or plain."""
    if text[i] in "{[":
        out, close = ({}, "}") if text[i] == "{" else ([], "]")
        i += 1
        while text[i] != close:
            if close == "}":
                end = text.index(": ", i)
                out[text[i:end]], i = flow(text, end + 2)
            else:
                value, i = flow(text, i)
                out.append(value)
            i += 2 if text.startswith(", ", i) else 0
        return out, i + 1
    m = re.compile(r'"(?:[^"\\]|\\.)*"|[^,\]}]+').match(text, i)
    return scalar(m.group()), m.end()


def value_of(text):
    return flow(text)[0] if text[0] in "{[" else scalar(text)


def block(lines, indent):
    """Lines (indent, text) of one mapping, list or value; takes them from the list."""
    out = None
    while lines and lines[0][0] == indent:
        text = lines.pop(0)[1]
        if text.startswith("- "):
            out = out if out is not None else []
            rest = text[2:]
            if rest[0] in '{["' or ": " not in rest:
                out.append(value_of(rest))
            else:
                lines.insert(0, (indent + 2, rest))
                out.append(block(lines, indent + 2))
            continue
        out = out if out is not None else {}
        name, _, rest = text.partition(":")
        rest = rest.strip()
        out[name] = value_of(rest) if rest else block(lines, lines[0][0])
    return out


def front_matter(text):
    head = text.split("\n---\n", 1)[0].removeprefix("---\n")
    return block([(len(s) - len(s.lstrip(" ")), s.lstrip(" ")) for s in head.split("\n") if s], 0)


def faults(schema, v, where):
    unknown = set(schema) - KNOWN
    if unknown:
        sys.exit(f"schema.py does not know {unknown}")
    kind = TYPES.get(schema.get("type"))
    if kind and (not isinstance(v, kind) or (kind is int and isinstance(v, bool))):
        yield f"{where}: {v!r} is no {schema['type']}"
        return
    for word, many in ("oneOf", False), ("anyOf", True):
        if word in schema:
            n = sum(not list(faults(s, v, where)) for s in schema[word])
            if n == 0 or (n > 1 and not many):
                yield f"{where}: {v!r} fits {n} of {word}"
    if "const" in schema and v != schema["const"]:
        yield f"{where}: {v!r} is not {schema['const']!r}"
    if isinstance(v, str) and (len(v) > schema.get("maxLength", len(v)) or not re.search(schema.get("pattern", ""), v)):
        yield f"{where}: {v!r} is too long or has another form"
    if isinstance(v, int) and not schema.get("minimum", v) <= v <= schema.get("maximum", v):
        yield f"{where}: {v} is out of range"
    if isinstance(v, list):
        if len(v) > schema.get("maxItems", len(v)):
            yield f"{where}: {len(v)} entries"
        for i, one in enumerate(v):
            yield from faults(schema.get("items", {}), one, f"{where}[{i}]")
    if isinstance(v, dict) and "properties" in schema:
        for name in set(schema.get("required", [])) - set(v):
            yield f"{where}: {name} is missing"
        for name, one in v.items():
            if name in schema["properties"]:
                yield from faults(schema["properties"][name], one, f"{where}.{name}")
            elif schema.get("additionalProperties") is False:
                yield f"{where}: {name} is unknown"


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
    files = sorted(pathlib.Path(sys.argv[2]).glob("items/*/*.md"))
    bad = [f for path in files for f in faults(schema, front_matter(path.read_text(encoding="utf-8")), path.name)]
    print(*bad[:20], sep="\n")
    print(f"{len(files)} items, {len(bad)} faults")
    sys.exit(bool(bad) or not files)


main()
