"""What the measuring programs have in common: rows of a table with their bars, and the file that keeps them.

Each program tells its rows with row() and ends with finish(): that leaves build/bench/NAME.json, which says when, of which commit and on
which machine it was measured. `make figures` keeps these files in tests/bench/results and writes docs/figures.md from them.
"""
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
O = pathlib.Path(os.environ.get("O", ROOT / "build")).resolve()
rows = []
_load = os.getloadavg()[0]


def tmp(name):
    """Where the program `name` puts what it makes."""
    return pathlib.Path(os.environ.get("TONG_TMP", O / "bench" / "tmp")) / name


def row(name, figure, bar, good):
    """One line: what, its figure, the bar it is held to (or "shown"), and whether it is met. tests/run.sh counts these lines."""
    rows.append({"name": name, "figure": figure, "bar": bar, "ok": bool(good)})
    print(f"{'ok' if good else 'not ok':<6} - {name:<62} {figure:>34}   {bar}", flush=True)


def _said(*words):
    try:
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _line(file, key, mark=":"):
    """What stands after key and mark in a file of the system."""
    for line in open(file, encoding="utf-8"):
        if line.startswith(key):
            return line.split(mark, 1)[1].strip().strip('"')
    return ""


def machine():
    memory = int(_line("/proc/meminfo", "MemTotal").split()[0]) / 2**20
    system, kernel = _line("/etc/os-release", "PRETTY_NAME", "="), ".".join(platform.release().split(".")[:2])
    return {"processor": _line("/proc/cpuinfo", "model name") or platform.machine(), "processors": os.cpu_count(),
            "memory": f"{memory:.0f} GB", "system": f"{system}, Linux {kernel}"}


def finish(name, command=None, **more):
    """Keeps the rows and ends the program: 0 when every bar is met. more: series and tables for docs/figures.md."""
    commit = _said("git", "rev-parse", "--short=12", "HEAD")
    if commit and _said("git", "status", "--porcelain", "--untracked-files=no"):
        commit += " and changes"
    out = O / "bench" / f"{name}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({
        "bench": name, "command": command or f"make bench T=bench/{name}", "date": datetime.date.today().isoformat(), "commit": commit,
        "machine": machine(), "load": {"before": round(_load, 1), "after": round(os.getloadavg()[0], 1)}, "rows": rows, **more,
    }, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    sys.exit(0 if all(r["ok"] for r in rows) else 1)
