#!/usr/bin/env bash
# Runs the real Claude Code through qcc, and looks whether it finds what its vendor asks of a gateway. See README.md.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd -P)
top=$(cd "$here/../.." && pwd -P)
# shellcheck source=tests/clients/lib.sh
source "$here/lib.sh"

die() { # code, words
    echo "tests/clients/contract.sh: $2" >&2
    exit "$1"
}

case ${1-} in
'') ;;
--help | -h)
    cat <<EOF
usage: tests/clients/contract.sh
QCC_PROGRAM names the qcc to run (default: the newest in build/*/bin),
QCC_CLIENTS_BUILD the folder for Claude Code (default: build/clients-claude).
Exit codes: 0 every row is right; 1 some row is wrong; 2 wrong usage, or no qcc; 77 node, npm or Claude Code are not to be had: nothing was shown.
EOF
    exit 0
    ;;
*) die 2 "no such option: $1" ;;
esac
for tool in node npm python3; do
    command -v "$tool" >/dev/null || die 77 "skipped: $tool is missing"
done
build=${QCC_CLIENTS_BUILD:-$top/build/clients-claude}
# Its own script fetches the program for this system.
install_pinned "$here/claude" "$build" "Claude Code"
qcc=$(find_qcc "$top")
[ -x "$qcc" ] || die 2 "no qcc: build it first, or name it in QCC_PROGRAM"
exec env -i PATH="$PATH" LANG=C.UTF-8 python3 -B "$here/contract.py" "$(realpath "$qcc")" "$build/node_modules/.bin/claude"
