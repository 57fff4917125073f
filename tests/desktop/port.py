"""Another program holds the port."""

import re
import socket

from desktop import DesktopCase, endpoint
from screen import click, has, proxy_switch, texts, wait_for, wait_until_on, window
from waiting import until


class APortInUse(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_config({"work": [endpoint(self.start_upstream())]})
        self.holder = socket.create_server(("127.0.0.1", self.port))
        self.addCleanup(self.holder.close)

    def test_the_window_says_so_and_what_to_do(self):
        tray, _ = self.start_tray()
        shown = window(tray)
        said = until(lambda: self.problem(shown), "the window names the port")
        self.assertRegex(said, "in use|taken|another program")
        self.assertRegex(said, r"another port in the settings", "the next step")
        wait_for(shown, None, "Stopped")

    def test_start_works_once_it_is_free(self):
        tray, _ = self.start_tray()
        shown = window(tray)
        until(lambda: self.problem(shown), "the window names the port")
        self.holder.close()
        start = proxy_switch(shown)
        until(lambda: has(start, "enabled"), "Start can be pressed")
        click(start)
        self.wait_for_proxy()
        wait_until_on(shown)

    def problem(self, shown):
        named = re.compile(rf"\b{self.port}\b.*(use|taken)", re.DOTALL)
        return next((text for text in texts(shown) if named.search(text)), None)
