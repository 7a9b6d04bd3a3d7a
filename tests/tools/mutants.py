#!/usr/bin/env python3
"""Removes one check at a time from the rules of trust and counts how many removals the unit tests notice.

    make mutants                 all of them; the last line is `N of N removed checks noticed`
    make mutants M=tuf_keys      only those whose name contains this ("/" of a file's name: M=tuf_keys/)

A mutant is one of: an `if` whose branch refuses or ends something, never taken; one operand of a condition left out.
tests/tools/mutants.txt lists those that cannot be noticed, each with its reason; one that is listed and noticed is an error.

All mutants are built at once, each behind a number that the environment chooses, so that nothing is compiled or linked
for one; and a mutant is shown only to the tests in which what it replaces once says something else. JOBS processes at a time; SHARD=2/5 a part of them;
VERBOSE=1 tells of each; DONE=FILE, what such a run told before it was cut: those noticed are not tried again.
"""
import concurrent.futures
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORE = ["key", "tuf_delegation", "tuf_keys", "tuf_meta", "tuf_target", "tuf_trust"]
AGENT = ["bundle", "held", "link", "part", "source", "source_bundle", "source_dir", "source_git", "source_http",
         "source_http_answer", "sync", "sync_apply", "sync_layers", "sync_trust"]
FILES = [f"core/{f}.c" for f in CORE] + [f"agent/{f}.c" for f in AGENT]
TESTS = {"core": ["core_tuf_keys", "core_key_vectors", "core_tuf_layer", "core_tuf_delegation", "core_tuf_expiry", "core_tuf",
                  "core_tuf_signatures", "core_tuf_rotation", "core_tuf_bytes", "core_tuf_format", "core_key"],
         "agent": ["agent_sync", "agent_heads", "agent_back", "agent_relay", "agent_link", "agent_bundle", "agent_bundle_frame", "agent_source", "agent_source_local", "agent_part", "agent_cut", "agent_hostile folder",
                   "agent_hostile stick", "agent_hostile HTTP"],
         "git": ["agent_hostile_git"]}
LIBS = {"core": ["libcrypto", "libzstd", "jansson", "libqrencode"], "agent": ["sqlite3", "libcurl", "libarchive"], "git": ["libgit2"]}
# What only a machine without memory or with a broken disk does: tests/fault lets it happen.
MACHINE = re.compile(r"^\s*\{?\s*(?:return|rc =|r->rc =) tong__fail_(?:nomem|errno)|"
                     r"^\s*\{\s*[^{}]*tong__fail_(?:nomem|errno)\([^;{}]*\);\s*\}\s*$")
SECONDS = 900
JOBS = int(os.environ.get("JOBS", os.cpu_count()))


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


def sites(path, text):
    """(start, end, what it becomes, name) of every mutant of a file; those of a condition lie within each other."""
    mask = masked(text)
    found = []

    def put(s, e, new, what):
        found.append((s, e, new, f"{os.path.basename(path)[:-2]}/{function_at(mask, s)}: {what} {' '.join(text[s:e].split())[:90]}"))

    for m in re.finditer(r"\bif \(", mask):
        if mask[mask.rfind("\n", 0, m.start()) + 1:].startswith("#"):
            continue
        open_at = m.end() - 1
        close_at = closing(mask, open_at)
        if MACHINE.search(mask[close_at + 1:statement_end(mask, close_at + 1)]):
            continue
        put(open_at + 1, close_at, "0", "never")
        for s, e, op in operands(mask[open_at + 1:close_at]):
            put(open_at + 1 + s, open_at + 1 + e, "1" if op == "&&" else "0", "without")
    for m in re.finditer(r"\breturn ([^;]*?(?:&&|\|\|)[^;]*);", mask, re.S):
        if "?" not in m.group(1):
            for s, e, op in operands(m.group(1)):
                put(m.start(1) + s, m.start(1) + e, "1" if op == "&&" else "0", "without")
    return found


def schemata(text, numbered):
    """The file with all its mutants in it: (start, end, new, number)."""
    marks = []
    for s, e, new, k in numbered:
        marks.append((s, 0, -e, f"(tong__mutant({k}) ? {new} : tong__differs({k}, {new}, !!("))
        marks.append((e, -1, -s, ")))"))
    for at, _, _, put in sorted(marks, key=lambda m: (m[0], m[1], m[2]), reverse=True):
        text = text[:at] + put + text[at:]
    return '#include "mutant.h"\n#line 1\n' + text


MUTANT_H = """static inline int tong__mutant(int k)
{
	extern int tong__mutant_now;
	return k == tong__mutant_now;
}

static inline int tong__differs(int k, int wanted, int now)
{
	extern unsigned char tong__mutant_seen[];
	if (now != wanted)
		tong__mutant_seen[k] = 1;
	return now;
}
"""
MUTANT_C = """#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
int tong__mutant_now = -1;
unsigned char tong__mutant_seen[65536];
void tong_test_after(const char *name)
{
	static double before;
	const char *path = getenv("TONG_MUTANT_SEEN");
	FILE *f = path ? fopen(path, "a") : NULL;
	struct timespec t;
	if (!f)
		return;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	fprintf(f, "%.6f\\t%s\\t", t.tv_sec + t.tv_nsec / 1e9 - before, name);
	before = t.tv_sec + t.tv_nsec / 1e9;
	for (int i = 0; i < 65536; i++)
		if (tong__mutant_seen[i])
			fprintf(f, " %d", i);
	memset(tong__mutant_seen, 0, sizeof tong__mutant_seen);
	fprintf(f, "\\n");
	fclose(f);
}
__attribute__((constructor)) static void begin(void)
{
	const char *k = getenv("TONG_MUTANT");
	tong__mutant_now = k ? atoi(k) : -1;
}
"""


class House:
    """core and the agent's library, with every mutant in them, and the tests."""

    def __init__(self, out, rooms):
        self.out, self.rooms = out, rooms
        libs = [lib for room in LIBS for lib in LIBS[room]]
        pc = subprocess.check_output(["pkg-config", "--cflags", "--libs", *libs], text=True).split()
        self.libs = [w for w in pc if w.startswith("-l") or w.startswith("-L")]
        self.cc = shlex.split(os.environ.get("CC", "gcc")) + [
            "-std=c11", "-O1", "-fPIC", "-pthread", "-w", "-D_GNU_SOURCE", f"-I{out}", f"-I{ROOT}", f"-I{ROOT}/core/include",
            f"-I{ROOT}/agent/include", *[w for w in pc if w not in self.libs]]
        self.names, jobs = [], []
        with open(f"{out}/mutant.h", "w", encoding="utf-8") as f:
            f.write(MUTANT_H)
        with open(f"{out}/mutant.c", "w", encoding="utf-8") as f:
            f.write(MUTANT_C)
        for room in ("core", "agent"):
            for f in sorted(os.listdir(f"{ROOT}/{room}")):
                path = f"{room}/{f}"
                if f.endswith(".c") and not (room == "agent" and re.match(r"main\.c|cmd_|serve", f)):
                    jobs.append((self.source(path), f"{out}/{room}_{f[:-2]}.o"))
        jobs.append((f"{out}/mutant.c", f"{out}/mutant.o"))
        programs = sorted({t.split()[0] for room in rooms for t in TESTS[room]})
        jobs += [(self.place(t), f"{out}/{t}.t.o") for t in programs]
        os.symlink(os.path.abspath(os.path.join(os.environ.get("O", f"{ROOT}/build"), "tong-agent-git")), f"{out}/tong-agent-git")
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            list(pool.map(lambda j: self.compile(*j), jobs))
        objects = [o for _, o in jobs if not o.endswith(".t.o")]
        subprocess.check_call([*self.cc, "-shared", "-o", f"{out}/libtong-mutants.so", *objects, *self.libs])
        for t in programs:
            subprocess.check_call([*self.cc, "-o", f"{out}/{t}", f"{out}/{t}.t.o", f"-L{out}", "-ltong-mutants", *self.libs])

    @staticmethod
    def place(test):
        unit = f"{ROOT}/tests/unit/{test}.c"
        return unit if os.path.exists(unit) else f"{ROOT}/tests/fault/{test}.c"

    def source(self, path):
        """The file to compile: with its mutants, if it is one of those looked at."""
        if path not in FILES:
            return f"{ROOT}/{path}"
        with open(f"{ROOT}/{path}", encoding="utf-8") as f:
            text = f.read()
        numbered = []
        for s, e, new, name in sites(path, text):
            k, base = 2, name
            while name in self.names:
                name = f"{base} #{k}"
                k += 1
            numbered.append((s, e, new, len(self.names)))
            self.names.append(name)
        made = f"{self.out}/{path.replace('/', '_')}"
        with open(made, "w", encoding="utf-8") as f:
            f.write(schemata(text, numbered))
        return made

    def compile(self, source, target):
        subprocess.check_call([*self.cc, "-c", "-o", target, source])

    def run(self, test, mutant=-1, only=None, seen=None, seconds=SECONDS):
        """None when the test passes, else the name of the first of its functions that fails, or "?" when it does not end."""
        with tempfile.TemporaryDirectory(dir=self.out) as tmp:
            env = {**os.environ, "LD_LIBRARY_PATH": self.out, "TONG_TMP": tmp, "LC_ALL": "C.UTF-8", "TONG_MUTANT": str(mutant),
                   "TONG_FIRST": "1"}
            if seen:
                env["TONG_MUTANT_SEEN"] = seen
            if only:
                env["TONG_ONLY"] = "\n".join(only)
            words = test.split()
            try:
                done = subprocess.run([f"{self.out}/{words[0]}", *words[1:]], env=env, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=seconds, check=False)
            except subprocess.TimeoutExpired:
                return "?"
            lines = done.stdout.decode("utf-8", "replace").split("\n")
            return (lines[-2:][0] or "a crash") if done.returncode else None

    def look(self, test):
        """[(test, function, seconds, numbers of the mutants that would say something else in it)] of a test as it is."""
        path, past = f"{self.out}/seen {test}", []
        failed = self.run(test, seen=path)
        if failed:
            sys.exit(f"mutants: {test} fails as it is: {failed}")
        with open(path, encoding="utf-8") as f:
            for line in f:
                seconds, name, numbers = line.rstrip("\n").split("\t")
                past.append((test, name, float(seconds), {int(k) for k in numbers.split()}))
        return past


class Search:
    """Who notices a mutant: the function that noticed the one before, else all in which it differs, the quick ones first."""

    def __init__(self, house):
        tests = [t for room in house.rooms for t in TESTS[room]]
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            self.past = [p for past in pool.map(house.look, tests) for p in past]
        self.house, self.last = house, {}

    def passed(self, k):
        return [p for p in self.past if k in p[3]]

    def noticed(self, k):
        where = self.house.names[k].split(":")[0]
        here = self.passed(k)
        for test, name in self.last.get(where, [])[:3]:
            if any(p[:2] == (test, name) for p in here) and self.house.run(test, k, [name]):
                return f"{test}: {name}"
        here.sort(key=lambda p: p[2])
        for some in (here[:20], here[20:]):
            for test in dict.fromkeys(p[0] for p in some):
                wanted = [p for p in some if p[0] == test]
                name = self.house.run(test, k, [p[1] for p in wanted], seconds=120 + 20 * sum(p[2] for p in wanted))
                if name:
                    self.last.setdefault(where, []).insert(0, (test, name))
                    return f"{test}: {name}"
        return None


def listed():
    """name → reason"""
    with open(f"{ROOT}/tests/tools/mutants.txt", encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if line.strip() and not line.startswith("#")]
    return {name: why for name, why in rows}


def done_before():
    """The names that an earlier run noticed."""
    path = os.environ.get("DONE")
    if not path:
        return set()
    with open(path, encoding="utf-8") as f:
        lines = [line.rstrip("\n").partition(": ") for line in f]
    return {name for by, _, name in lines if by == "noticed"}


def main():
    wanted = [w for w in sys.argv[1:] if w]
    part, parts = (int(n) for n in os.environ.get("SHARD", "1/1").split("/"))
    excused = listed()
    survived, forgiven, dead = [], 0, []
    with tempfile.TemporaryDirectory() as out:
        house = House(out, list(TESTS))
        chosen = [k for k, n in enumerate(house.names) if not wanted or any(w in n for w in wanted)][part - 1::parts]
        before = done_before()
        again = [k for k in chosen if house.names[k] not in before]
        files = {house.names[k].split("/")[0] for k in again}
        house.rooms = ["core", *["agent"] * bool(files & set(AGENT)), *["git"] * ("source_git" in files)]
        search = Search(house)
        print(f"{len(again)} checks to remove", flush=True)
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            for k, by in zip(again, pool.map(search.noticed, again)):
                name = house.names[k]
                if by is None and name in excused:
                    forgiven += 1
                elif by is None:
                    survived.append(name)
                    passed = search.passed(k)
                    print(f"not noticed: {name}{'' if passed else ' (it differs in no test)'}", flush=True)
                elif name in excused:
                    dead.append(name)
                if os.environ.get("VERBOSE"):
                    print(f"noticed: {name}\n    by {by}" if by else f"survives: {name}", flush=True)
    stale = [n for n in excused if n not in house.names]
    for n in stale:
        print(f"mutants.txt lists what is no check any more: {n}")
    for n in dead:
        print(f"mutants.txt excuses what is noticed: {n}")
    if forgiven:
        print(f"{forgiven} cannot be noticed, see tests/tools/mutants.txt")
    print(f"{len(chosen) - forgiven - len(survived)} of {len(chosen) - forgiven} removed checks noticed")
    sys.exit(bool(survived or stale or dead))


main()
