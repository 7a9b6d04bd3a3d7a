#!/bin/bash
# The recipes for Git hosts do what they say, as far as one machine can tell.
. tests/lib/sh.sh

base=$ROOT/tests/golden/check/base
recipes=$ROOT/docs/recipes
cd "$TONG_TMP" || exit 1
unset TONG_PUSHER GIT_PUSH_USER GL_USERNAME GITEA_PUSHER_EMAIL REMOTE_USER
item=catalog-data/items/01/510104001000.md
limit() { sed -i "s/^limit_promised: {days: [0-9]*/limit_promised: {days: $1/" $item; }

t_ok 'setup.sh makes a guarded repository' "$recipes/bare/setup.sh" "$PWD/srv/catalogue.git"
t_ok '  and takes one that is there' "$recipes/bare/setup.sh" "$PWD/srv/catalogue.git"
git clone -q "file://$PWD/srv/catalogue.git" work 2>/dev/null
mkdir -p work/catalog-data
cp -r "$base/." work/catalog-data/
printf 'path,author,note\n*,editor@example.cn,\nlocal/511602/*,wang,\n' >work/catalog-data/scope.csv
cd work || exit 1
git checkout -q -b main 2>/dev/null
git add -A
git commit -qm 'the catalogue'
t_ok 'a push as a file' git push -q origin main
limit 25
git commit -qam 'too long'
t_fails 1 'a bad one' git push -q origin main
t_grep '  is refused in Chinese, whatever the locale' '拒绝推送：这次修改有 1 处不符合规则' "$ERR"
git fetch -q origin && git reset -q --hard origin/main

# SSH: the forced command of authorized_keys, run as sshd would run it, by a program that takes ssh's place.
forced=$(sed -n 's/^restrict,command="\(.*\)" ssh-ed25519 .*/\1/p' "$recipes/bare/authorized_keys.example" | sed 's/\\"/"/g')
t_grep 'the line fixes who pushes' 'TONG_PUSHER=.*git-shell' <(echo "$forced")
cat >../ssh <<END
#!/bin/bash
shift \$((\$# - 1))
SSH_ORIGINAL_COMMAND=\$1 exec sh -c '${forced//wang@guangan.example.cn/wang}'
END
chmod +x ../ssh
export GIT_SSH="$PWD/../ssh" GIT_SSH_VARIANT=simple
git remote add ssh "ssh://host.example.cn$(cd .. && pwd)/srv/catalogue.git"
limit 9
git commit -qam 'not his'
t_fails 1 'over SSH, outside of the scope' git push -q ssh main
t_grep '  the key says who it is, not the commit' 'wang 没有修改 items/01/510104001000.md' "$ERR"
git fetch -q origin && git reset -q --hard origin/main
sed -i 's/样例大厅/样例大厅一/' catalog-data/local/511602/halls.yaml
git commit -qam 'his own'
t_ok 'over SSH, inside of it' git push -q ssh main
unset GIT_SSH GIT_SSH_VARIANT

# HTTP: what nginx and fcgiwrap do, in a few lines.
python3 "$ROOT/tests/lib/githttpd.py" --login "$(cd .. && pwd)/srv" ../port &
on_exit "kill $! 2>/dev/null"
wait_for 20 test -s ../port
git remote add http "http://wang:secret@127.0.0.1:$(cat ../port)/catalogue.git"
limit 9
git commit -qam 'not his'
t_fails 1 'over HTTP, outside of the scope' git push -q http main
t_grep '  the login says who it is' 'wang 没有修改' "$ERR"
git fetch -q origin && git reset -q --hard origin/main
sed -i 's/样例大厅一/样例大厅二/' catalog-data/local/511602/halls.yaml
git commit -qam 'his own'
t_ok 'over HTTP, inside of it' git push -q http main
cd ..

# Server hooks of Gitea and GitLab: they get the lines of pre-receive.
for host in gitea gitlab; do
	git clone -q --bare srv/catalogue.git $host.git
	mkdir -p $host.git/hooks
	cp "$recipes/$host/pre-receive.d/tong" $host.git/hooks/pre-receive
	cd work || exit 1
	limit 25
	git commit -qam 'too long'
	t_fails 1 "$host: a bad push" env GL_USERNAME=wang GITEA_PUSHER_EMAIL=wang git push -q ../$host.git HEAD:main
	git reset -q --hard HEAD~1
	cd ..
done

# Workflows: they parse, and their lines with tong-publish run.
if python3 -c 'import yaml' 2>/dev/null; then
	for f in github/catalogue.yml gitea/catalogue.yml gitlab/.gitlab-ci.yml; do
		t_ok "$f parses" python3 - "$recipes/$f" lines.sh <<'P'
import sys, yaml
d = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
if "catalogue" in d:
    parts = d["catalogue"]["script"]
else:
    parts = [s["run"] for s in d["jobs"]["catalogue"]["steps"] if "run" in s]
lines = [l.strip() for p in parts for l in p.splitlines() if "tong-publish " in l]
assert len(lines) >= 2, lines
open(sys.argv[2], "w").write("set -e\n" + "\n".join(lines) + "\n")
P
		cp lines.sh work/lines.sh
		t_ok "  its lines run" env -C work BASE=HEAD~1 CI_MERGE_REQUEST_DIFF_BASE_SHA=HEAD~1 CATALOGUE=catalog-data sh -c '. ./lines.sh'
		t_grep '  and tell the change' '地区办事大厅' work/change.md
		rm -f work/lines.sh work/change.* work/tong.sarif
	done
else
	t_skip 'the workflows parse' 'python3 has no yaml module'
fi
# An object store: what leads to a release goes last, so that a copy that is cut off anywhere is one release whole.
publish() { tong-publish release --repo work --to release --keys keys --site "$ROOT/site" --quiet; }
tong-publish keys init --keys keys --quiet >/dev/null
publish
t_ok 'push.sh puts a release on a store' "$recipes/storage/push.sh" release store
t_ok '  all of it' diff -r release store
tong-agent init --store node --root keys/1.root.json --source store --region 511602 >/dev/null
t_ok '  and a node takes it' tong-agent sync --store node --quiet
(cd work && limit 8 && git commit -qam 'another limit'); publish
mkdir cut && cat >cut/rclone <<'END'
#!/bin/sh
cp -n release/targets/* store/targets
exit 1
END
chmod +x cut/rclone
t_fails 1 '  a copy that is cut among its files' env PATH="$PWD/cut:$PATH" "$recipes/storage/push.sh" release store
t_ok '  is still the old release' tong-agent sync --store node --json
t_grep '  for a node' '"release":1' "$OUT"
t_ok '  the same command goes on' "$recipes/storage/push.sh" release store
t_ok '  and a node has the new one' tong-agent sync --store node --json
t_grep '  which is the second' '"release":2' "$OUT"
echo '{}' >store/1.targets.json
t_fails 6 '  a file of a release that is another one there is not written over in silence' "$recipes/storage/push.sh" release store
t_fails 2 '  a folder that is no repository is refused' "$recipes/storage/push.sh" work store

# Alarms name figures that a node has.
names=$(grep -oE 'tong_[a-z_]+' "$recipes/prometheus/alerts.yml" | sort -u)
t_ok 'alarms for Prometheus are YAML' python3 -c 'import sys, yaml; [yaml.safe_load(open(f)) for f in sys.argv[1:]]' "$recipes"/prometheus/*.yml
t_ok '  and name five figures or more' test "$(wc -l <<<"$names")" -ge 5
for name in $names; do
	t_ok "  a node has $name" grep -rqE "\"${name%_sum}|\"${name%_count}" "$ROOT/agent/serve_counts.c"
done
t_nogrep 'no machine and no path of ours' '/(wo''rk|ro''ot|ho''me)/' <(cat "$recipes"/*.md "$recipes"/*/* "$recipes"/*/.* "$recipes"/*/*/* 2>/dev/null)
