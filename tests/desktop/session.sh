#!/usr/bin/env bash
# Runs a command in a desktop of its own: a screen without a monitor, a window manager, a tray, a session bus, accessibility.
# tests/desktop/session.sh [--no-tray] [--wayland] COMMAND [ARGUMENT...]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
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

# wait_until COMMAND... for ten seconds at most.
wait_until() {
    for _ in {1..200}; do
        "$@" >/dev/null 2>&1 && return
        sleep 0.05
    done
    return 1
}

start_x11() {
    export XDG_SESSION_TYPE=x11 QT_QPA_PLATFORM=xcb
    unset WAYLAND_DISPLAY
    # Whatever screen is free; its number comes when it is ready.
    mkfifo "$work/display"
    Xvfb -displayfd 3 -screen 0 1280x900x24 -nolisten tcp 3>"$work/display" 2>"$work/xvfb.log" &
    pids+=($!)
    read -r -t 30 number <"$work/display" || {
        cat "$work/xvfb.log" >&2
        exit 1
    }
    export DISPLAY=:$number
}

start_wayland() {
    export XDG_SESSION_TYPE=wayland QT_QPA_PLATFORM=wayland
    unset DISPLAY WAYLAND_DISPLAY
    local as_another=() sockets=$work/sway
    mkdir -m 700 "$sockets"
    cp "$here/sway.conf" "$sockets/config"
    # sway refuses to be root's, and another user need not be able to read our folders.
    if [[ $(id -u) -eq 0 ]]; then
        as_another=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
        chmod 711 "$work"
        chown -R nobody "$sockets"
    fi
    HOME=$sockets XDG_RUNTIME_DIR=$sockets WLR_BACKENDS=headless WLR_LIBINPUT_NO_DEVICES=1 WLR_RENDERER=pixman \
        "${as_another[@]}" sway -c "$sockets/config" >"$work/sway.log" 2>&1 &
    pids+=($!)
    wait_until compgen -G "$sockets/sway-ipc.*.sock" || {
        cat "$work/sway.log" >&2
        exit 1
    }
    SWAYSOCK=$(compgen -G "$sockets/sway-ipc.*.sock")
    WAYLAND_DISPLAY=$(compgen -G "$sockets/wayland-[0-9]")
    export SWAYSOCK WAYLAND_DISPLAY
}

if [[ ${1:-} != --inside ]]; then
    programs=(dbus-run-session convert)
    screen=x11
    while [[ ${1:-} == --* ]]; do
        case $1 in
        --no-tray) export QCC_DESKTOP_TRAY=no ;;
        --wayland) screen=wayland ;;
        esac
        shift
    done
    if [[ $screen == wayland ]]; then
        programs+=(sway swaymsg waybar grim gdbus setpriv)
    else
        programs+=(Xvfb openbox trayer xdotool xwininfo xprop xmessage import)
    fi
    for program in "${programs[@]}"; do
        if ! command -v "$program" >/dev/null; then
            printf 'There is no %s, so the desktop is not tested. tests/run.sh installs what is needed.\n' "$program" >&2
            exit 77
        fi
    done
    trap finish EXIT
    "start_$screen"
    export XDG_RUNTIME_DIR=$work/run
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    export QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1 NO_AT_BRIDGE=0
    # The bus and what it starts talk a lot: only the command's own words go out.
    dbus-run-session -- bash "${BASH_SOURCE[0]}" --inside "$@" 3>&1 4>&2 >"$work/bus.log" 2>&1
    exit
fi

shift
trap finish EXIT
if [[ $XDG_SESSION_TYPE == x11 ]]; then
    openbox --sm-disable >"$work/openbox.log" 2>&1 &
    pids+=($!)
    # A window that comes before the window manager keeps no state.
    has_manager() { xprop -root _NET_CLIENT_LIST | grep -q WINDOW; }
    wait_until has_manager || true
    tray=(trayer --edge bottom --align right --widthtype request --height 28 --SetDockType true --expand true --transparent true --alpha 0
        --tint 0xdddddd)
else
    # What it tells screen readers makes libatspi wait for itself.
    tray=(env NO_AT_BRIDGE=1 waybar --config "$here/waybar.json" --style "$here/waybar.css")
fi
if [[ ${QCC_DESKTOP_TRAY:-yes} == yes ]]; then
    "${tray[@]}" >"$work/tray.log" 2>&1 &
    pids+=($!)
    if [[ $XDG_SESSION_TYPE == wayland ]]; then
        # Qt asks once whether there is a tray.
        wait_until gdbus wait --session --timeout 10 org.kde.StatusNotifierWatcher
    fi
fi
"$@" >&3 2>&4 3>&- 4>&-
