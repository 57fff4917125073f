#!/usr/bin/env bash
# Lets the real Codex ask over WebSocket through qcc, and over HTTP where the upstream has no WebSocket. See README.md.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd -P)
top=$(cd "$here/../.." && pwd -P)
# shellcheck source=tests/clients/lib.sh
source "$here/lib.sh"

usage() {
    cat <<EOF
usage: tests/clients/codexsocket.sh
QCC_PROGRAM names the qcc to run (default: the newest in build/*/bin), QCC_CLIENTS_BUILD the folder for the clients (default: build/clients-connect).
Exit codes: 0 all is as it should be; 1 something is not; 2 wrong usage, or no qcc; 77 node, npm or the clients are not to be had: nothing was shown.
EOF
}

die() { # code, words
    echo "tests/clients/codexsocket.sh: $2" >&2
    exit "$1"
}

case ${1:-} in
"") ;;
--help | -h) usage && exit 0 ;;
*) usage >&2; exit 2 ;;
esac
for tool in node npm; do
    command -v "$tool" >/dev/null || die 77 "skipped: $tool is missing"
done
node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' || die 77 "skipped: Node $(node --version) is too old, the clients need 20"
build=${QCC_CLIENTS_BUILD:-$top/build/clients-connect}
# Some of them fetch their program for this system in a script of their own.
npm_command=install install_pinned "$here/connect" "$build" "the clients"
qcc=$(find_qcc "$top")
[ -x "$qcc" ] || die 2 "no qcc: build it first, or name it in QCC_PROGRAM"

# Of the caller's environment nothing: no key, no proxy, no address of an API.
exec env -i PATH="$PATH" LANG=C.UTF-8 TERM=dumb node "$here/codexsocket.js" "$(realpath "$qcc")" "$build/node_modules/.bin"
