#!/bin/bash
# A node's search over the real catalogue: the same answers as the site's, grouped, by every kind of word.
. tests/lib/sh.sh
t_ok 'keys' tong-publish keys init --quiet --keys "$TONG_TMP/keys"
t_ok 'a release' tong-publish release --quiet --to "$TONG_TMP/release" --keys "$TONG_TMP/keys"
t_ok 'a node' tong-agent init --store "$TONG_TMP/node" --root "$TONG_TMP/keys/1.root.json" \
	--source "$TONG_TMP/release" --region 511602
t_ok '  syncs' tong-agent sync --store "$TONG_TMP/node"
ask() { tong-agent search --store "$TONG_TMP/node" "$@"; }
t_ok 'everyday words' ask 扯证
t_grep '  find the item' '结婚登记预约' "$OUT"
t_ok 'initials' ask sfz
t_grep '  find the item, marked as listed' '^513A0011200068 .*● 居民身份证办理' "$OUT"
t_ok 'a material' ask --json 户口簿
t_grep '  is found as such' '"kind":"materials","group":"materials","id":"m0046"' "$OUT"
t_ok 'words inside a guide' ask --json 消防器材
t_grep '  are found before names that are only like them' '"hits":\[\{"kind":"items","group":"inside","code":"511A0007700001"' "$OUT"
t_ok 'a code that the region publishes' ask --json --limit 3 511621000000-000-511A0011900011
t_ok 'a slip' ask 居驻证
t_grep '  finds the item, and says that it is only near' '居住证办理' "$OUT"
t_fails 1 'what is not there is not found' ask qqqqzzzz
start_node "$TONG_TMP/node"
t_ok 'the queries of the site have their answers here too' python3 tests/story/search.py "http://127.0.0.1:$port" tests/site/queries.json
t_note "$(cat "$OUT")"
