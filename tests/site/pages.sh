# Every kind of page on a telephone: with and without script, by touch, in large text, on paper, in bytes.
# shellcheck shell=bash
. tests/lib/sh.sh
. tests/site/lib/world.sh
t_ok 'the sites' site_world
in_browser pages.js "$SITE" "$OTHER" "$TONG_TMP"
