"""The desktop that session.sh has made: Xvfb, openbox and trayer, or sway and waybar."""

import os

from waiting import until

WAYLAND = os.environ["XDG_SESSION_TYPE"] == "wayland"
if WAYLAND:
    from sway import hold, icon_place, keep_part_of_screen, key, let_go, minimize, move_pointer, pointer_place, press, put_menus_away, type_text, window_state
else:
    from x11 import hold, icon_place, keep_part_of_screen, key, let_go, minimize, move_pointer, pointer_place, press, put_menus_away, type_text, window_state


def wait_for_icon():
    """Where the icon stays: the panel moves it while it makes room."""
    places = [None]

    def settled():
        places.append(icon_place())
        return places[-1] if len(places) > 5 and len(set(places[-5:])) == 1 else None

    return until(settled, "the icon has its place in the tray")


def click_icon(button="left"):
    move_pointer(*wait_for_icon())
    press(button)


def rest_pointer():
    """Where it is on nothing: else its tool tip would be in a picture."""
    move_pointer(2, 2)
