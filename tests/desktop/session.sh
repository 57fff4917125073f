#!/usr/bin/env bash
# Runs a command in a desktop of its own: a screen without a monitor, a window manager, a tray, a session bus, accessibility.
# tests/desktop/session.sh COMMAND [ARGUMENT...]
set -euo pipefail

work=$(mktemp -d)
pids=()
finish() {
    local pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    wait "${pids[@]}" 2>/dev/null || true
    rm -rf "$work"
}

if [[ ${1:-} != --inside ]]; then
    trap finish EXIT
    # Whatever screen is free; its number comes when it is ready.
    mkfifo "$work/display"
    Xvfb -displayfd 3 -screen 0 1280x900x24 -nolisten tcp 3>"$work/display" 2>"$work/xvfb.log" &
    pids+=($!)
    read -r -t 30 number <"$work/display" || {
        cat "$work/xvfb.log" >&2
        exit 1
    }
    export DISPLAY=:$number
    unset WAYLAND_DISPLAY
    export XDG_RUNTIME_DIR=$work/run XDG_SESSION_TYPE=x11
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    export QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1 QT_QPA_PLATFORM=xcb NO_AT_BRIDGE=0
    dbus-run-session -- bash "${BASH_SOURCE[0]}" --inside "$@"
    exit
fi

shift
trap finish EXIT
openbox --sm-disable >"$work/openbox.log" 2>&1 &
pids+=($!)
trayer --edge bottom --align right --widthtype request --height 28 --SetDockType true --expand true --transparent true --alpha 0 --tint 0xdddddd \
    >"$work/trayer.log" 2>&1 &
pids+=($!)
"$@"
