#!/usr/bin/env bash
# The tools against each other: they must agree on every count. Usage: selftest.sh BENCH_UPSTREAM BENCH_LOAD
set -u
upstream_tool=$1 load=$2
tmp=$(mktemp -d)
upstream=
trap 'kill $upstream 2>/dev/null; rm -rf "$tmp"' EXIT

start_upstream() { # option...
    : >"$tmp/url" # not only in the background, where the shell may come to it after the last one's URL was read again
    "$upstream_tool" --lifetime 60 "$@" >"$tmp/url" &
    upstream=$!
    for _ in $(seq 100); do
        url=$(tail -n 1 "$tmp/url")
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
expect 'uploads and downloads' '"ok":6,"failed":0,.*"connections":2,' \
    "$("$load" --url "$url/v1/files" --concurrency 2 --requests 6 --body-bytes 3000000 --content-type application/octet-stream --answer-bytes 5000000 --json)"
expect 'more lines of the head' '"ok":0,"failed":2,"failures":\{"status 400":2\}' \
    "$("$load" --url "$url" --requests 2 --headers $'x-one: 1\nx-caller-error: yes' --json)"
expect 'a wrong path is a failure with its status' '"ok":0,"failed":3,"failures":\{"status 404":3\}' \
    "$("$load" --url "$url/nowhere" --mode plain --concurrency 2 --requests 3 --json)"
expect 'the deadline ends a run' '"ok":0,"failed":4,"failures":\{"not done at the deadline":4\}.*"streams_short":4,"hit_deadline":true' \
    "$("$load" --url "$url" --mode sse --concurrency 4 --requests 4 --events 100 --gap-ms 1000 --timeout 1 --json)"
stats=$(exec 3<>"/dev/tcp/127.0.0.1/${url##*:}" && printf 'GET /__bench__/stats HTTP/1.1\r\nConnection: close\r\n\r\n' >&3 && cat <&3)
expect 'the upstream counted the same' '"open_streams":0,"requests":662,"answered":656,"double_submissions":0' "$stats"
kill "$upstream"
wait "$upstream" 2>/dev/null

expect 'nobody listens' '"ok":0,"failed":5,"failures":\{"connect: ECONNREFUSED":5\}' \
    "$("$load" --url "$url" --mode plain --concurrency 2 --requests 5 --json)"

start_upstream --idle-close-ms 1-3
expect 'idle connections are closed and opened again' '"ok":40,"failed":0,.*"connections":(3[0-9]|40),' \
    "$("$load" --url "$url" --mode plain --concurrency 4 --requests 40 --think-ms 20-30 --json)"
kill "$upstream"
wait "$upstream" 2>/dev/null

# A client straight at a flaky endpoint gets what it drew: about three requests in ten fail, in every way that a client can tell.
start_upstream --endpoints 3 --fail-percent 30 --stall-ms 20
expect 'an URL for every endpoint' '^3$' "$(sort -u "$tmp/url" | wc -l)"
mixed=$("$load" --url "$url" --mode mixed --concurrency 20 --requests 600 --events 5 --gap-ms 1 --caller-error-every 33 --json)
expect 'a flaky endpoint fails three requests in ten' '"ok":(3[5-9]|4[0-9])[0-9],"failed":(1[0-9]|2[0-2])[0-9],' "$mixed"
expect 'the caller is told of every fault of its own' '"caller_errors":18,' "$mixed"
for reason in 'status 429' 'status 500' 'status 503' 'status 529' 'error event' 'error inside a 200' 'empty answer' 'empty stream' \
    'ECONNRESET before the answer' 'closed before the answer \(reused connection\)'; do
    expect "some requests fail with: $reason" "\"$reason\":[0-9]+" "$mixed"
done
ok=$(grep -o '"ok":[0-9]*' <<<"$mixed")
stats=''
for _ in $(seq 50); do # between two moments in which it refuses
    stats=$( (exec 3<>"/dev/tcp/127.0.0.1/${url##*:}" && printf 'GET /__bench__/stats HTTP/1.1\r\nConnection: close\r\n\r\n' >&3 && cat <&3) 2>/dev/null)
    [ -n "$stats" ] && break
    sleep 0.05
done
expect 'it counted the same good answers' "\"answered\":${ok#*:}," "$stats"
expect 'nobody asked twice' '"double_submissions":0,"repeated_unanswered":0,"answered_twice":0,"caller_errors":18,"callers_retried":0,' "$stats"
kill "$upstream"
wait "$upstream" 2>/dev/null

start_upstream --dead refused
dead=$(head -n 1 "$tmp/url")
expect 'the dead endpoint refuses' '"failures":\{"connect: ECONNREFUSED":3\}' "$("$load" --url "$dead" --requests 3 --json)"
expect 'the other one answers, the first apart' '"ok":9,.*"first_total_ms":\{"n":4,.*"rest_total_ms":\{"n":5,' \
    "$("$load" --url "$url" --requests 9 --first 4 --json)"
kill "$upstream"
wait "$upstream" 2>/dev/null

start_upstream --dead black-hole
dead=$(head -n 1 "$tmp/url")
expect 'nothing comes back from the black hole' '"ok":0,"failed":3,"failures":\{"not done at the deadline":3\}' \
    "$("$load" --url "$dead" --concurrency 3 --requests 3 --timeout 1 --json)"
expect 'the other one answers' '"ok":3,' "$("$load" --url "$url" --requests 3 --json)"
echo 'bench selftest passed'
