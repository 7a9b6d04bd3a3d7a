#!/usr/bin/env python3
"""P9: 10,000 attestations and 10,000 feedbacks arrive while the collector is killed ten times (tests/unit/agent_collector.c). Leaves
build/bench/collector.json."""
import os
import re
import subprocess
import time

from results import O, finish, row

N = 10000
began = time.monotonic()
child = subprocess.Popen([O / "tests/unit/agent_collector"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                         env={**os.environ, "TONG_P9": str(N)})
said = child.stdout.read()
_, status, use = os.wait4(child.pid, 0)
child.returncode = os.waitstatus_to_exitcode(status)
told = re.search(r"^P9: (\d+) feedbacks and (\d+) attestations, killed (\d+) times: none lost, none doubled$", said, re.M)
if child.returncode or not told:
    print(said[-2000:])
# When all arrived before the tenth kill, as many again were sent (tests/unit/agent_collector.c).
said, attested, kills = (int(n) for n in told.groups()) if told else (0, 0, 0)
row("feedbacks and attestations, collector killed ten times", f"{said} and {attested}, {kills}: none lost, none doubled" if told else "lost or doubled",
    f">= {N} and {N}, 10", child.returncode == 0 and said >= N and attested >= N and kills == 10)
row("  in all, both sides and their disks", f"{time.monotonic() - began:.0f} s, {use.ru_utime + use.ru_stime:.1f} CPU s", "shown", True)
finish("collector")
