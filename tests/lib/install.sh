#!/bin/sh
# `make install`: programs, library, headers, pkg-config file, manuals, messages, completion for shells and the site's templates.
# Called by the Makefile with O, PREFIX, LIBDIR, DESTDIR, VERSION, GIT and LIBS (the library's own libraries).
set -eu
to=${DESTDIR:-}$PREFIX
lib=${DESTDIR:-}$LIBDIR
programs=tong-agent
install -d "$to/bin" "$lib/pkgconfig" "$to/include/tong" "$to/share/tong"
if [ "$GIT" != no ]; then
	programs='tong-publish tong-agent'
	install -d "$to/libexec/tong"
	install -m 755 "$O/tong-agent-git" "$to/libexec/tong/"
fi
for program in $programs; do install -m 755 "$O/$program" "$to/bin/"; done
install -m 644 "$O/libtong-agent.a" "$O/libtong-core.a" "$lib/"
install -m 644 "$O/libtong-agent.so.0" "$lib/libtong-agent.so.$VERSION"
ln -sf "libtong-agent.so.$VERSION" "$lib/libtong-agent.so.0"
ln -sf libtong-agent.so.0 "$lib/libtong-agent.so"
for header in core/include/tong/*.h agent/include/tong/*.h; do
	if [ -e "$header" ]; then install -m 644 "$header" "$to/include/tong/"; fi
done
cat >"$lib/pkgconfig/tong-agent.pc" <<END
prefix=$PREFIX
libdir=$(echo "$LIBDIR" | sed "s|^$PREFIX/|\${prefix}/|")
includedir=\${prefix}/include

Name: tong-agent
Description: Holds, checks and looks up a signed catalogue of service items, also without network
Version: $VERSION
Requires.private: $LIBS
Libs: -L\${libdir} -ltong-agent
Libs.private: -ltong-core -pthread
Cflags: -I\${includedir}
END
for page in docs/man/*.[0-9]; do
	if [ "$GIT" = no ] && [ "$page" = docs/man/tong-publish.1 ]; then continue; fi
	if [ -e "$page" ]; then
		install -d "$to/share/man/man${page##*.}"
		install -m 644 "$page" "$to/share/man/man${page##*.}/"
	fi
done
install -d "$to/share/locale/zh_CN/LC_MESSAGES"
install -m 644 "$O/po/zh_CN/LC_MESSAGES/tong.mo" "$to/share/locale/zh_CN/LC_MESSAGES/"
install -d "$to/lib/systemd/system"
sed "s|@PREFIX@|$PREFIX|" docs/systemd/tong-agent.service >"$to/lib/systemd/system/tong-agent.service"
install -d "$to/lib/sysusers.d" "$to/lib/tmpfiles.d"
install -m 644 docs/systemd/tong.sysusers "$to/lib/sysusers.d/tong.conf"
sed "s|@PREFIX@|$PREFIX|" docs/systemd/tong.tmpfiles >"$to/lib/tmpfiles.d/tong.conf"
install -m 644 docs/tong-agent.conf "$to/share/tong/tong-agent.conf"
# The script itself comes from the program, in the reader's language, the first time that it is wanted.
for program in $programs; do
	install -d "$to/share/bash-completion/completions" "$to/share/zsh/site-functions" "$to/share/fish/vendor_completions.d"
	echo "source <($program completion bash)" >"$to/share/bash-completion/completions/$program"
	printf '#compdef %s\nsource <(%s completion zsh) && _%s "$@"\n' $program $program "$(echo $program | tr - _)" \
		>"$to/share/zsh/site-functions/_$program"
	echo "$program completion fish | source" >"$to/share/fish/vendor_completions.d/$program.fish"
done
# The look of the site is the publisher's; a node gets it with the records.
if [ "$GIT" != no ]; then
	rm -rf "$to/share/tong/site"
	cp -R site "$to/share/tong/site"
	rm -f "$to/share/tong/site/README.md"
fi
