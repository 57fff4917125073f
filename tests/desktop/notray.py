"""A desktop without a tray. Runs in a session of its own: session.sh --no-tray."""

import subprocess

from desktop import DesktopCase, endpoint
from screen import icon_place, key, windows, window
from waiting import until


class NoTray(DesktopCase):
    def setUp(self):
        super().setUp()
        self.assertIsNone(icon_place())
        self.write_config({"work": [endpoint(self.start_upstream())]})

    def test_the_window_opens(self):
        tray, _ = self.start_tray()
        window(tray)
        until(lambda: x_state(tray) == "Normal", "the window is open")

    def test_hidden_is_minimized_and_never_nothing(self):
        tray, _ = self.start_tray("--hidden")
        until(lambda: x_state(tray) == "Iconic", "the window is minimized")
        self.wait_for_proxy()

    def test_a_second_start_opens_the_minimized_window(self):
        tray, _ = self.start_tray("--hidden")
        until(lambda: x_state(tray) == "Iconic", "the window is minimized")
        self.assertEqual(self.start_tray()[0].wait(10), 0)
        until(lambda: x_state(tray) == "Normal", "the window is open")

    def test_closing_the_window_ends_the_program(self):
        tray, _ = self.start_tray()
        window(tray)
        self.wait_for_proxy()
        key("ctrl+w")
        self.assertEqual(tray.wait(15), 0)
        self.wait_for_no_proxy()

    def test_escape_does_not(self):
        tray, _ = self.start_tray()
        window(tray)
        key("Escape", "ctrl+5")
        until(lambda: windows(tray), "the window is still there")
        self.assertIsNone(tray.poll())


def x_state(process):
    """What the window manager says of its window: Normal, Iconic, or None while there is none."""
    found = subprocess.run(
        ["xdotool", "search", "--pid", str(process.pid), "--name", "^qcc$"], check=False, capture_output=True, text=True
    ).stdout.split()
    for number in found:
        said = subprocess.run(["xprop", "-id", number, "WM_STATE"], check=False, capture_output=True, text=True).stdout
        for state in ("Normal", "Iconic"):
            if f"window state: {state}" in said:
                return state
    return None
