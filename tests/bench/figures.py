#!/usr/bin/env python3
"""Writes docs/figures.md, its plots and the tables in the READMEs from tests/bench/results; they say nothing that is not in those files.

    figures.py keep    takes the results that `make bench` left in build/bench into tests/bench/results, then writes
    figures.py         writes the page, the tables and the plots
    figures.py check   tells whether they are what these results give; exit code 1 if not

Plots are drawn by gnuplot from the series of tests/bench/scale.py.
"""
import json
import pathlib
import shutil
import subprocess
import sys

from results import O, ROOT

KEPT = ROOT / "tests/bench/results"
PAGE = ROOT / "docs/figures.md"
PLOTS = ROOT / "docs/figures"
MB, GB = 10**6, 10**9
ORDER = {
    "road": "The main road, on this repository's own catalogue",
    "pages": "Publishing a synthetic province, beside a bare C loop, Hugo and Eleventy",
    "serve": "Serving, beside nginx",
    "transport": "Releases on the road, beside rsync, Git, OSTree, casync, zsync and a tar",
    "search": "Search",
    "check": "Checking commits", "editing": "Editing", "history": "History",
    "collector": "Reports of many nodes", "nodes": "Many nodes at once",
    "scale": "Growth",
}
# What the READMEs show: the bench, a part of a row's name, what it is called in each.
HEADLINES = [
    ("road", "one item changed", "one item changes: all bytes over the wire, signed metadata included", "改一个事项：线路上的全部字节，含签名元数据"),
    ("road", "nothing changed", "nothing changed", "没有变化"),
    ("road", "a new node", "a new county node", "新建一个县级节点"),
    ("transport", "one item: IP bytes", "one item of a synthetic province of 3,000 × 205: IP bytes to the node", "合成省份（3,000 × 205）改一个事项：到节点的 IP 字节"),
    ("transport", "a new node: IP bytes", "a new node of that province", "该省份的一个新节点"),
    ("pages", "publish", "publishing, time beside a bare C loop that writes the same files", "发布：时间与只写同样文件的 C 循环相比"),
    ("pages", "peak memory", "its peak memory", "其内存峰值"),
    ("pages", "the same / Hugo", "its pages per CPU-second beside Hugo", "每 CPU 秒的网页数与 Hugo 相比"),
    ("pages", "the same / Eleventy", "beside Eleventy", "与 Eleventy 相比"),
    ("pages", "one item's text", "published again after one item changed", "改一个事项后再次发布"),
    ("check", "check of everything: time", "`check` of a synthetic province, 3,000 items × 205 regions", "`check` 合成省份：3,000 个事项 × 205 个地区"),
    ("serve", "guides as gzip: requests", "a node's cached guides, requests per CPU-second beside nginx", "节点缓存的指南：每 CPU 秒请求数与 nginx 相比"),
    ("serve", "a guide asked for the first time", "a guide rendered for the first time, CPU", "首次生成一份指南的 CPU"),
    ("serve", "resident memory", "the node's memory, 3,000 items and one region", "节点内存：3,000 个事项和一个地区"),
    ("serve", "from the start", "from its start to the first guide", "从启动到给出第一份指南"),
    ("search", "99 of 100", "asking a node: 99 of 100 queries within", "向节点查询：100 次中 99 次在此之内"),
    ("nodes", "a new node, the whole release: done", "183 counties at one upstream at once, all of them new", "183 个新区县同时连一个上级"),
    ("nodes", "one item changed: CPU", "one item changed: CPU of the upstream for each of them", "改一个事项：上级为每个区县所用的 CPU"),
    ("collector", "feedbacks", "10,000 feedbacks and 10,000 attestations, the collector killed ten times", "1 万条反馈和 1 万条证明，收集者被杀十次"),
]
READMES = [(ROOT / "README.md", 2, "| what | figure | goal |"), (ROOT / "README.zh-CN.md", 3, "| 项目 | 数值 | 目标 |")]
BEGIN, END = "<!-- make figures writes what follows -->\n", "<!-- so far -->\n"
# file: title, name of the x axis, name of the y axis, how much one unit of y is, [(bench's series, curve, label)]
CHARTS = {
    "time-items": ("CPU time against items", "items", "CPU seconds", 1,
                   [("items", "site_cpu", "publish the site"), ("items", "release_cpu", "sign a release"), ("items", "sync_cpu", "first sync")]),
    "time-regions": ("CPU time against regions", "regions", "CPU seconds", 1,
                     [("regions", "site_cpu", "publish the site"), ("regions", "release_cpu", "sign a release"), ("regions", "sync_cpu", "first sync")]),
    "memory-items": ("Peak memory against items", "items", "MB", 1,
                     [("items", "site_mb", "publish the site"), ("items", "release_mb", "sign a release"), ("items", "sync_mb", "first sync")]),
    "memory-regions": ("Peak memory against regions", "regions", "MB", 1,
                       [("regions", "site_mb", "publish the site"), ("regions", "release_mb", "sign a release"), ("regions", "sync_mb", "first sync")]),
    "bytes-items": ("Bytes against items", "items", "MB", MB, [("items", "release_bytes", "repository"), ("items", "sync_bytes", "first sync of a county")]),
    "bytes-regions": ("Bytes against regions", "regions", "MB", MB, [("regions", "release_bytes", "repository"), ("regions", "sync_bytes", "first sync of a county")]),
    "behind": ("Bytes of a sync against versions missed", "versions behind, 1 % of the items each", "kB", 1000, [("versions", "bytes_behind", "changesets")]),
    "year-bytes": ("A year of daily releases: bytes to one node", "day", "MB", MB, [("year", "bytes_total", "all syncs so far")]),
    "year-store": ("A year of daily releases: what is kept", "day", "MB", MB, [("year", "store", "the node's store"), ("year", "repository", "the repository")]),
    "year-cpu": ("A year of daily releases: CPU time of a release", "day", "CPU seconds", 1, [("year", "release_cpu", "one release")]),
}


def load():
    found = {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in sorted(KEPT.glob("*.json"))}
    unknown = set(found) - set(ORDER)
    if unknown:
        sys.exit(f"figures: no heading for the results of {', '.join(sorted(unknown))}: add one to ORDER in tests/bench/figures.py")
    return {name: found[name] for name in ORDER if name in found}


# ---- plots ----

def draw(name, series):
    title, x, y, unit, curves = CHARTS[name]
    blocks, plots = [], []
    for n, (of, key, label) in enumerate(curves):
        blocks.append(f"$d{n} << END\n" + "\n".join(f"{a} {b / unit:.6g}" for a, b in series[of][key]) + "\nEND")
        style = "lines" if len(series[of][key]) > 20 else "linespoints pt 7 ps 0.6"
        plots.append(f"$d{n} with {style} lw 2 lc rgb '{['#1d5fa8', '#b4451f', '#3f7d3a'][n]}' title \"{label}\"")
    script = "\n".join(["set terminal svg size 560,360 font 'sans-serif,13' background '#ffffff'", f"set title '{title}'", f"set xlabel '{x}'",
                        f"set ylabel '{y}'", "set xrange [0:*]", "set yrange [0:*]", "set grid lc rgb '#dddddd'", "set key below", "set border 3", "set tics nomirror",
                        *blocks, "plot " + ", ".join(plots)]) + "\n"
    made = subprocess.run(["gnuplot"], input=script, capture_output=True, text=True, check=True).stdout
    (PLOTS / f"{name}.svg").write_text(made, encoding="utf-8")


# ---- the page ----

def head(result):
    m, load_ = result["machine"], result["load"]
    return (f"`{result['command']}`, {result['date']}, commit {result['commit'] or 'unknown'}; {m['processors']} × {m['processor']}, {m['memory']}, "
            f"{m['system']}; load {load_['before']} before, {load_['after']} after.")


def line(name, r):
    cells = [name, r["figure"] if r["ok"] else f"**{r['figure']}**", "" if r["bar"] == "shown" else r["bar"]]
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def table(result):
    return ["| what | figure | goal |", "|---|---|---|", *(line(r["name"].replace("  ", "&ensp;", 1), r) for r in result["rows"])]


def headlines(results, label, title):
    """The rows of HEADLINES that were measured, for one README."""
    lines = [title, "|---|---|---|"]
    for shown in HEADLINES:
        rows = [r for r in results.get(shown[0], {"rows": []})["rows"] if shown[1] in r["name"]]
        if not rows and shown[0] in results:
            sys.exit(f"figures: {shown[0]} has no row with \"{shown[1]}\"")
        lines += [line(shown[label], r) for r in rows[:1]]
    return "\n".join(lines) + "\n"


def readme(path, results, label, title):
    """The README with its table as these results give it."""
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    return before + BEGIN + headlines(results, label, title) + END + rest.split(END, 1)[1]


def peers(result):
    """Bytes and seconds of everyone, from what transport.py kept."""
    cases = result["figures"]
    names = [n for n in next(iter(cases.values())) if n != "bad link"]
    cell = lambda t: f"{t['down']:,} B" if isinstance(t, dict) else "–"
    lines = ["", "IP bytes towards the client:", "", "| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    lines += ["| " + " | ".join([case, *(cell(got.get(n)) for n in names)]) + " |" for case, got in cases.items() if names[0] in got]
    slow = {case: got["bad link"] for case, got in cases.items() if "bad link" in got}
    if slow:
        names = list(next(iter(slow.values())))
        lines += ["", "Seconds on the bad link:", "", "| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
        lines += ["| " + " | ".join([case, *(f"{got[n]:.1f}" if got.get(n) else "–" for n in names)]) + " |" for case, got in slow.items()]
    return lines


def much(n):
    return f"{n / GB:,.1f} GB" if n >= GB else f"{n / MB:,.1f} MB" if n >= MB else f"{n / 1000:,.0f} kB"


def on_paper(result):
    """What nodes cost their origin a day, reckoned from the measured bytes."""
    cost = {case: got["tong https"]["down"] for case, got in result["figures"].items() if "tong https" in got}
    polls = 24
    quiet, busy, new = polls * cost["none"], (polls - 1) * cost["none"] + cost["percent"], cost["new"]
    lines = ["", "## On paper: 3,300 and 50,000 nodes", "",
             f"Reckoned, not measured, from the bytes over HTTPS above. A node asks once an hour ({cost['none']:,} B each time); a quiet day brings nothing, a busy "
             f"one a change of 1 % of the items ({cost['percent']:,} B more), and a new node costs {much(new)}. With relays, the 21 cities ask the origin and "
             "hand on to their counties, these to townships and villages: a relay of a city has 157 nodes below it at 3,300, 2,381 at 50,000, when all ask it "
             "directly. How it is set up: [scale.md](scale.md).", "",
             "| | 205 nodes | 3,300 nodes | 50,000 nodes |", "|---|---|---|---|"]
    sizes = (205, 3300, 50000)
    rows = [("origin, a quiet day", [n * quiet for n in sizes]), ("origin, a busy day", [n * busy for n in sizes]),
            ("origin behind 21 city relays, a busy day", [21 * busy] * 3), ("one city relay, a busy day", [n / 21 * busy for n in sizes]),
            ("all nodes new, once", [n * new for n in sizes]), ("the same through 21 relays: the origin's part", [21 * new] * 3)]
    lines += [f"| {name} | " + " | ".join(much(v) for v in values) + " |" for name, values in rows]
    lines += [f"| requests a second at the origin, even over the hour | " + " | ".join(f"{n / 3600:.2f}" for n in sizes) + " |"]
    return lines


def growth(result):
    lines = ["", "Each point is one run of `make bench T=bench/scale SCALE_FULL=1`; `make figures` draws the plots from tests/bench/results/scale.json.", ""]
    return lines + [f"![{CHARTS[name][0]}](figures/{name}.svg)" for name in CHARTS]


def page(results):
    lines = ["# Figures", "",
             "Written by `make figures` from tests/bench/results, which `make bench` measured; nothing here is typed by hand. Peers run on the same content in the "
             "same run; ratios are medians of several rounds. A goal that is not reached stands in bold. All provinces but the main road's are synthetic."]
    for name, result in results.items():
        lines += ["", f"## {ORDER[name]}", "", head(result), "", *table(result)]
        if name == "transport":
            lines += peers(result)
        if name == "scale":
            lines += growth(result)
    if "transport" in results:
        lines += on_paper(results["transport"])
    return "\n".join(lines) + "\n"


def keep():
    KEPT.mkdir(exist_ok=True)
    for path in sorted((O / "bench").glob("*.json")):
        if path.stem in ORDER and "machine" in json.loads(path.read_text(encoding="utf-8")):
            shutil.copy(path, KEPT / path.name)
            print(f"kept {path.stem}")


def main():
    if sys.argv[1:] == ["keep"]:
        keep()
    results = load()
    written = {PAGE: page(results), **{r[0]: readme(r[0], results, *r[1:]) for r in READMES}}
    if sys.argv[1:] == ["check"]:
        same = all(path.read_text(encoding="utf-8") == text for path, text in written.items())
        print(f"{'ok' if same else 'not ok'} - docs/figures.md and the READMEs say what tests/bench/results have (make figures)")
        sys.exit(0 if same else 1)
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
    if "scale" in results:
        PLOTS.mkdir(exist_ok=True)
        for name in CHARTS:
            draw(name, results["scale"]["series"])


main()
