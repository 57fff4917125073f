# shellcheck shell=bash disable=SC2034,SC2154 # The variables are those of run.sh, which sources this file.
# The scenarios with several endpoints: what becomes of requests when endpoints fail. See README.md.

cluster_scenarios=(flaky deadendpoint)
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
        # Not as "backup": it asks no backup server as long as it believes in the first.
        haproxy.*)
            line="    server e$at 127.0.0.1:$port check inter 1s fall 2 rise 2 observe layer4 error-limit 1 on-error mark-down"
            ;;
        *)
            line="{ \"name\": \"e$at\", \"base_url\": \"http://127.0.0.1:$port\", \"api_key\": \"bench-$at\", \"priority\": $at,"
            line="$line \"proxy\": \"none\" }"
            ;;
        esac
        servers+=${servers:+$between}$line
    done
}

# Collects the requests that qcc lost, of which it remembers only the last 500 of any kind.
watch_lost() { # file
    while sleep 0.4; do
        curl -s --max-time 2 "http://127.0.0.1:$port/__qcc__/requests?limit=500" \
            | jq -c '.requests[] | select(.outcome == "error" or .outcome == "truncated")' >>"$1"
    done
}

measure_cluster() { # scenario row peer: one result on one line of JSON, or nothing
    local scenario=$1 row=$2 peer=$3 used result stats watcher=''
    start_upstream "${upstream_options[@]}"
    used=("${upstream_ports[@]}")
    [[ $row == *'without it' ]] && used=("${upstream_ports[@]:1}")
    name_servers "$scenario" "$peer" "${used[@]}"
    if ! start_peer "$peer"; then
        echo "$scenario: $row skipped: $skip_reason" >&2
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
    stop "$upstream_pid"
    jq -cn --arg scenario "$scenario" --arg peer "$row" --argjson load "${result:-null}" --argjson upstream "${stats:-null}" \
        '{scenario: $scenario, peer: $peer, load: $load, upstream: $upstream}'
}

# What the two scenarios ask; the load is the same for every row.
run_flaky() { # peer
    upstream_options=(--endpoints 3 --fail-percent 30 --stall-ms 5000 --idle-close-ms 1-200)
    load_options=(--mode mixed --concurrency 50 --requests 5000 --events 6 --gap-ms 4 --think-ms 0-40 --caller-error-every 33
        "${more_load[@]}")
    if [ "$1" != qcc ]; then
        measure_cluster flaky "$1" "$1"
        return
    fi
    retry='"max_attempts": 8, "max_attempts_per_endpoint": 3'
    measure_cluster flaky 'qcc 8/3' qcc
    retry='"max_attempts": 5, "max_attempts_per_endpoint": 2'
    measure_cluster flaky 'qcc 5/2' qcc
    # Refusals here are drawn, not caused by load: what learning from them costs.
    pool_strategy=fixed
    measure_cluster flaky 'qcc 5/2 fixed' qcc
    pool_strategy=adaptive
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
