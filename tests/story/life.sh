# An item is cancelled in favour of another, and the check leads there; notices, licences and intermediaries have pages.
# shellcheck shell=bash
. tests/lib/sh.sh
in_chinese
cd "$TONG_TMP" || exit 1
cp -r "$ROOT/tests/golden/check/base" cat
git -c init.defaultBranch=main init -q cat
commit() { git -C cat add -A && git -C cat commit -q -m "$1"; }
pub() { tong-publish "$@" --repo cat --path '' --quiet; }
commit base

t_ok 'the site' pub site --site "$ROOT/site" --out site
t_grep 'the footer leads to the notices' 'href="./notices/"' site/index.html
t_grep '  to the licences' 'href="./licences/"' site/index.html
t_grep '  and to the intermediaries' 'href="./intermediaries/"' site/index.html
t_grep 'the notices are listed' 'href="../notices/yangli-tongzhi/">样例通知' site/notices/index.html
t_grep '  each has a page' '不是真实的通知' site/notices/yangli-tongzhi/index.html
t_grep 'a material names the licence that replaces it' 'licences/yangli-zhengzhao/">样例电子证照' site/materials/m0002/index.html
t_grep '  whose page names the material' 'materials/m0002/">样例证明' site/licences/yangli-zhengzhao/index.html
t_grep '  and the items that ask for it' '样例许可' site/licences/yangli-zhengzhao/index.html
t_grep 'the intermediaries are listed' '样例中介机构' site/intermediaries/index.html

# P8: two items become one; their codes end with them.
part() { printf -- '---\ncode: "%s"\ncode_system: national-12\nname: %s\ntype: "20"\nstate: "1"\n---\n' "$1" "$2"; }
part 512004002000 样例查询 >cat/items/20/512004002000.md
part 512004003000 样例咨询 >cat/items/20/512004003000.md
commit 'two more'
new=cat/items/20/512004004000.md
part 512004004000 样例查询咨询 >$new
sed -i 's/^state: "1"/&\nchange: merged\nreplaces: ["512004002000", "512004003000"]/' $new
t_fails 1 'items that are still offered cannot be replaced' pub check --worktree
t_grep '  the message says what to do' 'life-replaces' "$OUT"
t_grep '  in words' '先把旧事项改为取消' "$OUT"
for old in cat/items/20/51200400[23]000.md; do
	sed -i 's/^state: "1"/state: "3"\ncancelled: "2026-03-01"\nreplaced_by: ["512004004000"]/' "$old"
done
t_ok 'cancelled, they can' pub check --worktree
t_ok '  and stand as fmt writes them' pub fmt --check
commit merged
t_ok 'the site again' pub site --site "$ROOT/site" --out site
t_grep 'the old page says it is over, and since when' '已取消（2026-03-01）' site/items/512004002000/index.html
t_grep '  and where to go' 'items/512004004000/">样例查询咨询' site/items/512004002000/index.html
t_grep 'the new page says what it replaces' '样例咨询 512004003000' site/items/512004004000/index.html

# An old file may go; its code stays retired, and may still be named.
git -C cat rm -q items/20/512004003000.md
commit 'the old file is gone'
t_ok 'a retired code may be named' pub check
part 512004003000 另一件事 >cat/items/20/512004003000.md
t_fails 1 'but not given to another item' pub check --worktree
t_grep '  P8' 'item-code-reused' "$OUT"
rm cat/items/20/512004003000.md

git -C cat rm -q -r notices licences.yaml intermediaries.csv
sed -i '/^    licence: /d' cat/materials.yaml
sed -i '/^notice,/d' cat/lang/en/names.csv
commit 'nothing beside the items'
t_ok 'a catalogue without them' pub site --site "$ROOT/site" --out site
t_nogrep '  has no such links' 'notices/|licences/|intermediaries/' site/index.html
t_eq '  and no such pages' "$(ls -d site/notices site/licences site/intermediaries 2>/dev/null)" ''
