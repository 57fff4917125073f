"""The screen as the X server and the window manager have it: the icon in the tray, windows, mouse and keyboard, pictures."""

import re
import subprocess

BUTTONS = {"left": "1", "middle": "2", "right": "3", "wheel down": "5"}


def xdotool(*arguments):
    subprocess.run(["xdotool", *map(str, arguments)], check=True)


def key(*names):
    xdotool("key", *names)


def type_text(text):
    xdotool("type", "--delay", 4, text)


def move_pointer(x, y):
    xdotool("mousemove", x, y)


def press(button, times=1):
    xdotool("click", "--repeat", times, "--delay", 60, BUTTONS[button])


def hold():
    xdotool("mousedown", BUTTONS["left"])


def let_go():
    xdotool("mouseup", BUTTONS["left"])


def pointer_place():
    said = subprocess.run(["xdotool", "getmouselocation"], check=True, capture_output=True, text=True).stdout
    return tuple(map(int, re.match(r"x:(\d+) y:(\d+)", said).groups()))


def icon_place():
    """The middle of the icon within the tray's panel, or None while there is none to be seen."""
    tree = subprocess.run(["xwininfo", "-name", "panel", "-tree"], check=False, capture_output=True, text=True).stdout
    found = re.search(r'(0x\w+) "[^"]*": \("qcc-tray" [^)]*\)\s+(\d+)x(\d+)\S+\s+\+(\d+)\+(\d+)', tree)
    if not found:
        return None
    about = subprocess.run(["xwininfo", "-id", found.group(1)], check=False, capture_output=True, text=True).stdout
    width, height, x, y = map(int, found.groups()[1:])
    return (x + width // 2, y + height // 2) if "IsViewable" in about else None


def put_menus_away():
    """They go with their program."""


def x_windows(process):
    """The numbers of its main window: one, or none before it was shown."""
    found = subprocess.run(
        ["xdotool", "search", "--pid", str(process.pid), "--name", "^qcc$"], check=False, capture_output=True, text=True
    ).stdout
    return [number for number in found.split() if x_state_of(number)]


def x_state_of(number):
    said = subprocess.run(["xprop", "-id", number, "WM_STATE"], check=False, capture_output=True, text=True).stdout
    return next((state for state in ("Normal", "Iconic") if f"window state: {state}" in said), None)


def window_state(process):
    """What the window manager says of its window: Normal, Iconic, or None while there is none."""
    return next((x_state_of(number) for number in x_windows(process)), None)


def minimize(process):
    xdotool("windowminimize", *x_windows(process))


def keep_part_of_screen(file, left, top, width, height):
    file.parent.mkdir(parents=True, exist_ok=True)
    screen = subprocess.run(["import", "-window", "root", "-silent", "png:-"], check=True, capture_output=True).stdout
    crop = f"{width}x{height}+{left}+{top}"
    subprocess.run(["convert", "png:-", "-crop", crop, "+repage", str(file)], check=True, input=screen)
