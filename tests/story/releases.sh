#!/bin/bash
# Releases are looked at, compared, staged, and their content comes back under new numbers: a node never goes back (P3, S1-S8).
# shellcheck shell=bash
. tests/lib/sh.sh
base=$ROOT/tests/golden/check/base
cd "$TONG_TMP" || exit 1
publish() { tong-publish "$@" --to release --keys keys; }
item=repo/catalog-data/items/01/510104001000.md
edit() { echo "$1" >>$item; git -C repo commit --quiet -am "$1"; }
content() { for layer in "$1"/*; do printf '%s ' "${layer##*/}"; sha256sum <"$layer"; done; }

mkdir -p repo/catalog-data
cp -r "$base/." repo/catalog-data/
git -C repo init --quiet
git -C repo add -A
git -C repo commit --quiet -m 'a small catalogue'
t_ok 'keys' tong-publish keys init --keys keys
t_fails 1 'nothing to show yet' tong-publish release show --to none
t_ok 'release 1' publish release --repo repo --quiet
t_ok 'its layers' tong-publish layers --repo repo --out one --quiet
t_ok 'a county' tong-agent init --store node --root keys/1.root.json --source "$PWD/release" --region 510104
t_ok 'syncs' tong-agent sync --store node
edit 第二版
t_ok 'release 2' publish release --repo repo --quiet
edit 第三版
t_ok 'release 3' publish release --repo repo --quiet
t_ok 'the county is at 3' tong-agent sync --store node

t_ok 'show needs no keys' tong-publish release show --to release
t_grep 'the number' '^release 3$' "$OUT"
t_grep 'the metadata and its dates' '^timestamp +version 3, good until 20' "$OUT"
t_grep 'each layer' '^base +version 3, good until 20..-.*records' "$OUT"
t_grep 'one that did not change' '^r511602 +version 1, ' "$OUT"
t_ok 'as JSON' tong-publish release show --to release --json
t_eq 'with the hash of the layer' "$(python3 -c 'import json, sys
for l in json.load(sys.stdin)["layers"]:
    if l["layer"] == "site": print(l["sha256"])' <"$OUT")" "$(sha256sum <one/site.ndjson | cut -d' ' -f1)"

t_ok 'diff 1' tong-publish release diff 1 --to release
t_grep 'names what changed' '^~ base +item/510104001000 ' "$OUT"
t_ok 'diff 3 3' tong-publish release diff 3 3 --to release
t_eq 'is empty' "$(cat "$OUT")" ''
t_ok 'diff as JSON' tong-publish release diff 2 3 --to release --json
t_grep 'says the same' '"key":"item/510104001000".*"what":"changed"' <(tr -d ' \n' <"$OUT")
t_fails 1 'a release that never was' tong-publish release diff 9 --to release
t_fails 2 'staged without a stage' tong-publish release diff staged --to release

# ---- the content of release 1 again ----

t_ok 'staged first' publish release restore 1 --stage stage --quiet
t_ok 'looked at' publish release show --stage stage
t_grep 'what is staged is signed' '^4\.base\.json: signed$' "$OUT"
t_ok 'against what is in force' tong-publish release diff 3 staged --to release --stage stage
t_grep 'it takes the changes away' '^~ base +item/510104001000 ' "$OUT"
t_ok 'against release 1' tong-publish release diff 1 staged --to release --stage stage
t_eq 'there is no difference' "$(cat "$OUT")" ''
t_eq 'nothing is in force yet' "$(ls release/4.base.json 2>/dev/null)" ''
t_ok 'in force' publish release publish --stage stage
t_ok 'the county goes on, not back' tong-agent sync --store node
t_eq 'to release 4' "$(release_of node)" 4
t_ok 'all of it is what was signed' tong-agent verify --store node
t_ok 'with the content of release 1' tong-publish release diff 1 4 --to release
t_eq 'to the byte' "$(cat "$OUT")" ''
t_eq 'as the layers of that commit' "$(sha256sum <one/base.ndjson)" \
	"$(cat release/targets/"$(sha256sum <one/base.ndjson | cut -d' ' -f1)".base.ndjson | sha256sum)"
t_ok 'without a stage, forward to 3 again' publish release restore 3 --quiet
t_ok 'the county follows' tong-agent sync --store node
t_eq 'to release 5' "$(release_of node)" 5

# ---- old metadata is verified before it is signed again ----

cp release/1.base.json good.json
sed -i 's/"records":[0-9]*/"records":1/' release/1.base.json
t_fails 4 'S8: a changed old role is not brought back' publish release restore 1
t_grep 'and named' 'S8: 1\.base\.json' "$ERR"
cp good.json release/1.base.json
cp release/1.snapshot.json good.json
sed -i 's/"version":1/"version":2/' release/1.snapshot.json
t_fails 4 'S8: nor a changed snapshot' publish release restore 1
cp good.json release/1.snapshot.json
t_ok 'keys come and go' publish keys rotate base
t_ok 'and again' publish keys rotate snapshot
t_ok 'a release of before is still accepted' publish release restore 1 --quiet
t_ok 'the county follows' tong-agent sync --store node
t_ok 'all of it is what was signed' tong-agent verify --store node
rm release/changesets/*.tcs
t_fails 1 'content that is gone' publish release restore 2
t_grep 'says what to do' 'publish its commit again with --rev' "$ERR"
