#!/usr/bin/env bash
# Runs the real SDKs of OpenAI, Anthropic and Google through qcc against an upstream that misbehaves on purpose. See README.md.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd -P)
top=$(cd "$here/../.." && pwd -P)
# shellcheck source=tests/clients/lib.sh
source "$here/lib.sh"

usage() {
    cat <<EOF
usage: tests/clients/run.sh [--only TEXT] [--verbose]
  --only     only rows with TEXT in "protocol: form": --only 'Chat: no [DONE]', --only Gemini
  --verbose  prints everything that was seen in rows that are wrong
QCC_PROGRAM names the qcc to run (default: the newest in build/*/bin; built by the preset release when there is none),
QCC_CLIENTS_BUILD the folder for the SDKs (default: build/clients).
Exit codes: 0 every row is right; 1 some row is wrong; 2 wrong usage, or no qcc; 77 node, npm, curl or the SDKs are not to be had: nothing was shown.
EOF
}

die() { # code, words
    echo "tests/clients/run.sh: $2" >&2
    exit "$1"
}

options=()
while [ $# -gt 0 ]; do
    case $1 in
    --help | -h) usage && exit 0 ;;
    --only) [ $# -ge 2 ] || die 2 "--only needs a value"; options+=(--only "$2"); shift ;;
    --verbose) options+=(--verbose) ;;
    *) usage >&2; exit 2 ;;
    esac
    shift
done

for tool in node npm curl; do
    command -v "$tool" >/dev/null || die 77 "skipped: $tool is missing"
done
node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' || die 77 "skipped: Node $(node --version) is too old, the SDKs need 20"

# The SDKs lie outside of the sources; the scripts join them, because a module is looked for beside the file that asks for it.
build=${QCC_CLIENTS_BUILD:-$top/build/clients}
install_pinned "$here" "$build" "the SDKs" --ignore-scripts
cp "$here"/*.js "$build"

qcc=$(find_qcc "$top")
if [ -z "$qcc" ]; then
    (cd "$top" && cmake --preset release >/dev/null && cmake --build --preset release --target qcc) || die 2 "qcc could not be built"
    qcc=$top/build/release/bin/qcc
fi
[ -x "$qcc" ] || die 2 "no program $qcc"
qcc=$(realpath "$qcc")

home=$(mktemp -d)
clients=
# shellcheck disable=SC2317  # the EXIT trap calls it
cleanup() {
    if [ -n "$clients" ] && kill "$clients" 2>/dev/null; then # it ends its proxies itself
        wait "$clients" || true
    fi
    rm -rf "$home"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Of the caller's environment nothing: no key, no proxy, no address of an API.
cd "$build"
env -i PATH="$PATH" HOME="$home" LANG=C.UTF-8 OTEL_SDK_DISABLED=true DO_NOT_TRACK=1 node compare.js "$qcc" "${options[@]}" &
clients=$!
status=0
wait "$clients" || status=$?
clients=
exit "$status"
