# Every kind of page: four modes, with and without script, by keyboard, by touch, on paper, in bytes.
# shellcheck shell=bash
. tests/lib/sh.sh
. tests/site/lib/world.sh
t_ok 'the sites' site_world
in_browser pages.js "$SITE" "$OTHER" "$TONG_TMP"
