"""The icon in the tray and its menu."""

import re
import time

from desktop import QCC_TRAY, DesktopCase, endpoint, processes_of
from display import WAYLAND, click_icon, key, pointer_place, wait_for_icon
from screen import (
    click,
    close_menu,
    extents,
    forget_menus,
    has,
    is_showing,
    item_names,
    keep_picture,
    matches,
    menu_items,
    open_tray_menu,
    proxy_switch,
    texts,
    wait_for,
    wait_for_menu,
    wait_for_panel,
    wait_until_on,
    window,
    windows,
)
from streams import all_flow, open_streams, outcomes
from waiting import say, until

if WAYLAND:
    from sway import window_places

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

    def test_left_click_opens_the_panel_beside_the_icon(self):
        self.wait_for_proxy()
        panel = self.open_panel()
        wait_until_on(panel)
        keep_picture("panel", panel)
        if not WAYLAND:
            x, y = pointer_place()
            left, top, width, height = extents(panel)
            self.assertLess(max(left - x, x - left - width, top - y, y - top - height), 60, "it is where the click was")
        click(wait_for(panel, "push button", "Open qcc"))
        until(lambda: [shown.get_name() for shown in windows(self.tray)] == ["qcc"], "the window takes its place")

    def test_another_click_and_escape_close_the_panel(self):
        self.wait_for_proxy()
        panel = self.open_panel()
        click_icon("left")
        until(lambda: not is_showing(panel), "the panel is closed by the icon")
        time.sleep(1)  # Less is the same click, or a double one.
        panel = self.open_panel()
        key("Escape")
        until(lambda: not is_showing(panel), "the panel is closed by Escape")

    def test_the_panel_switches_the_cluster_and_the_proxy(self):
        self.wait_for_proxy()
        panel = self.open_panel()
        click(wait_for(panel, "push button", re.compile("^spare")))
        until(lambda: self.stats()["cluster"] == "spare", "the cluster is another")
        click(proxy_switch(panel))
        self.wait_for_no_proxy()
        click(proxy_switch(panel))
        self.wait_for_proxy()

    def test_the_menu_of_the_panel_opens_at_its_button(self):
        self.wait_for_proxy()
        panel = self.open_panel()
        wait_until_on(panel)
        button = wait_for(panel, "push button", "Menu")
        forget_menus()
        click(button)
        menu = wait_for_menu()
        keep_picture("panel-menu", panel)
        if WAYLAND:
            (shown,) = [name for name, _, _ in window_places(self.tray.pid)]
            self.assertIn("qcc at a glance", shown, "it belongs to the panel, and is no window that may stand anywhere")
        else:
            x, y = pointer_place()
            left, top, width, height = extents(menu)
            self.assertTrue(left <= x <= left + width and top <= y <= top + height, "it is where the click was")
        key("o")
        until(lambda: [shown.get_name() for shown in windows(self.tray)] == ["qcc"], "the window takes the place of both")

    def open_panel(self):
        forget_menus()
        click_icon("left")
        return wait_for_panel()

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


