# The preview: a first page at once, a typo shown where it stands, the repair on the page; nothing ends it.
# shellcheck shell=bash
. tests/lib/sh.sh
in_chinese
cd "$TONG_TMP" || exit 1
cp -r "$ROOT/tests/golden/check/base" cat
git -c init.defaultBranch=main init -q cat
git -C cat add -A
git -C cat commit -q -m base
item=cat/items/01/510104001000.md

tong-publish preview --repo cat --path '' --site "$ROOT/site" --listen 127.0.0.1:0 --quiet >address 2>said &
pid=$!
on_exit "kill $pid 2>/dev/null"
wait_for 10 test -s address
url=$(cat address)
page() { curl -s -o "$2" -w '%{http_code} %{time_total}' "$url$1"; }
generation() { grep -o 'data-generation="[0-9]*' "$1" | grep -o '[0-9]*'; }
# Waits for the change that follows the page kept last, and takes a page again.
after() { curl -s -m 20 "${url}-/wait?g=$(generation before)" >/dev/null; page "$1" now >/dev/null; }
keep() { page "$1" before >/dev/null; }
complete() { page items/510104001000/ now >/dev/null && ! grep -q '目录还在读' now; }

t_eq 'the first page' "$(page items/510104001000/ first | cut -d ' ' -f 1)" 200
t_note "it took $(page items/510104001000/ first | cut -d ' ' -f 2) s"
t_grep '  is the item' '样例许可' first
t_ok '  soon everything is read' wait_for 10 complete
t_grep '  and nothing is wrong' '没有发现问题' now
t_nogrep '  the site itself has no such panel' tong-preview "$ROOT/site/templates/bottom.html"

t_eq 'the page in another language' "$(page en/items/510104001000/ now | cut -d ' ' -f 1)" 200
t_grep '  is translated' '<h1>Sample licence</h1>' now
t_eq '  a page that is not there' "$(page en/items/1/ now | cut -d ' ' -f 1)" 404
t_grep '  is missed in that language' 'Page not found' now

keep items/510104001000/
sed -i 's/limit_promised: {days: 10/limit_promised: {days: 30/' "$item"
after items/510104001000/
t_grep 'a mistake is shown' 'data-element="承诺办结时限".*limit-over|limit-over-statutory' now
t_grep '  with file and line' '510104001000.md:1[0-9]:[0-9]+' now
t_grep '  at the field' 'data-element="承诺办结时限"' now

keep items/510104001000/
sed -i 's/^visits: 1$/visits: 1: 2/' "$item"
after items/510104001000/
t_grep 'a typo in the syntax is shown' 'yaml-syntax' now

keep items/510104001000/
git -C cat checkout -q .
sed -i 's/name: 样例许可$/name: 改好的许可/' "$item"
after items/510104001000/
sleep 0.2
page items/510104001000/ now >/dev/null
t_grep 'repaired: the new name is on the page' '改好的许可' now
t_nogrep '  and the mistake is gone' 'yaml-syntax|limit-over' now
t_grep '  the translation is out of date' 'lang/en/items/510104001000.md:2:.*text-stale|text-stale' now
page en/items/510104001000/ now >/dev/null
t_grep '  and not shown' '改好的许可' now
t_grep '  nor is that kept secret' 'was changed after this page was translated' now
keep items/510104001000/
rm "$item"
after items/510104001000/
page items/510104001000/ now >/dev/null
t_grep 'the code of a removed item is retired' '这个编码已经停用' now
keep items/512004002000/
tong-publish new item --path '' --repo cat --quiet code=512004002000 name=新事项 type=20 >/dev/null
after items/512004002000/
t_grep 'a new one has' '新事项' now
page / before >/dev/null
printf 'format: [' >cat/catalogue.yaml
after ''
t_eq 'a broken catalogue.yaml does not end it' "$(page items/512004002000/ now | cut -d ' ' -f 1)" 200
t_ok '  it still runs' kill -0 $pid
t_fails 2 'it listens on this machine only' timeout 5 tong-publish preview \
	--repo cat --path '' --site "$ROOT/site" --listen 0.0.0.0:0
t_eq 'a foreign host name is refused' \
	"$(curl -s -o now -w '%{http_code}' -H 'Host: evil.example' "$url")" 403
