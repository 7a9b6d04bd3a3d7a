#!/bin/bash
# A reviewer is told what a change means, in four formats; what hangs on a law; and when things changed, cache or no cache.
. tests/lib/sh.sh
in_chinese

cp -r tests/golden/check/base "$TONG_TMP/cat"
cd "$TONG_TMP/cat" || exit 1
git -c init.defaultBranch=main init -q .
git add -A
git commit -qm 'as it was'
pub() { local c=$1; shift; tong-publish "$c" "$@" --path ''; }

# The change: a shorter limit, a material less, other words, another law, other local data, a new item, one gone.
edit() { python3 - "$@" <<'P'
import sys
path, *pairs = sys.argv[1:]
text = open(path, encoding="utf-8").read()
for old, new in zip(pairs[::2], pairs[1::2]):
    old, new = old.replace("\\n", "\n"), new.replace("\\n", "\n")
    assert old in text, (path, old)
    text = text.replace(old, new, 1)
open(path, "w", encoding="utf-8", newline="\n").write(text)
P
}
item=items/01/510104001000.md
edit $item 'days: 10' 'days: 5' '- 样例条件' '- 样例要求' \
	'  - material: m0002\n    form: "3"\n    basis: {law: yangli-fa, article: 第一条}\n' ''
edit laws/yangli-fa.yaml '样例条文。' '样例条文，已修改。'
edit materials.yaml '样例申请表' '样例申请书'
edit agencies.csv '样例局' '样例管理局'
edit themes.yaml 'name: 样例主题' 'name: 样例主题一'
edit regions.csv '样例街道' '样例新街道'
edit local/511602/halls.yaml '样例窗口' '综合窗口'
edit local/511602/items.csv ',8,1,1,1,1^3,3' ',5,1,1,1,1^3^4,3'
sed 's/512004001000/512004002000/g; s/样例服务/样例新服务/' items/20/512004001000.md >items/20/512004002000.md
git add -A
git commit -qm 'the change'

t_ok 'as text' pub diff HEAD~1 HEAD
t_grep '  which versions' '^HEAD~1（[0-9a-f]{12}，20..-..-..） → HEAD（[0-9a-f]{12}，' "$OUT"
t_grep '  how much' '^事项 2 项，法律法规 1 项，材料 1 项，主题 1 项，机构 1 项，地区办理事项 1 项' "$OUT"
t_grep '  the limit' '^  - 承诺办结时限 10 → 5 个工作日$' "$OUT"
t_grep '  the material, by its name' '申请材料少 1 份：样例证明' "$OUT"
t_grep '  who is concerned' '影响 1 个县（市、区）：广安区' "$OUT"
t_grep '  the law' '修改了条文 第一条' "$OUT"
t_grep '  what hangs on it' '影响 1 个事项（样例许可），1 个县（市、区）：广安区' "$OUT"
t_grep '  the agency' '机构名称 样例局 → 样例管理局' "$OUT"
t_grep '  its items, in its region' '影响 2 个事项（样例许可、样例服务），1 个县' "$OUT"
t_grep '  the region, row by row' '510104001000 样例许可：承诺办结时限 8 → 5；网上办理深度 .*互联网受理' "$OUT"
t_grep '  the new item' '^事项 512004002000 样例新服务（新增）' "$OUT"
t_nogrep '  no id where a name is known' 'm0002|yangli-fa 第' "$OUT"
cp "$OUT" ../text
t_ok 'a second time' pub diff HEAD~1 HEAD
t_same '  the same bytes' "$OUT" ../text

t_ok 'as Markdown' pub diff HEAD~1 HEAD --format md
t_grep '  a heading for each thing' '^### 事项 `510104001000` 样例许可（修改）' "$OUT"
t_grep '  the table' '^\| 字段 \| 原 \| 新 \|$' "$OUT"
t_grep '  a row of it' '^\| 受理条件 \| - 样例条件 \| - 样例要求 \|$' "$OUT"

t_ok 'as a page' pub diff HEAD~1 HEAD --format html
t_grep '  characters that went' '样例<del>条件</del>' "$OUT"
t_grep '  characters that came' '样例<ins>要求</ins>' "$OUT"
t_grep '  a number as a whole' '<del>10</del> 个工作日' "$OUT"
t_grep '  inside of a law' '样例条文<ins>，已修改</ins>。' "$OUT"
t_nogrep '  no script, nothing from elsewhere' '<script|https?://|<link|<img' "$OUT"
cp "$OUT" ../page
t_ok '  well formed' python3 - ../page <<'P'
import html.parser, sys
void, stack = {"meta", "br", "link", "img"}, []
class P(html.parser.HTMLParser):
    def handle_starttag(self, tag, attrs):
        if tag not in void: stack.append(tag)
    def handle_endtag(self, tag):
        assert stack.pop() == tag, tag
P().feed(open(sys.argv[1], encoding="utf-8").read())
assert not stack
P

t_ok 'as JSON' pub diff HEAD~1 HEAD --format json
cp "$OUT" ../json
t_ok '  every member' python3 - ../json <<'P'
import json, sys
d = json.load(open(sys.argv[1]))
kinds = [c["kind"] for c in d["changes"]]
assert kinds == ["item", "item", "law", "material", "theme", "agency", "local", "halls", "region"], kinds
item = d["changes"][0]
assert item["change"] == "changed" and item["impact"]["regions"] == [{"code": "511602", "name": "广安区", "rows": 1}]
assert {"label": "承诺办结时限", "before": "10 个工作日", "after": "5 个工作日"} in item["fields"]
assert d["changes"][2]["impact"]["items"][0]["how"] == ["设定依据 第一条", "材料依据 第一条"]
assert d["changes"][6]["rows"][0]["change"] == "changed"
P

# Hostile text stays text.
edit $item '- 样例要求' '- <script>alert(1)</script> | a `b` [c](javascript:d)'
t_ok 'the files on disk against a commit' pub diff HEAD
t_grep '  are told as such' '→ 工作区$' "$OUT"
t_grep '  with what changed' '修改了受理条件' "$OUT"
t_ok '  as a page' pub diff HEAD --format html
t_nogrep '  without their tags' '<script' "$OUT"
t_ok '  as Markdown' pub diff HEAD --format md
t_grep '  without their marks' '&lt;script> *alert|&lt;script' "$OUT"
t_nogrep '  and without a table that breaks' '[^\\]\| a ' "$OUT"
git checkout -q -- .
echo 'a: 1' >laws/new-law.yaml
t_ok 'a file that Git does not know yet' pub diff HEAD
t_grep '  is new' '^法律法规 new-law（新增）' "$OUT"
rm laws/new-law.yaml
t_ok 'nothing' pub diff HEAD HEAD
t_grep '  is said' '没有变化' "$OUT"
git mv items/20/512004001000.md items/01/512004001000.md
git commit -qm 'moved'
t_ok 'an item that moved' pub diff HEAD~1 HEAD
t_grep '  is one change' '^事项 1 项$' "$OUT"
t_fails 3 'a revision that does not exist' pub diff no-such-thing HEAD
t_grep '  is named' 'no-such-thing' "$ERR"
t_fails 3 'a folder that does not exist' tong-publish diff HEAD~1 HEAD --path nowhere
t_fails 2 'no revision' pub diff
t_fails 2 'another format' pub diff HEAD --format pdf

t_ok 'what hangs on a law' pub impact yangli-fa
t_grep '  the guides, and where in them' '510104001000 样例许可：设定依据 第一条；材料依据 第一条' "$OUT"
t_grep '  the regions' '511602 广安区：1 行' "$OUT"
t_grep '  its last change' '^最近修改：20..-..-..（[0-9a-f]{12}）' "$OUT"
t_ok 'on a theme, as JSON' pub impact p01 --json
cp "$OUT" ../json
t_ok '  its item' python3 -c 'import json,sys; assert json.load(open(sys.argv[1]))["things"][0]["impact"]["items"][0]["code"] == "510104001000"' ../json
t_ok 'on nothing' pub impact m0002
t_grep '  is said' '没有事项或地区用到它' "$OUT"
t_fails 1 'an id that nobody has' pub impact no-such-id

# History: the walk is remembered, moved on by what is new, and never trusted blindly.
for i in $(seq 1 80); do
	sed -i "s/^visits: .*/visits: $(((i + 1) % 2))/" $item
	git commit -qam "edit $i"
done
t_ok 'a long history' pub history 510104001000 --json
cp "$OUT" ../whole
cache=$(ls .git/tong/history/* | head -n 1)
t_ok '  leaves a file' test -s "$cache"
t_ok '  read again' pub history 510104001000 --json
t_same '  the same' "$OUT" ../whole
sed -i 's/^visits: .*/visits: 3/' $item
git commit -qam 'one more'
t_ok 'one commit more' pub history 510104001000 --json
cp "$OUT" ../more
rm -rf .git/tong
t_ok '  walked anew' pub history 510104001000 --json
t_same '  the same' "$OUT" ../more
for damage in 'truncate -s -7' 'sed -i s/20/21/' 'truncate -s 0'; do
	$damage .git/tong/history/*
	t_ok "after a damage: $damage" pub history 510104001000 --json
	t_same '  the same' "$OUT" ../more
done
git clone -q --depth 2 "file://$PWD" ../shallow
cd ../shallow || exit 1
t_ok 'a shallow clone' pub history 510104001000 --json
t_eq '  tells what it knows, and no more' "$(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["log"]))' "$OUT")" 1
t_ok '  what it does not know' pub impact yangli-fa
t_nogrep '  has no date' '最近修改' "$OUT"
t_eq '  and it leaves no file' "$(ls .git/tong 2>/dev/null)" ''
