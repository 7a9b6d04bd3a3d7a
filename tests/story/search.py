"""Asks a node's API the queries of tests/site/queries.json: how many have a wanted answer first, and among the first five."""
import json
import sys
import urllib.parse
import urllib.request


def answers(url, q):
    with urllib.request.urlopen(f"{url}/api/v1/search?limit=5&q={urllib.parse.quote(q)}") as got:
        return [f"{h['kind']}/{h['code'] if h['kind'] == 'items' else h['id']}" for h in json.load(got)["hits"]]


def wanted(want, path):
    return any(path.startswith(w[:-1]) if w.endswith("*") else path == w for w in want)


url, queries = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
first = five = 0
for query in queries:
    good = [wanted(query["want"], path) for path in answers(url, query["q"])]
    first += good[:1] == [True]
    five += any(good)
    if not any(good):
        print("not among the first five:", query["q"])
print(f"{len(queries)} queries: {first} first, {five} in the first five")
sys.exit(first < 0.9 * len(queries) or five < 0.97 * len(queries))
