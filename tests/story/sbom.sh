#!/bin/bash
# The list of what the programs consist of: complete, with versions and licences, and the same a second time.
. tests/lib/sh.sh
cd "$ROOT" || exit 1

sbom() { packaging/sbom.py "$O" "$(tong-agent --version | tr -dc '0-9.')"; }
t_ok 'a list is made' sbom
cp "$OUT" "$TONG_TMP/one.json"
t_ok '  once more' sbom
t_same '  the same' "$OUT" "$TONG_TMP/one.json"
cat >"$TONG_TMP/look.py" <<'END_OF'
import hashlib, json, os, re, subprocess, sys
doc, build = json.load(open(sys.argv[1])), sys.argv[2]
parts = {c["bom-ref"]: c for c in doc["components"]}
asks = {d["ref"]: d["dependsOn"] for d in doc["dependencies"]}
assert doc["bomFormat"] == "CycloneDX" and doc["specVersion"] == "1.5" and re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", doc["serialNumber"])
for name in ("tong-publish", "tong-agent", "tong-agent-git", "libtong-agent.so.0"):
    assert parts[name]["hashes"][0]["content"] == hashlib.sha256(open(f"{build}/{name}", "rb").read()).hexdigest(), name
for ref in (r for d in asks.values() for r in d):
    assert ref in parts, ref
packages = [c for c in doc["components"] if "purl" in c]
assert len(packages) > 20 and all(c["version"] and c["licenses"] for c in doc["components"])
known = subprocess.run(["dpkg-query", "-W", "-f", "${binary:Package}\\t${Version}\\n", *(c["bom-ref"] for c in packages)], capture_output=True, text=True)
assert dict(line.split("\t") for line in known.stdout.splitlines()) == {c["bom-ref"]: c["version"] for c in packages}, known.stdout
# Each library that a room may link is there, as a package of its own that is asked for by us.
mapped = subprocess.run(["ldd", f"{build}/tong-publish", f"{build}/tong-agent", f"{build}/tong-agent-git"], capture_output=True, text=True).stdout
files = {os.path.realpath(lib) for lib in re.findall(r"=> (/\S+)", mapped)}
owned = subprocess.run(["dpkg-query", "-S", *files, *(f.removeprefix("/usr") for f in files)], capture_output=True, text=True).stdout
assert len(owned.splitlines()) >= len(files), owned
for line in owned.splitlines():
    assert line.split(": ")[0] in parts, line
assert any(r.startswith("libgit2") for r in asks["tong-agent-git"]) and not any(r.startswith("libgit2") for r in asks["tong-agent"])
assert parts["unihan"]["licenses"][0]["license"]["id"] == "Unicode-DFS-2016"
END_OF
t_ok 'it names every program with its hash, every library with its package' python3 "$TONG_TMP/look.py" "$TONG_TMP/one.json" "$O"
