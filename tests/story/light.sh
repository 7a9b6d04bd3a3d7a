#!/bin/bash
# GIT=no builds and installs what a node runs, and asks for no library of the publisher's.
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

# A pkg-config that knows only what a node may need, and writes down what it was asked for.
sed -n 's/^\(CORE\|AGENT\|AGENT_PROG\)_LIBS = //p' "$ROOT/Makefile" | tr ' ' '\n' | grep -v '^\$' | sort -u >node
t_nogrep 'a node needs nothing of the publisher' 'git2|cmark|yaml|expat|xlsxwriter' node
mkdir bin
cat >bin/pkg-config <<'END_OF'
#!/bin/sh
for word; do
	case $word in
	-*) ;;
	*) if grep -qxF -e "$word" "$TONG_TMP/node"; then echo "$word" >>"$TONG_TMP/asked"; else echo "$word" >>"$TONG_TMP/refused"; exit 1; fi ;;
	esac
done
END_OF
chmod +x bin/pkg-config
light() { PATH=$TONG_TMP/bin:$PATH make -C "$ROOT" O="$TONG_TMP/build" GIT=no "$@"; }
t_ok 'what would be built' light -n all
cp "$OUT" plan
t_grep '  is the agent' '-o .*/build/tong-agent ' plan
t_grep '  and its library' '-o .*/build/libtong-agent.so.0 ' plan
t_nogrep '  nothing of the publisher' ' publisher/|tong-publish' plan
t_nogrep '  and no program with Git' 'agent/git/|tong-agent-git' plan
t_eq 'no other library is asked for' "$(sort -u refused 2>/dev/null)" ''
t_eq 'all that a node needs is' "$(sort -u asked)" "$(cat node)"
t_ok 'the whole house' env PATH="$TONG_TMP/bin:$PATH" make -C "$ROOT" O="$TONG_TMP/whole" -n all
t_grep '  would ask for libgit2' '^libgit2$' refused

t_ok 'installed' make -s -C "$ROOT" O="$O" -o all install GIT=no DESTDIR="$TONG_TMP/root" PREFIX=/usr LIBDIR=/usr/lib/some-triplet
(cd root && find . -type f -o -type l | sort) >files
t_grep 'there is the agent' '^./usr/bin/tong-agent$' files
t_grep '  the library where it was asked for' '^./usr/lib/some-triplet/libtong-agent.so.0$' files
t_eq '  and the file that says so' "$(sed -n 's/^libdir=//p' root/usr/lib/some-triplet/pkgconfig/tong-agent.pc)" \
	"\${prefix}/lib/some-triplet"
t_nogrep '  but no publisher' 'tong-publish|share/tong/site' files
t_nogrep '  and no Git' 'libexec' files
