#!/bin/sh
# Installs what is missing for the named sets (default: build) on Debian and Ubuntu, and nothing else.
#
#   tests/lib/deps.sh [build] [demo] [test] [site] [zig] [deb] [rpm] [aarch64] [power] [valgrind] [fuzz] [lint] [figures]
#
# Silent and quick when all is there. Needs root or a sudo that asks no password. On any other
# distribution it names what is missing and stops. It keeps no stamp file: the whole look takes
# a few hundredths of a second, and a stamp would lie as soon as a checkout moves to another machine.
set -eu

# set, how to see that it is there (a command, a pkg-config name or a file), Debian's package
table() {
	cat <<-'END'
	build     cmd   gcc                         gcc
	build     file  /usr/include/stdlib.h       libc6-dev
	build     cmd   pkg-config                  pkg-config
	build     lib   libcrypto                   libssl-dev
	build     lib   libzstd                     libzstd-dev
	build     lib   jansson                     libjansson-dev
	build     lib   libqrencode                 libqrencode-dev
	build     lib   libgit2                     libgit2-dev
	build     lib   sqlite3                     libsqlite3-dev
	build     lib   libcmark                    libcmark-dev
	build     lib   libarchive                  libarchive-dev
	build     lib   yaml-0.1                    libyaml-dev
	build     lib   expat                       libexpat1-dev
	build     lib   xlsxwriter                  libxlsxwriter-dev
	build     lib   libcurl                     libcurl4-openssl-dev
	build     lib   libmicrohttpd               libmicrohttpd-dev
	build     lib   zlib                        zlib1g-dev
	build     lib   libbrotlienc                libbrotli-dev
	build     lib   inih                        libinih-dev
	build     lib   gnutls                      libgnutls28-dev
	build     cmd   git                         git
	build     cmd   msgfmt                      gettext
	demo      cmd   python3                     python3
	test      cmd   python3                     python3
	test      file  /usr/share/unicode/Unihan_Readings.txt.bz2 unicode-data
	test      cmd   node                        nodejs
	test      file  /usr/include/node/node_api.h libnode-dev
	test      cmd   zsh                         zsh
	test      cmd   fish                        fish
	test      cmd   g++                         g++
	test      cmd   curl                        curl
	test      cmd   systemd-analyze             systemd
	test      cmd   zstd                        zstd
	test      cmd   brotli                      brotli
	test      cmd   openssl                     openssl
	test      cmd   rclone                      rclone
	test      file  /usr/sbin/nghttpd           nghttp2-server
	test      cmd   ip                          iproute2
	test      cmd   softhsm2-util               softhsm2
	test      cmd   pkcs11-tool                 opensc
	test      file  /usr/lib/python3/dist-packages/yaml/__init__.py python3-yaml
	test      file  /usr/lib/python3/dist-packages/jsonschema/__init__.py python3-jsonschema
	site      cmd   npm                         npm
	site      cmd   chromium                    chromium
	site      cmd   zbarimg                     zbar-tools
	site      cmd   pdftotext                   poppler-utils
	site      file  /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
	figures   cmd   gnuplot                     gnuplot-nox
	zig       cmd   npm                         npm
	bench     cmd   python3                     python3
	bench     file  /usr/sbin/nginx             nginx-light
	bench     cmd   wrk                         wrk
	bench     cmd   hugo                        hugo
	bench     cmd   rsync                       rsync
	bench     cmd   sqlite3                     sqlite3
	bench     cmd   ostree                      ostree
	bench     cmd   casync                      casync
	bench     cmd   zsync                       zsync
	bench     cmd   ssh-keygen                  openssh-client
	bench     cmd   npm                         npm
	deb       cmd   dh                          debhelper
	deb       cmd   dpkg-buildpackage           dpkg-dev
	deb       cmd   lintian                     lintian
	deb       cmd   mmdebstrap                  mmdebstrap
	rpm       cmd   rpmbuild                    rpm
	aarch64   cmd   aarch64-linux-gnu-gcc       gcc-aarch64-linux-gnu
	aarch64   cmd   qemu-aarch64-static         qemu-user-static
	aarch64   cmd   mmdebstrap                  mmdebstrap
	power     cmd   nbdkit                      nbdkit
	power     cmd   nbdfuse                     libnbd-bin
	power     file  /usr/lib/x86_64-linux-gnu/nbdkit/plugins/nbdkit-python-plugin.so nbdkit-plugin-python
	power     cmd   fusermount3                 fuse3
	power     cmd   mkfs.ext4                   e2fsprogs
	power     cmd   mkfs.xfs                    xfsprogs
	power     cmd   mkfs.btrfs                  btrfs-progs
	valgrind  cmd   valgrind                    valgrind
	fuzz      cmd   clang                       clang
	lint      cmd   clang                       clang
	lint      cmd   clang-tidy                  clang-tidy
	lint      cmd   cppcheck                    cppcheck
	lint      cmd   shellcheck                  shellcheck
	lint      cmd   mandoc                      mandoc
	fuzz      cmd   llvm-symbolizer-14          llvm-14
	END
}

there() {
	case $1 in
	cmd) command -v "$2" >/dev/null 2>&1 ;;
	lib) pkg-config --exists "$2" 2>/dev/null ;;
	file) [ -e "$2" ] ;;
	esac
}

missing() {
	table | while read -r set kind name package; do
		case " $sets " in *" $set "*) there "$kind" "$name" || printf '%s ' "$package" ;; esac
	done
}

install() {
	# Fresh machines have no package lists, others have old ones: refresh only when needed.
	apt="$root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300"
	if ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then
		$apt update </dev/null
	fi
	$apt install -y --no-install-recommends "$@" </dev/null && return
	$apt update </dev/null && $apt install -y --no-install-recommends "$@" </dev/null
}

sets=${*:-build}
want=$(missing)
[ -n "$want" ] || exit 0
want=${want% }

if ! command -v apt-get >/dev/null 2>&1; then
	echo "deps: this is neither Debian nor Ubuntu; please install what these packages hold there:" >&2
	echo "deps: $want" >&2
	exit 1
fi
root=
if [ "$(id -u)" != 0 ]; then
	root='sudo -n'
	if ! $root true 2>/dev/null; then
		echo "deps: missing packages; an administrator has to run:" >&2
		echo "deps: apt-get install --no-install-recommends $want" >&2
		exit 1
	fi
fi

echo "deps: installing $want"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # a list of package names
if ! install $want >"$log" 2>&1; then
	cat "$log" >&2
	echo "deps: could not install: $want" >&2
	exit 1
fi
left=$(missing)
if [ -n "$left" ]; then
	echo "deps: installed, but still not usable: $left" >&2
	exit 1
fi
