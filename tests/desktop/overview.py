"""The overview tells how it goes now."""

import re

from desktop import DesktopCase, endpoint
from screen import click, find_all, keep_picture, open_tray_menu, close_menu, item_names, wait_for, window
from streams import open_streams, outcomes
from waiting import SHOTS, until


class TheOverview(DesktopCase):
    def setUp(self):
        super().setUp()
        # The second cluster refuses all that the first one serves.
        self.write_config({"good": [endpoint(self.start_upstream())], "bad": [endpoint(self.start_upstream("status:400"), "broken")]})
        self.tray, _ = self.start_tray()
        self.shown = window(self.tray)
        wait_for(self.shown, "push button", "Stop")

    def test_the_first_figure_is_that_of_the_cluster_in_use_now(self):
        wait_for(self.shown, "label", re.compile("no requests yet"))
        outcomes(open_streams(self.port, 9))
        wait_for(self.shown, "label", re.compile(r"^100 % success, last 5 min · 9 requests, 100 % in the last hour"))
        self.qcc("cluster", "use", "bad")
        wait_for(self.shown, "label", re.compile("no requests in the last 5 min"))
        outcomes(open_streams(self.port, 3, x_script="status:500"))
        wait_for(self.shown, "label", re.compile(r"^0.0 % ✕ success, last 5 min · 3 requests, 75.0 % in the last hour, all clusters · 12 requests"))
        (SHOTS / "overview").mkdir(exist_ok=True)
        keep_picture("overview/live", self.shown)
        menu = open_tray_menu()
        self.assertRegex(menu.get_child_at_index(0).get_name(), "0.0 % in 5 min")
        close_menu(menu)
        self.assertIn("3 in this cluster (0.0 % successful)", self.qcc("proxy", "status"))

    def test_one_range_governs_the_page(self):
        outcomes(open_streams(self.port, 2))
        wait_for(self.shown, "label", re.compile("^100 %"))
        for button in ("The last 24 hours", "The last 7 days", "The last hour"):
            click(wait_for(self.shown, ("toggle button", "push button", "radio button", "check box"), button))
            # It has run for less than any of them, and says so everywhere.
            until(lambda: len(find_all(self.shown, "label", re.compile("since [0-9]{2}:"))) >= 3, "the figures say since when they are")
