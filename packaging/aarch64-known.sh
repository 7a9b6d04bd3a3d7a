#!/bin/bash
# FOLDER LIST: of the tests whose results lie in FOLDER (tests/run.sh) exactly those fail that LIST names, with a reason each. 1: not so.
set -eu
failed=$(for r in "$1"/*.result; do
	read -r _ f _ <"$r"
	if [ "$f" != 0 ]; then basename "${r%.result}"; fi
done | sort)
known=$(sed 's/[[:space:]]*#.*//' "$2" | grep . | sort)
if [ "$failed" = "$known" ]; then
	echo "$(find "$1" -name '*.result' | wc -l) programs; as they must, these fail where qemu stands in for a kernel: $(tr '\n' ' ' <<<"$known")"
	exit 0
fi
diff <(echo "$known") <(echo "$failed") | sed -n 's/^< /named, and does not fail: /p; s/^> /fails: /p'
exit 1
