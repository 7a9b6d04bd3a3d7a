#!/bin/bash
# A county's server as browsers and programs meet it: every page in every coding is the page, parts join to the whole, and
# what did not change is not sent again.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1
region=511602

tong-publish keys init --keys keys --quiet
t_ok 'a release' tong-publish release --repo "$ROOT" --to release --keys keys --quiet
tong-agent init --store node --root release/1.root.json --source "$PWD/release" --region $region --relay --quiet
tong-agent sync --store node --quiet
tong-agent site --store node --out site --quiet

start_node() {	# options of serve
	: >announced
	tong-agent serve --store node --listen 127.0.0.1:0 --json "$@" >announced 2>serve.log &
	server=$!
	wait_for 10 test -s announced
	url=$(python3 -c 'import json; print(json.load(open("announced"))["listening"].rstrip("/"))')
}
stop_node() { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
on_exit stop_node
start_node
header() { tr -d '\r' <headers | sed -n "s/^$1: //Ip"; }
get() { curl -s -D headers -o body "$@"; }

# ---- codings ----

t_ok 'every page, in every coding, is the file of the site' python3 - "$url" site <<'PY'
import gzip, http.client, pathlib, subprocess, sys
root = pathlib.Path(sys.argv[2])
files = sorted(p for p in root.rglob("*") if p.is_file())
chosen = files[::150] + [p for p in files if p.parts[1] in ("data", "static") or p.parent == root]
link = http.client.HTTPConnection(sys.argv[1].split("//")[1])
seen = {}
for f in chosen:
    path = "/" + str(f.relative_to(root)).removesuffix("index.html")
    for coding in "identity", "gzip", "br", "zstd":
        link.request("GET", path, headers={"Accept-Encoding": coding})
        a = link.getresponse()
        body, got = a.read(), a.headers.get("Content-Encoding", "identity")
        assert a.status == (301 if "Location" in a.headers else 404 if path == "/404.html" else 200) or a.status == 200, (path, a.status)
        assert got in (coding, "identity"), (path, got)
        seen[got] = seen.get(got, 0) + 1
        if got == "gzip":
            body = gzip.decompress(body)
        elif got != "identity":
            body = subprocess.run([{"br": "brotli"}.get(got, got), "-dc"], input=body, stdout=subprocess.PIPE, check=True).stdout
        assert body == f.read_bytes(), (path, coding)
assert min(seen.get(c, 0) for c in ("identity", "gzip", "br", "zstd")) > 20, seen
print(seen)
PY
size=$(stat -c %s site/regions/$region/index.html)
get -H 'Accept-Encoding: gzip, deflate, br, zstd' "$url/regions/$region/"
t_eq 'a browser behind TLS gets a page as br' "$(header content-encoding)" br
brotlied=$(header etag) shorter=$(stat -c %s body)
get -H 'Accept-Encoding: gzip, deflate' "$url/regions/$region/"
t_eq 'and without TLS as gzip' "$(header content-encoding)" gzip
t_ok 'which is longer' test "$(stat -c %s body)" -gt "$shorter"
t_ok 'in less than a third of the bytes' test "$(stat -c %s body)" -lt $((size / 3))
gzipped=$(header etag)
t_eq 'with another tag' "$([ "$brotlied" = "$gzipped" ] && echo same)" ''
get "$url/regions/$region/"
t_eq 'the plain page has another tag' "$([ "$(header etag)" = "$gzipped" ] && echo same)" ''
get -H 'Accept-Encoding: gzip' -H "If-None-Match: W/$gzipped" "$url/regions/$region/"
t_eq 'what the browser has is not sent again' "$(head -n 1 headers | tr -d '\r')" 'HTTP/1.1 304 Not Modified'
get -H 'Accept-Encoding: gzip, zstd' "$url/data/items.json"
t_eq 'open data goes as zstd' "$(header content-encoding)" zstd

# ---- parts ----

file=data/regions.ndjson
half=$(($(stat -c %s site/$file) / 2))
t_ok 'the first half of a file' curl -sf -r "0-$((half - 1))" -o part "$url/$file"
t_eq 'is a half' "$(stat -c %s part)" $half
t_ok 'a download goes on where it broke' curl -sf -C - -o part "$url/$file"
t_same 'and is the whole file' part site/$file
name=$(cd node/relay && find . -name '*.tcs' -size +20k | head -n 1)
[ -n "$name" ] || name=$(cd node/relay && find . -type f -size +2k | head -n 1)
t_ok 'so it is with a file of the release' curl -sf -r 0-999 -o part2 "$url/repository/${name#./}"
t_ok 'which goes on too' curl -sf -C - -o part2 "$url/repository/${name#./}"
t_same 'to the whole' part2 "node/relay/${name#./}"
get -r 99999999- "$url/repository/timestamp.json"
t_eq 'nothing lies behind the end' "$(head -n 1 headers | cut -d' ' -f2)" 416
t_eq 'which is told' "$(header content-range)" "bytes */$(stat -c %s node/relay/timestamp.json)"
