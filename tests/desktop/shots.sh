#!/bin/bash
# Pictures of every page for people to look at: shots.sh [--all] [FOLDER]
# Without --all as few as hold each pair of page, size, scale, theme, language and number of endpoints; with it all of them, which takes some minutes.
# What the whole desktop does (tray, menus, dialogs) is in shots.py. Uses the tests that are built in build/ci; needs no screen.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
all=
if [ "${1:-}" = --all ]; then
    all=1
    shift
fi
case ${1:-} in -*) sed -n 2,4p "$0"; exit 2 ;; esac
folder=${1:-$top/build/shots}
program=$top/build/ci/bin/tst_trayshots
if [ ! -x "$program" ]; then
    echo "Build it first: cmake --preset ci && cmake --build --preset ci --target tst_trayshots" >&2
    exit 1
fi
unset QCC_SHOTS_ALL
[ -z "$all" ] || export QCC_SHOTS_ALL=1
QT_QPA_PLATFORM=offscreen QCC_KEYCHAIN=off QCC_SHOTS=$folder "$program" -silent ||
    { echo "Something is cut: see above." >&2; exit 1; }
echo "$(find "$folder" -name '*.png' | wc -l) pictures in $folder"
