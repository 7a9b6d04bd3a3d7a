# Ways of reading, the kiosk, the code on screen and paper; and a node's bytes and headers beside the province's.
# shellcheck shell=bash
. tests/lib/sh.sh
. tests/site/lib/world.sh
t_ok 'the sites' site_world
t_ok 'keys' tong-publish keys init --quiet --keys "$TONG_TMP/keys"
t_ok 'a release' tong-publish release --quiet --to "$TONG_TMP/release" --keys "$TONG_TMP/keys"
t_ok 'a node' tong-agent init --store "$TONG_TMP/node" --root "$TONG_TMP/keys/1.root.json" \
	--source "$TONG_TMP/release" --region 511602
t_ok '  syncs' tong-agent sync --store "$TONG_TMP/node"
start_node "$TONG_TMP/node"
in_browser ways.js "$SITE" "$OTHER" "$TONG_TMP" "http://127.0.0.1:$port"
