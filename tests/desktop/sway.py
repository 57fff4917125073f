"""The screen as sway and waybar have it; see x11.py for the same of an X server."""

import json
import os
import signal
import subprocess
import unittest
from pathlib import Path

from gi.repository import Gio, GLib

from waiting import until
from waylandhands import Hands

WIDTH, HEIGHT = 1280, 900  # session.sh makes it so.
BAR_HEIGHT = 28
BAR, MENU = b"\x80\x80\x80", b"\xf0\xe0\xd0"  # Their colours; nothing else has the menu's.
ROW_OF_MENU = 20
WATCHER = "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher"
MENU_INTERFACE = "com.canonical.dbusmenu"

bars = []
hands = Hands(os.environ["WAYLAND_DISPLAY"], WIDTH, HEIGHT)


def swaymsg(*arguments):
    return json.loads(subprocess.run(["swaymsg", "-r", *arguments], check=True, capture_output=True).stdout)


# Mouse and keyboard


def key(*names):
    for name in names:
        hands.key(name)


def type_text(text):
    hands.type(text)


def move_pointer(x, y):
    hands.move(x, y)


def pointer_place():
    return hands.place


def press(button, times=1):
    for _ in range(times):
        if button == "wheel down":
            hands.wheel(1)
        else:
            hands.press(button)


def hold():
    hands.turn_button("left", 1)


def let_go():
    hands.turn_button("left", 0)


# Pictures


def picture(left, top, width, height, kind="png"):
    return subprocess.run(["grim", "-t", kind, "-g", f"{left},{top} {width}x{height}", "-"], check=True, capture_output=True).stdout


def keep_part_of_screen(file, left, top, width, height):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(picture(max(left, 0), max(top, 0), width, height))


def rows_of_screen(top=0):
    """The points of each row from `top` on."""
    points = picture(0, top, WIDTH, HEIGHT - top, "ppm")[-WIDTH * (HEIGHT - top) * 3 :]
    return [points[at : at + WIDTH * 3] for at in range(0, len(points), WIDTH * 3)]


# Windows


def sway_windows(node=None):
    node = node or swaymsg("-t", "get_tree")
    if node.get("pid"):
        yield node
    for child in node.get("nodes", []) + node.get("floating_nodes", []):
        yield from sway_windows(child)


def window_state(process):
    """Normal, or None where it has none; here none is ever minimized."""
    return next(("Normal" for node in sway_windows() if node["pid"] == process.pid and node["name"] == "qcc"), None)


def minimize(_process):
    raise unittest.SkipTest("sway minimizes no window")


def window_places(pid):
    """Where its windows are, which it does not know itself: (title, left, top), the one that has the focus first."""
    found = sorted((node for node in sway_windows() if node["pid"] == pid), key=lambda node: not node["focused"])
    return [(node["name"], node["rect"]["x"], node["rect"]["y"]) for node in found]


# The icon


def icon_place():
    """The middle of what is to be seen on the bar, or None where that is nothing."""
    box = icon_box()
    return box and ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2)


def icon_box():
    """The edges of all icons on the bar."""
    top = HEIGHT - BAR_HEIGHT
    hands.move(2, 2)  # The pointer is to be seen, too.
    rows = rows_of_screen(top)
    if BAR * 4 not in rows[0]:
        return None  # No bar.
    seen = [(x, y) for y, row in enumerate(rows) if row != BAR * WIDTH for x in range(WIDTH) if row[3 * x : 3 * x + 3] != BAR]
    if not seen:
        return None
    columns, lines = [x for x, _ in seen], [y for _, y in seen]
    return min(columns), top + min(lines), max(columns), top + max(lines)


def call(service, path, interface, method, arguments):
    return Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(service, path, interface, method, arguments, None, 0, 5000, None).unpack()


def asked(service, path, interface, name):
    return call(service, path, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", (interface, name)))[0]


def end_bar():
    """So that the desktop has no tray."""
    bus = "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus"
    (pid,) = call(*bus, "GetConnectionUnixProcessID", GLib.Variant("(s)", WATCHER[:1]))
    os.kill(pid, signal.SIGTERM)
    until(lambda: not call(*bus, "NameHasOwner", GLib.Variant("(s)", WATCHER[:1]))[0], "the bar ends")


def start_bar():
    """As session.sh does; it ends with sway."""
    files = Path(__file__).parent
    bars.append(subprocess.Popen(["waybar", "--config", files / "waybar.json", "--style", files / "waybar.css"], env={**os.environ, "NO_AT_BRIDGE": "1"},
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


class OnBar:
    """What answers as a thing of AT-SPI does: the bar tells screen readers nothing."""

    def get_child_at_index(self, index):
        return self.children()[index]


class BarMenu(OnBar):
    """The menu of the icon: its words as the program tells them to the bar, its place as the bar shows it."""

    def __init__(self):
        item = asked(*WATCHER, "RegisteredStatusNotifierItems")[0]
        self.service, path = item.split("/", 1)
        self.path = asked(self.service, "/" + path, "org.kde.StatusNotifierItem", "Menu")

    def get_role_name(self):
        return "popup menu"

    def get_name(self):
        return ""

    def children(self):
        _, (_, _, entries) = call(self.service, self.path, MENU_INTERFACE, "GetLayout", GLib.Variant("(iias)", (0, 1, [])))
        shown = [entry[1] for entry in entries if entry[1].get("visible", True)]
        return [BarMenuItem(self, place, about) for place, about in enumerate(about for about in shown if about.get("type") != "separator")]

    def is_showing(self):
        return self.box() is not None

    def box(self):
        rows = rows_of_screen()
        seen = [y for y, row in enumerate(rows) if MENU * 4 in row]
        if not seen:
            return None
        left = min(rows[y].find(MENU) for y in seen) // 3
        right = max(rows[y].rfind(MENU) for y in seen) // 3
        return left, seen[0], right - left + 1, seen[-1] - seen[0] + 1


class BarMenuItem(OnBar):
    def __init__(self, menu, place, about):
        self.menu, self.place, self.about = menu, place, about

    def get_role_name(self):
        return {"radio": "radio menu item", "checkmark": "check menu item"}.get(self.about.get("toggle-type"), "menu item")

    def get_name(self):
        return self.about.get("label", "").replace("__", "\0").replace("_", "").replace("\0", "_")

    def children(self):
        return []

    def is_showing(self):
        return True

    def has(self, state):
        return {"checked": self.about.get("toggle-state") == 1, "enabled": self.about.get("enabled", True)}[state]

    def box(self):
        left, top, width, _ = self.menu.box()
        return left, top + self.place * ROW_OF_MENU, width, ROW_OF_MENU


def menu_on_bar():
    """The menu of the icon, where the bar shows one."""
    try:
        menu = BarMenu()
        box = menu.box()
    except (GLib.Error, IndexError):
        return None
    # As high as its words are many: else it is still opening.
    return menu if box and box[3] == len(menu.children()) * ROW_OF_MENU else None


def put_menus_away():
    """What waybar shows of a program that has gone would take the next click."""
    hands.move(2, 2)
    hands.press("left")
