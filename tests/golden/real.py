#!/usr/bin/env python3
"""The published errors of the real catalogue surface as findings, and their classes are as many as were counted by hand."""
import collections
import json
import subprocess
import sys

out = subprocess.run(["tong-publish", "check", "--format", "json"], capture_output=True, text=True)
found = json.loads(out.stdout)["findings"]
good = True


def expect(what, want, *tests):
    """Findings that every test accepts."""
    global good
    got = [f for f in found if all(t(f) for t in tests)]
    fine = len(got) == want
    good &= fine
    print(("ok - " if fine else "not ok - ") + f"{what}: {want}")
    if not fine:
        print(f"    got {len(got)}:", *[f["subject"] + " " + f["found"] for f in got[:5]], sep="\n    ")


def rule(name):
    return lambda f: f["rule"] == name


def region(code):
    return lambda f: f["subject"].startswith(code + "/")


def code(test):
    return lambda f: test(f["found"])


org, guangan, ziyang = rule("listing-org-code"), region("511602"), region("512000")
expect("广安区: organisation codes that no check digit confirms", 120, org, guangan)
expect("广安区: a USCC with one character lost", 91, org, guangan, code(lambda c: len(c) == 17))
expect("广安区: placeholders 2222222222222", 8, org, guangan, code(lambda c: c == "2" * 13))
expect("广安区: 0087790701, ten characters", 12, org, guangan, code(lambda c: c == "0087790701"))
expect("广安区: the old 8282348", 1, org, guangan, code(lambda c: c == "8282348"))
expect("广安区: a tobacco bureau's internal code", 7, org, guangan, code(lambda c: c.startswith("TE51")))
expect("广安区: a lower-case letter", 1, org, guangan, code(lambda c: c != c.upper()))
expect("广安区: codes that lack region and level", 3, rule("listing-code-form"), guangan)
expect("资阳: codes with null for a level", 13, rule("listing-code-form"), ziyang)
expect("广安区: departments that publish under several codes", 15, rule("agency-codes"), lambda f: f["subject"].startswith("511602"))
expect("资阳: one code, two items", 1, rule("listing-cases"), ziyang)
expect("one code, two names between areas", 7, rule("listing-name"))
expect("two codes, one name", 2, rule("item-name-twice"))
expect("names with a mark of level", 165, rule("item-name-level"))
expect("names that were never seen, waived with a reason", 2, rule("item-name-missing"), lambda f: f["waived"])
expect("errors that nobody waived", 0, lambda f: f["severity"] == "error" and not f["waived"])
print("    classes:", dict(collections.Counter(f["rule"] for f in found)))
sys.exit(0 if good and out.returncode == 0 else 1)
