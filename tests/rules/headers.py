#!/usr/bin/env python3
"""Every header compiles alone (make headers); the public ones as strict C99 and as C++ too."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from rules import BUILD, done, report, sources  # noqa: E402

COMMON = ["-Icore/include", "-Iagent/include", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
STRICT = (["gcc", "-x", "c", "-std=c99", "-pedantic-errors", "-Wstrict-prototypes", "-Wpadded"],
          ["g++", "-x", "c++", "-std=c++11", "-pedantic-errors", "-Wold-style-cast"])


def compile_alone(command, header):
    name = header.split("/include/")[1]
    r = subprocess.run(command + COMMON + ["-"], input=f"#include <{name}>\n", capture_output=True, text=True)
    for line in r.stderr.splitlines():
        if "error:" in line:
            report(":".join(line.split(":")[:2]), f"{line.split('error:')[1].strip()} ({command[0]} {command[3]})")
    if r.returncode and "error:" not in r.stderr:
        report(header, f"{command[0]} {command[3]} failed: {r.stderr.strip()[:200]}")


def main():
    r = subprocess.run(["make", "-s", f"O={BUILD}", "headers"], capture_output=True, text=True)
    for line in r.stderr.splitlines():
        if ": error:" in line or ": fatal error:" in line:
            where, message = line.split(" error:") if " error:" in line else line.split(" fatal error:")
            report(":".join(where.split(":")[:2]), message.strip())
    if r.returncode and "error:" not in r.stderr:
        report("Makefile", r.stderr.strip()[-300:])
    public = sources("*/include/tong/*.h")
    for header in public:
        for command in STRICT:
            compile_alone(command, header)
    done(f"headers  {len(sources('core/**/*.h', 'publisher/**/*.h', 'agent/**/*.h'))} alone, {len(public)} public")


main()
