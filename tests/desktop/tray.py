"""The icon in the tray and its menu."""

import re
import time

from desktop import QCC_TRAY, DesktopCase, endpoint, processes_of
from display import click_icon, wait_for_icon
from screen import click, close_menu, has, item_names, matches, menu_items, open_tray_menu, texts, window
from streams import all_flow, open_streams, outcomes
from waiting import say, until

STREAMS = 20


class TheTray(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_config({"work": [endpoint(self.start_upstream())], "spare": [endpoint(self.start_upstream())]})
        self.tray, _ = self.start_tray("--hidden")

    def test_right_click_opens_the_menu(self):
        self.wait_for_proxy()
        names = item_names(open_tray_menu())
        self.assertRegex(names[0], r"^Running")
        wanted = ["Stop", "work", "spare", "Endpoints", "Open qcc", "Copy", "Reset breakers", "Start at login", "Settings"]
        places = [next((at for at, name in enumerate(names) if name.startswith(text)), -1) for text in wanted]
        self.assertNotIn(-1, places, f"{dict(zip(wanted, places))} in {names}")
        self.assertEqual(places, sorted(places), names)
        self.assertEqual(names[-2:], ["About qcc", "Quit"])

    def test_the_menu_marks_the_cluster_in_use(self):
        self.wait_for_proxy()
        menu = open_tray_menu()
        self.assertEqual([item.get_name() for item in menu_items(menu) if has(item, "checked")], ["work"])
        close_menu(menu)

    def test_left_click_opens_the_window(self):
        click_icon("left")
        window(self.tray)

    def test_middle_click_stops_and_starts(self):
        self.wait_for_proxy()
        click_icon("middle")
        self.wait_for_no_proxy()
        # A click that comes before it has ended asks for nothing new.
        self.expect_state("Stopped")
        click_icon("middle")
        self.wait_for_proxy()
        self.assertEqual(processes_of(QCC_TRAY, self.qcc_home), [self.tray.pid])

    def test_stop_and_start_are_in_the_menu(self):
        self.wait_for_proxy()
        self.click_item("Stop")
        self.wait_for_no_proxy()
        wait_for_icon()
        self.click_item("Start")
        self.wait_for_proxy()

    def test_a_cluster_chosen_in_the_menu_cuts_no_stream(self):
        self.wait_for_proxy()
        streams = open_streams(self.port, STREAMS, events=60, gap_ms=50)
        until(lambda: all_flow(streams), "all streams flow")
        clicked = self.click_item("spare")
        until(lambda: self.stats()["cluster"] == "spare", "the proxy uses the other cluster", 2)
        say(f"cluster in use {(time.monotonic() - clicked) * 1000:.0f} ms after the click (wanted: 200 ms)")
        self.assertEqual(self.stats()["in_flight"], STREAMS)
        self.assertEqual(outcomes(streams), ["complete"] * STREAMS)
        self.assertEqual(self.read_config()["active_cluster"], "spare")
        self.assertEqual([s.outcome for s in streams], outcomes(open_streams(self.port, STREAMS)))

    def test_about_tells_the_version(self):
        self.click_item("About qcc")
        about = window(self.tray, "About qcc")
        until(lambda: re.search(r"qcc \d+\.\d+", " ".join(texts(about))), "the version is shown")

    def test_quit_ends_program_and_proxy(self):
        self.wait_for_proxy()
        self.click_item("Quit")
        self.assertEqual(self.tray.wait(15), 0)
        self.wait_for_no_proxy()

    def expect_state(self, word):
        menu = open_tray_menu()
        until(lambda: item_names(menu)[0].startswith(word), f"the menu says {word}")
        close_menu(menu)

    def click_item(self, name):
        menu = open_tray_menu()
        item = next((item for item in menu_items(menu) if matches(item, None, name)), None)
        self.assertIsNotNone(item, f"{name} in {item_names(menu)}")
        return click(item)


