"""The same guides for Hugo and Eleventy: content and templates written from the layers of a catalogue.

Both get what people who know these tools would give them: what all guides of an item share is made once (partialCached, a map), the
words of the user interface stand in the templates, and there are no other pages than guides.
"""
import json
import re

HEAD = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>TITLE，REGION · 合成省份</title><meta name="description" content="TITLE，REGION怎么办：条件、材料、流程、时限、收费和办理地点。">
<link rel="icon" type="image/svg+xml" href="../../../../static/favicon.svg"><link rel="stylesheet" href="../../../../static/style.css">
<script src="../../../../static/site.js" defer></script>
<script type="application/ld+json">{"@context":"https://schema.org","@type":"GovernmentService","name":"TITLE","identifier":"CODE",\
"areaServed":{"@type":"AdministrativeArea","name":"REGION"},"provider":{"@type":"GovernmentOrganization","name":"AGENCY"}}</script>
</head><body><a class="skip" href="#main">跳到正文</a><header class="mast"><div class="w">
<a class="logo" href="../../../../"><i aria-hidden="true">同</i><span>合成省份（不是真实数据）<small>只用于测量</small></span></a>
<label class="big"><input type="checkbox" id="big">大字</label><search><form class="find" action="../../../../search/">
<input type="search" name="q" aria-label="搜索"><button>搜索</button></form></search></div></header>
<div class="sample" role="note"><p class="w"><b>样例数据</b><span>本页含有样例数据，不是真实信息。</span></p></div>
<div class="w"><nav aria-label="位置"><ol class="crumbs"><li><a href="../../../">地区</a></li><li><a href="../../">REGION</a></li></ol></nav>
<main id="main" tabindex="-1" class="two"><div>
"""
WHERE = """<h2 id="nali">去哪里办</h2><section class="card place"><h3>HALL WINDOW</h3><dl class="kv">
<dt>实施机关</dt><dd><a href="../../../../agencies/AGENCYID/">AGENCY</a></dd><dt>地址</dt><dd>ADDRESS</dd><dt>办公时间</dt><dd>HOURS</dd>
<dt>咨询</dt><dd><a href="tel:PHONE">PHONE</a></dd><dt>投诉</dt><dd><a href="tel:COMPLAINT">COMPLAINT</a></dd></dl></section>
"""
FOOT = """</div></main></div><footer class="foot"><div class="w"><nav><ul class="row">""" + "".join(
    f'<li><a href="../../../../{page}/">{word}</a></li>' for page, word in (
        ("themes", "主题"), ("regions", "地区"), ("agencies", "机构"), ("directories", "目录"), ("materials", "材料"), ("laws", "法规"),
        ("changes", "变更"), ("verify", "核对"), ("handbook", "手册"), ("about", "关于"))) + """</ul></nav>
<p>政务服务热线 <a href="tel:12345">12345</a></p><p>合成数据，只用于测量，不是真实事项。</p></div></footer></body></html>
"""
LOCAL = "HALL WINDOW AGENCYID AGENCY ADDRESS HOURS PHONE COMPLAINT".split()


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


def item(b, code, r):
    """What the guides of an item share, as data."""
    law = {k: {a["article"]: a["text"] for a in v["articles"]} for k, v in b["law"].items()}
    return {
        "code": code, "name": r["name"], "summary": r.get("summary", ""), "authority": r.get("authority", ""),
        "promised": r["limit_promised"]["days"], "statutory": r["limit_statutory"]["days"], "visits": r.get("visits", 0),
        "conditions": r["sections"]["conditions_html"], "process": r["sections"]["process_html"], "faq": r["sections"].get("faq", []),
        "result": r["result"]["name"],
        "materials": [{"id": m["material"], "name": b["material"][m["material"]]["name"], "copies": m["copies"]} for m in r["materials"]],
        "basis": [{"id": x["law"], "title": b["law"][x["law"]]["title"], "article": x["article"],
                   "text": law[x["law"]].get(x["article"], "")} for x in r["basis"]]}


def guides(layers, b):
    for path in sorted(layers.glob("r*.ndjson")):
        region, halls = path.stem[1:], {}
        for kind, name, r in records(path):
            if kind == "hall":
                halls[name] = r
                continue
            c = r["cases"][0]
            hall = halls[c["hall"]]
            window = next(w["name"] for w in hall["windows"] if w["id"] == c["window"])
            yield {"region": region, "item": name, "REGION": b["region"][region]["name"], "HALL": hall["name"], "WINDOW": window,
                   "AGENCYID": c["agency"], "AGENCY": b["agency"][c["agency"]]["name"], "ADDRESS": c["address"], "HOURS": c["hours"],
                   "PHONE": c["phone"], "COMPLAINT": c["complaint_phone"]}


def fill(text, tag):
    return re.sub("|".join(["TITLE", "REGION", "CODE", *LOCAL]), lambda m: tag(m[0]), text)


HUGO_SHARED = """<p class="tags"><span class="tag">行政许可</span><span class="tag ok">同一标准</span></p><h1>{{ .name }}</h1>
<p class="lead">{{ .summary }}</p><dl class="facts"><div><dt>多久</dt><dd>{{ .promised }} 个工作日<small>法定 {{ .statutory }} 个工作日</small></dd>
</div><div><dt>收费</dt><dd class="unknown">暂无公开信息</dd></div><div><dt>跑几次</dt><dd>{{ .visits }} 次</dd></div><div><dt>怎样办</dt>
<dd>窗口、网上</dd></div></dl><h2 id="tiaojian">什么人可以办</h2><div class="prose">{{ safeHTML .conditions }}</div>
<h2 id="cailiao">带什么</h2><ul class="mats">{{ range .materials }}<li><label><input type="checkbox"><span><b>{{ .name }}</b>
<i>{{ .copies }} 份</i></span></label><a class="about" href="../../../../materials/{{ .id }}/">›</a></li>{{ end }}</ul>
<h2 id="liucheng">怎么办</h2><div class="prose step">{{ safeHTML .process }}</div>"""
HUGO_AFTER = """<h2 id="jieguo">办理结果</h2><p><b>{{ .result }}</b></p><h2 id="yiju">依据</h2>{{ range .basis }}<details>
<summary>《{{ .title }}》{{ .article }}</summary><p class="law">{{ .text }}</p><p><a href="../../../../laws/{{ .id }}/">《{{ .title }}》</a></p></details>
{{ end }}<h2 id="wenti">常见问题</h2>{{ range .faq }}<details><summary>{{ .q }}</summary><div class="prose">{{ safeHTML .a_html }}</div></details>
{{ end }}<h2 id="gengxin">更新与核对</h2><dl class="kv proof"><dt>基本编码</dt><dd><code>{{ .code }}</code></dd><dt>实施机关</dt>
<dd>{{ .authority }}</dd></dl>"""


def hugo(folder, b, layers):
    (folder / "layouts/partials").mkdir(parents=True)
    (folder / "layouts/_default").mkdir()
    (folder / "data").mkdir()
    (folder / "content").mkdir()
    (folder / "config.json").write_text(json.dumps({
        "baseURL": "https://example.cn/", "disableKinds": ["home", "section", "taxonomy", "term", "RSS", "sitemap", "robotsTXT", "404"]}))
    (folder / "data/items.json").write_text(json.dumps({c: item(b, c, r) for c, r in b["item"].items()}, ensure_ascii=False))
    (folder / "layouts/partials/before.html").write_text(HUGO_SHARED)
    (folder / "layouts/partials/after.html").write_text(HUGO_AFTER)
    tag = lambda name: {"TITLE": "{{ $i.name }}", "CODE": "{{ $i.code }}"}.get(name, "{{ .Params.%s }}" % name.lower())
    page = ("{{ $i := index site.Data.items .Params.item }}" + fill(HEAD, tag) + '{{ partialCached "before.html" $i .Params.item }}'
            + fill(WHERE, tag) + '{{ partialCached "after.html" $i .Params.item }}' + FOOT)
    (folder / "layouts/_default/single.html").write_text(page)
    n = 0
    for g in guides(layers, b):
        path = folder / "content" / g["region"]
        path.mkdir(exist_ok=True)
        front = {k.lower(): v for k, v in g.items() if k.isupper()} | {
            "item": g["item"], "url": f"/regions/{g['region']}/items/{g['item']}/"}
        (path / f"{g['item']}.md").write_text(json.dumps(front, ensure_ascii=False, indent=0) + "\n")
        n += 1
    return n


ELEVENTY = """
const fs = require("fs");
const items = JSON.parse(fs.readFileSync("items.json"));
const esc = s => String(s).replace(/[&<>"']/g, c => "&#" + c.charCodeAt(0) + ";");
const before = i => `BEFORE`, after = i => `AFTER`;
const kept = new Map();
const shared = code => {
  if (!kept.has(code)) kept.set(code, [before(items[code]), after(items[code])]);
  return kept.get(code);
};
module.exports = class {
  data() {
    const guides = JSON.parse(fs.readFileSync("guides.json"));
    return { pagination: { data: "guides", size: 1, alias: "g" }, guides,
             permalink: d => `/regions/${d.g.region}/items/${d.g.item}/index.html` };
  }
  render({ g }) {
    const i = items[g.item], [a, b] = shared(g.item);
    return `HEAD` + a + `WHERE` + b + `FOOT`;
  }
};
"""


def to_js(text):
    """The Hugo partials as JavaScript templates."""
    text = re.sub(r"{{ safeHTML \.(\w+) }}", r"${i.\1}", text)
    text = re.sub(r"{{ range \.(\w+) }}", r"${i.\1.map(i => `", text).replace("{{ end }}", '`).join("")}')
    return re.sub(r"{{ \.(\w+) }}", r"${esc(i.\1)}", text)


def eleventy(folder, b, layers):
    folder.mkdir(parents=True)
    (folder / "items.json").write_text(json.dumps({c: item(b, c, r) for c, r in b["item"].items()}, ensure_ascii=False))
    all_ = list(guides(layers, b))
    (folder / "guides.json").write_text(json.dumps(all_, ensure_ascii=False))
    tag = lambda name: {"TITLE": "${esc(i.name)}", "CODE": "${esc(i.code)}"}.get(name, "${esc(g.%s)}" % name)
    page = (ELEVENTY.replace("BEFORE", to_js(HUGO_SHARED)).replace("AFTER", to_js(HUGO_AFTER)).replace("HEAD", fill(HEAD, tag))
            .replace("WHERE", fill(WHERE, tag)).replace("FOOT", FOOT))
    (folder / "guide.11ty.js").write_text(page)
    return len(all_)
