#!/usr/bin/env python3
"""libtong-agent.so.0 exports what its header declares, each name with the version that the list of names has."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from rules import BUILD, code_only, done, read, report  # noqa: E402

DEBIAN = "debian/libtong-agent0.symbols"
MAP = "agent/libtong-agent.map"
HEADER = "agent/include/tong/agent.h"
SONAME = "libtong-agent.so.0"
LIBRARY = f"{BUILD}/{SONAME}"


def versions_of_map():
    """{name: version} of the linker's script."""
    found = {}
    text = re.sub(r"#.*", "", read(MAP))
    for version, block in re.findall(r"(\w[\w.]*)\s*\{(.*?)\}", text, re.S):
        for name in re.findall(r"(\w+);", block.split("local:")[0]):
            if name in found:
                report(MAP, f"{name} stands in {found[name]} and in {version}")
            found[name] = version
    return found


def declared():
    return set(re.findall(r"^TONG_API\b[^;(]*?\b(tong_\w+)\s*\(", code_only(read(HEADER)), re.M))


def exported():
    """{name: version} of the library's dynamic symbols."""
    out = subprocess.run(["nm", "-D", "--defined-only", "--with-symbol-versions", LIBRARY], capture_output=True, text=True, check=True)
    names = {}
    for line in out.stdout.splitlines():
        kind, name = line.split()[-2:]
        if kind != "A":  # the versions themselves
            name, _, version = name.partition("@")
            names[name] = version.lstrip("@") or "no version"
    return names


def of_debian():
    """{name: version} that programs are told to ask for by their packages."""
    found = dict(re.findall(r"^ (\w+)@(\S+) ", read(DEBIAN), re.M))
    return {name: version for name, version in found.items() if name.startswith("tong_")}


def soname():
    out = subprocess.run(["readelf", "-dW", LIBRARY], capture_output=True, text=True, check=True).stdout
    name = re.search(r"SONAME.*\[(.*)\]", out)
    if not name or name.group(1) != SONAME:
        report(LIBRARY, f"its SONAME is {name.group(1) if name else 'missing'}, not {SONAME}")


def main():
    listed, header = versions_of_map(), declared()
    for name in sorted(header - set(listed)):
        report(MAP, f"{name} is declared in the header and not listed")
    for name in sorted(set(listed) - header):
        report(HEADER, f"{name} is listed in {MAP} and not declared")
    debian = of_debian()
    for name in sorted(set(debian) | set(listed)):
        if debian.get(name) != listed.get(name):
            report(DEBIAN, f"{name}: {debian.get(name, 'missing')}; {MAP} has {listed.get(name, 'no such name')}")
    if not os.path.exists(LIBRARY):
        report(LIBRARY, "was not built (make all)")
        done("")
    real = exported()
    for name in sorted(set(real) | set(listed)):
        if real.get(name) != listed.get(name):
            report(LIBRARY, f"{name}: {real.get(name, 'not exported')}; listed: {listed.get(name, 'not at all')}")
    soname()
    done(f"abi      {len(real)} functions of {SONAME}, as listed")


main()
