#!/usr/bin/env bash
# Measures qcc beside other proxies under the same load and prints one table per scenario. See README.md.
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=tests/bench/cluster.sh
. "$here/cluster.sh"
all_scenarios=(plain1000 throughput sse100 sse1000 idleclose fifty memory "${cluster_scenarios[@]}")
usual_peers=(direct nginx haproxy node httpx qcc)
all_peers=("${usual_peers[@]}" window)
scenarios=() peers=("${usual_peers[@]}") extras=() more_load=() explain=no

usage() {
    cat <<EOF
usage: tests/bench/run.sh [--deps] [--peers A,B] [--extra 'NAME=COMMAND'] [--load OPTIONS] [--out FILE] [--explain] [scenario ...]
  scenarios: ${all_scenarios[*]} (default: all)
  --deps     installs the Debian packages of the peers and ends
  --peers    only these of: ${all_peers[*]} (default: all but window, which is qcc-tray with its window open)
  --extra    one more proxy; {port} and {upstream} in COMMAND are replaced by its port and the upstream's URL
  --load     more options for bench-load, which override the scenario's: --load '--ramp-ms 2000'
  --out      appends every result as one line of JSON
  --explain  of requests that qcc lost in ${cluster_scenarios[*]}, prints every attempt (asking it costs a little)
QCC_BIN names the qcc to measure (default: build/release/bin/qcc, else build/bench/bin/qcc),
BENCH_BIN the folder of the tools (default: build/bench/bin, built when missing).
EOF
}

die() {
    echo "run.sh: $*" >&2
    exit 2
}

out=/dev/null
while [ $# -gt 0 ]; do
    case $1 in
    --help | -h) usage && exit 0 ;;
    --deps) exec apt-get install -y --no-install-recommends nginx-light haproxy openssl nodejs python3-aiohttp python3-httpx jq curl ;;
    --peers) [ $# -ge 2 ] || die "--peers needs a value"; IFS=, read -ra peers <<<"$2"; shift ;;
    --extra) [[ ${2-} == *=* ]] || die "--extra needs NAME=COMMAND"; extras+=("$2"); shift ;;
    --load) [ $# -ge 2 ] || die "--load needs a value"; read -ra more_load <<<"$2"; shift ;;
    --out) [ $# -ge 2 ] || die "--out needs a value"; out=$2; shift ;;
    --explain) explain=yes ;;
    -*) usage >&2; die "unknown option $1" ;;
    *) [[ " ${all_scenarios[*]} " == *" $1 "* ]] || die "no scenario $1 (there are: ${all_scenarios[*]})"; scenarios+=("$1") ;;
    esac
    shift
done
[ ${#scenarios[@]} -gt 0 ] || scenarios=("${all_scenarios[@]}")
for peer in "${peers[@]}"; do
    [[ " ${all_peers[*]} " == *" $peer "* ]] || die "no peer $peer (there are: ${all_peers[*]})"
done
for tool in jq curl column; do
    command -v "$tool" >/dev/null || die "$tool is missing: run tests/bench/run.sh --deps"
done

bin=${BENCH_BIN:-$top/build/bench/bin}
if [ ! -x "$bin/bench-load" ] || [ ! -x "$bin/bench-upstream" ]; then
    (cd "$top" && cmake --preset bench >/dev/null && cmake --build --preset bench --target bench-load bench-upstream) || exit 1
fi
qcc=${QCC_BIN:-$top/build/release/bin/qcc}
[ -x "$qcc" ] || [ -n "${QCC_BIN-}" ] || qcc=$top/build/bench/bin/qcc
ulimit -n "$(ulimit -Hn)"

tmp=$(mktemp -d)
started=()
stop() { # pid: ends a process that this script started, with its children
    local pid=$1 children
    kill -0 "$pid" 2>/dev/null || return 0
    children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
    kill "$pid" 2>/dev/null
    for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.05
    done
    # shellcheck disable=SC2086  # a list of pids
    kill -KILL "$pid" $children 2>/dev/null
    wait "$pid" 2>/dev/null
    return 0
}
# shellcheck disable=SC2317  # the EXIT trap calls it
cleanup() {
    local pid
    trap '' INT TERM # a second one must not leave processes behind
    for pid in "${started[@]}"; do
        stop "$pid"
    done
    rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

accepts() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_port() { # below the ephemeral range, where thousands of client ports come and go
    local candidate
    while :; do
        candidate=$((20000 + RANDOM % 12000))
        accepts "$candidate" || break
    done
    echo "$candidate"
}

upstream_pid='' upstream_port='' upstream_ports=()
start_upstream() { # option...
    : >"$tmp/upstream.url"
    "$bin/bench-upstream" --lifetime 600 "$@" >"$tmp/upstream.url" &
    upstream_pid=$!
    started+=("$upstream_pid")
    for _ in $(seq 100); do
        [ -s "$tmp/upstream.url" ] && break
        sleep 0.05
    done
    mapfile -t upstream_ports < <(sed 's/.*://' "$tmp/upstream.url")
    upstream_port=${upstream_ports[0]-}
    [ -n "$upstream_port" ] || die "the upstream did not start"
}

max_connections=2000 max_keepalive=2000
shape='' servers='' retry='' # of a cluster's templates
fill() { # template target
    sed -e "s|@PORT@|$port|g" -e "s|@UPSTREAM_PORT@|$upstream_port|g" -e "s|@DIR@|$folder|g" -e "s|@USER@|$(id -un)|g" \
        -e "s|@MAX_CONNECTIONS@|$max_connections|g" -e "s|@MAX_KEEPALIVE@|$max_keepalive|g" \
        -e "s|@SERVERS@|$servers|g" -e "s|@RETRY@|$retry|g" -e "s|@POOL_STRATEGY@|$pool_strategy|g" \
        "$here/peers/$1" >"$2"
}

# Sets proxy_pid (empty for direct) and port; returns 1, with skip_reason, when the peer is not there.
start_peer() { # name
    local name=$1 command extra
    folder=$tmp/$name.$RANDOM proxy_pid='' skip_reason=''
    mkdir -m 0700 "$folder"
    port=$(free_port)
    case $name in
    direct)
        port=$upstream_port
        return 0
        ;;
    nginx)
        fill "nginx$shape.conf.in" "$folder/nginx.conf"
        command=(nginx -p "$folder" -e "$folder/error.log" -c "$folder/nginx.conf")
        ;;
    haproxy)
        fill "haproxy$shape.cfg.in" "$folder/haproxy.cfg"
        command=(haproxy -db -f "$folder/haproxy.cfg")
        ;;
    node) command=(node "$here/peers/node_proxy.js" "$port" "$upstream_port" "$max_connections" "$max_keepalive") ;;
    httpx)
        # Debian's own python, not one found earlier in PATH: the packages are Debian's.
        command=(/usr/bin/python3 "$here/peers/httpx_proxy.py" "$port" "$upstream_port" "$httpx_connections" "$httpx_keepalive")
        /usr/bin/python3 -c 'import aiohttp, httpx' 2>/dev/null || command=(python3-aiohttp-or-httpx)
        ;;
    qcc)
        fill "qcc$shape.json.in" "$folder/config.json"
        chmod 600 "$folder/config.json"
        command=(env "QCC_HOME=$folder" "$qcc" proxy start --foreground --port "$port")
        [ -x "$qcc" ] || command=("$qcc")
        ;;
    window)
        fill "qcc$shape.json.in" "$folder/config.json"
        chmod 600 "$folder/config.json"
        command=(env "QCC_HOME=$folder" "QT_QPA_PLATFORM=${DISPLAY:+xcb}" "$bin/bench-window" --port "$port")
        [ -n "${DISPLAY-}" ] || command[2]=QT_QPA_PLATFORM=offscreen
        [ -x "$bin/bench-window" ] || command=("$bin/bench-window")
        ;;
    *)
        for extra in "${extras[@]}"; do
            [ "${extra%%=*}" = "$name" ] || continue
            extra=${extra#*=}
            extra=${extra//\{port\}/$port}
            read -ra command <<<"${extra//\{upstream\}/http://127.0.0.1:$upstream_port}"
        done
        ;;
    esac
    if ! command -v "${command[0]}" >/dev/null; then
        skip_reason="${command[0]} is not there"
        return 1
    fi
    "${command[@]}" >"$folder/output" 2>&1 &
    proxy_pid=$!
    started+=("$proxy_pid")
    for _ in $(seq 200); do
        accepts "$port" && return 0
        kill -0 "$proxy_pid" 2>/dev/null || break
        sleep 0.05
    done
    skip_reason="did not start: $(tail -n 1 "$folder/output")"
    stop "$proxy_pid"
    return 1
}

# What each scenario asks: the load's options, the upstream's, and the pool limits of whoever can hold them.
configure() { # scenario
    upstream_options=() load_options=()
    max_connections=2000 max_keepalive=2000 httpx_connections=0 httpx_keepalive=0
    case $1 in
    plain1000)
        max_connections=100 max_keepalive=20 httpx_connections=100 httpx_keepalive=20
        load_options=(--mode plain --concurrency 1000 --requests 1000 --delay-ms 20)
        ;;
    throughput) load_options=(--mode plain --concurrency 32 --requests 20000) ;;
    sse100) load_options=(--mode sse --concurrency 100 --requests 100 --events 40 --gap-ms 50) ;;
    sse1000 | memory) load_options=(--mode sse --concurrency 1000 --requests 1000 --events 40 --gap-ms 50) ;;
    idleclose)
        max_connections=100 max_keepalive=20 httpx_connections=100 httpx_keepalive=20
        upstream_options=(--idle-close-ms 1-50)
        load_options=(--mode plain --concurrency 50 --requests 10000 --think-ms 0-60)
        ;;
    fifty)
        max_connections=100 max_keepalive=20 httpx_connections=100 httpx_keepalive=20
        load_options=(--mode sse --concurrency 50 --requests 50 --events 40 --gap-ms 50)
        ;;
    esac
    load_options+=("${more_load[@]}")
}

measure() { # scenario peer: one result on one line of JSON, or nothing
    local scenario=$1 peer=$2 idle=null watched=() result stats
    start_upstream "${upstream_options[@]}"
    if ! start_peer "$peer"; then
        echo "$scenario: $peer skipped: $skip_reason" >&2
        stop "$upstream_pid"
        return
    fi
    [ -n "$proxy_pid" ] && watched=(--pid "$proxy_pid")
    if [ "$peer" != direct ]; then
        # One request first: what a program loads on its first request is not what is measured.
        "$bin/bench-load" --url "http://127.0.0.1:$port" --mode plain --timeout 10 >/dev/null
        [ "$scenario" = memory ] && idle=$("$bin/bench-load" --mode idle --pid "$proxy_pid" --seconds 30 --json)
    fi
    result=$(timeout -k 5 150 "$bin/bench-load" --url "http://127.0.0.1:$port" "${load_options[@]}" --timeout 120 --json "${watched[@]}")
    stats=$(curl -s --max-time 5 "http://127.0.0.1:$upstream_port/__bench__/stats")
    [ -n "$proxy_pid" ] && stop "$proxy_pid"
    [ "$peer" = window ] && sed -n "s/^GUI thread/$scenario: window: &/p" "$folder/output" >&2
    stop "$upstream_pid"
    jq -cn --arg scenario "$scenario" --arg peer "$peer" --argjson load "${result:-null}" --argjson upstream "${stats:-null}" \
        --argjson idle "$idle" '{scenario: $scenario, peer: $peer, load: $load, upstream: $upstream, idle: $idle}'
}

table() { # scenario: reads results, prints them with ratios to qcc
    echo
    echo "== $1: bench-load ${load_options[*]}${upstream_options[*]:+; bench-upstream ${upstream_options[*]}}"
    jq -rs -f "$here/table.jq" --arg scenario "$1" | column -t -s $'\t'
}

print_failures() {
    jq -r 'select(.load.failed > 0) | "  \(.peer): " + ([.load.failures | to_entries[] | "\(.value) × \(.key)"] | join(", "))' "$tmp/results"
}

[ -x "$qcc" ] || echo "qcc is not built ($qcc): no ratios" >&2
for extra in "${extras[@]}"; do
    peers+=("${extra%%=*}")
done
worst=0
for scenario in "${scenarios[@]}"; do
    if [[ " ${cluster_scenarios[*]} " == *" $scenario "* ]]; then
        run_cluster_scenario "$scenario"
        continue
    fi
    configure "$scenario"
    : >"$tmp/results"
    for peer in "${peers[@]}"; do
        [ "$scenario.$peer" = memory.direct ] && continue
        measure "$scenario" "$peer" >>"$tmp/results"
    done
    cat "$tmp/results" >>"$out"
    table "$scenario" <"$tmp/results"
    print_failures
    jq -e -s 'any(.[]; .peer == "qcc" and (.load == null or .load.failed > 0))' "$tmp/results" >/dev/null && worst=1
done
# Timings decide nothing; a request that qcc lost does.
exit $((worst | qcc_lost))
