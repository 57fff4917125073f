#!/usr/bin/env bash
# Runs a command in a desktop of its own: a screen without a monitor, a window manager, a tray, a session bus, accessibility.
# tests/desktop/session.sh [--no-tray] COMMAND [ARGUMENT...]
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
    if [[ ${1:-} == --no-tray ]]; then
        export QCC_DESKTOP_TRAY=no
        shift
    fi
    for program in Xvfb openbox trayer dbus-run-session xdotool xwininfo xprop xmessage import; do
        if ! command -v "$program" >/dev/null; then
            printf 'There is no %s, so the desktop is not tested. tests/run.sh installs what is needed.\n' "$program" >&2
            exit 77
        fi
    done
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
    # The bus and what it starts talk a lot: only the command's own words go out.
    dbus-run-session -- bash "${BASH_SOURCE[0]}" --inside "$@" 3>&1 4>&2 >"$work/bus.log" 2>&1
    exit
fi

shift
trap finish EXIT
openbox --sm-disable >"$work/openbox.log" 2>&1 &
pids+=($!)
# A window that comes before the window manager keeps no state.
for _ in {1..200}; do
    xprop -root _NET_CLIENT_LIST 2>/dev/null | grep -q WINDOW && break
    sleep 0.05
done
if [[ ${QCC_DESKTOP_TRAY:-yes} == yes ]]; then
    trayer --edge bottom --align right --widthtype request --height 28 --SetDockType true --expand true --transparent true --alpha 0 \
        --tint 0xdddddd >"$work/trayer.log" 2>&1 &
    pids+=($!)
fi
"$@" >&3 2>&4 3>&- 4>&-
