#!/bin/bash
# Pictures of every page for people to look at: shots.sh [--all] [--beside DRAWINGS] [FOLDER]
# Without --all as few as hold each pair of page, size, scale, theme, language and number of endpoints; with it all of them, which takes some minutes.
# With them come drawn-*.png, the states that the look was drawn in; --beside lays each beside the drawing of its name in the folder DRAWINGS, as
# beside-*.png (ImageMagick). What the whole desktop does (tray, menus, dialogs) is in shots.py. Uses the tests that are built in build/ci; needs no screen.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
all='' drawings='' folder=$top/build/shots
while [ $# -gt 0 ]; do
    case $1 in
    --all) all=1 ;;
    --beside) drawings=${2:?--beside needs the folder of the drawings}; shift ;;
    -*) sed -n 2,5p "$0"; exit 2 ;;
    *) folder=$1 ;;
    esac
    shift
done
programs=$top/build/ci/bin
if [ ! -x "$programs/tst_trayshots" ] || [ ! -x "$programs/tst_traydrawn" ]; then
    echo "Build them first: cmake --preset ci && cmake --build --preset ci --target tst_trayshots tst_traydrawn" >&2
    exit 1
fi
unset QCC_SHOTS_ALL
[ -z "$all" ] || export QCC_SHOTS_ALL=1
export QT_QPA_PLATFORM=offscreen QCC_KEYCHAIN=off QCC_SHOTS=$folder TZ=UTC
if ! "$programs/tst_trayshots" -silent || ! "$programs/tst_traydrawn" -silent; then
    echo "Something is cut or missing: see above." >&2
    exit 1
fi
if [ -n "$drawings" ]; then
    for drawing in "$drawings"/*.png; do
        picture=$folder/drawn-${drawing##*/}
        [ ! -f "$picture" ] || montage "$drawing" "$picture" -tile 1x -geometry +4+4 "$folder/beside-${drawing##*/}"
    done
fi
echo "$(find "$folder" -name '*.png' | wc -l) pictures in $folder"
