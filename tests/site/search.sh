# Search: answers beside MiniSearch and Pagefind, recall, bytes, speed on a slow telephone, the field and its list.
# shellcheck shell=bash
. tests/lib/sh.sh
. tests/site/lib/world.sh
t_ok 'the site' tong-publish site --quiet --out "$SITE"
t_ok 'keys' tong-publish keys init --quiet --keys "$TONG_TMP/keys"
t_ok 'a release' tong-publish release --quiet --to "$TONG_TMP/release" --keys "$TONG_TMP/keys"
item=catalog-data/items/01/511A0138900000.md
t_ok 'the same catalogue with one item edited' git clone -q "$ROOT" "$TONG_TMP/edited"
sed -i 's/^name: .*/name: 校车使用许可（试点）/; s/校车安全国家标准/校车安全的国家标准和行业标准/' "$TONG_TMP/edited/$item"
t_ok '  committed' git -C "$TONG_TMP/edited" commit -qam 'one item'
t_ok '  and its site' tong-publish site --quiet --repo "$TONG_TMP/edited" --out "$OTHER"
t_ok 'a node' tong-agent init --store "$TONG_TMP/node" --root "$TONG_TMP/keys/1.root.json" \
	--source "$TONG_TMP/release" --region 511602
t_ok '  syncs' tong-agent sync --store "$TONG_TMP/node"
start_node "$TONG_TMP/node"
in_browser search.js "$SITE" "$OTHER" "$TONG_TMP/release/targets" "$TONG_TMP/pagefind" "http://127.0.0.1:$port"
