#!/usr/bin/env python3
"""How many lines of each reader of untrusted bytes its harness reaches: tests/lib/fuzz_cover.py [-v] BUILD-FOLDER [HARNESS…].

tests/fuzz/readers.txt says which harness covers which reader. Each harness runs alone, on its seeds and nothing else, in a
build with --coverage. Lines that only a lack of memory reaches (tong__fail_nomem) are not counted: no input leads there.
-v names the lines that no seed reaches.
"""
import glob
import os
import subprocess
import sys
import tempfile

from gcov import read, share

BAR = 90  # percent of a reader's lines


def readers():
    """[(harness, name of the reader, {source: (do these functions count, or all others?, their names)})]"""
    rows = []
    with open("tests/fuzz/readers.txt", encoding="utf-8") as f:
        for text in f:
            text = text.split("#")[0]
            if not text.strip():
                continue
            harness, name, parts = (part.strip() for part in text.split("|"))
            sources = {}
            for part in parts.split():
                source, _, functions = part.partition(":")
                sources[source] = (functions[:1] not in ("", "-"), set(functions.lstrip("-").split(",")) - {""})
            rows.append((harness, name, sources))
    return rows


def forget(build):
    for path in glob.glob(f"{build}/**/*.gcda", recursive=True):
        os.remove(path)


def run(build, harness, inputs):
    """Adds to the counts what this harness does with an input, or a folder of them; its exit code."""
    with tempfile.TemporaryDirectory() as tmp:
        return subprocess.run([f"{build}/tests/fuzz/{harness}", inputs], stdout=subprocess.DEVNULL,
                              env={**os.environ, "TONG_TMP": tmp}, check=False).returncode


def counted(found, source, these, functions):
    """The lines of a reader in one source: {number: Line}. A name of a function or source that is none is a fault."""
    if source not in found or functions - {x.function for x in found[source].values()}:
        sys.exit(f"tests/fuzz/readers.txt: {source}: {functions or 'it'} is not in this harness's program")
    with open(source, encoding="utf-8") as f:
        memory = {n for n, text in enumerate(f, 1) if "tong__fail_nomem" in text}
    return {n: x for n, x in found[source].items() if (x.function in functions) == these and n not in memory}


def main():
    args = [a for a in sys.argv[1:] if a != "-v"]
    build, wanted = os.path.abspath(args[0]), args[1:]
    rows = [r for r in readers() if not wanted or r[0] in wanted]
    lacking = {os.path.basename(p)[:-2] for p in glob.glob("tests/fuzz/*.c")} - {r[0] for r in readers()}
    failed = len(lacking)
    for harness in lacking:
        print(f"{harness}: a harness that tests/fuzz/readers.txt does not know")
    for harness in dict.fromkeys(r[0] for r in rows):
        forget(build)
        bad = run(build, harness, f"tests/fuzz/seeds/{harness}")
        found = read(build, {s for r in rows if r[0] == harness for s in r[2]})
        for _, name, sources in (r for r in rows if r[0] == harness):
            lines = {s: counted(found, s, *which) for s, which in sources.items()}
            hit, whole = (sum(bool(x.count) for f in lines.values() for x in f.values()), sum(map(len, lines.values())))
            low = bad or share(hit, whole) < BAR
            failed += bool(low)
            print(f"{harness:20} {name:40} {hit:5}/{whole:<5} {share(hit, whole):5.1f} %" + (" LOW" if low else ""))
            if "-v" in sys.argv:
                for source in sources:
                    missing = [n for n, x in sorted(lines[source].items()) if not x.count]
                    if missing:
                        print("   ", source, *missing)
    print(f"{len(rows) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
