#!/bin/bash
# `make deb`: Debian's packages from debian/, into $O/deb, and what lintian says of them, which must be nothing.
set -eu
version=$(sed -n 's/^VERSION = //p' Makefile)
to=$O/deb
packaging/source.sh "$to/tong-$version"
cd "$to/tong-$version"
export DEB_BUILD_OPTIONS=${DEB_BUILD_OPTIONS:-nocheck parallel=$(nproc)}
if ! dpkg-buildpackage -us -uc -b >../build.log 2>&1; then
	tail -n 40 ../build.log >&2
	exit 1
fi
cd ..
rm -rf "tong-$version"
lintian --tag-display-limit 0 --fail-on error,warning -- *.changes
for deb in *.deb; do printf '%9d  %s\n' "$(stat -c %s "$deb")" "$deb"; done
