#!/usr/bin/env python3
"""Arrows between rooms, and one door for each third-party library, from the compiler's own word."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from rules import MAY_INCLUDE, ROOMS, dependencies, done, includes, matches, report, sources, table  # noqa: E402

# What is not a third party: C11, POSIX and a few of Linux.
STANDARD = set("""assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign
stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype
dirent dlfcn fcntl fnmatch ftw getopt glob grp iconv langinfo netdb poll pthread pwd regex sched semaphore spawn
strings syslog termios unistd utime endian byteswap malloc
sys/types sys/stat sys/file sys/mman sys/socket sys/time sys/resource sys/wait sys/statvfs sys/un sys/uio
sys/random sys/ioctl sys/select sys/eventfd sys/epoll sys/signalfd sys/utsname sys/sysmacros sys/syscall sys/prctl sys/vfs sys/inotify
netinet/in netinet/tcp arpa/inet net/if linux/fs linux/falloc linux/seccomp linux/filter""".split())
CORE_DOORS = ("openssl/*", "zstd*.h", "jansson*.h", "qrencode.h", "libintl.h")
DOORS = [(row[0], row[1:]) for row in table("tests/rules/doors.txt")]


def regex(pattern):
    """A door's pattern, searched in a path as the compiler names it."""
    return re.compile(r"(?:^|/)include/(?:[\w.]+-linux-gnu\w*/)?" + re.escape(pattern).replace(r"\*", r"[^\s]*") + "$")


DOOR_PATHS = [(p, files, regex(p)) for p, files in DOORS]


def room(path):
    return path.split("/")[0]


def door_of(name):
    return next(((p, files) for p, files in DOORS
                 if re.fullmatch(re.escape(p).replace(r"\*", ".*"), name)), None)


def direct(path):
    """Rules that a reader of the source can see."""
    for n, name, system in includes(path):
        where = f"{path}:{n}"
        if not system or name.startswith("tong/"):
            if not name.startswith("tong/"):
                if not os.path.exists(name):
                    report(where, f'"{name}" is no path from the root of the repository (write "core/err.h")')
                elif room(name) not in MAY_INCLUDE[room(path)]:
                    report(where, f"{room(path)}/ must never see {room(name)}/ ({name})")
                elif name.endswith(".c") and room(path) != "tests":
                    report(where, f"includes a source file ({name})")
        elif door_of(name):
            pattern, files = door_of(name)
            if room(path) != "tests" and not matches(path, files):
                report(where, f"<{name}> has one door: {' '.join(files)}")
            elif room(path) == "core" and pattern not in CORE_DOORS:
                report(where, f"core/ must never see <{name}>")
            elif "/include/" in path:
                report(where, f"a public header must not need <{name}>")
        elif not name.endswith(".h") or name[:-2] not in STANDARD:
            report(where, f"<{name}> is neither standard nor in tests/rules/doors.txt")


def transitive(path):
    """What reached a source through headers: the compiler's dependency file knows."""
    deps = dependencies(path)
    if deps is None:
        report(path, "was not built: no dependency file (make all)")
        return 0
    for d in deps:
        if room(d) in ROOMS and room(d) not in MAY_INCLUDE[room(path)]:
            report(path, f"{room(path)}/ reaches {d} through another header")
    for pattern, files, rx in DOOR_PATHS:
        if not matches(path, files) and any(rx.search(d) for d in deps):
            via = next((f"{d}:{n}" for d in deps if room(d) in ROOMS
                        for n, name, _ in includes(d) if door_of(name) and door_of(name)[0] == pattern), None)
            if via:
                report(path, f"reaches {pattern} through {via}")
            elif not any(door_of(name) and door_of(name)[0] == pattern for _, name, _ in includes(path)) \
                    and not foreign_cause(path, deps):
                report(path, f"reaches {pattern}")
    return 1


def foreign_cause(path, deps):
    """A third-party header may itself pull in another's (curl reads openssl's): not our arrow."""
    return any(rx.search(d) for p, files, rx in DOOR_PATHS if matches(path, files) for d in deps)


def main():
    everything = sources()
    names = {}
    for path in everything:
        direct(path)
        if path.endswith(".h") and room(path) != "tests":
            names.setdefault(os.path.basename(path), []).append(path)
    for name, paths in names.items():
        if len(paths) > 1:
            report(paths[1], f"two headers have the name {name} (also {paths[0]}): a wrong arrow would hide there")
    built = sum(transitive(p) for p in everything if p.endswith(".c") and room(p) in ROOMS)
    done(f"arrows   {len(everything)} files, {built} as compiled, {len(DOORS)} doors")


main()
