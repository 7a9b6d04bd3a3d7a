#!/usr/bin/env python3
"""The two roads, Makefile and build.zig, list the same rooms, libraries, warnings and version."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from rules import done, read, report  # noqa: E402

MAKE = read("Makefile").replace("\\\n", " ")
ZIG = read("build.zig")


def make_list(name, seen=()):
    """The words of a make variable, other variables filled in."""
    m = re.search(rf"^{name}\s*:?=\s*(.*)$", MAKE, re.M)
    words = []
    for w in m.group(1).split() if m else []:
        inner = re.fullmatch(r"\$\((\w+)\)", w)
        words += make_list(inner.group(1)) if inner else [w]
    return words


def zig_list(name):
    m = re.search(rf"const {name} = (.*?);\n", ZIG, re.S)
    words = []
    for part in re.findall(r'"([^"]*)"|\b([a-z_]+_libs)\b', m.group(1) if m else ""):
        words += zig_list(part[1]) if part[1] else [part[0]]
    return words


def same(what, a, b):
    if sorted(a) != sorted(b):
        report("build.zig", f"{what}: {' '.join(sorted(b)) or 'nothing'}; the Makefile has {' '.join(sorted(a)) or 'nothing'}")


def packaged(libraries):
    """Debian's source package and RPM's spec build with the same libraries, and know the version."""
    wanted = dict(re.findall(r"^\tbuild\s+lib\s+(\S+)\s+(\S+)", read("tests/lib/deps.sh"), re.M))
    control, spec = read("debian/control").split("Package:")[0], read("packaging/tong.spec")
    for lib in libraries:
        if not re.search(rf"^ {re.escape(wanted.get(lib, lib))}\b", control, re.M):
            report("debian/control", f"does not build with {wanted.get(lib, lib)} ({lib})")
        if f"pkgconfig({lib})" not in spec:
            report("packaging/tong.spec", f"does not build with pkgconfig({lib})")
    version = make_list("VERSION")
    if re.findall(r"^tong \((.*?)\)", read("debian/changelog"))[:1] != version:
        report("debian/changelog", f"its newest entry is not version {version[0]}")
    if re.findall(r"^Version:\s*(\S+)", spec, re.M) != version:
        report("packaging/tong.spec", f"is not version {version[0]}")


def main():
    lists = ("core_libs", "publisher_libs", "agent_libs", "agent_prog_libs", "agent_git_libs")
    for name in lists:
        same(name, make_list(name.upper()), zig_list(name))
    same("warnings", make_list("WARN"), zig_list("warnings"))
    patterns = re.search(r"AGENT_PROG_SRC := .*wildcard (.*?)\)\)", MAKE).group(1).split()
    same("agent program", patterns, zig_list("agent_prog_files"))
    same("version script", make_list("AGENT_MAP")[:1], zig_list("agent_map"))
    same("version", make_list("VERSION"), re.findall(r'const version = "(.*?)"', ZIG))
    deps = read("tests/lib/deps.sh")
    for lib in sorted({x for name in lists for x in make_list(name.upper())}):
        if not re.search(rf"^\tbuild\s+lib\s+{re.escape(lib)}\s", deps, re.M):
            report("tests/lib/deps.sh", f"does not install {lib}")
    for lib in re.findall(r"^\tbuild\s+lib\s+(\S+)", deps, re.M):
        if not any(lib in make_list(name.upper()) for name in lists):
            report("tests/lib/deps.sh", f"installs {lib}, which no room links")
    packaged(sorted({x for name in lists for x in make_list(name.upper())}))
    done(f"roads    {len(set(make_list('AGENT_PROG_LIBS') + make_list('PUBLISHER_LIBS')))} libraries, same on both roads")


main()
