#!/usr/bin/env python3
"""What nodes attest of their pages (FORMAT U14), from the files of a published site: page_digests.py SITE AGENCIES.csv LAYER..."""
import csv
import hashlib
import json
import pathlib
import re
import sys

site, agencies, layers = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
with open(agencies, encoding="utf-8-sig", newline="") as f:
    home = {row["id"]: row["region"] for row in csv.DictReader(f)}


def layer_of(url):
    own = re.sub(r"^/[a-z]{2,3}(-[A-Za-z]+)*(?=/)", "", url)
    m = re.match(r"/regions/(\d+)/|/sitemaps/(\d+)\.xml$|/agencies/([^/]+)/", own)
    region = m and (m[1] or m[2] or home.get(m[3]))
    return f"r{region}" if f"r{region}" in layers else "base"


sums = {}
for path in site.rglob("*"):
    if path.is_file():
        url = "/" + str(path.relative_to(site)).removesuffix("index.html")
        layer = layer_of(url)
        one = hashlib.sha256(url.encode() + b"\n" + path.read_bytes()).digest()
        sums[layer] = sums.get(layer, 0) ^ int.from_bytes(one, "big")
print(json.dumps({name: f"{n:064x}"[:32] for name, n in sorted(sums.items())}))
