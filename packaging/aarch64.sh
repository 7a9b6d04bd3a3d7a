#!/bin/bash
# `make aarch64`: the first road for 64-bit ARM on any Debian 12, and its unit tests under qemu.
#
# The libraries come from Debian's arm64 packages, unpacked into $O-aarch64/sysroot; nothing of this machine changes. Tests that qemu's
# user emulation cannot run are named in packaging/aarch64.txt with their reason, and counted.
set -eu
out=$O-aarch64
sysroot=$PWD/$out/sysroot
[[ $O = /* ]] && sysroot=$out/sysroot
mirror=${MIRROR:-http://deb.debian.org/debian}
triplet=aarch64-linux-gnu
for tool in mmdebstrap $triplet-gcc qemu-aarch64-static; do
	if ! command -v $tool >/dev/null; then echo "aarch64: $tool is not installed"; exit 1; fi
done

if [ ! -e "$sysroot/usr/lib/$triplet/libc.so.6" ] && [ ! -e "$sysroot/lib/$triplet/libc.so.6" ]; then
	rm -rf "$sysroot"
	mkdir -p "$out"
	packages=$(sed -n 's/^\tbuild *\(lib\|file\) .* \([a-z0-9.+-]*-dev\)$/\2/p' tests/lib/deps.sh | sort -u | paste -sd,)
	mmdebstrap --quiet --variant=extract --architectures=arm64 --include="$packages" bookworm "$sysroot" "$mirror"
fi

export PKG_CONFIG_LIBDIR=$sysroot/usr/lib/$triplet/pkgconfig:$sysroot/usr/share/pkgconfig PKG_CONFIG_SYSROOT_DIR=$sysroot
make O="$out" CC="$triplet-gcc --sysroot=$sysroot" AR=$triplet-ar all tests
file=$(readelf -h "$out/tong-agent" | sed -n 's/ *Machine: *//p')
echo "tong-agent is for $file; $(qemu-aarch64-static -L "$sysroot" "$out/tong-agent" --version)"
# An emulated processor takes its time. Of the tests that fail each must be named, and each that is named must fail.
TONG_TIMEOUT=1800 TONG_WRAP="qemu-aarch64-static -L $sysroot" O=$out tests/run.sh unit || true
packaging/aarch64-known.sh "$out/log/unit" packaging/aarch64.txt
