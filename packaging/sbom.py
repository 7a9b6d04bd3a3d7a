#!/usr/bin/env python3
"""`make sbom`: what the built programs consist of, as CycloneDX 1.5, with versions and licences as installed here.

    packaging/sbom.py BUILD VERSION >tong.cdx.json

Programs of ours with their hashes; every package of Debian's whose library is mapped when they run, told apart into those that
a program of ours asks for itself and those that come along; the data that was copied in. The same build on the same system
gives the same bytes: the date is that of SOURCE_DATE_EPOCH or of the commit.
"""
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import uuid

PROGRAMS = ("tong-publish", "tong-agent", "tong-agent-git", "libtong-agent.so.0")
# Debian's short names of licences, where SPDX has others.
SPDX = {"expat": "MIT", "mit": "MIT", "apache-2.0": "Apache-2.0", "bsd-2-clause": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause",
        "curl": "curl", "gpl-2": "GPL-2.0-only", "gpl-2+": "GPL-2.0-or-later", "gpl-3+": "GPL-3.0-or-later", "lgpl-2": "LGPL-2.0-only",
        "lgpl-2.1": "LGPL-2.1-only", "lgpl-2.1+": "LGPL-2.1-or-later", "lgpl-2+": "LGPL-2.0-or-later", "lgpl-3+": "LGPL-3.0-or-later",
        "public-domain": None, "zlib": "Zlib", "isc": "ISC", "openldap-2.8": "OLDAP-2.8", "unicode": "Unicode-DFS-2016"}


def run(*args):
    return subprocess.run(args, capture_output=True, text=True, check=True).stdout


def distribution():
    """`debian`, `debian-12`: as package URLs have them."""
    with open("/etc/os-release", encoding="utf-8") as f:
        facts_of = dict(re.findall(r'^(\w+)="?(.*?)"?$', f.read(), re.M))
    return facts_of["ID"], f"{facts_of['ID']}-{facts_of['VERSION_ID']}"


def owners(paths):
    """{path: the package that the file came with}; one question for all, since dpkg reads every list of files for each."""
    ways = {w: p for p in paths for w in (os.path.realpath(p), os.path.realpath(p).removeprefix("/usr"), p)}
    out = subprocess.run(["dpkg-query", "-S", *ways], capture_output=True, text=True).stdout
    found = (line.rsplit(": ", 1) for line in out.splitlines() if ": " in line)
    return {ways[file]: package.split(",")[0] for package, file in found if file in ways}


def facts(packages):
    """{package: what dpkg knows of it}."""
    names = ("ref", "name", "version", "arch", "source", "home")
    form = "${binary:Package}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\t${Homepage}\n"
    rows = [dict(zip(names, line.split("\t"))) for line in run("dpkg-query", "-W", "-f", form, *packages).splitlines()]
    return {row["ref"]: row for row in rows}


def licences(package):
    """The licence of most files, by the machine-readable copyright file; else a pointer to it."""
    path = f"/usr/share/doc/{package}/copyright"
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            text = f.read()
    except OSError:
        text = ""
    stanza = re.search(r"^Files:\s*\*\s*$.*?^License:[ \t]*(\S.*?)$", text, re.M | re.S)
    if not stanza:
        return [{"license": {"name": f"see {path}"}}]
    name = stanza.group(1).strip()
    known = SPDX.get(name.lower())
    return [{"license": {"id": known} if known else {"name": name}}]


def mapped(program):
    """{library: file} of all that ldd finds, and the names that the program itself asks for."""
    every = dict(re.findall(r"^\s*(\S+) => (/\S+) ", run("ldd", program), re.M))
    asked = re.findall(r"NEEDED.*\[(.+?)\]", run("readelf", "-dW", program))
    return every, [a for a in asked if a in every]


def component(f, direct):
    vendor, distro = distribution()
    c = {"type": "library", "bom-ref": f["ref"], "name": f["name"], "version": f["version"], "scope": "required",
         "purl": f"pkg:deb/{vendor}/{f['name']}@{f['version'].replace('+', '%2B').replace(':', '%3A')}?arch={f['arch']}&distro={distro}",
         "licenses": licences(f["name"]),
         "properties": [{"name": "tong:used", "value": "by us" if direct else "comes along"},
                        {"name": "debian:source", "value": f["source"]}]}
    if f["home"].startswith("http"):
        c["externalReferences"] = [{"type": "website", "url": f["home"]}]
    return c


def ours(build, version):
    """Programs with their hashes, the packages that each asks for, and all that are mapped."""
    programs, asks, direct = [], [], set()
    links = {name: mapped(f"{build}/{name}") for name in PROGRAMS if os.path.exists(f"{build}/{name}")}
    packages = owners({file for libraries, _ in links.values() for file in libraries.values()})
    for name, (libraries, asked) in links.items():
        mine = sorted({packages[libraries[a]] for a in asked if libraries[a] in packages})
        with open(f"{build}/{name}", "rb") as f:
            digest = hashlib.sha256(f.read()).hexdigest()
        programs.append({"type": "library" if ".so" in name else "application", "bom-ref": name, "name": name, "version": version,
                         "licenses": [{"license": {"id": "Apache-2.0"}}], "hashes": [{"alg": "SHA-256", "content": digest}]})
        asks.append({"ref": name, "dependsOn": mine})
        direct |= set(mine)
    return programs, asks, facts(sorted(set(packages.values()))), direct


def copied_in():
    """Data that stands in this repository and came from elsewhere."""
    with open("core/UNICODE-LICENSE", encoding="utf-8") as f:
        version = re.search(r"Unihan, version ([\d.]+)", f.read()).group(1)
    return {"type": "data", "bom-ref": "unihan", "name": "Unihan readings", "version": version, "scope": "required",
            "licenses": [{"license": {"id": "Unicode-DFS-2016"}}], "properties": [{"name": "tong:file", "value": "core/pinyin_table.c"}]}


def when():
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or run("git", "log", "-1", "--format=%ct").strip()
    return datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def main(build, version):
    programs, asks, every, direct = ours(build, version)
    doc = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
           "metadata": {"timestamp": when(), "component": {"type": "application", "bom-ref": "tong", "name": "tong", "version": version,
                                                           "licenses": [{"license": {"id": "Apache-2.0"}}]}},
           "components": programs + [component(f, p in direct) for p, f in sorted(every.items())] + [copied_in()],
           "dependencies": [{"ref": "tong", "dependsOn": [p["bom-ref"] for p in programs] + ["unihan"]}] + asks}
    doc["serialNumber"] = "urn:uuid:" + str(uuid.uuid5(uuid.NAMESPACE_URL, hashlib.sha256(json.dumps(doc, sort_keys=True).encode()).hexdigest()))
    json.dump(doc, sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
    print()


main(*sys.argv[1:])
