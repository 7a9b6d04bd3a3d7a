#!/bin/bash
# Every command of a node answers people in words and programs with one JSON document, and ends with the code of the contract;
# nobody but this machine is answered unless that was asked for.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

cp -r "$ROOT/tests/golden/check/base" repo # a catalogue of a few files
git -c init.defaultBranch=main init -q repo
git -C repo add -A
git -C repo commit -q -m base
tong-publish keys init --keys keys --quiet
publish() { tong-publish release --repo repo --path '' --to release --keys keys --quiet; }
publish

# one CODE WORDS…: --json gives one document and nothing else, without it there are words; both end with CODE
one() {
	local wanted=$1
	shift
	tong-agent "$@" --json >said 2>"$ERR"
	t_eq "$*: the code" $? "$wanted"
	t_ok '  one document' python3 -c 'import json; json.load(open("said", encoding="utf-8"))'
	tested="$tested $1"
}
# both CODE WORDS…: the same, and in words
both() {
	local wanted=$1
	one "$@"
	shift
	tong-agent "$@" >said 2>"$ERR"
	t_eq '  the same code with words' $? "$wanted"
	t_ok '  which are no JSON' test -s said
	t_nogrep '  of any kind' '^[[{]"' said
}
tested=''
s=(--store node)
code=510104001000
one 0 init "${s[@]}" --root keys/1.root.json --source "$PWD/release" --region 511602
both 1 status "${s[@]}" # nothing is held yet
one 0 sync "${s[@]}"
sed -i 's/^name:.*/name: 样例许可改/' repo/items/01/$code.md
git -C repo commit --quiet -am change
publish
one 0 sync "${s[@]}"
both 0 status "${s[@]}"
both 0 show $code --region 511602 "${s[@]}"
both 0 search 样例 "${s[@]}"
print=$(tong-agent show $code --json "${s[@]}" | python3 -c 'import json, sys; print(json.load(sys.stdin)["fingerprint"])')
both 0 check $code "$print" "${s[@]}"
both 1 check $code 2222-2222 "${s[@]}"
both 0 history $code "${s[@]}"
both 0 compare 511602 511602 "${s[@]}"
both 0 whatsnew --since 2000-01-01 "${s[@]}"
both 1 whatsnew --since 2999-01-01 "${s[@]}"
both 0 verify --pages "${s[@]}"
both 0 report "${s[@]}"
both 0 nodes "${s[@]}"
both 0 board "${s[@]}"
one 0 feedback "${s[@]}"
both 0 feedback stats "${s[@]}"
one 0 feedback export --tasks tasks "${s[@]}"
one 0 site --out pages "${s[@]}"
one 0 relay on "${s[@]}"
one 0 sync "${s[@]}"
both 0 export stick.bundle "${s[@]}"
one 0 rollback "${s[@]}"
one 5 enroll http://127.0.0.1:1/ --name 广安区 "${s[@]}"
one 0 collect --from "$PWD" "${s[@]}"
printf 'every = 5\n' >good.conf
both 0 config check good.conf
both 0 config show good.conf
for code in "1 show nothing" "3 config check keys/1.root.json" "5 sync --from http://127.0.0.1:1/" "2 compare 5 5"; do
	read -r wanted words <<<"$code"
	# shellcheck disable=SC2086 # words
	tong-agent $words --json "${s[@]}" >said 2>"$ERR"
	t_eq "$words: the code" $? "$wanted"
done
t_fails 6 "no store is the disk's fault" tong-agent status --store nowhere
for command in $(tong-agent help | awk '/^  [a-z]/ { sub(",", ""); print $1 }'); do
	case " serve run completion help version $tested " in
	*" $command "*) ;;
	*) t_eq "a command that no line above asks: $command" untested tested ;;
	esac
done

# ---- who is answered ----

if [ "$(id -u)" = 0 ]; then how=-n; else how=-rn; fi
listening() { # OPTION…: addresses of a node in a network of its own
	unshare $how bash -c 'ip link set lo up; tong-agent serve --store node "$@" >where & for i in $(seq 100); do [ -s where ] && break; sleep 0.1; done
		ss -Hltn | awk "{ print \$4 }"; kill $!' bash "$@"
}
t_eq 'nobody but this machine is answered' "$(listening)" 127.0.0.1:8511
t_eq '  unless that was asked for' "$(listening --listen 0.0.0.0:8080)" 0.0.0.0:8080
