# What the browser tests have in common: two sites to look at, and Node.js with the pinned packages.
# shellcheck shell=bash
#
#   site_world        builds $SITE (the real catalogue) and $OTHER (the test catalogue, with licences, notices, sample data, an address)
#   in_browser FILE…  runs a file of tests/site with node; its lines are the test's lines
export NODE_PATH=$O/site-tools/node_modules
SITE=$TONG_TMP/site
OTHER=$TONG_TMP/other

site_world() {
	tong-publish site --quiet --out "$SITE" || return 1
	mkdir "$TONG_TMP/repo" && cp -r "$ROOT/tests/golden/check/base" "$TONG_TMP/repo/catalog-data" &&
		printf 'site:\n  url: https://guide.example.cn\n  report_url: /feedback\n' >>"$TONG_TMP/repo/catalog-data/catalogue.yaml" &&
		git -c init.defaultBranch=main init -q "$TONG_TMP/repo" && git -C "$TONG_TMP/repo" add -A &&
		git -C "$TONG_TMP/repo" commit -q -m base &&
		site_retire &&
		tong-publish site --quiet --repo "$TONG_TMP/repo" --out "$OTHER"
}

# An item that came and went: its code is retired. A text that was changed.
site_retire() {
	local items=$TONG_TMP/repo/catalog-data/items/01
	local item=$items/510104009000.md
	sed -e 's/^code: .*/code: 510104009000/' -e 's/^name: .*/name: 取消了的许可/' "$items/510104001000.md" >"$item" &&
		git -C "$TONG_TMP/repo" add -A && git -C "$TONG_TMP/repo" commit -q -m more &&
		git -C "$TONG_TMP/repo" rm -q "$item" && sed -i 's/^- 样例条件$/- 样例条件：年满十八周岁/' "$items/510104001000.md" &&
		git -C "$TONG_TMP/repo" commit -q -a -m less && sed -i 's/年满十八周岁/年满十六周岁，持有效证件/' "$items/510104001000.md" &&
		git -C "$TONG_TMP/repo" commit -q -a -m again
}

in_browser() {
	local file=$1
	shift
	t_checks=1	# its own lines are counted
	CHROMIUM=$(command -v chromium) timeout $((${TONG_TIMEOUT:-600} - 30)) node "$ROOT/tests/site/$file" "$@" || t_failed=1
}
