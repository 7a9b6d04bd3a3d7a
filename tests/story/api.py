"""The story of the API: api.py URL REGION none|held|damaged. Prints what was asked; exits 1 with what was wrong."""
import json
import pathlib
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/lib"))
import metrics  # noqa: E402
from openapi import Described  # noqa: E402

url, region, state = sys.argv[1:]
described = Described(url, json.loads((ROOT / "agent/openapi.json").read_text()))
ask = described.ask


def want(what, good):
    if not good:
        described.faults.append(what)


def of_items():
    status, _, body = ask("/api/v1/whatsnew?since=2000-01-01")
    changes = json.loads(body)["changes"]
    want("whatsnew tells of every item", len(changes) > 1000)
    for c in changes[::23]:
        code = c["code"]
        status, _, body = ask(f"/api/v1/items/{code}")
        if status == 404:  # an item that is gone
            continue
        item = json.loads(body)
        ask(f"/api/v1/items/{code}/history")
        ask(f"/api/v1/regions/{region}/items/{code}")
        _, _, body = ask(f"/api/v1/items/{code.lower()}/check/{item['fingerprint']}")
        want(f"{code} has its own fingerprint", json.loads(body)["match"])
    ask(f"/api/v1/items/{code}/check/2222-2222")
    ask(f"/api/v1/items/{code}/check/2")
    ask("/api/v1/items/nothing/check/2222-2222")
    for path in "items/nothing", "items/nothing/history", f"regions/{region}/items/nothing", f"regions/5/items/{code}":
        ask("/api/v1/" + path)
    ask(f"/api/v1/regions/990000/items/{code}")
    for since in "2026-1-1", "", "yesterday":
        ask(f"/api/v1/whatsnew?since={since}")
    ask("/api/v1/whatsnew")
    ask(f"/api/v1/compare/{region}/510000")
    ask(f"/api/v1/compare/{region}/1")
    ask(f"/api/v1/compare/{region}/990000")


def of_search():
    for row in json.loads((ROOT / "tests/site/queries.json").read_text())[::3]:
        q = row["q"] if isinstance(row, dict) else row[0]
        ask("/api/v1/search?" + urllib.parse.urlencode({"q": q, "region": region, "limit": 5}))
    for query in "", "q=", "q=%E8%AF%81&limit=0", "q=a&limit=x", "q=a&limit=99999", "q=a&region=5", "q=a&region=990000":
        ask("/api/v1/search?" + query)
    ask("/api/v1/search?q=%E8%AF%81&limit=1000", headers={"Accept-Encoding": "gzip"})
    ask("/api/v1/search?q=" + "%E8%AF%81" * 400)


def of_requests():
    """Tags, codings, methods and scripts of other sites."""
    repository = "/repository/1.root.json"
    for template in described.doc["paths"]:
        path = {"/api/v1/search": "/api/v1/search?q=sfz", "/api/v1/whatsnew": "/api/v1/whatsnew?since=2026-01-01",
                "/repository/{file}": repository}.get(template) or template.format(
                    code=item, region=region, other="510000", fingerprint="2222-2222")
        if "get" not in described.doc["paths"][template]:
            continue
        status, headers, _ = ask(path)
        if template == "/feedback":
            continue
        want(f"{path} answers: {status}", status == 200)
        want(f"{path} may be read by scripts of every site", headers.get("Access-Control-Allow-Origin") == "*")
        ask(path, "HEAD")
        if headers.get("ETag"):
            ask(path, headers={"If-None-Match": headers["ETag"] if template not in ("/metrics", "/api/v1/status") else "*"})
        if headers.get("Vary"):
            ask(path, headers={"Accept-Encoding": "identity;q=0"})
        for method in "PUT", "DELETE", "POST":
            described.link.request(method, path, b"x")
            a = described.link.getresponse()
            a.read()
            want(f"{method} {path}: {a.status}", a.status == 405 and a.headers["Allow"] == "GET, HEAD, OPTIONS")
        described.link.request("OPTIONS", path, headers={"Origin": "https://example.cn", "Access-Control-Request-Method": "POST"})
        a = described.link.getresponse()
        a.read()
        want(f"OPTIONS {path}: {a.status}", a.status == 204 and a.headers["Access-Control-Allow-Methods"] == "GET, HEAD")
    ask(repository, headers={"Range": "bytes=5-9"})
    ask(repository, headers={"Range": "bytes=999999-"})
    ask("/repository/nothing")


def of_metrics():
    before = metrics.read(ask("/metrics")[2].decode())
    ask("/healthz")
    ask("/readyz")
    after = metrics.read(ask("/metrics")[2].decode())
    probes = 'tong_http_requests_total{kind="probe",code="200"}'
    want("requests are counted", after[probes] == before[probes] + 3)
    want("the release is told", after["tong_release"] == 1 and after["tong_release_current"] == 1)
    want("so is when it expires", after['tong_metadata_expires_timestamp_seconds{role="timestamp"}'] > 1.7e9)


want("the description served is the file of the repository",
     ask("/api/openapi.json")[2] == (ROOT / "agent/openapi.json").read_bytes())
if state == "held":
    item = json.loads(ask("/api/v1/search?q=sfz&limit=1")[2])["hits"][0]["code"]
    of_metrics()
    of_items()
    of_search()
    of_requests()
    ask("/api/v1/status")
    left = set(described.never_seen(but=(503,))) - {"GET /api/v1/whatsnew 404"}  # that is before the first sync
    want(f"every answer that is described was seen, but not {left}", not left)
else:
    # Damaged: what stands on a page of the database that is whole is still answered, the rest never is (P2).
    wanted = {"none": [(404, b"nothing is held yet")], "damaged": [(503, b"damaged"), (404, b"no item has this code")]}[state]
    for path in "items/X", "items/X/history", "items/X/check/2222-2222", f"regions/{region}/items/X", "search?q=x", \
            f"compare/{region}/510000", "whatsnew?since=2026-01-01":
        status, _, body = ask("/api/v1/" + path)
        want(f"{path}: {status} {body}", any(status == code and text in body for code, text in wanted))
    if state == "damaged":
        want("a search reads the damaged page", ask("/api/v1/search?q=x")[0] == 503)
    want("it is alive", ask("/healthz")[0] == 200)
    status, _, body = ask("/readyz")
    want(f"it is not ready, and says why: {body}", status == 503 and {"none": b"nothing is held yet", "damaged": b"P2"}[state] in body)
    ask("/api/v1/status")
    metrics.read(ask("/metrics")[2].decode())
print(sum(len(s) for s in described.seen.values()), "kinds of answers")
print("\n".join(described.faults[:40]))
sys.exit(bool(described.faults))
