"""What names and errors hold is no markup to the desktop, which reads some texts as such and some not."""

import html

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
        self.start_notifications("icons")
        self.endpoint = endpoint(self.start_upstream())
        self.write_config({HOSTILE: [self.endpoint]})
        self.tray, _ = self.start_tray("--hidden")
        self.wait_for_proxy()

    def test_the_tooltip(self):
        until(lambda: f"Cluster: {SHOWN}" in self.tooltip()[2], "the tooltip names the cluster")

    def test_a_notification(self):
        self.write_config({HOSTILE: [{**self.endpoint, "model_map": {HOSTILE: 1}}]})
        title, text = self.notified()
        self.assertIn(html.escape(HOSTILE), text)
        self.assertNotIn("<", title + text)

    def test_the_first_hide_says_where_it_went(self):
        self.qcc_tray_again()
        shown = window(self.tray)
        until(lambda: has(shown, "active"), "the window is in front")
        key("Escape")
        self.assertIn("goes on in the tray", self.notified()[0])
        until(lambda: not windows(self.tray), "the window is gone")
        self.qcc_tray_again()
        until(lambda: has(window(self.tray), "active"), "the window is in front")
        key("Escape")
        until(lambda: not windows(self.tray), "the window is gone")
        self.assertEqual(len(self.called("Notify")), 1)

    def qcc_tray_again(self):
        self.assertEqual(self.start(QCC_TRAY).wait(10), 0)

    def notified(self):
        """Title and text of the first notification."""
        return until(lambda: self.called("Notify"), "the desktop is notified")[0][5:7]

    def tooltip(self):
        """Icon, pictures, title and text."""
        item = until(lambda: self.called("RegisterStatusNotifierItem"), "the icon is announced")[0][2]
        asked = GLib.Variant("(ss)", ("org.kde.StatusNotifierItem", "ToolTip"))
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        answer = bus.call_sync(item, "/StatusNotifierItem", "org.freedesktop.DBus.Properties", "Get", asked, None, 0, -1, None)
        return answer.unpack()[0]
