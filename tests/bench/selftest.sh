#!/usr/bin/env bash
# The tools against each other: they must agree on every count. Usage: selftest.sh BENCH_UPSTREAM BENCH_LOAD
set -u
upstream_tool=$1 load=$2
tmp=$(mktemp -d)
upstream=
trap 'kill $upstream 2>/dev/null; rm -rf "$tmp"' EXIT

start_upstream() { # option...
    "$upstream_tool" --lifetime 60 "$@" >"$tmp/url" &
    upstream=$!
    for _ in $(seq 100); do
        url=$(cat "$tmp/url")
        [ -n "$url" ] && return
        sleep 0.05
    done
    echo "the upstream did not start" && exit 1
}

expect() { # description, extended regular expression, text
    if ! grep -Eq -- "$2" <<<"$3"; then
        printf 'FAILED: %s\n  expected %s\n  in %s\n' "$1" "$2" "$3"
        exit 1
    fi
}

start_upstream
expect 'plain, connections kept' '"ok":500,"failed":0,.*"connections":20,' \
    "$("$load" --url "$url" --mode plain --concurrency 20 --requests 500 --json)"
expect 'plain, a connection each' '"ok":100,"failed":0,.*"connections":100,' \
    "$("$load" --url "$url" --mode plain --concurrency 10 --requests 100 --keepalive no --body-bytes 300000 --json)"
expect 'streams' '"ok":50,"failed":0,.*"opening_ms":\{"n":50,.*"event_ms":\{"n":450,.*"streams_complete":50,"streams_short":0' \
    "$("$load" --url "$url" --mode sse --concurrency 50 --requests 50 --events 10 --gap-ms 5 --json)"
expect 'a wrong path is a failure with its status' '"ok":0,"failed":3,"failures":\{"status 404":3\}' \
    "$("$load" --url "$url/nowhere" --mode plain --concurrency 2 --requests 3 --json)"
expect 'the deadline ends a run' '"ok":0,"failed":4,"failures":\{"not done at the deadline":4\}.*"streams_short":4,"hit_deadline":true' \
    "$("$load" --url "$url" --mode sse --concurrency 4 --requests 4 --events 100 --gap-ms 1000 --timeout 1 --json)"
stats=$(exec 3<>"/dev/tcp/127.0.0.1/${url##*:}" && printf 'GET /__bench__/stats HTTP/1.1\r\nConnection: close\r\n\r\n' >&3 && cat <&3)
expect 'the upstream counted the same' '"open_streams":0,"requests":654,"answered":650,"double_submissions":0' "$stats"
kill "$upstream"
wait "$upstream" 2>/dev/null

expect 'nobody listens' '"ok":0,"failed":5,"failures":\{"connect: ECONNREFUSED":5\}' \
    "$("$load" --url "$url" --mode plain --concurrency 2 --requests 5 --json)"

start_upstream --idle-close-ms 1-3
expect 'idle connections are closed and opened again' '"ok":40,"failed":0,.*"connections":(3[0-9]|40),' \
    "$("$load" --url "$url" --mode plain --concurrency 4 --requests 40 --think-ms 20-30 --json)"
echo 'bench selftest passed'
