# A catalogue whose words are attacks, in names, tables and YAML; attacks in Markdown do not get as far as a page.
# shellcheck shell=bash
. tests/lib/sh.sh
. tests/site/lib/world.sh
cp -r tests/golden/check/base "$TONG_TMP/catalogue"
t_ok 'hostile words in every kind of file' python3 - "$TONG_TMP/catalogue" <<'E2'
import os, re, sys
bad = "<img src=x onerror=window.injected=1>"
n = 0
def write(path, text, old):
    global n
    if text != old:
        n += 1
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
for folder, _, files in os.walk(sys.argv[1]):
    for name in files:
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as f:
            old = f.read()
        if name.endswith(".md") and "/items/" in path:
            head, body = old.split("\n---\n", 1)
            head = re.sub(r"^(name|summary): (.*)$", lambda m: m[1] + ": '" + m[2].strip("\"'") + bad + "'", head, flags=re.M)
            write(path, head + "\n---\n" + body, old)
        elif name == "agencies.csv":
            lines = old.splitlines()
            at = lines[0].split(",").index("name")
            rows = [l.split(",") for l in lines[1:]]
            for r in rows:
                r[at] += bad
            write(path, "\n".join([lines[0]] + [",".join(r) for r in rows]) + "\n", old)
        elif name in ("materials.yaml", "themes.yaml", "licences.yaml", "catalogue.yaml", "halls.yaml"):
            write(path, re.sub(r"^(\s*-?\s*(?:name|title|subtitle|notice|address): )(?!\[)([^\n|>&{]+)$",
                               lambda m: m[1] + "'" + m[2].strip("\"'") + "</script>" + bad + "'", old, flags=re.M), old)
sys.exit(0 if n >= 5 else "only %d files" % n)
E2
mkdir "$TONG_TMP/evil" && cp -r "$TONG_TMP/catalogue" "$TONG_TMP/evil/catalog-data"
git -c init.defaultBranch=main init -q "$TONG_TMP/evil" && git -C "$TONG_TMP/evil" add -A && git -C "$TONG_TMP/evil" commit -q -m evil
t_ok 'it is published' tong-publish site --quiet --repo "$TONG_TMP/evil" --out "$TONG_TMP/out"
mkdir "$TONG_TMP/md" && cp -r tests/golden/check/base "$TONG_TMP/md/catalog-data"
printf '\n## 说明\n\n<script>window.injected=1</script>\n\n[点](javascript:window.injected=1) ![图](x)\n' \
	>>"$TONG_TMP/md/catalog-data/items/20/512004001000.md"
git -c init.defaultBranch=main init -q "$TONG_TMP/md" && git -C "$TONG_TMP/md" add -A && git -C "$TONG_TMP/md" commit -q -m evil
t_fails 1 'attacks in Markdown are refused' tong-publish site --quiet --repo "$TONG_TMP/md" --out "$TONG_TMP/none"
t_grep '  a tag' markdown-html "$ERR"
t_grep '  an address' 'link-scheme.*javascript' "$ERR"
in_browser hostile.js "$TONG_TMP/out"
