#!/usr/bin/env python3
"""Removes one check at a time from core's rules of trust and counts how many removals the unit tests notice.

    make mutants                 all of them; the last line is `N of N removed checks noticed`
    make mutants M=tuf_keys      only those whose name contains this

A mutant is one of: an `if` whose branch refuses or ends something, never taken; one operand of a condition left out.
tests/tools/mutants.txt lists those that cannot be noticed, each with its reason; one that is listed and noticed is an error.
"""
import concurrent.futures
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FILES = ["core/key.c", "core/tuf_delegation.c", "core/tuf_keys.c", "core/tuf_meta.c", "core/tuf_target.c", "core/tuf_trust.c"]
TESTS = ["core_key_vectors", "core_tuf_layer", "core_tuf_delegation", "core_tuf_expiry", "core_tuf", "core_tuf_signatures",
         "core_tuf_rotation", "core_tuf_keys", "core_tuf_bytes", "core_tuf_format", "core_key"]  # the quick ones first
# where a file's checks are most likely missed: asked before all others
FIRST = {"key": ["core_tuf_keys"], "tuf_delegation": [], "tuf_keys": ["core_tuf_keys"], "tuf_meta": ["core_tuf", "core_tuf_signatures"],
         "tuf_target": [], "tuf_trust": ["core_tuf"]}
LIBS = ["libcrypto", "libzstd", "jansson", "libqrencode", "libarchive"]
NOMEM = re.compile(r"^\s*\{?\s*(?:return|rc =) tong__fail_nomem|^\s*\{\s*[^{}]*tong__fail_nomem\(err\);\s*\}\s*$")
SECONDS = 900


def masked(text):
    """The text with comments, strings and characters blanked out, of the same length."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group(0))  # noqa: E731
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', blank, text, flags=re.S)


def closing(text, at):
    depth = 0
    for i in range(at, len(text)):
        depth += text[i] in "([{"
        depth -= text[i] in ")]}"
        if not depth:
            return i
    raise ValueError("no closing bracket")


def statement_end(text, at):
    """The end of the statement that begins at 'at'."""
    while text[at].isspace():
        at += 1
    if text[at] == "{":
        return closing(text, at) + 1
    depth = 0
    for i in range(at, len(text)):
        depth += text[i] in "([{"
        depth -= text[i] in ")]}"
        if not depth and text[i] == ";":
            return i + 1
    raise ValueError("no end of statement")


def operands(cond):
    """(start, end, operator before or after) of each operand of && and || at the top of a condition."""
    parts, depth, start, ops = [], 0, 0, []
    i = 0
    while i < len(cond):
        depth += cond[i] in "([{"
        depth -= cond[i] in ")]}"
        if not depth and cond[i] == "?":
            return []  # an answer, not a list of conditions
        if not depth and cond[i:i + 2] in ("&&", "||"):
            parts.append((start, i))
            ops.append(cond[i:i + 2])
            i += 2
            start = i
            continue
        i += 1
    parts.append((start, len(cond)))
    if not ops:
        return []
    return [(s, e, ops[k] if k < len(ops) else ops[-1]) for k, (s, e) in enumerate(parts)]


def function_at(mask, at):
    names = re.findall(r"^(?:[a-z][\w *]*?)(\w+)\([^;{]*?\)\n\{", mask[:at], re.M | re.S)
    return names[-1] if names else "?"


def mutants():
    """name → (file, text)"""
    found = {}

    def put(path, text, mask, s, e, new, what):
        name = f"{os.path.basename(path)[:-2]}/{function_at(mask, s)}: {what} {' '.join(text[s:e].split())[:90]}"
        k, base = 2, name
        while name in found:
            name = f"{base} #{k}"
            k += 1
        found[name] = (path, text[:s] + new + text[e:])

    for path in FILES:
        text = open(os.path.join(ROOT, path), encoding="utf-8").read()
        mask = masked(text)
        for m in re.finditer(r"\bif \(", mask):
            open_at = m.end() - 1
            close_at = closing(mask, open_at)
            body = mask[close_at + 1:statement_end(mask, close_at + 1)]
            cond = (open_at + 1, close_at)
            if NOMEM.search(body):
                continue
            put(path, text, mask, *cond, "0", "never")
            for s, e, op in operands(mask[cond[0]:cond[1]]):
                put(path, text, mask, cond[0] + s, cond[0] + e, " 1 " if op == "&&" else " 0 ", "without")
        for m in re.finditer(r"\breturn ([^;]*?(?:&&|\|\|)[^;]*);", mask, re.S):
            if "?" in m.group(1):
                continue
            for s, e, op in operands(m.group(1)):
                put(path, text, mask, m.start(1) + s, m.start(1) + e, " 1 " if op == "&&" else " 0 ", "without")
    return found


class House:
    """core as a shared library that tests are linked with once; a mutant replaces one object of it."""

    def __init__(self, out):
        self.out = out
        pc = subprocess.check_output(["pkg-config", "--cflags", "--libs", *LIBS], text=True).split()
        self.libs = [w for w in pc if w.startswith("-l") or w.startswith("-L")]
        self.cc = shlex.split(os.environ.get("CC", "gcc")) + [
            "-std=c11", "-O0", "-fPIC", "-pthread", "-w", "-D_GNU_SOURCE", f"-I{ROOT}", f"-I{ROOT}/core/include",
            f"-I{ROOT}/agent/include", *[w for w in pc if w not in self.libs]]
        core = sorted(f for f in os.listdir(f"{ROOT}/core") if f.endswith(".c"))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda f: self.compile(f"{ROOT}/core/{f}", f"{out}/{f[:-2]}.o"), core))
            list(pool.map(lambda t: self.compile(f"{ROOT}/tests/unit/{t}.c", f"{out}/{t}.t.o"), TESTS))
        self.objects = [f"{out}/{f[:-2]}.o" for f in core]
        os.makedirs(f"{out}/whole")
        self.link(self.objects, f"{out}/whole")
        for t in TESTS:
            subprocess.check_call([*self.cc, "-o", f"{out}/{t}", f"{out}/{t}.t.o", f"-L{out}/whole", "-ltong-core", *self.libs])

    def compile(self, source, target):
        subprocess.check_call([*self.cc, "-c", "-o", target, source], stderr=subprocess.DEVNULL)

    def link(self, objects, folder):
        subprocess.check_call([*self.cc, "-shared", "-o", f"{folder}/libtong-core.so", *objects, *self.libs])

    def run(self, folder, first=()):
        """The first test that fails, or None."""
        for t in [*first, *(t for t in TESTS if t not in first)]:
            with tempfile.TemporaryDirectory() as tmp:
                env = {**os.environ, "LD_LIBRARY_PATH": folder, "TONG_TMP": tmp, "LC_ALL": "C.UTF-8"}
                try:
                    run = subprocess.run([f"{self.out}/{t}"], env=env, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False)
                except subprocess.TimeoutExpired:
                    return t
                if run.returncode:
                    return t
        return None

    def notices(self, path, text):
        """The test that notices this text in place of the file; True for text that is no C."""
        name = os.path.basename(path)
        with tempfile.TemporaryDirectory(dir=self.out) as tmp:
            with open(f"{tmp}/{name}", "w", encoding="utf-8") as f:
                f.write(text)
            try:
                self.compile(f"{tmp}/{name}", f"{tmp}/mutant.o")
            except subprocess.CalledProcessError:
                return True
            self.link([f"{tmp}/mutant.o" if o.endswith(f"/{name[:-2]}.o") else o for o in self.objects], tmp)
            return self.run(tmp, FIRST[name[:-2]])


def listed():
    """name → reason"""
    with open(f"{ROOT}/tests/tools/mutants.txt", encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if line.strip() and not line.startswith("#")]
    return {name: why for name, why in rows}


def main():
    wanted = [w for w in sys.argv[1:] if w]
    every = mutants()
    excused = listed()
    stale = [n for n in excused if n not in every]
    chosen = {n: m for n, m in every.items() if not wanted or any(w in n for w in wanted)}
    survived, forgiven, dead = [], 0, []
    with tempfile.TemporaryDirectory() as out:
        house = House(out)
        if house.run(f"{out}/whole"):
            sys.exit("mutants: the tests fail as they are")
        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", os.cpu_count()))) as pool:
            for name, by in zip(chosen, pool.map(lambda m: house.notices(*m), chosen.values())):
                if by is None and name in excused:
                    forgiven += 1
                elif by is None:
                    survived.append(name)
                    print(f"not noticed: {name}", flush=True)
                elif name in excused:
                    dead.append(name)
                if os.environ.get("VERBOSE"):
                    print(f"{by}: {name}", flush=True)
    for n in stale:
        print(f"mutants.txt lists what is no check any more: {n}")
    for n in dead:
        print(f"mutants.txt excuses what is noticed: {n}")
    total = len(chosen) - forgiven
    if forgiven:
        print(f"{forgiven} cannot be noticed, see tests/tools/mutants.txt")
    print(f"{total - len(survived)} of {total} removed checks noticed")
    sys.exit(bool(survived or stale or dead))


main()
