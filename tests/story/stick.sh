# A release as one file on a stick: written, carried, read without any network; a damaged one leaves all as it was.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

size() { stat -c %s "$1"; }
# Without any network, where the kernel lets us.
offline() { if unshare -rn true 2>/dev/null; then unshare -rn "$@"; else "$@"; fi; }

t_ok 'a scratch clone' git clone --quiet "$ROOT" repo
t_ok 'keys' tong-publish keys init --keys keys
t_ok 'release' tong-publish release --repo repo --to release --keys keys --quiet

# the whole release on a stick
t_ok 'a bundle for one county' tong-publish bundle --from release --out one.bundle --region 511602
t_ok 'and again' tong-publish bundle --from release --out two.bundle --region 511602 --quiet
t_same 'B5: the same bytes' one.bundle two.bundle
t_eq 'nothing else is left beside them' "$(ls -A -- *.bundle* | tr '\n' ' ')" 'one.bundle two.bundle '
t_ok 'and for all' tong-publish bundle --from release --out all.bundle --json
zstd -dcq one.bundle >one.tar
tar tf one.tar >names
t_eq 'B4: the timestamp comes first' "$(head -n 1 names)" timestamp.json
t_eq 'B4: after the first changeset only changesets' "$(sed -n '/^changesets/,$p' names | grep -vc ^changesets)" 0
t_nogrep 'no other county is in it' 'r510104' names
t_eq 'B5: no owner, no time' "$(TZ=UTC tar tvf one.tar --numeric-owner | awk '{ print $1, $2, $4 }' | sort -u)" \
	'-rw-r--r-- 0/0 1970-01-01'

t_ok 'a node' tong-agent init --store node --root keys/1.root.json --region 511602
t_ok 'syncs from the file, offline' offline tong-agent sync --store node --from one.bundle
t_grep 'and says how long it is valid' 'valid until 20..-..-..T' "$OUT"
t_ok 'all is whole' tong-agent verify --store node
t_ok 'a region beside itself' tong-agent compare 511602 511602 --store node
t_grep '  does not differ' '^广安市广安区 511602 and 广安市广安区 511602 do not differ$' "$OUT"
t_fails 1 'one that is not held' tong-agent compare 511602 510100 --store node
t_ok 'what is new since a day' tong-agent whatsnew --since 2000-01-01 --store node
t_grep '  with its day, its code and its name' '^20..-..-..  511A[0-9]+ +[^ ]' "$OUT"
t_grep '  and what it is' '^  - [^ ]' "$OUT"
t_ok '  for programs' tong-agent whatsnew --since 2000-01-01 --store node --json
t_grep '  in one line' '^\{"since":"2000-01-01","changes":\[\{.*"what":\[' "$OUT"
t_fails 1 'nothing is new since a day to come' tong-agent whatsnew --since 2999-12-31 --store node --lang zh
t_grep '  which is said' '^2999-12-31 以来没有变化$' "$OUT"
t_fails 2 'a day that is none' tong-agent whatsnew --since 31.12.2026 --store node
t_fails 2 'no day' tong-agent whatsnew --store node
t_fails 2 'a day where a release is wanted' tong-agent export x --since 2000-01-01 --store node
t_ok 'once more: nothing new' tong-agent sync --store node --from one.bundle
t_grep 'it says so' 'nothing new' "$OUT"
tong-agent init --quiet --store straight --root keys/1.root.json --source "$PWD/release" --region 511602
t_ok 'a node that syncs from the folder' tong-agent sync --store straight
t_eq 'holds the same' "$(tong-agent status --store node --json | grep -o '"sha256":"[0-9a-f]*"')" \
	"$(tong-agent status --store straight --json | grep -o '"sha256":"[0-9a-f]*"')"
t_ok 'a node of all regions' tong-agent init --store every --root keys/1.root.json
t_ok 'syncs from the bundle for all' tong-agent sync --store every --from all.bundle
t_fails 1 'two counties beside each other do differ' tong-agent compare 511602 513431 --store every
cp "$OUT" compared
t_grep '  what only one lists' '^only 广安市广安区 511602 lists:$' compared
t_grep '  an element in which they differ' '^  Visits in person$' compared
t_grep '  as one has it' '^    凉山彝族自治州昭觉县 513431: 1$' compared
t_grep '  and the other' "^    广安市广安区 511602: the province's standard$" compared
t_nogrep '  with all its values' 'null' compared
t_fails 1 '  for programs' tong-agent compare 511602 513431 --store every --json
t_eq '  the same' "$(python3 -c 'import json; d = json.load(open("'"$OUT"'")); print(len(d["only_a"]) + len(d["only_b"]), len(d["differ"]))')" \
	"$(grep -cE '^  [0-9A-Z-]{8,} ' compared) $(grep -c '^[0-9A-Z]' compared)"
t_ok 'a node of another county' tong-agent init --store other --root keys/1.root.json --region 510104
t_fails 5 'is told that the bundle is for others' tong-agent sync --store other --from one.bundle
t_grep 'with what to do' 'a whole bundle has it' "$ERR"

# what is new
old=$(release_of node)
change '第一次修改'
t_ok 'a second release' tong-publish release --repo repo --to release --keys keys --quiet
change '第二次修改'
t_ok 'a third release' tong-publish release --repo repo --to release --keys keys --quiet
t_ok 'a bundle since the first' tong-publish bundle --from release --out new.bundle --region 511602 --since "$old"
if [ "$(size new.bundle)" -lt 16384 ]; then
	t_pass "one item is $(size new.bundle) bytes (all of it: $(size one.bundle))"
else
	t_fail "one item is $(size new.bundle) bytes" 'wanted: less than 16384'
fi
t_fails 2 'since a release that is yet to come' tong-publish bundle --from release --out x --since 99
t_fails 2 'since no number' tong-publish bundle --from release --out x --since main
t_fails 3 'from what is no repository' tong-publish bundle --from keys/.. --out x
t_eq 'nothing was written' "$(ls x* 2>/dev/null)" ''

t_fails 4 'after its timestamp has expired' env SOURCE_DATE_EPOCH=$(($(date +%s) + 40 * 86400)) \
	tong-publish bundle --from release --out x
t_grep 'with what to do' 'tong-publish timestamp' "$ERR"
t_ok 'nothing was written then either' test ! -e x

# the stick is pulled out at any byte: the old release stays
bad=0
total=$(size new.bundle)
for at in 0 1 4 5 9 100 $((total / 3)) $((total / 2)) $((total - 20)) $((total - 1)); do
	head -c "$at" new.bundle >cut.bundle
	tong-agent sync --store node --from cut.bundle >/dev/null 2>"$ERR" && bad=$((bad + 1))
	[ "$(release_of node)" = "$old" ] || bad=$((bad + 1))
done
t_eq 'cut at ten places it is refused, and the old release stays' "$bad" 0
t_ok 'whole' tong-agent verify --store node
bad=0
for at in $(seq 20 $((total / 23)) "$total"); do
	cp new.bundle flipped.bundle
	printf '\125' | dd of=flipped.bundle bs=1 seek="$at" conv=notrunc status=none
	cmp -s new.bundle flipped.bundle && continue
	rm -rf try && cp -r node try
	tong-agent sync --store try --from flipped.bundle >/dev/null 2>&1
	tong-agent verify --store try >/dev/null 2>&1 || bad=$((bad + 1))
done
t_eq 'a damaged byte never leaves a torn node' "$bad" 0

t_ok 'the whole file is taken' tong-agent sync --store node --from new.bundle
t_eq 'three releases on' "$(release_of node)" $((old + 2))
t_ok 'it shows the change' tong-agent show --store node 511A0020600003 --json
t_grep 'the last one' '第二次修改' "$OUT"
t_fails 4 'the old stick is refused' tong-agent sync --store node --from one.bundle
t_fails 5 'a new node needs a whole bundle' tong-agent sync --store other --from new.bundle

# a repository that is damaged is found while it is copied
for victim in $(find release/changesets -type f -size +8k); do
	printf '\125\252' | dd of="$victim" bs=1 seek=6000 conv=notrunc status=none
done
t_fails 4 'a damaged changeset goes onto no stick' tong-publish bundle --from release --out bad.bundle
t_eq 'and leaves no file behind' "$(ls -A | grep -c bad.bundle)" 0
