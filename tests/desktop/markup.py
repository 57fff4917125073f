"""What names and errors hold is no markup to the desktop, which reads some texts as such and some not."""

import html
import json
import subprocess
import sys
import threading
from pathlib import Path

from desktop import QCC_TRAY, DesktopCase, endpoint
from display import key
from gi.repository import Gio, GLib
from screen import has, window, windows
from waiting import until

HOSTILE = '<b>work</b><img src="http://x.example/"> &lt;i&gt;'
SHOWN = '‹b>work‹/b>‹img src="http://x.example/"> ＆lt;i＆gt;'


class IconsAndNotificationsOverTheBus(DesktopCase):
    def setUp(self):
        super().setUp()
        desktop = self.start(sys.executable, Path(__file__).with_name("statusnotifier.py"), stdout=subprocess.PIPE, text=True)
        self.assertEqual(desktop.stdout.readline().strip(), "ready")
        self.calls = []
        threading.Thread(target=self.listen, args=(desktop.stdout,), daemon=True).start()
        self.endpoint = endpoint(self.start_upstream())
        self.write_config({HOSTILE: [self.endpoint]})
        self.tray, _ = self.start_tray("--hidden")
        self.wait_for_proxy()

    def test_the_tooltip(self):
        until(lambda: f"Cluster: {SHOWN}" in self.tooltip()[2], "the tooltip names the cluster")

    def test_a_notification(self):
        self.write_config({HOSTILE: [{**self.endpoint, "model_map": {HOSTILE: 1}}]})
        notified = until(lambda: self.called("Notify"), "the desktop is notified")
        self.assertIn(html.escape(HOSTILE), notified[5])
        self.assertNotIn("<", notified[4] + notified[5])

    def test_the_first_hide_says_where_it_went(self):
        self.qcc_tray_again()
        shown = window(self.tray)
        until(lambda: has(shown, "active"), "the window is in front")
        key("Escape")
        notified = until(lambda: self.called("Notify"), "the desktop is notified")
        self.assertIn("goes on in the tray", notified[4])
        until(lambda: not windows(self.tray), "the window is gone")
        self.qcc_tray_again()
        until(lambda: has(window(self.tray), "active"), "the window is in front")
        key("Escape")
        until(lambda: not windows(self.tray), "the window is gone")
        self.assertEqual(sum(call[0] == "Notify" for call in self.calls), 1)

    def qcc_tray_again(self):
        self.assertEqual(self.start(QCC_TRAY).wait(10), 0)

    def listen(self, lines):
        with lines:  # Until the other end has gone.
            for line in lines:
                self.calls.append(json.loads(line))

    def called(self, method):
        return next((call for call in self.calls if call[0] == method), None)

    def tooltip(self):
        """Icon, pictures, title and text."""
        item = until(lambda: self.called("RegisterStatusNotifierItem"), "the icon is announced")[1]
        asked = GLib.Variant("(ss)", ("org.kde.StatusNotifierItem", "ToolTip"))
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        answer = bus.call_sync(item, "/StatusNotifierItem", "org.freedesktop.DBus.Properties", "Get", asked, None, 0, -1, None)
        return answer.unpack()[0]
