#!/usr/bin/env bash
# Runs installer/run.sh against fakes of the package tools, cmake, qcc and qcc-tray, and looks at what it calls and says.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

check() { # check WHAT COMMAND...
    local what=$1
    shift
    if "$@" >/dev/null; then
        printf 'PASS   : %s\n' "$what"
    else
        printf 'FAIL!  : %s\n' "$what"
        sed 's/^/         /' "$work/out" "$work/calls" 2>/dev/null || true
        failures=$((failures + 1))
    fi
}

fake() { # fake FILE, the body from stdin
    mkdir -p "$(dirname "$1")"
    { printf '#!/bin/bash\n' && cat; } >"$1"
    chmod +x "$1"
}

# shellcheck disable=SC2016 # The bodies of the fakes expand when they run.
# A tree with the real scripts, and programs that only note how they were called.
prepare() {
    rm -rf "${work:?}"/*
    mkdir -p "$work/tree" "$work/home"
    cp -r "$root/installer" "$work/tree/"
    fake "$work/path/dpkg-query" <<<'echo installed'
    fake "$work/path/apt-get" <<<'echo "apt-get $*" >>"$WORK/calls"'
    fake "$work/path/apt-cache" <<<'exit 0'
    fake "$work/path/cmake" <<<'echo "cmake $*" >>"$WORK/calls"'
    fake "$work/tree/build/release/bin/qcc" <<'BODY'
echo "qcc $*" >>"$WORK/calls"
case "$*" in
"proxy status"*)
    [[ -e $WORK/running ]] || exit 3
    printf '{\n    "address": "http://127.0.0.1:7861",\n    "running": true\n}\n'
    ;;
"cluster list --json") cat "$WORK/clusters" ;;
"proxy start"*) touch "$WORK/running" ;;
esac
BODY
    fake "$work/tree/build/release/bin/qcc-tray" <<'BODY'
echo "qcc-tray $*" >>"$WORK/calls"
[[ -e $WORK/tray-elsewhere ]] && exit 0
[[ -e $WORK/tray-broken ]] && { echo "no screen here"; exit 1; }
touch "$WORK/running"
BODY
    echo '{ "active_cluster": "", "clusters": [] }' >"$work/clusters"
    : >"$work/calls"
}

run() { # run [VARIABLE=VALUE...] -- [ARGUMENT...]
    local variables=()
    while [[ $1 != -- ]]; do
        variables+=("$1")
        shift
    done
    shift
    code=0
    env -u DISPLAY -u WAYLAND_DISPLAY PATH="$work/path:$PATH" WORK="$work" QCC_HOME="$work/home" "${variables[@]}" \
        bash "$work/tree/installer/run.sh" "$@" >"$work/out" 2>&1 || code=$?
}

said() { grep -qF -- "$1" "$work/out"; }
called() { grep -qxE -- "$1" "$work/calls"; }
never_called() { ! grep -qE -- "$1" "$work/calls"; }

prepare
run --
check 'a first start succeeds' [ "$code" -eq 0 ]
check 'a first start configures the release preset' called 'cmake --preset release.*'
check 'a first start sets up the demo' called 'qcc demo'
check 'a first start uses the demo' called 'qcc proxy start --cluster demo'
check 'a first start shows the address' said 'qcc answers at http://127.0.0.1:7861'
check 'a first start shows a request to try' said 'curl -N http://127.0.0.1:7861/v1/messages'
check 'nothing is installed when nothing is missing' never_called apt-get

: >"$work/calls"
run --
check 'a second run succeeds' [ "$code" -eq 0 ]
check 'a second run says that qcc runs' said 'running already'
check 'a second run shows the request again' said 'curl -N http://127.0.0.1:7861/v1/messages'
check 'a second run starts nothing' never_called 'demo|proxy start'

prepare
echo '{ "active_cluster": "work", "clusters": [ { "name": "work" } ] }' >"$work/clusters"
run --
check 'a configured cluster is left alone' never_called 'qcc demo'
check 'a configured cluster is started' called 'qcc proxy start'

prepare
run DISPLAY=:99 --
check 'a desktop gets the tray' called 'qcc-tray --cluster demo'
check 'a desktop gets no second proxy' never_called 'proxy start'

prepare
touch "$work/tray-broken"
run DISPLAY=:99 --
check 'a broken desktop still gets a proxy' called 'qcc proxy start --cluster demo'
check 'a broken desktop is explained' said 'no screen here'
check 'a broken desktop does not fail the start' [ "$code" -eq 0 ]

prepare
touch "$work/tray-elsewhere"
run DISPLAY=:99 --
check 'a tray without a proxy gets one' called 'qcc proxy start --cluster demo'
check 'a tray without a proxy is no problem' said 'runs already'

prepare
run -- --build-only
check '--build-only builds' called 'cmake --build build/release.*'
check '--build-only starts nothing' never_called '^qcc'

prepare
run -- --deps-only
check '--deps-only builds nothing' never_called cmake

prepare
fake "$work/path/dpkg-query" <<<'[[ "$*" == *ninja-build ]] || echo installed'
fake "$work/path/sudo" <<<'exec "$@"'
fake "$work/path/sleep" <<<'exit 0'
fake "$work/path/apt-get" <<'BODY'
echo "apt-get $*" >>"$WORK/calls"
echo "frontend $DEBIAN_FRONTEND" >>"$WORK/calls"
[[ "$*" == *update* ]] && exit 100
exit 0
BODY
run -- --deps-only
check 'only what is missing is installed' called 'apt-get .* install ninja-build'
check 'a failed update is tried once more' [ "$(grep -c ' update$' "$work/calls")" -eq 2 ]
check 'the installation asks nothing' called 'frontend noninteractive'

prepare
fake "$work/path/dpkg-query" <<<'[[ "$*" == *svg* ]] || echo installed'
fake "$work/path/sudo" <<<'exec "$@"'
fake "$work/path/apt-cache" <<<'[[ "$*" == *libqt6svg6-dev ]]'
run -- --deps-only
check 'the name that this release has is installed' called 'apt-get .* install libqt6svg6-dev'

prepare
mkdir "$work/bare"
for tool in bash cat dirname id sort; do
    ln -s "$(command -v "$tool")" "$work/bare/$tool"
done
run PATH="$work/bare" --
check 'another system gets an explanation' said 'qcc needs: CMake 3.25'
check 'another system fails' [ "$code" -eq 1 ]

prepare
run -- --nonsense
check 'wrong usage exits with 2' [ "$code" -eq 2 ]

[[ $failures -eq 0 ]]
