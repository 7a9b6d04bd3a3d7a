# The web editor: a browser opens an item, changes one field and saves; after fmt the diff is that one change.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1
mkdir repo
cp -r "$ROOT/tests/golden/check/base" repo/catalog-data
git -c init.defaultBranch=main init -q repo
git -C repo add -A
git -C repo commit -q -m base
t_ok 'cms' tong-publish cms --repo repo --out admin --quiet backend=local
cp "$O/site-tools/node_modules/decap-cms/dist/decap-cms.js" admin/
port=$(free_port)
sed -i "s|localhost:8081|127.0.0.1:$port|" admin/config.yml
(cd repo && MODE=fs PORT=$port BIND_HOST=127.0.0.1 exec node "$O/site-tools/node_modules/decap-server/dist/index.js") >proxy.log 2>&1 &
proxy=$!
on_exit "kill $proxy 2>/dev/null"
start_server "$TONG_TMP"
wait_for 20 grep -q listening proxy.log
t_ok 'the browser saves one change' env NODE_PATH="$O/site-tools/node_modules" \
	node "$ROOT/tests/site/cms.js" "${SERVER_URL}/admin/index.html" "$(command -v chromium)"
t_ok 'fmt' tong-publish fmt --repo repo --quiet
git -C repo diff --unified=0 >diff
t_eq 'exactly that one change' "$(grep -c '^[-+][^-+]' diff)" 2
t_grep '  as it was typed' '^\+visits_reason: 核对原件' diff
t_ok '  which the check accepts' tong-publish check --worktree --repo repo --quiet
t_ok 'commit' git -C repo commit -q -am 'from the web editor'
