# Links of the whole output, and valid HTML.
# shellcheck shell=bash
. tests/lib/sh.sh
. tests/site/lib/world.sh
t_ok 'the sites' site_world
in_browser links.js "$SITE" "$OTHER"
