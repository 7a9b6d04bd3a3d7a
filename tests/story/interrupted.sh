# Cut links and killed processes: the old release whole or the new one whole (P1), and little is fetched twice (P10).
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

t_ok 'a scratch clone' git clone --quiet "$ROOT" repo
t_ok 'keys' tong-publish keys init --keys keys
t_ok 'release' tong-publish release --repo repo --to release --keys keys --quiet
size=$(find release/changesets -type f -printf '%s\n' | sort -n | tail -n 1)

fresh() { rm -rf node; tong-agent init --quiet --store node --root keys/1.root.json --source "$1" --region 511602; }
bytes() { awk '{ s += $4 } END { print s + 0 }' "$SERVER_LOG"; }

# The shell's own word about a killed child goes nowhere.
killed_after() { local s=$1; shift; { timeout -s KILL "$s" "$@"; } >/dev/null 2>&1; }

# an undisturbed first sync, for comparison
start_server release
fresh "$SERVER_URL/"
t_ok 'an undisturbed sync' tong-agent sync --store node
whole=$(bytes)
stop_server

# the link dies at half of the largest file, once
start_server release --cut-after $((size / 2)) --cut-once --cut-path '/changesets/*'
fresh "$SERVER_URL/"
tong-agent sync --store node >/dev/null 2>&1 || tong-agent sync --store node >/dev/null 2>&1
t_ok 'after a cut at 50 % the sync (or the next) succeeds' tong-agent verify --store node
spent=$(bytes)
if [ "$spent" -le $((whole + whole / 10)) ]; then
	t_pass "P10: cut at 50 % costs $((spent * 100 / whole)) % of an undisturbed sync"
else
	t_fail "P10: cut at 50 % costs $((spent * 100 / whole)) % of an undisturbed sync" 'wanted: at most 110 %'
fi
stop_server

# killed at many moments of an update: always whole, and the next sync succeeds
t_ok 'the base node' fresh "$PWD/release"
t_ok 'is synced' tong-agent sync --store node
old=$(tong-agent status --store node --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["release"])')
sed -i 's/^limit_statutory:.*/&\nlimit_promised: {days: 10, unit: "1"}/' repo/catalog-data/items/01/511A0020600003.md
git -C repo commit --quiet -am 'one item'
t_ok 'a second release' tong-publish release --repo repo --to release --keys keys --quiet
bad=0 kept=0 moved=0
for ms in $(seq 1 40); do
	rm -rf try
	cp -r node try
	killed_after "$(awk -v m="$ms" 'BEGIN { printf "%.4f", m * 0.0015 }')" tong-agent sync --store try
	tong-agent verify --store try >/dev/null 2>"$ERR" || bad=$((bad + 1))
	now=$(tong-agent status --store try --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["release"])')
	if [ "$now" = "$old" ]; then kept=$((kept + 1)); else moved=$((moved + 1)); fi
done
t_eq "P1: killed at 40 moments ($kept held the old release, $moved the new): none is torn" "$bad" 0
t_ok 'and the next sync succeeds' tong-agent sync --store try
t_ok 'whole' tong-agent verify --store try

# the publisher killed at many moments: the release in force is always whole
bad=0
for ms in $(seq 1 20); do
	sed -i "s/^limit_promised:.*/limit_promised: {days: $((ms % 9 + 1)), unit: \"1\"}/" repo/catalog-data/items/01/511A0020600003.md
	git -C repo commit --quiet -am "change $ms"
	killed_after "$(awk -v m="$ms" 'BEGIN { printf "%.3f", m * 0.03 }')" tong-publish release --repo repo --to release --keys keys --quiet
	rm -rf try
	tong-agent init --store try --root keys/1.root.json --source "$PWD/release" --region 511602 >/dev/null 2>&1
	tong-agent sync --store try >/dev/null 2>>"$ERR" || bad=$((bad + 1))
done
t_eq 'a publisher killed at 20 moments leaves a release that can be taken' "$bad" 0
t_ok 'and can go on publishing' tong-publish release --repo repo --to release --keys keys --quiet
