# The form of a report reaches the collector that is configured, on another host too, and no form goes anywhere else: from a static host, a node, the preview.
# shellcheck shell=bash
. tests/lib/sh.sh
. tests/site/lib/world.sh
collector=$(free_port)
mkdir "$TONG_TMP/repo" && cp -r tests/golden/check/base "$TONG_TMP/repo/catalog-data"
printf 'site:\n  report_url: http://127.0.0.1:%s/collect/here,now?from=site\n' "$collector" >>"$TONG_TMP/repo/catalog-data/catalogue.yaml"
git -c init.defaultBranch=main init -q "$TONG_TMP/repo" && git -C "$TONG_TMP/repo" add -A && git -C "$TONG_TMP/repo" commit -q -m base
t_ok 'the site' tong-publish site --quiet --repo "$TONG_TMP/repo" --out "$SITE"
t_ok 'keys' tong-publish keys init --quiet --keys "$TONG_TMP/keys"
t_ok 'a release' tong-publish release --quiet --repo "$TONG_TMP/repo" --to "$TONG_TMP/release" --keys "$TONG_TMP/keys"
t_ok 'a node' tong-agent init --store "$TONG_TMP/node" --root "$TONG_TMP/keys/1.root.json" \
	--source "$TONG_TMP/release" --region 511602
t_ok '  syncs' tong-agent sync --store "$TONG_TMP/node"
node=$(free_port)
tong-agent serve --quiet --store "$TONG_TMP/node" --listen "127.0.0.1:$node" &
on_exit "kill $! 2>/dev/null"
t_ok '  and serves' wait_for 20 curl -sf "http://127.0.0.1:$node/healthz"
preview=$(free_port)
tong-publish preview --quiet --repo "$TONG_TMP/repo" --listen "127.0.0.1:$preview" >/dev/null 2>&1 &
on_exit "kill $! 2>/dev/null"
t_ok 'a preview' wait_for 20 curl -sf -o /dev/null "http://127.0.0.1:$preview/"
in_browser report.js "$SITE" "$collector" "http://127.0.0.1:$node" "http://127.0.0.1:$preview"
