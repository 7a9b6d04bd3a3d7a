#!/bin/bash
# Runs the fault campaigns, one line each; the last line is `N passed, N failed`, alone (docs/proof.md).
#
#   tests/prove/run.sh [NAME…]     NAME: a campaign (kill, fail, power, flips, memory, power-disk); none: the first five
#
# N=20     points of each command, in place of what CI takes    FULL=1   every point
# FS=ext4  file system of power-disk: ext4, ext4-plain, xfs, btrfs
# KEEP=1   keep the temporary folders                           O=build  the programs under test
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
[[ $O = /* ]] || O=$PWD/$O
export O PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8 TZ=UTC
unset LANGUAGE MAKEFLAGS MFLAGS MAKELEVEL
if [ -z "${TMPDIR:-}" ] && [ "$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 3000000 ] 2>/dev/null; then
	export TMPDIR=/dev/shm	# thousands of small folders come and go
fi
mkdir -p "$O/log/prove"
passed=0
failed=0
case " $* " in *' power-disk '*) tests/lib/deps.sh power || exit 1 ;; esac
# shellcheck disable=SC2048 # words on purpose
for name in ${*:-kill fail power flips memory}; do
	TONG_TMP=$(mktemp -d "${TMPDIR:-/tmp}/tong-prove-XXXXXX"); export TONG_TMP
	log=$O/log/prove/$name.log
	if [ -e "tests/prove/$name.py" ]; then python3 "tests/prove/$name.py"; else "$O/tests/prove/$name"; fi 2>&1 | tee "$log"
	code=${PIPESTATUS[0]}
	if [ "$code" != 0 ] && ! grep -q '^not ok - ' "$log"; then echo "not ok - $name: exit code $code" | tee -a "$log"; fi
	passed=$((passed + $(grep -c '^ok - ' "$log")))
	failed=$((failed + $(grep -c '^not ok - ' "$log")))
	if [ -z "${KEEP:-}" ]; then rm -rf "$TONG_TMP"; else echo "    kept: $TONG_TMP"; fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
