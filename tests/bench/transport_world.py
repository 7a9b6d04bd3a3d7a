"""What the bench of transport carries: a SYNTHETIC province in six versions, as a release and as each peer would publish it.

A county's slice for the peers is what its node holds, in the form that suits them: a file for each item, one for each other kind of
record of a layer; times of files change only with their bytes. Commits are signed: a node may not take what anybody could have made.
"""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import province  # noqa: E402

COUNTY = "511602"
LAYERS = ["base", "site", "r510000", "r511600", "r" + COUNTY]
CASES = ["one", "percent", "template", "revision"]


def run(*words, cwd=None, **more):
    done = subprocess.run([str(w) for w in words], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    if done.returncode:
        sys.exit(f"bench: exit {done.returncode}: {' '.join(map(str, words))}\n{done.stderr.decode()[-2000:]}")
    return done.stdout.decode()


class World:
    def __init__(self, tmp, build, root):
        self.tmp, self.www = tmp, tmp / "www"
        self.publish, self.agent = build / "tong-publish", build / "tong-agent"
        self.site = root / "site"
        self.www.mkdir(parents=True, exist_ok=True)

    # ---- the catalogue ----

    def edit(self, case, r):
        """Changes the working tree from version zero to the case's."""
        items = sorted((self.tmp / "province/items").glob("*/*.md"))
        if case == "one":
            self.heavily(r, items[1234], 1)
        elif case == "percent":
            for path in r.sample(items, len(items) // 100):
                self.heavily(r, path, 1)
        elif case == "template":
            page = self.tmp / "site/templates/bottom.html"
            text = page.read_text(encoding="utf-8")
            page.write_text(text.replace("</body>", "<!-- 2 --></body>"), encoding="utf-8")
        else:
            for path in r.sample(items, len(items) // 5):
                self.heavily(r, path, 9)
            for k in range(len(items) // 50):
                code = f"5101{90 + k // 999:02}{k % 999 + 1:03}000"
                province.write(self.tmp / "province/items/01" / f"{code}.md",
                               province.item_text(r, code, "01", f"新设合成事项{k}", f"law{k % 40:02}"))

    @staticmethod
    def heavily(r, path, lines):
        text = path.read_text(encoding="utf-8").split("\n")
        prose = [i for i, line in enumerate(text) if line.startswith("- ") or re.match(r"\d\. ", line)]
        for i in r.sample(prose, min(lines, len(prose))):
            text[i] = text[i].split(" ")[0] + " " + province.sentence(r) + f"（修订{r.randrange(10**6)}）"
        path.write_text("\n".join(text), encoding="utf-8")

    def commit(self, text):
        run("git", "-C", self.tmp / "province", "-c", "user.name=b", "-c", "user.email=b@example.cn", "add", "-A")
        run("git", "-C", self.tmp / "province", "-c", "user.name=b", "-c", "user.email=b@example.cn", "commit", "-qm", text,
            "--allow-empty")

    # ---- releases ----

    def release(self, name):
        common = ["--repo", self.tmp / "province", "--path", ".", "--site", self.tmp / "site"]
        run(self.publish, "release", *common, "--to", self.www / f"tong-{name}", "--keys", self.tmp / "keys", "--quiet")
        run(self.publish, "layers", *common, "--out", self.tmp / "layers" / name, "--quiet")

    def make(self):
        run(sys.executable, pathlib.Path(__file__).parent / "province.py", self.tmp / "province", "--git", "0")
        shutil.copytree(self.site, self.tmp / "site")
        run(self.publish, "keys", "init", "--keys", self.tmp / "keys")
        self.release("zero")
        for case in CASES:
            run("cp", "-al", self.www / "tong-zero", self.www / f"tong-{case}")
            self.edit(case, random.Random(case))
            self.commit(case)
            self.release(case)
            run("git", "-C", self.tmp / "province", "reset", "-q", "--hard", "HEAD~1")
            run("git", "-C", self.tmp / "province", "clean", "-qfd")
            shutil.rmtree(self.tmp / "site")
            shutil.copytree(self.site, self.tmp / "site")
        for name in ["zero", *CASES]:
            self.tree(name)
        shutil.rmtree(self.tmp / "layers")
        self.peers()

    # ---- what peers carry ----

    def tree(self, name):
        out = self.tmp / "tree" / name
        files = {}
        for layer in LAYERS:
            for line in (self.tmp / "layers" / name / f"{layer}.ndjson").read_bytes().splitlines(keepends=True):
                kind, _, rest = json.loads(line)["k"].partition("/")
                path = f"{layer}/item/{rest}.json" if kind == "item" else f"{layer}/{kind}.ndjson"
                files.setdefault(path, []).append(line)
        for path, lines in files.items():
            full, old = out / path, self.tmp / "tree/zero" / path
            full.parent.mkdir(parents=True, exist_ok=True)
            data = b"".join(lines)
            full.write_bytes(data)
            same = name == "zero" or (old.exists() and old.read_bytes() == data)
            os.utime(full, (1000000000, 1000000000 if same else 1000000000 + 1 + CASES.index(name)))

    def peers(self):
        git, key = self.tmp / "git-work", self.tmp / "commit-key"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
        run("git", "-c", "init.defaultBranch=main", "init", "-q", git)
        run("ostree", "init", "--mode=archive", f"--repo={self.www}/ostree")
        for name in ["zero", *CASES]:
            tree = self.tmp / "tree" / name
            run("git", "-C", git, "checkout", "-q", *(["zero", "-B", name] if name != "zero" else ["-B", "zero"]))
            run("rsync", "-a", "--delete", "--exclude=.git", f"{tree}/", f"{git}/")
            run("git", "-C", git, "add", "-A")
            run("git", "-C", git, "-c", "user.name=b", "-c", "user.email=b@example.cn", "-c", "gpg.format=ssh",
                "-c", f"user.signingkey={key}", "commit", "-S", "-qm", name)
            run("ostree", f"--repo={self.www}/ostree", "commit", "-b", name, f"--tree=dir={tree}")
            run("casync", "make", "--store", self.www / "casync.castr", "--without=all", self.www / f"casync-{name}.caidx", tree)
            tar = self.www / f"{name}.tar"
            run("tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-C", tree, "-cf", tar, ".")
            run("zsyncmake", "-u", tar.name, "-o", f"{tar}.zsync", tar, cwd=self.www)
            run("zstd", "-q", "-19", "-T0", tar, "-o", f"{tar}.zst")
        run("git", "clone", "-q", "--bare", git, self.www / "git")
        run("git", "-C", self.www / "git", "repack", "-qadf")
        run("ostree", f"--repo={self.www}/ostree", "summary", "-u")
