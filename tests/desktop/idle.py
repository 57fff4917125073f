"""What the application costs while nobody uses it: a measurement, printed for people."""

import os
import re
import time
from pathlib import Path

from desktop import DesktopCase, endpoint
from display import click_icon, key, wait_for_icon
from screen import wait_until_on, window, windows
from waiting import say, until

SECONDS = 60 if os.environ.get("QCC_DESKTOP_LONG") else 5
BUSY = 0.2  # Of one processor: no measurement, but the mark of a loop that never rests.


class Idle(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_config({"work": [endpoint(self.start_upstream())]})

    def test_hidden(self):
        tray, _ = self.start_tray("--hidden")
        wait_for_icon()
        self.wait_for_proxy()
        self.measure(tray, "never opened")

    def test_after_the_window_was_closed(self):
        self.write_settings(left_click="open_window")
        tray, _ = self.start_tray("--hidden")
        self.wait_for_proxy()
        click_icon()
        shown = window(tray)
        wait_until_on(shown)
        key("Escape")
        until(lambda: not windows(tray), "the window is closed")
        self.measure(tray, "closed")

    def test_with_the_window_open(self):
        tray, _ = self.start_tray()
        wait_until_on(window(tray))
        self.measure(tray, "open")

    def measure(self, tray, state):
        before = cpu_seconds(tray.pid)
        time.sleep(SECONDS)  # The measurement itself, not a wait for something.
        used = cpu_seconds(tray.pid) - before
        say(f"window {state}: {used:.2f} s of CPU in {SECONDS} s, {resident_mib(tray.pid)} MiB resident")
        self.assertLess(used, BUSY * SECONDS)


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) // 1024
