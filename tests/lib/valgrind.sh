#!/bin/bash
# A small world under valgrind: it is published, carried, taken, asked and made again; programs in $O.
#
# One line for each command; the last line is `N passed, N failed`. What a command says is in $O/log/valgrind.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
[[ $O = /* ]] || O=$PWD/$O
log=$O/log/valgrind
T=$(mktemp -d "${TMPDIR:-/tmp}/tong-valgrind-XXXXXX")
trap 'rm -rf "$T"' EXIT
rm -rf "$log"
mkdir -p "$log"
export LC_ALL=C.UTF-8 TZ=UTC GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
unset LANGUAGE
passed=0
failed=0

# run NAME PROGRAM WORD…
run() {
	local name=$1 program=$2
	shift 2
	if valgrind -q --error-exitcode=99 --leak-check=full --suppressions=tests/lib/valgrind.supp \
		"$O/$program" "$@" >"$log/$name.log" 2>&1 </dev/null; then
		echo "ok - $name"; passed=$((passed + 1))
	else
		echo "not ok - $name: exit code $?"; failed=$((failed + 1))
		head -40 "$log/$name.log"
	fi
}

commit() {
	sed -i "s/^name:.*/name: 样例事项$1/" "$T/repo/items/01/510104001000.md"
	git -C "$T/repo" add -A && git -C "$T/repo" -c user.name=editor -c user.email=editor@example.cn commit -qm "$1"
}

cp -a tests/golden/check/base "$T/repo"
git -c init.defaultBranch=main init -q "$T/repo"
at=(--repo "$T/repo" --path '')
commit 1
run check tong-publish check "${at[@]}"
run keys tong-publish keys init --keys "$T/keys"
run first-release tong-publish release "${at[@]}" --to "$T/release" --keys "$T/keys"
run site tong-publish site "${at[@]}" --out "$T/site" --threads 2
run init tong-agent init --store "$T/store" --root "$T/keys/1.root.json" --region 511602 --relay
run first-sync tong-agent sync --store "$T/store" --from "$T/release"
commit 2
run release tong-publish release "${at[@]}" --to "$T/release" --keys "$T/keys"
run site-again tong-publish site "${at[@]}" --out "$T/site" --threads 2
run bundle tong-publish bundle --from "$T/release" --out "$T/stick.bundle"
run sync tong-agent sync --store "$T/store" --from "$T/stick.bundle"
run verify tong-agent verify --store "$T/store"
run status tong-agent status --store "$T/store"
run show tong-agent show 510104001000 --store "$T/store" --region 511602
run search tong-agent search --store "$T/store" 样例
run export tong-agent export --store "$T/store" "$T/village.bundle"
run node-site tong-agent site --store "$T/store" --out "$T/again"
run rollback tong-agent rollback --store "$T/store"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
