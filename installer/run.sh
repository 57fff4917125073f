#!/usr/bin/env bash
# Installs what qcc needs, builds it, and starts it. Run it again at any time.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=installer/lib/deps.sh
source "$root/installer/lib/deps.sh"
# shellcheck source=installer/lib/build.sh
source "$root/installer/lib/build.sh"

bin=$root/build/release/bin
readonly already_running=4

usage() {
    cat <<'TEXT'
Usage: installer/run.sh [--deps-only | --build-only]

Installs the packages that are missing, builds qcc into build/release, and starts it: in the tray where there is
a desktop, in the background elsewhere. Where nothing is configured yet, a demo upstream is set up to try it with.

  --deps-only   only install packages
  --build-only  install packages and build, start nothing
  --help        show this text
TEXT
}

say() { printf '\n%s\n' "$*"; }

has_desktop() { [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; }

is_running() { "$bin/qcc" proxy status >/dev/null 2>&1; }

address() {
    "$bin/qcc" proxy status --json | sed -nE 's/.*"address": *"([^"]+)".*/\1/p' | head -n 1
}

has_cluster() { "$bin/qcc" cluster list --json 2>/dev/null | grep -q '"name"'; }

# start_tray ARGUMENT... succeeds when a proxy runs in the end.
start_tray() {
    local log=$root/build/release/qcc-tray.log pid i
    setsid "$bin/qcc-tray" "$@" </dev/null >"$log" 2>&1 &
    pid=$!
    for ((i = 0; i < 40; ++i)); do
        if is_running; then
            return
        fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.5
    done
    # It may have handed over to one that serves by now.
    if is_running; then
        return
    fi
    if ! kill -0 "$pid" 2>/dev/null && wait "$pid"; then
        printf 'The tray application runs already; starting the proxy for it.\n'
    else
        printf 'The tray application did not start the proxy, so it starts without:\n' >&2
        tail -n 5 "$log" >&2
    fi
    return 1
}

start_headless() {
    local code=0
    "$bin/qcc" proxy start "$@" || code=$?
    [[ $code -eq 0 || $code -eq $already_running ]]
}

start_qcc() {
    local cluster=()
    if ! has_cluster; then
        printf 'No cluster is configured yet; the cluster "demo" leads to a demo upstream on this computer.\n'
        "$bin/qcc" demo >/dev/null
        cluster=(--cluster demo)
    fi
    if has_desktop; then
        start_tray "${cluster[@]}" && return
    fi
    start_headless "${cluster[@]}"
}

show_how_to_try() {
    local url
    url=$(address)
    say "qcc answers at $url"
    cat <<TEXT
Try it:

  curl -N $url/v1/messages -H 'content-type: application/json' -H 'anthropic-version: 2023-06-01' -H 'x-api-key: any' -d '{"model":"claude-sonnet-4-5","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"Hello"}]}'

Use it:   export ANTHROPIC_BASE_URL=$url
Stop it:  $bin/qcc proxy stop
TEXT
}

step=all
if [[ $# -gt 1 ]]; then
    usage >&2
    exit 2
fi
case ${1:-} in
'') ;;
--deps-only) step=deps ;;
--build-only) step=build ;;
-h | --help)
    usage
    exit 0
    ;;
*)
    usage >&2
    exit 2
    ;;
esac

ensure_packages build run
[[ $step == deps ]] && exit 0

build_preset "$root" release
[[ $step == build ]] && exit 0

if is_running; then
    say 'qcc is running already.'
else
    say 'Starting qcc.'
    start_qcc
fi
show_how_to_try
