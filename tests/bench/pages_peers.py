"""The same site for Hugo and Eleventy, made from what was published: bytes equal to ours, from templates of theirs.

Equal: every file, its name and its bytes (the bench compares their sums), and so the number of pages and what stands on each. Each page goes
through a template of theirs. A guide is made of the template's own text, the values of its region, escaped as they come, and what all guides
of its item share.

Not equal, all of it in their favour: what guides of an item share is given to them as finished HTML (ours makes it from records; Hugo's
manual would keep it with partialCached, Eleventy's in a map); of other pages (regions, agencies, sheets of QR codes, handbook) the whole
text is; files that are no pages (feeds, search index, open data, QR codes) are only copied. So neither reads Markdown, gathers a list, nor
checks anything; nothing is noted for a next time, or brought to the disk. Settings are those their manuals advise for many pages: Hugo's
templates are plain text without the parser for contexts, and there are no kinds of pages that nobody asked for; Eleventy's are JavaScript,
one template with pagination for all guides and one for all others.
"""
import functools
import hashlib
import html
import json
import os
import pathlib
import re

LEVELS = {"2": "省级", "3": "市级", "4": "县级"}
# What differs from region to region, in the order in which it stands in a guide.
FIELDS = "region region region agency crumbs region place agency_id agency level address hours phone phone complaint complaint".split()
GUIDE = re.compile(r"regions/(\d+)/items/(\w+)/index\.html")


def records(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        r = json.loads(line)
        kind, _, name = r["k"].partition("/")
        yield kind, name, r


def base(layers):
    out = {}
    for kind, name, r in records(layers / "base.ndjson"):
        out.setdefault(kind, {})[name] = r
    return out


def guides(layers, b):
    """The values of each guide that is there, as text."""
    @functools.cache
    def crumbs(code):
        r = b["region"].get(code)
        return [] if not r else crumbs(r.get("parent", "")) + [{"code": code, "name": r["name"]}]

    for path in sorted(layers.glob("r*.ndjson")):
        region, halls = path.stem[1:], {}
        for kind, name, r in records(path):
            if kind == "hall":
                halls[name] = r
                continue
            c = r["cases"][0]
            window = next(w["name"] for w in halls[c["hall"]]["windows"] if w["id"] == c["window"])
            yield {"code": region, "item": name, "region": b["region"][region]["name"], "crumbs": crumbs(region),
                   "place": halls[c["hall"]]["name"] + " " + window, "agency_id": c["agency"], "agency": b["agency"][c["agency"]]["name"],
                   "level": LEVELS[c["level"]], "address": c["address"], "hours": c["hours"], "phone": c["phone"],
                   "complaint": c["complaint_phone"]}


def crumb(code, name):
    return f'<li><a href="../../../../regions/{code}/">{name}</a></li>'


def values(g):
    return [html.escape(g[f]) if f != "crumbs" else "".join(crumb(c["code"], html.escape(c["name"])) for c in g[f]) for f in FIELDS]


def pieces(page, g):
    """A guide cut at the values of its region; all guides of the item have the same pieces."""
    out, at = [], 0
    for value in values(g):
        end = page.index(value, at)
        out.append(page[at:end])
        at = end + len(value)
    return out + [page[at:]]


def shared(site, all_):
    """Pieces of each item, and those that all items share (None: each has its own)."""
    items = {}
    for g in all_:
        if g["item"] not in items:
            path = site / f"regions/{g['code']}/items/{g['item']}/index.html"
            items[g["item"]] = pieces(path.read_text(encoding="utf-8"), g)
    same = [p[0] if len(set(p)) == 1 else None for p in zip(*items.values())]
    return items, same


def others(site, to):
    """All files that are no pages become second names below 'to'; the pages that are no guides, by their folder."""
    for folder, _, files in os.walk(site):
        for f in files:
            name = os.path.relpath(os.path.join(folder, f), site)
            if f == "index.html" and not GUIDE.fullmatch(name):
                yield name[:-len("index.html")], (site / name).read_text(encoding="utf-8")
            elif f != "index.html":
                (to / name).parent.mkdir(parents=True, exist_ok=True)
                os.link(site / name, to / name)


def own(items, same):
    """item -> number -> piece, of those that are its own."""
    return {code: {f"p{i}": text for i, text in enumerate(list_) if same[i] is None} for code, list_ in items.items()}


def join(same, piece, field):
    out = []
    for i, text in enumerate(same):
        out.append(piece(i) if text is None else text)
        if i < len(FIELDS):
            out.append(field(FIELDS[i]))
    return "".join(out)


def hugo(folder, site, layers, b):
    for name in ("layouts/_default", "data", "content", "static"):
        (folder / name).mkdir(parents=True)
    all_ = list(guides(layers, b))
    items, same = shared(site, all_)
    (folder / "config.json").write_text(json.dumps({
        "baseURL": "https://example.cn/", "disableKinds": ["home", "section", "taxonomy", "term", "RSS", "sitemap", "robotsTXT", "404"],
        "outputFormats": {"guide": {"mediaType": "text/html", "baseName": "index", "isPlainText": True, "isHTML": False}},
        "outputs": {"page": ["guide"]}}))
    (folder / "data/items.json").write_text(json.dumps(own(items, same), ensure_ascii=False))
    crumbs = "{{ range .Params.crumbs }}" + crumb("{{ .code }}", "{{ .name | htmlEscape }}") + "{{ end }}"
    (folder / "layouts/_default/single.guide.html").write_text(
        "{{ $i := index site.Data.items .Params.item }}" + join(same, lambda i: "{{ $i.p%d }}" % i,
            lambda f: crumbs if f == "crumbs" else "{{ .Params.%s | htmlEscape }}" % f))
    for g in all_:
        path = folder / "content" / g["code"]
        path.mkdir(exist_ok=True)
        front = {**g, "url": f"/regions/{g['code']}/items/{g['item']}/"}
        (path / f"{g['item']}.md").write_text(json.dumps(front, ensure_ascii=False) + "\n")
    (folder / "content/other").mkdir()
    (folder / "layouts/_default/whole.guide.html").write_text("{{ .RawContent }}")
    for n, (url, text) in enumerate(others(site, folder / "static")):
        front = json.dumps({"url": "/" + url, "layout": "whole"})
        (folder / f"content/other/{n}.html").write_text(front + "\n" + text, encoding="utf-8")


ELEVENTY = """
const fs = require("fs");
const items = JSON.parse(fs.readFileSync("items.json"));
const marks = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
const esc = s => s.replace(/[&<>"']/g, c => marks[c]);
module.exports = class {
  data() {
    const guides = JSON.parse(fs.readFileSync("guides.json"));
    return { pagination: { data: "guides", size: 1, alias: "g" }, guides, permalink: d => `/regions/${d.g.code}/items/${d.g.item}/index.html` };
  }
  render({ g }) {
    const i = items[g.item];
    return `PAGE`;
  }
};
"""


OTHERS = """
const fs = require("fs");
module.exports = class {
  data() {
    return { pagination: { data: "urls", size: 1, alias: "o" }, urls: JSON.parse(fs.readFileSync("others.json")),
             permalink: d => `/${d.o.url}index.html` };
  }
  render({ o }) {
    return fs.readFileSync(`pages/${o.file}`, "utf8");
  }
};
"""


def eleventy(folder, site, layers, b):
    for name in ("other", "pages"):
        (folder / name).mkdir(parents=True)
    all_ = list(guides(layers, b))
    items, same = shared(site, all_)
    (folder / "items.json").write_text(json.dumps(own(items, same), ensure_ascii=False))
    (folder / "guides.json").write_text(json.dumps(all_, ensure_ascii=False))
    text = [None if s is None else s.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${") for s in same]
    crumbs = "${g.crumbs.map(c => `" + crumb("${c.code}", "${esc(c.name)}") + '`).join("")}'
    (folder / "guide.11ty.js").write_text(ELEVENTY.replace("PAGE", join(
        text, lambda i: "${i.p%d}" % i, lambda f: crumbs if f == "crumbs" else "${esc(g.%s)}" % f)))
    (folder / "eleventy.config.js").write_text('module.exports = c => { c.addPassthroughCopy({ other: "/" }); c.ignores.add("other"); c.ignores.add("pages"); };\n')
    urls = []
    for n, (url, text) in enumerate(others(site, folder / "other")):
        (folder / f"pages/{n}.html").write_text(text, encoding="utf-8")
        urls.append({"url": url, "file": f"{n}.html"})
    (folder / "others.json").write_text(json.dumps(urls))
    (folder / "others.11ty.js").write_text(OTHERS)


def sums(top):
    """file -> SHA-256 of its bytes"""
    return {os.path.relpath(os.path.join(folder, f), top): hashlib.sha256(pathlib.Path(folder, f).read_bytes()).digest()
            for folder, _, files in os.walk(top) for f in files}
