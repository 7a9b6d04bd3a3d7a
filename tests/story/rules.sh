#!/bin/bash
# A small crooked house is built beside ours, and every rule must see what is wrong with it.
. tests/lib/sh.sh

house=$TONG_TMP/house
mkdir -p "$house"/{core/include/tong,publisher,agent/include/tong,catalog-data,po,site,tests}
cp -R Makefile build.zig .gitignore "$house/"
cp -R tests/lib tests/rules "$house/tests/"
rm "$house/tests/lib/cover_sandbox.c" # it needs a sandbox, which this house has not
mkdir "$house/docs" "$house/tests/bench"
cp -R tests/bench/{figures.py,results.py,results} "$house/tests/bench/"
cp -R docs/figures.md docs/figures "$house/docs/"
cp README.md README.zh-CN.md "$house/"
cp -R debian packaging "$house/"
cp po/keywords "$house/po/"
cd "$house" || exit 1
git init -q .
export O=build
for room in core publisher agent catalog-data site tests; do echo "# $room" >$room/README.md; done

# file PATH: a file that opens as it should, then what comes from stdin.
file() { { echo '/* A file of the small house: its job is to be looked at. */'; cat; } >"$1"; }

straight() {
	file core/err.h <<-'END'
	#ifndef CORE_ERR_H
	#define CORE_ERR_H
	int tong__err(int x);
	const char *tong__kind(int i);
	#endif
	END
	file core/site_kinds.c <<-'END'
	#include "core/err.h"

	static const char *const kinds[][1] = {
		{"/items/*/"},
	};

	const char *tong__kind(int i)
	{
		return kinds[i][0];
	}
	END
	# here-documents with a dash lose the tab that the table has
	sed -i 's|^{"/|\t{"/|' core/site_kinds.c
	echo 'The address `/items/X/` is a guide.' >core/FORMAT.md
	file core/err.c <<-'END'
	#include "core/err.h"

	int tong__err(int x)
	{
		return x + 1;
	}
	END
	file agent/include/tong/agent.h <<-'END'
	#ifndef TONG_AGENT_H
	#define TONG_AGENT_H
	#ifdef __cplusplus
	extern "C" {
	#endif
	#define TONG_API __attribute__((visibility("default")))
	TONG_API int tong_agent_number(void);
	#ifdef __cplusplus
	}
	#endif
	#endif
	END
	printf ' tong_agent_number@TONG_AGENT_0.1 0.1\n' >debian/libtong-agent0.symbols
	printf 'TONG_AGENT_0.1 {\nglobal:\n\ttong_agent_number;\nlocal:\n\t*;\n};\n' >agent/libtong-agent.map
	file agent/store.c <<-'END'
	#include "core/err.h"
	#include "tong/agent.h"

	int tong_agent_number(void)
	{
		return tong__err(1);
	}
	END
	file agent/main.c <<-'END'
	#include "tong/agent.h"

	int main(void)
	{
		return tong_agent_number() - 2;
	}
	END
	file core/message.h <<-'END'
	#ifndef CORE_MESSAGE_H
	#define CORE_MESSAGE_H
	const char *tong__text(const char *english);
	#define _(english) tong__text(english)
	#endif
	END
	file core/message.c <<-'END'
	#include <libintl.h>

	#include "core/message.h"

	const char *tong__text(const char *english)
	{
		return dgettext("tong", english);
	}
	const char *tong__hello(void);
	const char *tong__hello(void)
	{
		return _("good day");
	}
	END
	sed -n '1,/^$/p' "$ROOT/po/zh_CN.po" >po/zh_CN.po
	printf '#: core/message.c\nmsgid "good day"\nmsgstr "您好"\n' >>po/zh_CN.po
	echo '# none' >tests/rules/chinese.txt
	{
		for i in {1..10}; do echo "| a threat | what stands against it | P$i | \`rules/security\` |"; done
		sed -n '/^## Dependencies/,$p' "$ROOT/docs/threat-model.md"
	} >docs/threat-model.md
	mkdir -p site/strings
	echo '{"find": "搜索"}' >site/strings/zh-CN.json
	echo '{"find": "Search"}' >site/strings/en.json
	echo 'lang,name,source' >site/strings/sources.csv
	mkdir -p agent/git docs/systemd
	cp "$ROOT"/docs/systemd/* docs/systemd/
	cp "$ROOT/docs/tong-agent.conf" docs/
	file agent/git/helper.c <<-'END'
	int main(void)
	{
		return 0;
	}
	END
	file publisher/main.c <<-'END'
	#include "core/err.h"

	int main(void)
	{
		return tong__err(-1);
	}
	END
}

# bites RULE NAME PATTERN: the house, as it now stands, is refused by this rule with such a line.
bites() {
	make -k all >make.log 2>&1
	t_fails 1 "$2 is refused" tests/rules/"$1".py
	t_grep "$2 is named with its place" "$3" "$OUT"
}

straight
t_ok 'the straight house builds' make all
for rule in tests/rules/*.py; do t_ok "$(basename "$rule" .py) finds nothing in it" "$rule"; done
t_ok 'and installs' make install DESTDIR="$house/dest" PREFIX=/usr
t_ok 'the header is there' test -s dest/usr/include/tong/agent.h

# Arrows and doors.
file publisher/odd.h <<<'int tong__odd(void);'
file core/a.c <<<'#include "publisher/odd.h"'
file core/b.c <<<'#include <sqlite3.h>'
file agent/c.c <<<'#include <zstd.h>'
file publisher/d.c <<<'#include <ldap.h>'
file agent/err.h <<<'int tong__other(void);'
bites arrows 'a wrong arrow' '^core/a.c:2: core/ must never see publisher/'
t_grep 'a library at the wrong door' '^core/b.c:2: <sqlite3.h> has one door' "$OUT"
t_grep 'a second door' '^agent/c.c:2: <zstd.h> has one door: core/zstd_frame.c' "$OUT"
t_grep 'a library without a door' '^publisher/d.c:2: <ldap.h> is neither' "$OUT"
t_grep 'two headers of one name' '^core/err.h: two headers have the name err.h' "$OUT"
rm core/[ab].c agent/c.c publisher/d.c publisher/odd.h agent/err.h

# A door opened through a header of ours, which only the compiler's file can tell.
file core/peek.h <<<'#include <openssl/evp.h>'
printf '#include "core/peek.h"\n' | cat - core/err.c >x && { head -1 core/err.c; cat x; } >core/err2.c
bites arrows 'a door left open by a header' '^core/err2.c: reaches openssl/\* through core/peek.h:2'
rm core/peek.h core/err2.c x

# Symbols.
file core/loud.c <<-'END'
#include <stdio.h>
#include <stdlib.h>

int loud(void);
int loud(void)
{
	static int calls;

	printf("%d %s\n", ++calls, getenv("HOME"));
	exit(1);
}
END
bites symbols 'a name of its own' '^core/loud.c: global name loud does not begin with tong_'
t_grep 'printing' 'must not call printf' "$OUT"
t_grep 'ending' 'must not call exit' "$OUT"
t_grep 'reading the environment' 'must not call getenv' "$OUT"
t_grep 'keeping state' 'writable state of its own: calls' "$OUT"
rm core/loud.c

# Names of the shared library.
sed -i 's/^TONG_API int/TONG_API int tong_agent_new(void);\nTONG_API int/' agent/include/tong/agent.h
bites abi 'a function that is not listed' '^agent/libtong-agent.map: tong_agent_new is declared'
straight
sed -i 's/tong_agent_number;/&\n\ttong_agent_gone;/' agent/libtong-agent.map
bites abi 'a function that is gone' '^agent/include/tong/agent.h: tong_agent_gone is listed'
straight
sed -i 's/-Wl,--version-script=.* -o/-o/' Makefile
bites abi 'a library without versions' '^build/libtong-agent.so.0: tong_agent_number: no version; listed: TONG_AGENT_0.1'
cp "$ROOT/Makefile" .
straight

# Headers.
file core/needy.h <<<'size_t tong__needy(void);'
bites headers 'a header that does not stand alone' '^core/needy.h:2: .*size_t'
rm core/needy.h
sed -i 's/^TONG_API int/TONG_API int tong_agent_list(int class);\nTONG_API int/' agent/include/tong/agent.h
bites headers 'a word of C++ in the public header' '^agent/include/tong/agent.h:[0-9]+: .*(class|g\+\+)'

# Lengths.
straight
{
	cat core/err.c
	printf '\nint tong__long(void)\n{\n'
	for i in {1..90}; do echo '	tong__err(1);'; done
	printf '\treturn 0;\n}\n// %0120d\n' 0
} >core/long.c
bites lengths 'a long function' '^core/long.c:10: tong__long: 93 lines'
t_grep 'a wide line' '^core/long.c:103: 123 columns' "$OUT"
for i in {1..500}; do echo "int tong__$i;"; done >core/long.c
bites lengths 'no opening sentence' '^core/long.c:1: a file opens'
rm core/long.c

# Words and calls.
file core/later.c <<-END
/* TO''DO: /ro''ot/x */
int f(void)
{
	return rename("a", "b") + EVP_DigestSignInit(0); /* not system("x") */
}
END
sed -i "s/''//g" core/later.c
rm site/README.md
bites words 'a thing left for later' '^core/later.c:2: .*do it, or open an issue'
t_grep 'a machine path' "^core/later.c:2: a path of somebody's machine" "$OUT"
t_grep 'rename' '^core/later.c:5: rename\(…\) may be called in: core/file.c' "$OUT"
t_grep 'a private key' '^core/later.c:5: EVP_DigestSignInit\(…\) may be called in: publisher/sign.c' "$OUT"
t_nogrep 'not what a comment says' 'system' "$OUT"
t_grep 'a room without a README' '^site/README.md: every room has a README' "$OUT"
rm core/later.c

# Roads.
sed -i 's/"libcmark", //; s/"-Wvla", *//' build.zig
sed -i '/jansson /d' tests/lib/deps.sh
bites roads 'a library forgotten' '^build.zig: publisher_libs: .*; the Makefile has .*libcmark'
t_grep 'a warning forgotten' '^build.zig: warnings: .*-Wvla' "$OUT"
t_grep 'a package forgotten' '^tests/lib/deps.sh: does not install jansson' "$OUT"

sed -i 's/^ libyaml-dev,$//' debian/control
sed -i '/pkgconfig(expat)/d; s/^Version:.*/Version: 9/' packaging/tong.spec
bites roads 'a library that a package forgot' '^debian/control: does not build with libyaml-dev'
t_grep 'another' '^packaging/tong.spec: does not build with pkgconfig\(expat\)' "$OUT"
t_grep 'a package of another version' '^packaging/tong.spec: is not version' "$OUT"
cp "$ROOT/debian/control" debian/
cp "$ROOT/packaging/tong.spec" packaging/

# The threat model.
straight
echo '| another | nothing | P3 | `unit/core_none` `rules/security` |' >>docs/threat-model.md
sed -i '/^| libcurl/d; s/| P7 | `rules/| P6 | `rules/' docs/threat-model.md
bites security 'a test that is not there' '^docs/threat-model.md:[0-9]+: there is no such test: unit/core_none'
t_grep 'a library without its line' '^docs/threat-model.md: libcurl is linked' "$OUT"
t_grep 'a promise that nothing shows' '^docs/threat-model.md: P7: no threat' "$OUT"
straight

# Addresses.
sed -i 's|^\t{"/items/\*/"},|&\n\t{"/secret/*/"},|' core/site_kinds.c
bites addresses 'an address that no document names' '^core/FORMAT.md: /secret/\*/: section 7'

# Words of the user interface.
echo '{"find": "搜索", "help": "帮助"}' >site/strings/zh-CN.json
bites strings 'a word without its English' '^site/strings/en.json: help: this word of zh-CN.json is missing'

# Messages.
straight
file publisher/told.c <<-'END'
#include <stdio.h>

#include "core/message.h"

void tong__told(const char *wanted, const char *found);
void tong__told(const char *wanted, const char *found)
{
	printf("%s 和 %s", _(wanted), _(found));
	puts(_("bad day"));
	puts(_("坏日子"));
	puts(_("called “办件” there"));
}
END
printf '\n#, fuzzy\nmsgid "called “办件” there"\nmsgstr "那里叫办件"\n\nmsgid "nobody says this"\nmsgstr "没人说"\n' >>po/zh_CN.po
bites messages 'a message without its Chinese' '^po/zh_CN.po: no translation of: bad day'
t_grep 'one that a machine guessed' '^po/zh_CN.po: fuzzy: called' "$OUT"
t_grep 'one that nobody says' '^po/zh_CN.po: no code says this any more .*: nobody says this' "$OUT"
t_grep 'one in Chinese' '^po/zh_CN.po: a message is written in English in the code, .*: 坏日子' "$OUT"
t_grep 'Chinese past the catalogue' '^publisher/told.c:9: Chinese that is not in po/zh_CN.po' "$OUT"
t_grep 'a function that nobody listed' "^publisher/told.c: tong__told is given 'wanted': say so in po/keywords" "$OUT"
t_nogrep 'a word of the catalogue in quotes may stand' 'in English in the code.*办件' "$OUT"
echo 'publisher/told.c  # words that are looked for' >tests/rules/chinese.txt
t_fails 1 'nor is it printed' tests/rules/messages.py
t_grep '  from a file that may hold it' '^publisher/told.c:9: Chinese that is not' "$OUT"
sed -i '/printf/d; /坏/d' publisher/told.c
t_fails 1 'a file that has none' tests/rules/messages.py
t_nogrep '  is not blamed' 'told.c:9' "$OUT"
t_grep '  but on the list' '^tests/rules/chinese.txt: publisher/told.c holds no Chinese' "$OUT"
sed -i 's/good day"$/good %s"/; s/您好/您/; s/^#: core/#, c-format\n#: core/' po/zh_CN.po
t_fails 1 'a format without its value' tests/rules/messages.py
t_grep '  is refused by msgfmt' 'po/zh_CN.po:.*format' "$OUT"
rm publisher/told.c
