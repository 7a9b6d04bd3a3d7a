# An editor at work: files in one form, a new item, codes that are taken, a schema that fits every item.
# shellcheck shell=bash
. tests/lib/sh.sh
in_chinese

# ---- the real catalogue is in the canonical form, and its items fit the schema ----
t_ok 'fmt --check is clean on catalog-data' tong-publish fmt --check --quiet
t_eq '  and says nothing' "$(cat "$OUT")" ''
tong-publish schema >"$TONG_TMP/schema.json"
t_ok 'every item fits the schema' python3 tests/lib/schema.py "$TONG_TMP/schema.json" catalog-data
t_grep '  all of them' '^1[0-9]{3} items, 0 faults$' "$OUT"
t_ok 'the reference' tong-publish reference
t_grep '  has elements with class and codes' '^- \*\*办件类型\*\* `case_type` ：只可更优，代码，英文 Kind of case$' "$OUT"
t_eq '  and every rule' "$(grep -c '^## `' "$OUT")" "$(tong-publish explain | wc -l)"

# ---- a small catalogue ----
cd "$TONG_TMP" || exit 1
cp -r "$ROOT/tests/golden/check/base" cat
git -c init.defaultBranch=main init -q cat
git -C cat add -A
git -C cat commit -q -m base
pub() { tong-publish "$@" --path '' --repo cat; }
item=cat/items/01/510104001000.md

python3 - "$item" cat/local/511602/items.csv <<'PY'
import sys
item, table = sys.argv[1:]
text = open(item).read()
text = text.replace('visits: 1\n', '').replace('---\ncode', '---\nvisits:   1\ncode', 1)
text = text.replace('name: 样例许可\n', 'name: "样例许可"\n').replace('levels', 'levels')
open(item, 'w', newline='').write(text.replace('\n', '\r\n'))
rows = open(table).read().split('\n')
open(table, 'w').write('\n'.join([rows[0], *reversed([r for r in rows[1:] if r])]) + '\n')
PY
cp "$item" odd.md
t_fails 1 'fmt --check names what differs' pub fmt --check --quiet
t_grep '  the item' '^items/01/510104001000.md$' "$OUT"
t_same '  but writes nothing' "$item" odd.md
t_ok 'fmt' pub fmt --quiet
t_eq '  brings back the very bytes' "$(git -C cat diff --name-only)" ''
t_ok 'fmt again' pub fmt --check --quiet

printf 'materials:\n  - id: m0001   # 以后再查\n' >cat/materials.yaml
cp cat/materials.yaml kept
sed -i 's/^visits: 1$/visits: 1: 2/' "$item"
cp "$item" kept.md
t_fails 1 'a file that cannot be read is refused' pub fmt --quiet
t_grep '  file, line and column' '510104001000.md:[0-9]+:[0-9]+: 错误 \[yaml-syntax\]' "$ERR"
t_grep '  a comment too: it would be lost' 'materials.yaml:2:17: 这里有注释' "$ERR"
t_same '  and left alone' "$item" kept.md
t_same '  both' cat/materials.yaml kept
git -C cat checkout -q .

# ---- new things ----
t_fails 2 'new without a name names what is missing' pub new item code=512004002000
t_grep '  name' 'name: .*事项名称' "$ERR"
t_ok 'new item' pub new item code=512004002000 name=老年证办理 type=公共服务 levels=4
t_eq '  tells the file' "$(cat "$OUT")" items/20/512004002000.md
t_grep '  and what comes next' 'check --worktree' "$ERR"
t_ok '  in the canonical form' pub fmt --check --quiet
t_ok '  which the check accepts' pub check --worktree --quiet
t_ok 'new notice' pub new notice id=2026-01 title=通知 date=2026-01-31
t_ok 'new law' pub new law id=jumin-fa title=居民法 kind=法律
t_ok 'new material' pub new material name=一张照片
t_ok 'new region' pub new region code=511603 name=前锋区 type=市辖区
t_ok '  all in the canonical form' pub fmt --check --quiet
t_ok '  all accepted' pub check --worktree --quiet
git -C cat add -A
t_ok 'commit' git -C cat commit -q -m 'new things'

t_fails 1 'a code that exists is refused' pub new item code=512004002000 name=另一个 type=20
git -C cat rm -q items/20/512004002000.md
git -C cat commit -q -m 'cancelled'
t_fails 1 'a code that was ever used is refused' pub new item code=512004002000 name=另一个 type=20
t_grep '  with the promise and its name' 'P8|老年证办理' "$ERR"
t_eq '  nothing was written' "$(git -C cat status --short)" ''

# ---- answers asked for on a terminal ----
if script -qec true /dev/null >/dev/null 2>&1; then
	printf '512004003000\n\n社保卡补办\n20\n\n\n' >answers
	script -qec 'tong-publish new item --path "" --repo cat' /dev/null <answers >asked 2>&1
	t_grep 'on a terminal it asks in Chinese' '事项名称' asked
	t_grep '  and writes what was answered' '^name: 社保卡补办$' cat/items/20/512004003000.md
else
	t_skip 'asks on a terminal' 'no script(1), or no pseudo-terminal'
fi
