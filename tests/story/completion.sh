#!/bin/bash
# Three shells complete both commands as --help has them, from what `make install` puts into place.
. tests/lib/sh.sh

DESTDIR='' PREFIX=$TONG_TMP/usr LIBDIR=$TONG_TMP/usr/lib GIT=yes VERSION=0 LIBS='' tests/lib/install.sh || exit 1
export PATH=$TONG_TMP/usr/bin:$PATH
share=$TONG_TMP/usr/share
cd "$TONG_TMP" || exit 1
mkdir folder
touch file.json

# ---- each shell says what it offers for a line, one a line ----

in_bash() {
	bash --norc -c '. "$1"; COMP_LINE=$2; read -ra COMP_WORDS <<<"$2"; [[ $2 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "_${2%%-*}_$3"; printf "%s\n" "${COMPREPLY[@]}"' \
		bash "$share/bash-completion/completions/${1%% *}" "$1" "$(sed 's/^tong-//; s/ .*//' <<<"$1")"
}
in_fish() {
	XDG_DATA_HOME=$TONG_TMP/.fish XDG_CONFIG_HOME=$TONG_TMP/.fish fish --no-config \
		-c 'source $argv[1]; complete -C $argv[2]' "$share/fish/vendor_completions.d/${1%% *}.fish" "$1" | cut -f 1
}
in_zsh() { awk -F '\t' -v line="$1" '$1 == line { print $2 }' offered.zsh; }

# offers SHELL LINE WANTED: exactly these words, in any order.
offers() {
	local got
	got=$("in_$1" "$2" | sed 's/ *$//; s/\/$//' | sort -u | tr '\n' ' ')
	t_eq "$1: $2" "${got% }" "$3"
}
# A table's names as --help prints them.
commands() { "$1" help | awk 'NF && /^  [a-z]/ { print $1 }' | tr -d , | sort -u | tr '\n' ' '; }

wanted=(
	'tong-agent ro' rollback
	'tong-agent s' 'search serve show site status sync'
	'tong-agent relay o' 'off on'
	'tong-agent search --re' --region
	'tong-agent status --re' ''
	'tong-agent --lang ' 'en zh'
	'tong-agent init --root f' 'file.json folder'
	'tong-agent site --out f' folder
	'tong-publish completion z' zsh
	'tong-publish new ' 'item law material notice region'
	'tong-publish check --wor' --worktree
	'tong-publish release --wor' --worktree
	'tong-publish timestamp --wor' ''
	'tong-publish import f' 'file.json folder'
)
for ((k = 0; k < ${#wanted[@]}; k += 2)); do typed+=("${wanted[k]}"); done
python3 "$ROOT/tests/lib/zsh_complete.py" "$share/zsh/site-functions" "${typed[@]}" >offered.zsh
for shell in bash zsh fish; do
	for ((k = 0; k < ${#wanted[@]}; k += 2)); do offers $shell "${wanted[k]}" "${wanted[k + 1]}"; done
done
for program in tong-agent tong-publish; do
	t_eq "$program: every command of the help" "$(in_bash "$program " | sort -u | tr '\n' ' ')" \
		"$({ commands $program; [ $program != tong-agent ] || echo version; } | tr ' ' '\n' | sed '/^$/d' | sort -u | tr '\n' ' ')"
done

# ---- whole scripts, in the reader's language ----

for shell in bash zsh; do
	tong-agent completion $shell >agent.$shell
	t_ok "$shell can read it" $shell -n agent.$shell
done
t_ok 'words are in the reader'"'"'s language' tong-agent completion fish --lang zh
t_grep '  as the help has them' "rollback -d '退回上一版'" "$OUT"
t_fails 2 'another shell' tong-agent completion csh
t_grep '  is named' 'csh: wanted: bash, zsh or fish' "$ERR"
t_fails 2 'none' tong-publish completion
