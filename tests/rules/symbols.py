#!/usr/bin/env python3
"""What the libraries define and ask for: names, nothing that ends or speaks, no state of their own."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from rules import BUILD, done, report  # noqa: E402

LIBRARIES = {"core": f"{BUILD}/libtong-core.a", "agent": f"{BUILD}/libtong-agent.a"}
# A library never ends the program, speaks, or changes what belongs to the whole process.
BANNED = set("""exit _exit _Exit quick_exit abort atexit printf vprintf puts putchar putc perror psignal stdout stderr
signal sigaction sigprocmask setlocale chdir fchdir umask getenv setenv putenv unsetenv srand rand random
err errx warn warnx verr vwarn syslog fork vfork execve execv execvp setuid setgid localtime
curl_global_cleanup""".split())


def run(*args):
    return subprocess.run(args, capture_output=True, text=True, check=True).stdout


def source_of(room, member):
    return f"{room}/{os.path.splitext(member)[0]}.c"


def plain(name):
    """The name in the source: __printf_chk is printf, foo@GLIBC_2 is foo."""
    name = name.split("@")[0]
    m = re.fullmatch(r"__(\w+)_chk", name)
    return m.group(1) if m else name


def archive(room, path):
    """One pass of nm over an archive's members."""
    n, member = 0, ""
    for line in run("nm", "-g", path).splitlines():
        if line.endswith(".o:"):
            member = line[:-1]
        words = line.split()
        if len(words) < 2 or line.endswith(":"):
            continue
        kind, name = words[-2], words[-1]
        if kind == "U" and plain(name) in BANNED:
            report(source_of(room, member), f"a library must not call {plain(name)}")
        elif kind not in "Uw":
            n += 1
            if not name.startswith(("tong_", "__odr_asan", "__asan", "__ubsan")):
                report(source_of(room, member), f"global name {name} does not begin with tong_")
    return n


def state(room, path):
    """Writable data: a library embedded twice or used by threads must not have any."""
    member = ""
    for line in run("objdump", "-t", path).splitlines():
        m = re.match(r"(\S+\.o):\s+file format", line)
        if m:
            member = m.group(1)
        m = re.match(r"[0-9a-f]+ .{6}O (\.data|\.bss|\.tdata|\.tbss|\.data\.rel(?:\.local)?|\.data\.[^r]\S*|\*COM\*)\s+[0-9a-f]+\s+(.*)", line)
        if m:
            report(source_of(room, member), f"writable state of its own: {m.group(2).split()[-1]} in {m.group(1)}")


def main():
    n = 0
    for room, path in LIBRARIES.items():
        if not os.path.exists(path):
            report(path, "was not built (make all)")
            continue
        n += archive(room, path)
        state(room, path)
    done(f"symbols  {n} global names")


main()
