"""The overview tells how it goes now."""

import re

from desktop import DesktopCase, endpoint
from screen import click, close_menu, find, has, keep_picture, open_page, open_tray_menu, proxy_switch, wait_for, wait_until_on, window
from streams import open_streams, outcomes
from waiting import until


class TheOverview(DesktopCase):
    def setUp(self):
        super().setUp()
        # The second cluster refuses all that the first one serves.
        self.write_config({"good": [endpoint(self.start_upstream())], "bad": [endpoint(self.start_upstream("status:400"), "broken")]})
        self.tray, _ = self.start_tray()
        self.shown = window(self.tray)
        wait_until_on(self.shown)

    def test_the_first_figure_is_that_of_the_cluster_in_use_now(self):
        wait_for(self.shown, "label", re.compile("^No request has come yet"))
        outcomes(open_streams(self.port, 9))
        wait_for(self.shown, "label", re.compile("^All 9 requests since [0-9:]+ were served"))
        self.expect("Success", "^100 %, since [0-9:]+, 100 % in the hour$")
        self.qcc("cluster", "use", "bad")
        self.expect("Success", "^–, since ")
        outcomes(open_streams(self.port, 3, x_script="status:500"))
        self.expect("Success", "^0 %, since [0-9:]+, 75.0 % in the hour$")
        self.expect("Errors", "^3, last hour")
        keep_picture("overview/live", self.shown)
        menu = open_tray_menu()
        self.assertRegex(menu.get_child_at_index(0).get_name(), "0 % in 5 min")
        close_menu(menu)
        self.assertIn("3 in this cluster (0.0 % successful)", self.qcc("proxy", "status"))

    def test_one_range_governs_the_page(self):
        outcomes(open_streams(self.port, 2))
        self.expect("Success", "^100 %")
        self.expect("Complete", "^2$")
        for button in ("The last 24 hours", "The last 7 days", "The last hour"):
            click(wait_for(self.shown, ("toggle button", "push button", "radio button", "check box"), button))
            # It has run for less than any of them, and says so; what ended before is among the errors.
            self.expect("First byte", "since [0-9]{2}:")
            self.expect("Errors", button.removeprefix("The "))

    def expect(self, figure, description):
        """The figure is told so, sooner or later."""
        cell = wait_for(self.shown, "push button", figure)
        until(lambda: re.search(description, cell.get_description()), f"{figure} is {description}")


class ABrokenConfig(DesktopCase):
    def test_is_said_with_its_line_and_a_way_to_it_until_it_is_mended(self):
        self.write_config({"work": [endpoint(self.start_upstream())]})
        file = self.qcc_home / "config.json"
        good = file.read_text()
        file.write_text(good.replace('"version": 1', '"version": 1,,', 1))
        tray, _ = self.start_tray()
        shown = window(tray)
        wait_for(shown, "label", re.compile(r"config\.json \(line 2\)"))
        wait_for(shown, "push button", "Open file")
        self.assertIsNone(find(shown, "label", re.compile("Welcome")))
        self.assertFalse(has(proxy_switch(shown), "enabled"))
        for number, page in enumerate(("overview", "requests", "clusters", "clients", "log", "settings"), 1):
            open_page(shown, number)
            keep_picture(f"overview/broken-{page}", shown)
        open_page(shown, 3)
        self.assertIsNone(find(shown, "label", "No clusters yet"))
        menu = open_tray_menu()
        self.assertEqual(menu.get_child_at_index(0).get_name(), "Stopped · config.json has a fault")
        close_menu(menu)
        file.write_text(good)
        wait_for(shown, "table cell", re.compile("^relay,"), 30)
        wait_until_on(shown)
        self.wait_for_proxy()
