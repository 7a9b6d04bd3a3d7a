#!/bin/bash
# Clients that mean no good: slow ones, too many, too large, and those that speak no HTTP. The others are served all the while.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1
region=511602

tong-publish keys init --keys keys --quiet
tong-publish release --repo "$ROOT" --to release --keys keys --quiet
tong-agent init --store node --root release/1.root.json --source "$PWD/release" --region $region --quiet
t_ok 'a node' tong-agent sync --store node --quiet

# The node in a network of its own: here is a hall with two addresses, 10.78.0.2 and 10.78.0.3.
space=tongclients$$
t_ok 'a network' ip netns add $space
on_exit "ip netns del $space 2>/dev/null"
ip link add hall$$ type veth peer name node netns $space
on_exit "ip link del hall$$ 2>/dev/null"
ip addr add 10.78.0.2/24 dev hall$$
ip addr add 10.78.0.3/24 dev hall$$
ip link set hall$$ up
ip netns exec $space ip addr add 10.78.0.1/24 dev node
ip netns exec $space ip link set node up
ip netns exec $space ip link set lo up
ip netns exec $space tong-agent serve --store node --listen 10.78.0.1:8511 >/dev/null 2>serve.log &
server=$!
on_exit "kill $server 2>/dev/null"
t_ok 'which answers' wait_for 10 curl -sf -o page http://10.78.0.1:8511/readyz
t_ok 'all of them are survived' python3 "$ROOT/tests/story/clients.py" 10.78.0.1 8511 $server
cat "$OUT"
