"""Requests stay: over a restart, another language, and in files."""

import json
import re

from desktop import DesktopCase, endpoint, end
from screen import choose, choose_in_menu, click, fill, find_all, keep_picture, open_page, wait_for, wait_until_on, window
from streams import all_flow, open_streams, outcomes
from waiting import until
from display import key

REQUESTS = 2  # The page.


class Requests(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_settings(language="en")
        self.write_config({"work": [endpoint(self.start_upstream(), "first"), endpoint(self.start_upstream(), "second", priority=2)]})
        self.begin()

    def begin(self):
        self.tray, _ = self.start_tray()
        self.shown = window(self.tray)
        self.wait_for_proxy()
        wait_until_on(self.shown)

    def test_they_survive_a_restart_and_are_found_and_exported(self):
        outcomes(open_streams(self.port, 3))
        outcomes(open_streams(self.port, 1, x_script="status:529|ok", x_case="recovered"))
        end(self.tray)
        self.begin()
        outcomes(open_streams(self.port, 1))
        open_page(self.shown, REQUESTS)
        wait_for(self.shown, "label", re.compile("^5 requests"))
        self.keep("after-a-restart")
        # What is typed is looked for in what is kept, too.
        fill(wait_for(self.shown, "text", "Search the requests"), "529")
        wait_for(self.shown, "label", re.compile("^1 "))
        choose_in_menu(find_all(self.shown, "push button", "More")[-1], "Export…")
        dialog = window(self.tray, "Export requests")
        path = self.home / "found.json"
        fill(find_all(dialog, "text")[0], str(path))
        key("Return")
        wait_for(self.shown, "label", re.compile("Exported 1 request to"))
        (exported,) = json.loads(path.read_text())["requests"]
        self.assertEqual(exported["outcome"], "recovered")
        self.assertEqual([attempt["status"] for attempt in exported["attempts"]], [529, 529, 200])

    def test_they_survive_another_language(self):
        outcomes(open_streams(self.port, 2))
        open_page(self.shown, 6)
        choose(wait_for(self.shown, "combo box", re.compile("^Language")), "简体中文")
        shown = until(lambda: window(self.tray), "the window is made anew")
        wait_for(shown, "check box", "代理")
        open_page(shown, REQUESTS)
        wait_for(shown, "label", re.compile("^2 个请求"))

    def test_what_runs_shows_what_it_tried(self):
        running = open_streams(self.port, 1, x_script="status:529|ok", x_case="runs", events=400, gap_ms=50)
        until(lambda: all_flow(running), "it flows")
        open_page(self.shown, REQUESTS)
        cell = wait_for(self.shown, "table cell", re.compile("529 → (first|second)$"))
        click(cell)
        wait_for(self.shown, None, "Timeline of the attempts")
        self.keep("running")
        # What is known so far can be taken along.
        click(wait_for(self.shown, "push button", "Copy details"))

    def test_chips_count_and_choose(self):
        outcomes(open_streams(self.port, 2))
        outcomes(open_streams(self.port, 1, x_script="status:529|ok", x_case="counted"))
        open_page(self.shown, REQUESTS)
        wait_for(self.shown, "check box", "All 3")
        wait_for(self.shown, "check box", "Errors 0")
        click(wait_for(self.shown, "check box", "Problems 1"))
        wait_for(self.shown, "table cell", "Recovered")
        wait_for(self.shown, "label", re.compile("^1 of"))
        self.keep("problems")
        # The search knows the word, too.
        click(wait_for(self.shown, "check box", "All 3"))
        fill(wait_for(self.shown, "text", "Search the requests"), "recovered")
        wait_for(self.shown, "label", re.compile("^1 "))

    def keep(self, name):
        keep_picture(f"requests/{name}", self.shown)
