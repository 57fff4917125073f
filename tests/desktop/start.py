"""How qcc-tray starts, and what a second start does."""

import re
import subprocess
import time
import unittest

from desktop import QCC_TRAY, DesktopCase, endpoint, free_port, processes_of
from display import WAYLAND, click_icon, icon_place, minimize, wait_for_icon, window_state
from screen import has, wait_for, window, windows
from waiting import say, until


class AStart(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_config({"work": [endpoint(self.start_upstream())], "spare": [endpoint(self.start_upstream())]})

    def test_shows_its_icon_at_once(self):
        tray, started = self.start_tray("--hidden")
        until(icon_place, "the icon is in the tray", 5)
        say(f"icon in the tray {time.monotonic() - started:.2f} s after the start (wanted: 1 s)")
        self.assertIsNone(tray.poll())

    def test_opens_the_window_and_starts_the_proxy(self):
        tray, started = self.start_tray()
        shown = window(tray)
        say(f"window {time.monotonic() - started:.2f} s after the start")
        wait_for(shown, None, "Running")
        self.assertEqual(self.wait_for_proxy()["cluster"], "work")

    def test_hidden_opens_no_window(self):
        tray, _ = self.start_tray("--hidden")
        wait_for_icon()
        self.wait_for_proxy()
        self.assertEqual(windows(tray), [])

    def test_takes_cluster_and_port_from_its_arguments(self):
        self.port = free_port()  # Not the one of config.json.
        self.start_tray("--hidden", "--cluster", "spare", "--port", self.port)
        self.assertEqual(self.wait_for_proxy()["cluster"], "spare")


class ASecondStart(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_config({"work": [endpoint(self.start_upstream())], "spare": [endpoint(self.start_upstream())]})
        self.write_settings(left_click="open_window")
        self.tray, _ = self.start_tray("--hidden")
        self.wait_for_proxy()

    def test_opens_the_window_of_the_first(self):
        self.start_again()
        window(self.tray)

    @unittest.skipIf(WAYLAND, "waylandstart.py")
    def test_raises_a_window_that_another_one_covers(self):
        click_icon()
        shown = window(self.tray)
        until(lambda: has(shown, "active"), "the window is in front")
        other = self.start("xmessage", "-center", "-geometry", "400x300", "another program", stderr=subprocess.DEVNULL)
        until(lambda: not has(shown, "active"), "another program is in front")
        self.start_again()
        until(lambda: has(shown, "active"), "the window is in front again")
        self.assertIsNone(other.poll())

    def test_brings_a_minimized_window_back(self):
        click_icon()
        shown = window(self.tray)
        until(lambda: has(shown, "active"), "the window is in front")
        minimize(self.tray)
        until(lambda: window_state(self.tray) == "Iconic", "it is minimized")
        self.start_again()
        until(lambda: window_state(self.tray) == "Normal" and has(window(self.tray), "active"), "it is in front again")

    def test_hidden_opens_nothing(self):
        self.start_again("--hidden")
        self.assertEqual(windows(self.tray), [])

    def test_switches_the_cluster(self):
        self.start_again("--cluster", "spare")
        until(lambda: self.stats()["cluster"] == "spare", "the proxy uses the other cluster")
        wait_for(window(self.tray), "push button", re.compile("^Cluster in use: spare"))

    def start_again(self, *arguments):
        started = time.monotonic()
        again = self.start(QCC_TRAY, *arguments)
        self.assertEqual(again.wait(10), 0)
        say(f"the second start was over after {time.monotonic() - started:.2f} s")
        self.assertEqual(processes_of(QCC_TRAY, self.qcc_home), [self.tray.pid])
