"""The story of reports: feedback.py URL STORE. Exits 1 with what was not as wanted."""
import html
import http.client
import json
import pathlib
import re
import sqlite3
import sys
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/lib"))
import metrics  # noqa: E402
from openapi import Described  # noqa: E402

url, store = sys.argv[1:]
described = Described(url, json.loads((ROOT / "agent/openapi.json").read_text()))
ITEM = "511A0020600003"
FORM = "application/x-www-form-urlencoded"
visitor = 0


def want(what, good):
    if not good:
        described.faults.append(what)


def send(fields, kind=FORM, who=None, **headers):
    """From a new address each time, unless told: the node believes a web server on its own machine."""
    global visitor
    visitor += 1
    body = fields if isinstance(fields, (str, bytes)) else json.dumps(fields) if kind.startswith("application/json") else urllib.parse.urlencode(fields)
    headers = {k.replace("_", "-"): v for k, v in headers.items()}
    if kind:
        headers["Content-Type"] = kind
    return described.ask("/feedback", "POST", {"X-Forwarded-For": who or f"10.1.{visitor // 250}.{visitor % 250}", **headers}, body)


def page(path, **headers):
    described.link.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    a = described.link.getresponse()
    return a.status, a.read().decode()


# ---- as a browser does it, without script ----

_, text = page(f"/items/{ITEM}/report/", X_Forwarded_For="10.2.0.1")
form = re.search(r'<form class="card ask"[^>]*action="([^"]*)".*?</form>', text, re.S)
want("the page has the form", form)
want("which goes to this host", urllib.parse.urljoin(f"{url}/items/{ITEM}/report/", form[1]) == url + "/feedback")
names = set(re.findall(r'name="([a-z]+)"', form[0]))
want(f"its fields: {names}", names == {"kind", "item", "region", "text", "contact", "lang", "fingerprint", "leave"})
said = {k: html.unescape(v) for k, v in re.findall(r'name="([a-z]+)"[^>]*? value="([^"]*)"', form[0]) if k != "kind"}
want(f"what it fills in itself: {said}", said["item"] == ITEM and said["lang"] == "zh-CN" and len(said["fingerprint"]) == 9)
said |= {"kind": "differs", "region": "广安区", "text": "第三条的材料 <不用> 带了\r\n& “请改”", "contact": "13800000000", "leave": ""}
status, headers, _ = send(said, who="10.2.0.1", Origin=url)
want(f"nobody fills in a form at once: {status}", status == 429 and int(headers["Retry-After"]) <= 3)
time.sleep(3)
status, headers, _ = send(said, who="10.2.0.1", Origin=url)
want(f"it is taken: {status}", status == 303)
thanks = urllib.parse.urljoin(url + "/feedback", headers["Location"])
number = thanks.rsplit("=")[-1]
status, text = page(thanks.removeprefix(url))
want("the page of thanks has the number", status == 200 and number in text and "0000-0000" not in text and "data-number" not in text)
want("and no other page has it", "0000-0000-0000-0000" in page("/report/thanks/")[1])
for id in "", "x", "<script>", number + "A", number.lower():
    want(f"{id} is no number", "data-number" in page("/report/thanks/?id=" + urllib.parse.quote(id))[1])
status, headers, _ = send({**said, "lang": "en"}, Origin=url)
want(f"in the language of the page: {headers['Location']}", "/en/report/thanks/" in headers["Location"] and
     page(headers["Location"][1:])[0] == 200)

# ---- what is refused, and by which page ----

for name, status, shown, fields, more in (
        ("no words", 400, "empty", {"kind": "wrong", "text": " "}, {}),
        ("no kind", 400, "refused", {"text": "x"}, {}),
        ("a kind that is none", 400, "refused", {"kind": "<b>", "text": "x"}, {}),
        ("too many words", 413, "long", {"kind": "wrong", "text": "长" * 2001}, {}),
        ("more than any form has", 413, "long", "kind=wrong&text=" + "x" * 40000, {}),
        ("a form cut off", 400, "refused", "kind=wrong&text=%E7%AC%A", {}),
        ("another site's form", 403, "refused", {"kind": "wrong", "text": "x"}, {"Origin": "https://evil.example"}),
        ("another site's form without a name", 403, "refused", {"kind": "wrong", "text": "x"},
         {"Origin": "null", "Sec_Fetch_Site": "cross-site"}),
        ("another type", 415, "refused", {"kind": "wrong", "text": "x"}, {"kind": "text/plain"}),
        ("no type", 415, "refused", {"kind": "wrong", "text": "x"}, {"kind": ""}),
        ("not UTF-8", 400, "empty", "kind=wrong&text=%ff%fe", {})):
    got, _, body = send(fields, **more)
    want(f"{name}: {got}, {body}", got == status and f"url=report/{shown}/" in body.decode())
    want(f"{shown} is a page", page(f"/report/{shown}/")[0] == 200)
taken = 2
for origin in "https://" + url.split("//")[1], "null":
    got, _, _ = send({"kind": "wrong", "text": "x"}, Origin=origin)
    want(f"a form from {origin}: {got}", got == 303)
    taken += 1

# ---- programs ----

JSON = "application/json"
for fields, wanted in (({"kind": "rating", "rating": 5, "item": ITEM}, 201), ({"kind": "unclear", "text": "看不懂", "item": ITEM.lower()}, 201),
                       ({"kind": "rating"}, 400), ({"kind": "rating", "rating": 9}, 400), ({"kind": "wrong"}, 400),
                       ({"kind": "wrong", "text": "x", "field": "nothing"}, 400), ({"kind": "wrong", "text": "x" * 2001}, 413),
                       ("[]", 400), ("{", 400), ('{"kind":"wrong","text":"x","text":"y"}', 400), ("x" * 40000, 413)):
    got, _, body = send(fields, JSON)
    want(f"{str(fields)[:60]}: {got} {body[:120]}", got == wanted)
    taken += got == 201
got, _, _ = send({"kind": "wrong", "text": "x"}, JSON, Origin="https://evil.example")
want(f"a script of another site: {got}", got == 403)

# ---- a machine falls into the trap, and does not know it ----

got, headers, _ = send({"kind": "wrong", "text": "buy this", "leave": "https://spam.example"}, Origin=url)
want(f"the trap answers as ever: {got}", got == 303 and "report/thanks/" in headers["Location"])

# ---- too many ----

results = [send({"kind": "wrong", "text": f"{i}"}, JSON, who="10.3.0.1")[0] for i in range(12)]
want(f"ten at once: {results}", results == [201] * 10 + [429] * 2)
taken += 10
got, _, body = send({"kind": "wrong", "text": "x"}, who="10.3.0.1")
want("the form leads to a page that asks to wait", got == 429 and b"url=report/later/" in body)
got = send({"kind": "wrong", "text": "x"}, JSON, who="10.3.0.2")[0]
want(f"another is not its concern: {got}", got == 201)
taken += 1
flood = [send({"kind": "wrong", "text": "x"}, JSON)[0] for _ in range(150)]
taken += flood.count(201)
want(f"of a flood from everywhere a hundred at once and then one a second: {flood.count(201)}", 30 < flood.count(201) < 130 and 429 in flood)

# ---- what was kept ----

figures = metrics.read(described.ask("/metrics")[2].decode())
want(f"{taken} were taken and counted", figures['tong_feedback_total{result="taken"}'] == taken)
want("one was trapped", figures['tong_feedback_total{result="trapped"}'] == 1)
db = sqlite3.connect(f"{store}/ledger.db")
rows = [json.loads(line.split(" ", 3)[3]) for (line,) in db.execute("select line from report where kind = 'feedback'")]  # FORMAT U4
want(f"{len(rows)} are in the ledger, wanted {taken}", len(rows) == len({r["id"] for r in rows}) == taken)
first = next(r for r in rows if r["id"] == number)
want(f"word for word: {first}", first["text"] == "第三条的材料 <不用> 带了\n& “请改”" and first["item"] == ITEM and
     first["region"] == "广安区" and first["fingerprint"] == said["fingerprint"])
want("no spam and no address", not any("buy this" in r.get("text", "") for r in rows) and
     b"10.2.0.1" not in b"".join(p.read_bytes() for p in pathlib.Path(store).glob("ledger.db*")))
described.link.request("OPTIONS", "/feedback", headers={"Origin": "https://example.cn", "Access-Control-Request-Method": "POST"})
a = described.link.getresponse()
a.read()
want("scripts of other sites may not send", a.headers["Access-Control-Allow-Methods"] == "GET, HEAD" and "POST" in a.headers["Allow"])
left = {201, 303, 400, 403, 413, 415, 429} - described.seen[("/feedback", "POST")]
want(f"every answer but those of a full disk: {left}", not left)
print(f"{taken} reports")
print("\n".join(described.faults[:30]))
sys.exit(bool(described.faults))
