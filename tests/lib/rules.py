"""What the rule scripts share: the house's files, comments taken out, dependency files, reporting."""
import fnmatch
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.chdir(ROOT)
BUILD = os.path.relpath(os.environ.get("O", "build"))
ROOMS = ("core", "publisher", "agent")
MAY_INCLUDE = {"core": {"core"}, "publisher": {"core", "publisher"}, "agent": {"core", "agent"},
               "tests": {"core", "publisher", "agent", "tests"}}

_found = []


def report(where, message):
    """One violation. where: `file:line` or `file`."""
    if not excused(where, message):
        _found.append(f"{where}: {message}")


def done(summary):
    """Prints what was found, or the one line that says all is well, and ends."""
    if _found:
        print("\n".join(sorted(_found)))
        sys.exit(1)
    print(summary)
    sys.exit(0)


def table(path):
    """Lines of words; `#` opens a comment."""
    with open(path, encoding="utf-8") as f:
        rows = [line.split("#")[0].split() for line in f]
    return [r for r in rows if r]


def excused(where, message):
    """exceptions.txt: rule, file, then words of the message that must all occur. It starts empty."""
    rule = os.path.splitext(os.path.basename(sys.argv[0]))[0]
    return any(row[0] == rule and where.split(":")[0] == row[1] and all(w in message for w in row[2:])
               for row in table("tests/rules/exceptions.txt"))


def sources(*patterns):
    """Files by pattern, sorted; default: every C file of every room and of the tests."""
    patterns = patterns or ("core/**/*.[ch]", "publisher/**/*.[ch]", "agent/**/*.[ch]", "tests/**/*.[ch]")
    return sorted({p for g in patterns for p in glob.glob(g, recursive=True) if os.path.isfile(p)})


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def tracked():
    """Every text file that is or would be in the repository."""
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True)
    paths = out.stdout.decode().split("\0")
    if out.returncode:  # no repository: an unpacked archive
        paths = [p for p in glob.glob("**", recursive=True) if not p.startswith("build")]
    for path in sorted(paths):
        if path and os.path.isfile(path):
            with open(path, "rb") as f:
                data = f.read()
            if b"\0" not in data[:8000]:
                yield path, data.decode("utf-8", "replace")


_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code_only(text):
    """C without comments and string contents; the lines stay where they are."""
    def blank(m):
        t = m.group(0)
        return '""' if t[0] == '"' else "0" if t[0] == "'" else re.sub(r"[^\n]", "", t) or " "
    return _TOKEN.sub(blank, text)


def includes(path):
    """(line number, name, is_system) of every #include."""
    for n, line in enumerate(read(path).split("\n"), 1):
        m = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if m:
            yield n, m.group(2), m.group(1) == "<"


def dependencies(source):
    """What the compiler really read for this source (its .d file), or None when it was not built."""
    path = f"{BUILD}/{os.path.splitext(source)[0]}.d"
    if not os.path.exists(path):
        return None
    words = read(path).split("\n\n")[0].replace("\\\n", " ").split(":", 1)[1].split("\n")[0].split()
    return [os.path.normpath(w) for w in words[1:]]


def matches(path, patterns):
    """Shell patterns in which `*` does not cross a folder."""
    return any(path.count("/") == p.count("/") and fnmatch.fnmatchcase(path, p) for p in patterns)
