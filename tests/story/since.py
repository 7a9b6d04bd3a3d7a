#!/usr/bin/env python3
"""since.py REPO N: makes N commits of random edits and compares `check --since` with the full check of the changed files, and what the
hook says of each with the errors that the full check has after it and had not before.

The same arguments make the same edits. Every kind of edit comes at least twice in 20.
"""
import collections
import json
import pathlib
import random
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
ROUNDS = int(sys.argv[2])
r = random.Random(20)
kinds = set()
judged = collections.Counter()


def git(*words):
    return subprocess.run(["git", "-C", ROOT, *words], check=True, capture_output=True, text=True).stdout


def check(*words):
    """The findings, in their order, and the summary."""
    got = subprocess.run(["tong-publish", "check", "--repo", ROOT, "--path", "", "--json", *words], capture_output=True, text=True)
    if got.returncode not in (0, 1):
        sys.exit(f"check {words}: exit {got.returncode}: {got.stderr}")
    return json.loads(got.stdout)


# ---- edits ----

def some(pattern):
    return r.choice(sorted(ROOT.glob(pattern)))


def change(path, *pairs):
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    for old, new in pairs:
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8", errors="surrogateescape")


def head_line(path, line):
    """A line in the front matter, instead of the one with the same key."""
    lines, key = path.read_text(encoding="utf-8", errors="surrogateescape").split("\n"), line.split(":")[0] + ":"
    lines = [x for x in lines if not x.startswith(key)]
    path.write_text("\n".join(lines[:1] + [line] + lines[1:]), encoding="utf-8", errors="surrogateescape")


def name_of(path):
    return next((x[6:] for x in path.read_text(encoding="utf-8", errors="surrogateescape").split("\n") if x.startswith("name: ")), "无名")


def same_name():
    head_line(some("items/*/*.md"), "name: " + name_of(some("items/*/*.md")))


def alias():
    code = r.choice([some("items/*/*.md").stem, "512099999999", "512099999999"])
    head_line(some("items/*/*.md"), f'aliases: [{{system: national-12, code: "{code}"}}]')


def state():
    head_line(some("items/*/*.md"), f'state: "{r.choice("123")}"')


def visits():
    head_line(some("items/*/*.md"), f"visits: {r.randrange(4)}")


def bad_reference():
    change(some("items/*/*.md"), ("material: m0", "material: x0"), ("law: law", "law: nolaw"), ("themes: [p", "themes: [q"))


def links():
    path = some("items/*/*.md")
    path.write_text(path.read_text(encoding="utf-8", errors="surrogateescape") +
                    f"\n[甲](/items/{some('items/*/*.md').stem}/) [乙](/items/512088888888/) [丙](/laws/law01/) [丁](/laws/law99/) "
                    "[戊](/notices/n1/) [己](/notices/n2/) [庚](/licences/none/)\n",
                    encoding="utf-8", errors="surrogateescape")


def words():
    change(some("items/*/*.md"), ("## 办理流程", "## 办理过程"), ("- ", "- 待补充,请填写"))


def replaced():
    gone = [p.stem for p in sorted(ROOT.glob("items/*/*.md")) if b'state: "3"' in p.read_bytes()] + ["512099999999"]
    head_line(some("items/*/*.md"), f'replaces: ["{r.choice(gone)}", "512077777777"]')


def pair():
    """A cancelled item names its successor, which may or may not name it."""
    old, new = some("items/*/*.md"), some("items/*/*.md")
    head_line(old, 'state: "3"')
    head_line(old, f'replaced_by: ["{new.stem}"]')
    if r.random() < 0.5:
        head_line(new, f'replaces: ["{old.stem}"]')


def promise():
    """The province's own promise gets shorter: what a region promises may then be too long."""
    head_line(some("items/*/*.md"), f'limit_promised: {{days: {r.randrange(1, 9)}, unit: "1"}}')


def broken_yaml():
    change(some("items/*/*.md"), ("served: [", "served: [["))


def not_utf8():
    with some("items/*/*.md").open("ab") as f:
        f.write(b"\xff\xfe\n")


def remove():
    some("items/*/*.md").unlink()


def come_back():
    """A code that was given up returns under another name."""
    gone = git("log", "--diff-filter=D", "--name-only", "--format=", "--", "items").split()
    if gone:
        (ROOT / gone[0]).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / gone[0]).write_text(some("items/*/*.md").read_text(encoding="utf-8", errors="replace"), encoding="utf-8")
    else:
        remove()


def twice():
    path = some("items/*/*.md")
    other = ROOT / "items" / ("01" if path.parent.name != "01" else "20") / path.name
    other.parent.mkdir(parents=True, exist_ok=True)
    other.write_bytes(path.read_bytes())


def cell(column, value):
    path = some("local/*/items.csv")
    lines = path.read_text(encoding="utf-8").split("\n")
    at, row = lines[0].split(",").index(column), r.randrange(1, len(lines) - 1)
    cells = lines[row].split(",")
    cells[at] = value
    lines[row] = ",".join(cells)
    path.write_text("\n".join(lines), encoding="utf-8")


def limits():
    """The same item promised differently in every region: siblings disagree."""
    for path in sorted(ROOT.glob("local/*/items.csv")):
        if r.random() < 0.6:
            lines = path.read_text(encoding="utf-8").split("\n")
            days, unit = (lines[0].split(",").index(c) for c in ("limit_promised_days", "limit_promised_unit"))
            for i in range(1, len(lines) - 1):
                cells = lines[i].split(",")
                cells[days], cells[unit] = str(r.randrange(1, 50)), "1"
                if r.random() < 0.2:
                    lines[i] = ",".join(cells)
            path.write_text("\n".join(lines), encoding="utf-8")


def local():
    cell(*r.choice([("published_name", "别的名称"), ("item", "512088888888"), ("agency", "nobody"), ("hall", "nohall"), ("visits", "9"),
                    ("phone", "12"), ("published_code", "x"), ("limit_promised_days", "many")]))


def hall():
    change(some("local/*/halls.yaml"), ("样例大厅", "大厅"), ("id: w1,", "id: w0,"))


def nowhere():
    path = ROOT / "local/999999/halls.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"halls:\n  - id: main\n    name: 大厅{r.randrange(99)}\n", encoding="utf-8")


def law():
    head_line(some("laws/*.yaml"), f"state: {r.choice(['有效', '已废止', '不知'])}")


def tables():
    name = r.choice(["regions.csv", "agencies.csv", "themes.yaml", "catalogue.yaml"])
    change(ROOT / name, {"regions.csv": (",市,", ",市1,"), "agencies.csv": ("510000-01", "510000-02"), "themes.yaml": ("id: p02", "id: p01"),
                         "catalogue.yaml": ("format: 1", "format: 2")}[name])


def materials():
    change(ROOT / "materials.yaml", ("（合成1）", "（合成2）"), ("id: m0005", "id: m0006"))


def waiver():
    path = ROOT / "waivers.csv"
    if not path.exists():
        path.write_text("rule,subject,reason,author,until\n", encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8") + r.choice(["item-name-twice,*", "visits-reason,*", "law-unchecked,none", "no-rule,x"]) +
                    ",测试,editor,2099-12-31\n", encoding="utf-8")


def notice():
    path = ROOT / "notices/n1.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(r.choice([f"没有字段{r.randrange(99)}\n", "---\ntitle: 通知\ndate: \"2026-01-31\"\n---\n\n"
                              f"[一](/items/{some('items/*/*.md').stem}/) [二](/agencies/none/) **三：**四{r.randrange(99)}\n"]),
                    encoding="utf-8")


def scope():
    """Everyone may do everything; the row behind it has its form or not."""
    (ROOT / "scope.csv").write_text(f"path,author,note\n*,*,\n{r.choice(['*', '/x', 'local/*'])},{r.choice(['*', 'a b', '@x.cn'])},"
                                    f"{r.randrange(99)}\n", encoding="utf-8")


def strange():
    (ROOT / "items" / f"note{r.randrange(99)}.txt").write_text("?\n", encoding="utf-8")


EDITS = [same_name, alias, state, visits, bad_reference, links, words, replaced, broken_yaml, not_utf8, remove, come_back, twice, limits,
         local, hall, nowhere, law, tables, materials, waiver, notice, strange,
         pair, promise, scope]


# Edits of items, tables, halls and notices.
NEAR = [same_name, alias, state, visits, bad_reference, links, words, replaced, broken_yaml, remove, come_back, twice, limits, local, hall,
        notice, pair, promise, promise]


# ---- comparing ----

def compare(what, got, full, changed):
    wanted = [f for f in full if f["file"] in changed]
    kinds.update(f["rule"] for f in wanted)
    if got["findings"] != wanted:
        for f in wanted:
            if f not in got["findings"]:
                print("missing", json.dumps(f, ensure_ascii=False))
        for f in got["findings"]:
            if f not in wanted:
                print("too much", json.dumps(f, ensure_ascii=False))
        sys.exit(f"{what}: {len(got['findings'])} findings, wanted {len(wanted)}")
    errors = sum(f["severity"] == "error" and not f["waived"] for f in wanted)
    if got["summary"]["errors"] != errors:
        sys.exit(f"{what}: {got['summary']['errors']} errors, wanted {errors}")


def errors(findings):
    return collections.Counter((f["file"], f["rule"], f["subject"], f["element"], f["found"], f["wanted"])
                               for f in findings if f["severity"] == "error" and not f["waived"])


def gate(what, before, after):
    """The hook lets a commit pass, or names as many new errors as there are, and the first of them at their places."""
    if any(f["file"] == "scope.csv" for f in before + after):
        return   # a scope file that cannot be read closes the gate before any rule is asked
    fresh = errors(after) - errors(before)
    said = subprocess.run(["tong-publish", "hook", "update", "--repo", ROOT, "--path", "", "--lang", "zh", "refs/heads/main",
                           git("rev-parse", "HEAD~1").strip(), git("rev-parse", "HEAD").strip()], capture_output=True, text=True)
    count = re.search(r"这次修改有 (\d+) 处", said.stderr)
    count = int(count.group(1)) if count else 0
    places = re.findall(r"^([^ :]+)(?::\d+)*\n    .*\n    怎么改：.*（规则 ([a-z-]+)，", said.stderr, re.M)
    wanted = collections.Counter((file, rule) for file, rule, *_ in fresh.elements())
    if said.returncode != bool(fresh) or count != fresh.total() or len(places) != min(count, 20) or collections.Counter(places) - wanted:
        sys.exit(f"{what}: exit {said.returncode}, {count} errors {places}; wanted {fresh.total()}: {wanted}\n{said.stderr}")
    judged[bool(fresh)] += 1


def main():
    order, before = [], check()["findings"]
    for n in range(ROUNDS):
        for _ in range(2 + n % 3):
            order = order or r.sample(EDITS, len(EDITS))
            order.pop()()
        full = check("--worktree")["findings"]
        git("add", "-A")
        changed = set(git("diff", "--cached", "--name-only", "--no-renames", "HEAD").split())
        compare(f"edit {n}, on disk", check("--worktree", "--since", "HEAD"), full, changed)
        git("commit", "-q", "--allow-empty", "-m", f"edit {n}")
        full = check()["findings"]
        compare(f"edit {n}", check("--since", "HEAD~1"), full, changed)
        gate(f"edit {n}", before, full)
        before = full
        changed = set(git("diff", "--name-only", "--no-renames", f"HEAD~{min(n, 4) + 1}", "HEAD").split())
        if n % 4 == 0:
            (ROOT / ".git/tong/heads2").unlink(missing_ok=True)
        compare(f"edits up to {n}", check("--since", f"HEAD~{min(n, 4) + 1}"), full, changed)
    (ROOT / "scope.csv").unlink(missing_ok=True)
    for n in range(2 * ROUNDS):   # one edit alone: what the hook takes its short way for
        r.choice(NEAR)()
        git("add", "-A")
        git("commit", "-q", "--allow-empty", "-m", f"one edit {n}")
        full = check()["findings"]
        gate(f"one edit {n}", before, full)
        before = full
    print(f"the hook let {judged[False]} pass and refused {judged[True]}")
    print(f"{len(kinds)} kinds of findings: {' '.join(sorted(kinds))}")


main()
