#!/bin/bash
# `make rpm`: packages from packaging/tong.spec, into $O/rpm. On Debian rpm cannot see what is installed (--nodeps).
set -eu
version=$(sed -n 's/^VERSION = //p' Makefile)
case $O in /*) ;; *) O=$PWD/$O ;; esac
to=$O/rpm
rm -rf "$to"
mkdir -p "$to/SOURCES"
packaging/source.sh "$to/tong-$version"
tar -C "$to" -czf "$to/SOURCES/tong-$version.tar.gz" "tong-$version"
rm -rf "$to/tong-$version"
# Debian's rpm has no macros of systemd's and of the compiler's flags; where a distribution has them they win.
define() { if [ "$(rpm --eval "%{?$1:there}")" = there ]; then return; fi; set -- --define "$1 $2"; macros+=("$@"); }
macros=(--define "_topdir $to")
define _unitdir /usr/lib/systemd/system
define _sysusersdir /usr/lib/sysusers.d
define _tmpfilesdir /usr/lib/tmpfiles.d
define set_build_flags 'export CFLAGS="-O2 -g"'
for scriptlet in systemd_post systemd_preun systemd_postun_with_restart; do define $scriptlet '%{nil}'; done
rpmspec "${macros[@]}" -P packaging/tong.spec >"$to/tong.spec"
if ! rpmbuild "${macros[@]}" --nodeps -bb packaging/tong.spec >"$to/build.log" 2>&1; then
	tail -n 40 "$to/build.log" >&2
	exit 1
fi
find "$to/RPMS" -name '*.rpm' | sort | while read -r rpm; do printf '%9d  %s\n' "$(stat -c %s "$rpm")" "${rpm##*/}"; done
