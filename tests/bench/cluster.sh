# shellcheck shell=bash disable=SC2034,SC2154 # The variables are those of run.sh, which sources this file.
# The scenarios with several endpoints: what becomes of requests when endpoints fail. See README.md.

cluster_scenarios=(flaky flakyh2 deadendpoint)
qcc_lost=0 pool_strategy=adaptive

# Sets servers: the peer's lines for endpoints at ports, the preferred one first.
name_servers() { # scenario peer port...
    local scenario=$1 peer=$2 at=0 port line between='\n'
    shift 2
    [ "$peer" = qcc ] && between=',\n'
    servers=''
    for port in "$@"; do
        at=$((at + 1))
        case $peer.$scenario in
        nginx.flaky)
            # It asks a server once per request: three times need three lines. All of them fail now and then, so that taking one
            # out for it would soon leave none.
            line="server 127.0.0.1:$port max_fails=0;"
            line="$line\n$line\n$line"
            ;;
        nginx.*)
            line="server 127.0.0.1:$port max_fails=1 fail_timeout=10s;"
            [ "$at" -eq 1 ] || line="server 127.0.0.1:$port backup;"
            ;;
        haproxy.flaky) line="    server e$at 127.0.0.1:$port check inter 1s fall 3 rise 1" ;;
        haproxy.flakyh2)
            line="    server e$at 127.0.0.1:$port ssl verify required ca-file $gate_folder/ca.pem alpn h2 check inter 1s fall 3 rise 1"
            ;;
        # Not as "backup": it asks no backup server as long as it believes in the first.
        haproxy.*)
            line="    server e$at 127.0.0.1:$port check inter 1s fall 2 rise 2 observe layer4 error-limit 1 on-error mark-down"
            ;;
        *)
            line="{ \"name\": \"e$at\", \"base_url\": \"http://127.0.0.1:$port\", \"api_key\": \"bench-$at\", \"priority\": $at,"
            [ "$scenario" = flakyh2 ] && line="${line/http:/https:} \"http2\": true, \"ca_file\": \"$gate_folder/ca.pem\","
            line="$line \"proxy\": \"none\" }"
            ;;
        esac
        servers+=${servers:+$between}$line
    done
}

# What takes TLS off before ports, and speaks HTTP/2; a connection ends after a hundred requests. Sets gate_pid, gate_folder and used.
start_gate() { # port...
    gate_folder=$tmp/gate.$RANDOM
    mkdir -m 0700 "$gate_folder"
    "$here/h2gate.py" --folder "$gate_folder" --requests 100 --to "$@" >"$gate_folder/urls" &
    gate_pid=$!
    started+=("$gate_pid")
    for _ in $(seq 200); do
        mapfile -t used < <(sed 's/.*://' "$gate_folder/urls")
        [ ${#used[@]} -eq $# ] && return 0
        kill -0 "$gate_pid" 2>/dev/null || break
        sleep 0.05
    done
    skip_reason='its gate did not start'
    stop "$gate_pid"
    return 1
}

# Collects the requests that qcc lost, of which it remembers only the last 500 of any kind.
watch_lost() { # file
    while sleep 0.4; do
        curl -s --max-time 2 "http://127.0.0.1:$port/__qcc__/requests?limit=500" \
            | jq -c '.requests[] | select(.outcome == "error" or .outcome == "truncated")' >>"$1"
    done
}

measure_cluster() { # scenario row peer: one result on one line of JSON, or nothing
    local scenario=$1 row=$2 peer=$3 used result stats watcher='' gate_pid='' gate_folder=''
    start_upstream "${upstream_options[@]}"
    used=("${upstream_ports[@]}")
    [[ $row == *'without it' ]] && used=("${upstream_ports[@]:1}")
    if [ "$scenario" = flakyh2 ] && ! start_gate "${used[@]}"; then
        echo "$scenario: $row skipped: $skip_reason" >&2
        stop "$upstream_pid"
        return
    fi
    name_servers "$scenario" "$peer" "${used[@]}"
    if ! start_peer "$peer"; then
        echo "$scenario: $row skipped: $skip_reason" >&2
        [ -n "$gate_pid" ] && stop "$gate_pid"
        stop "$upstream_pid"
        return
    fi
    if [ "$explain" = yes ] && [ "$peer" = qcc ]; then
        watch_lost "$tmp/lost" &
        watcher=$!
        started+=("$watcher")
    fi
    # No request first: how the first ones fare is part of the question.
    result=$(timeout -k 5 330 "$bin/bench-load" --url "http://127.0.0.1:$port" "${load_options[@]}" --timeout 300 --json)
    # A flaky endpoint may refuse just now.
    stats=$(curl -s --max-time 5 --retry 9 --retry-all-errors --retry-delay 1 "http://127.0.0.1:${upstream_ports[-1]}/__bench__/stats")
    if [ -n "$watcher" ]; then
        sleep 0.5
        stop "$watcher"
    fi
    [ -n "$proxy_pid" ] && stop "$proxy_pid"
    if [ -n "$gate_pid" ]; then
        grep -qv '^HTTP/2' "$gate_folder/seen" && echo "$scenario: $row: not everything came over HTTP/2" >&2 && result=null
        stop "$gate_pid"
    fi
    stop "$upstream_pid"
    jq -cn --arg scenario "$scenario" --arg peer "$row" --argjson load "${result:-null}" --argjson upstream "${stats:-null}" \
        '{scenario: $scenario, peer: $peer, load: $load, upstream: $upstream}'
}

# What the scenarios ask; the load is the same for every row.
run_flaky() { # peer [scenario]
    local scenario=${2-flaky}
    upstream_options=(--endpoints 3 --fail-percent 30 --stall-ms 5000 --idle-close-ms 1-200)
    load_options=(--mode mixed --concurrency 50 --requests 5000 --events 6 --gap-ms 4 --think-ms 0-40 --caller-error-every 33
        "${more_load[@]}")
    if [ "$1" != qcc ]; then
        measure_cluster "$scenario" "$1" "$1"
        return
    fi
    retry='"max_attempts": 8, "max_attempts_per_endpoint": 3'
    measure_cluster "$scenario" 'qcc 8/3' qcc
    retry='"max_attempts": 5, "max_attempts_per_endpoint": 2'
    measure_cluster "$scenario" 'qcc 5/2' qcc
    # Refusals here are drawn, not caused by load: what learning from them costs.
    pool_strategy=fixed
    measure_cluster "$scenario" 'qcc 5/2 fixed' qcc
    pool_strategy=adaptive
}

run_flakyh2() { # peer
    run_flaky "$1" flakyh2
}

run_deadendpoint() { # peer
    local dead
    load_options=(--mode plain --concurrency 20 --requests 2000 --delay-ms 20 --first 10 "${more_load[@]}")
    for dead in refused black-hole; do
        upstream_options=(--endpoints 2 --dead "$dead")
        [ "$1" = qcc ] && measure_cluster deadendpoint "$dead: qcc without it" qcc
        measure_cluster deadendpoint "$dead: $1" "$1"
    done
    upstream_options=(--endpoints 2 --dead 'refused|black-hole')
}

run_cluster_scenario() { # scenario
    local scenario=$1 peer
    shape=_cluster
    : >"$tmp/results"
    : >"$tmp/lost"
    for peer in "${peers[@]}"; do
        case $scenario.$peer in
        flakyh2.nginx) ;; # It speaks no HTTP/2 to upstreams.
        flaky.direct | *.haproxy | *.nginx | *.qcc) "run_$scenario" "$peer" >>"$tmp/results" ;;
        esac
    done
    shape=''
    cat "$tmp/results" >>"$out"
    echo
    echo "== $scenario: bench-load ${load_options[*]}; bench-upstream ${upstream_options[*]}"
    jq -rs -f "$here/cluster.jq" --arg scenario "$scenario" --arg ask rows "$tmp/results" | column -t -s $'\t'
    print_failures
    jq -rs -f "$here/cluster.jq" --arg scenario "$scenario" --arg ask broken "$tmp/results" | grep . && qcc_lost=1
    jq -rs 'unique_by(.id, .started_at)[] | "  \(.id) \(.outcome) after \(.total_ms | round) ms: " + ([.attempts[]
        | "\(.endpoint_name // .endpoint) \(.failure) \(.status) at \(.offset_ms | round) ms (\(.error))"] | join("; "))' "$tmp/lost"
    return 0
}
