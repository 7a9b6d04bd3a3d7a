# What the browser tests have in common: two sites to look at, and Node.js with the pinned packages.
# shellcheck shell=bash
#
#   site_world        builds $SITE (the real catalogue) and $OTHER (the test catalogue, with licences, notices, sample data)
#   in_browser FILE…  runs a file of tests/site with node; its lines are the test's lines
export NODE_PATH=$O/site-tools/node_modules
SITE=$TONG_TMP/site
OTHER=$TONG_TMP/other

site_world() {
	tong-publish site --quiet --out "$SITE" || return 1
	mkdir "$TONG_TMP/repo" && cp -r "$ROOT/tests/golden/check/base" "$TONG_TMP/repo/catalog-data" &&
		git -c init.defaultBranch=main init -q "$TONG_TMP/repo" && git -C "$TONG_TMP/repo" add -A &&
		git -C "$TONG_TMP/repo" commit -q -m base &&
		tong-publish site --quiet --repo "$TONG_TMP/repo" --out "$OTHER"
}

in_browser() {
	local file=$1
	shift
	t_checks=1	# its own lines are counted
	CHROMIUM=$(command -v chromium) timeout 570 node "$ROOT/tests/site/$file" "$@" || t_failed=1
}
