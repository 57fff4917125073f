"""What is another thing on Wayland: who may come to the front, and a tray that comes later than qcc."""

from desktop import QCC_TRAY, DesktopCase, endpoint, free_port
from display import click_icon, move_pointer, press, wait_for_icon
from screen import has, window, windows
from sway import end_bar, hands, icon_box, start_bar, sway_windows
from waiting import until


class ASecondStart(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_config({"work": [endpoint(self.start_upstream())]})
        self.write_settings(left_click="open_window")
        self.tray, _ = self.start_tray("--hidden")
        self.wait_for_proxy()
        click_icon()
        self.shown = window(self.tray)
        until(lambda: has(self.shown, "active"), "the window is in front")
        self.cover()

    def cover(self):
        """By the window of another program, which happens to be another user's qcc."""
        home = self.home / "another"
        home.mkdir(mode=0o700)
        own = self.environment
        self.environment = {**own, "QCC_HOME": str(home)}
        self.other = self.start(QCC_TRAY, "--port", free_port())
        self.environment = own
        until(lambda: has(window(self.other), "active") and not has(self.shown, "active"), "another program is in front")

    def test_raises_the_window_with_the_leave_of_the_desktop(self):
        before = self.number()
        self.environment["XDG_ACTIVATION_TOKEN"] = hands.activation_token()
        self.assertEqual(self.start(QCC_TRAY).wait(10), 0)
        until(lambda: has(self.shown, "active"), "the window is in front again")
        self.assertEqual(self.number(), before, "it was taken off the screen and came anew")

    def number(self):
        """Of the window, which the compositor gives it when it comes."""
        return next(node["id"] for node in sway_windows() if node["pid"] == self.tray.pid)

    def test_a_click_on_the_icon_raises_the_window_without_one(self):
        # The first to come is on the left.
        left, top, _, _ = until(lambda: (box := icon_box()) and box[2] - box[0] > 30 and box, "both icons are on the bar")
        move_pointer(left + 8, top + 8)
        press("left")
        until(lambda: has(window(self.tray), "active"), "the window is in front again")


class ABar(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_config({"work": [endpoint(self.start_upstream())]})

    def test_that_comes_after_qcc_has_the_icon(self):
        # As after logging in, when both start at once.
        self.write_settings(left_click="open_window")
        end_bar()
        try:
            tray, _ = self.start_tray("--hidden", "--wait-for-tray")
            self.wait_for_proxy()
        finally:
            start_bar()
        wait_for_icon()
        self.assertEqual(windows(tray), [])
        click_icon()
        window(tray)

    def test_that_starts_again_has_the_icon_again(self):
        self.start_tray("--hidden")
        wait_for_icon()
        end_bar()
        start_bar()
        wait_for_icon()
