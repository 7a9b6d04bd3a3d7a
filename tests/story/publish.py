#!/usr/bin/env python3
"""publish.py REPO LOOK DIR N: makes N commits of random edits and publishes each; the folder is always that of a full build, byte for byte,
and the files that were rewritten are exactly those that differ. After every kind of edit has come
once they come at random. The same arguments make the same edits.
"""
import filecmp
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

ROOT, LOOK, DIR = (pathlib.Path(x) for x in sys.argv[1:4])
ROUNDS = int(sys.argv[4])
SITE = DIR / "site"
r = random.Random(7)
day = 0       # on which the next commit is made, counted from today: an edit may be of the next day


def git(*words):
    date = time.strftime("%Y-%m-%dT12:00:00Z", time.gmtime(time.time() + day * 86400))
    return subprocess.run(["git", "-C", ROOT, *words], check=True, capture_output=True, text=True,
                          env={**os.environ, "GIT_COMMITTER_DATE": date}).stdout


def publish(out, *more):
    return subprocess.run(["tong-publish", "site", "--repo", ROOT, "--path", "", "--site", LOOK, "--out", out, "--verbose", *more],
                         capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})


# ---- edits ----

def some(pattern):
    return r.choice(sorted(ROOT.glob(pattern)))


def text_of(path):
    return path.read_text(encoding="utf-8")


def change(path, old, new):
    path.write_text(text_of(path).replace(old, new, 1), encoding="utf-8")


def head_line(path, line):
    """A line in the front matter, instead of the one with the same key."""
    lines, key = text_of(path).split("\n"), line.split(":")[0] + ":"
    lines = [x for x in lines if not x.startswith(key)]
    path.write_text("\n".join(lines[:1] + [line] + lines[1:]), encoding="utf-8")


def words():
    change(some("items/*/*.md"), "## 受理条件\n", f"## 受理条件\n\n- 第{r.randrange(10**6)}条件。\n")


def name():
    head_line(some("items/*/*.md"), f"name: 改名事项{r.randrange(10**6)}")


def two_items():
    words()
    words()


def next_day():
    global day
    day += 1
    words()


def faq():
    path = some("items/*/*.md")
    path.write_text(text_of(path).split("\n## 常见问题\n")[0].rstrip("\n") + f"\n\n## 常见问题\n\n### 要多久？{r.randrange(10**6)}\n\n不久。\n",
                    encoding="utf-8")


def legal_days():
    """Regions count them."""
    head_line(some("items/*/*.md"), f'limit_statutory: {{days: {r.randrange(30, 90)}, unit: "1"}}')


def replaces():
    gone = git("log", "--diff-filter=D", "--name-only", "--format=", "--", "items").split()
    head_line(some("items/*/*.md"), f'replaces: ["{pathlib.Path(gone[0]).stem if gone else "510000000000"}"]')


def retired_alias():
    """An alias goes."""
    path = r.choice([p for p in sorted(ROOT.glob("items/*/*.md")) if "\naliases:" in text_of(p)] or [some("items/*/*.md")])
    path.write_text("\n".join(x for x in text_of(path).split("\n") if not x.startswith("aliases:")), encoding="utf-8")


def days():
    head_line(some("items/*/*.md"), f'limit_promised: {{days: {r.randrange(1, 30)}, unit: "1"}}')


def visits():
    head_line(some("items/*/*.md"), f"visits: {r.randrange(3)}")


def theme():
    head_line(some("items/*/*.md"), f"themes: [p{r.randrange(1, 30):02}]")


def alias():
    head_line(some("items/*/*.md"), f'aliases: [{{system: national-12, code: "51209999{r.randrange(10**4):04}"}}]')


def material():
    path = some("items/*/*.md")
    first = text_of(path).split("material: m", 1)[1][:4]
    change(path, "material: m" + first, f"material: m{r.randrange(1, 400):04}")


def law_of_item():
    path = some("items/*/*.md")
    law = text_of(path).split("law: ", 1)[1][:5]
    change(path, "law: " + law, f"law: law{r.randrange(40):02}")


def new_item():
    """Another code; the text is that of an item which is there."""
    path = some("items/*/*.md")
    code = f"{path.stem[:4]}98{r.randrange(1000):03}000"
    text = text_of(path).replace(path.stem, code)
    (path.parent / f"{code}.md").write_text(text, encoding="utf-8")
    head_line(path.parent / f"{code}.md", f"name: 新事项{code}")


def unlist(code):
    for table in ROOT.glob("local/*/items.csv"):
        rows = text_of(table).split("\n")
        table.write_text("\n".join(x for x in rows if not x.startswith(code + ",")), encoding="utf-8")


def remove_item():
    path = some("items/*/*.md")
    path.unlink()
    unlist(path.stem)


def rename_item():
    """The file gets another code; the region's rows follow."""
    path = some("items/*/*.md")
    code = f"{path.stem[:4]}97{r.randrange(1000):03}000"
    (path.parent / f"{code}.md").write_text(text_of(path).replace(path.stem, code), encoding="utf-8")
    path.unlink()
    for table in ROOT.glob("local/*/items.csv"):
        rows = text_of(table).rstrip("\n").split("\n")
        rows = [x.replace(path.stem, code, 1) if x.startswith(path.stem + ",") else x for x in rows]
        table.write_text("\n".join(rows[:1] + sorted(rows[1:])) + "\n", encoding="utf-8")


def listing():
    change(some("local/*/items.csv"), "合成市合成区", f"合成市合成{r.randrange(100)}区")


def unlisting():
    table = some("local/*/items.csv")
    rows = text_of(table).split("\n")
    del rows[r.randrange(1, len(rows) - 1)]
    table.write_text("\n".join(rows), encoding="utf-8")


def hall():
    change(some("local/*/halls.yaml"), "name: 样例大厅", f"name: 样例{r.randrange(100)}大厅")


def remove_region():
    shutil.rmtree(some("local/*"))


def region_name():
    change(ROOT / "regions.csv", "成都市", f"成都{r.randrange(10)}市")


def law_text():
    path = some("laws/*.yaml")
    change(path, "title: ", f"title: 新{r.randrange(100)}")


def material_name():
    change(ROOT / "materials.yaml", f"（合成{r.randrange(1, 300)}）", f"（合成改{r.randrange(100)}）")


def agency():
    change(ROOT / "agencies.csv", f"合成局{r.randrange(1, 39)},", f"合成的局{r.randrange(100)},")


def notice():
    (ROOT / "notices").mkdir(exist_ok=True)
    (ROOT / f"notices/n{r.randrange(3)}.md").write_text(
        f'---\ntitle: 通知{r.randrange(100)}\ndate: "2026-01-31"\n---\n\n正文{r.randrange(100)}。\n', encoding="utf-8")


def title():
    head_line(ROOT / "catalogue.yaml", f"notice: 合成数据{r.randrange(100)}，不是真实事项。")
    text = text_of(ROOT / "catalogue.yaml").split("\n")
    (ROOT / "catalogue.yaml").write_text("\n".join(text[1:2] + text[:1] + text[2:]), encoding="utf-8")


def synonym():
    table = ROOT / "synonyms.csv"
    text = text_of(table) if table.exists() else "said,meant,note\n"
    table.write_text(text + f"怎么弄{r.randrange(10**4):04},,\n", encoding="utf-8")


def place_name():
    """A name in another language: of a region, or of an agency or a law."""
    table = ROOT / "lang/en/names.csv"
    if r.randrange(2) and "law," not in text_of(table):
        law = some("laws/*.yaml")
        title = text_of(law).split("title: ", 1)[1].split("\n")[0].strip('"')
        rows = text_of(table).rstrip("\n").split("\n") + [f"law,{law.stem},title,A law {r.randrange(100)},{title},test,,"]
        table.write_text("\n".join(rows[:1] + sorted(rows[1:])) + "\n", encoding="utf-8")
    else:
        change(table, "Chengdu", f"Chengdu{r.randrange(100)}")


def translated_item():
    path = some("items/*/*.md")
    words = f"English {r.randrange(10**4)}"
    (ROOT / f"lang/en/items/{path.stem}.md").write_text(f"---\nof: AAAA-AAAA\nsource: test\nname: {words}\n---\n", encoding="utf-8")


def words_of_a_translated_item():
    """The translation is out of date then, or in date again."""
    texts = sorted(ROOT.glob("lang/en/items/*.md"))
    if texts:
        path = next(ROOT.glob(f"items/*/{r.choice(texts).name}"), some("items/*/*.md"))
        change(path, "## 受理条件\n", f"## 受理条件\n\n- 第{r.randrange(10**6)}条件。\n")


def string_in_a_language():
    path = LOOK / "strings/en.json"
    change(path, '"Home"', '"Home page"') if '"Home"' in text_of(path) else change(path, '"Home page"', '"Home"')


def languages():
    """The other language goes, with its words; and comes again."""
    path, words, kept = ROOT / "catalogue.yaml", ROOT / "lang", DIR / "lang-kept"
    if words.exists():
        shutil.move(words, kept)
        change(path, "[zh-CN, en]", "[zh-CN]")
    else:
        shutil.move(kept, words)
        change(path, "[zh-CN]", "[zh-CN, en]")


def beside():
    (ROOT / "README.md").write_text(f"{r.random()}\n", encoding="utf-8")


def template():
    path = r.choice(sorted((LOOK / "templates").glob("*")))
    path.write_text(text_of(path) + "<!-- -->\n", encoding="utf-8")


def string():
    path = LOOK / "strings/zh-CN.json"
    change(path, "首页", "首 页") if "首页" in text_of(path) else change(path, "首 页", "首页")


def style():
    path = sorted(LOOK.rglob("*.css"))[0]
    path.write_text(text_of(path) + f"\n.x{r.randrange(100)} {{ color: red }}\n", encoding="utf-8")


EDITS = [words, name, two_items, next_day, faq, days, legal_days, visits, theme, alias, retired_alias, material, law_of_item, new_item,
         remove_item, replaces, rename_item, listing, unlisting, hall, synonym, place_name, translated_item, words_of_a_translated_item,
         string_in_a_language, languages, languages, remove_region, region_name, law_text,
         material_name, agency, notice, title, beside, template, string, style]

# These are published from the layers of the last time: little more than the changed items is read.
SMALL = {words, name, two_items, next_day, faq, days, visits, theme, material, law_of_item, replaces, words_of_a_translated_item, beside}


# ---- comparing ----

def files(top):
    """path -> (inode, time of change of its bytes)"""
    out = {}
    for folder, _, names in os.walk(top):
        for n in names:
            path = os.path.join(folder, n)
            st = os.lstat(path)
            out[os.path.relpath(path, top)] = (st.st_ino, st.st_mtime_ns)
    return out


def same_bytes(a, b):
    return filecmp.cmp(a, b, shallow=False)


def check(edit, before, copy):
    full = DIR / "full"
    shutil.rmtree(full, ignore_errors=True)
    shutil.rmtree(DIR / ".full.tong", ignore_errors=True)
    got = publish(full, "--once")
    if got.returncode:
        sys.exit(f"{edit}: the full build fails: {got.stderr}")
    now, wanted = files(SITE), files(full)
    if set(now) != set(wanted):
        sys.exit(f"{edit}: other files: {sorted(set(now) ^ set(wanted))[:8]}")
    wrong = [f for f in now if not same_bytes(SITE / f, full / f)]
    if wrong:
        sys.exit(f"{edit}: other bytes: {sorted(wrong)[:8]}")
    rewritten = {f for f in now if now[f] != before.get(f)}
    differ = {f for f in now if f not in before or not same_bytes(copy / f, SITE / f)}
    if rewritten != differ:
        sys.exit(f"{edit}: rewritten {sorted(rewritten - differ)[:8]}, not {sorted(differ - rewritten)[:8]}")
    return len(differ)


def one(edit):
    copy = DIR / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(SITE, copy)
    before = files(SITE)
    look = DIR / "look-before"
    shutil.rmtree(look, ignore_errors=True)
    shutil.copytree(LOOK, look)
    edit()
    git("add", "-A")
    git("commit", "-q", "--allow-empty", "-m", edit.__name__)
    got = publish(SITE)
    if got.returncode == 1:   # the check refuses it: nothing may have moved
        if files(SITE) != before:
            sys.exit(f"{edit.__name__}: refused, and the site moved")
        git("reset", "-q", "--hard", "HEAD~1")
        return None
    if got.returncode:
        sys.exit(f"{edit.__name__}: exit {got.returncode}: {got.stderr}")
    if edit in SMALL and "layers of the last publish" not in got.stderr:
        sys.exit(f"{edit.__name__}: everything was read")
    return check(edit.__name__, before, copy)


def main():
    got = publish(SITE)
    if got.returncode:
        sys.exit(f"the first publish: exit {got.returncode}: {got.stderr}")
    for n in range(ROUNDS):
        edit = EDITS[n] if n < len(EDITS) else r.choice(EDITS)
        for attempt in range(6):
            wrote = one(edit)
            if wrote is not None:
                break
        print(f"{edit.__name__}: {'refused' if wrote is None else f'{wrote} files'}", flush=True)
        if wrote is None:
            sys.exit(f"{edit.__name__}: always refused")


main()
