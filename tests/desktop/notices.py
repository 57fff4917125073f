"""What the desktop is told while no window is open: once it has settled, with buttons where the desktop has them, by the icon where it has no notifications."""

import json
import re
import signal
import subprocess
import time
import unittest

from desktop import KEY, QCC_TRAY, DesktopCase, endpoint
from display import minimize, wait_for_icon, window_state
from screen import application, children, close_menu, has, item_names, open_tray_menu, texts, wait_for, window, windows
from streams import all_flow, open_streams, outcomes
from waiting import until

FIRST = '<b>relay</b> & "a"'
SETTLE = 2  # Seconds, as NoticePolicy has it.
ANSWER_TIME = 3  # Seconds, as notify_linux.cpp has it.
FAILS = "status:529"


class Notices(DesktopCase):
    def setUp(self):
        super().setUp()
        self.configure(attempts=2)

    def configure(self, attempts):
        # One upstream, which counts the visits of both.
        upstream = self.start_upstream()
        self.write_config(
            {"work": [endpoint(upstream, FIRST), endpoint(upstream, "relay-b", priority=2, api_key=KEY + "-b")]},
            breaker={"failures": 1, "open_s": 600, "max_open_s": 600}, retry={"max_attempts": attempts})

    def start_hidden(self):
        self.tray, _ = self.start_tray("--hidden")
        self.wait_for_proxy()
        wait_for_icon()

    def all_fail(self):
        outcomes(open_streams(self.port, 1, x_script=FAILS))

    def first_fails(self, case):
        self.assertEqual(outcomes(open_streams(self.port, 1, x_script=FAILS + "|ok", x_case=case)), ["complete"])

    def reset(self):
        self.qcc("endpoint", "reset", "work")

    def told(self):
        """The calls of Notify: (title, text, actions, hints, which it replaces, its id)."""
        return [(call[5], call[6], call[7], call[8], call[3], call[-1]) for call in self.called("Notify")]

    def titles(self):
        return [notice[0] for notice in self.told()]

    def do(self, number, action):
        print(json.dumps([number, action]), file=self.notifications.stdin, flush=True)

    def expect_page(self, name):
        shown = window(self.tray)
        # With a mark it says more than its name.
        until(lambda: has(wait_for(shown, "list item", re.compile(f"^{name}")), "selected"), f"the page {name} is open")

    def balloon(self, title):
        """What the icon itself shows."""
        until(lambda: self.shows(title), f'the icon says "{title}"')

    def shows(self, title):
        return any(title in texts(child) for child in children(application(self.tray)))


class OverTheBus(Notices):
    def test_who_takes_over_and_where_to_look(self):
        self.start_notifications()
        self.start_hidden()
        self.first_fails("over")
        until(self.told, "the desktop is told")
        title, text, actions, hints, replaces, number = self.told()[0]
        self.assertEqual(title, "relay-b takes over")
        self.assertIn("&lt;b&gt;relay&lt;/b&gt; &amp; &quot;a&quot; failed (server error, HTTP 529)", text)
        self.assertEqual(actions, ["default", "Open qcc", "step", "Show requests"])
        self.assertEqual((hints["urgency"], hints["desktop-entry"], replaces), (1, "qcc", 0))
        self.assertEqual(windows(self.tray), [])
        self.do(number, "step")
        self.expect_page("Requests")
        self.do(number, "default")
        self.expect_page("Overview")
        # It is back, and that one is true no more.
        self.reset()
        until(lambda: self.called("CloseNotification"), "the notice is taken away")
        self.assertEqual(self.called("CloseNotification")[0][2], number)
        self.assertEqual(len(self.called("GetCapabilities")), 1)

    def test_a_refused_key_leads_to_where_it_is_edited(self):
        self.start_notifications()
        self.start_hidden()
        self.assertEqual(outcomes(open_streams(self.port, 1, x_script="status:401|ok", x_case="key")), ["complete"])
        until(self.told, "the desktop is told")
        title, text, actions, _, _, number = self.told()[0]
        self.assertRegex(text, r"^&lt;b&gt;relay&lt;/b&gt; .* refused the key")
        self.assertNotIn("<", title)
        self.assertEqual(actions[2:], ["step", "Edit key…"])
        self.do(number, "step")
        self.expect_page("Clusters")

    def test_only_the_outcome_is_told_and_takes_the_last_one_s_place(self):
        self.start_notifications()
        self.start_hidden()
        # One takes over, and fails a moment later.
        self.all_fail()
        until(self.told, "the desktop is told")
        self.assertEqual(self.titles(), ["No endpoint answers"])
        self.assertEqual(self.told()[0][3]["urgency"], 2)
        self.assertNotIn("<", self.told()[0][1])
        self.reset()
        until(lambda: len(self.told()) == 2, "the desktop is told again")
        self.assertEqual(self.titles()[1], "Requests are served again")
        self.assertEqual(self.told()[1][4], self.told()[0][5])
        self.assertEqual(self.told()[1][3]["urgency"], 0)

    def test_what_flaps_makes_no_two_notices_that_contradict_each_other(self):
        self.start_notifications()
        self.start_hidden()
        for _ in range(5):
            self.all_fail()
            self.reset()
        self.first_fails("flap")
        until(lambda: "relay-b takes over" in self.titles(), "how it ended is told")
        times = [call[0] for call in self.called("Notify")]
        for earlier, later in zip(times, times[1:]):
            self.assertGreater(later - earlier, SETTLE - 0.5, self.called("Notify"))
        self.assertEqual(self.titles()[-1], "relay-b takes over")
        self.assertLessEqual(len(self.titles()), 3)

    def test_a_rest_of_some_seconds_changes_nothing(self):
        self.configure(attempts=4)
        self.start_notifications()
        self.start_hidden()
        waits = open_streams(self.port, 1, x_script="retry-after:429:4|retry-after:429:4|ok", x_case="rest")
        until(lambda: [e["breaker"]["rest_reason"] for e in self.stats()["endpoints"]] == ["rate_limit"] * 2, "both rest")
        menu = open_tray_menu()
        until(lambda: item_names(menu)[0].endswith("1 in flight"), "the menu tells how things are")
        self.assertTrue(item_names(menu)[0].startswith("Running"), item_names(menu)[0])
        until(lambda: all_flow(waits) or not item_names(menu)[0].startswith("Running"), "the request goes on")
        self.assertTrue(item_names(menu)[0].startswith("Running"), item_names(menu)[0])
        close_menu(menu)
        outcomes(waits)
        # What is told next is not about that.
        self.reset()
        self.first_fails("after")
        until(self.told, "the desktop is told")
        self.assertEqual(self.titles(), ["relay-b takes over"])
        self.assertIn("HTTP 529", self.told()[0][1])


class WithoutAServer(Notices):
    def test_the_icon_tells_until_a_server_comes_and_when_it_has_gone(self):
        self.start_hidden()
        self.first_fails("none")
        self.balloon("relay-b takes over")
        self.start_notifications()
        self.reset()
        self.all_fail()
        until(self.told, "the desktop is told")
        self.assertEqual(self.titles(), ["No endpoint answers"])
        self.notifications.terminate()
        self.notifications.wait()
        self.reset()
        self.balloon("Requests are served again")

    def test_the_icon_tells_beside_a_server_that_is_silent(self):
        self.start_notifications("silent")
        self.start_hidden()
        self.first_fails("silent")
        until(lambda: self.called("GetCapabilities"), "the server is asked")
        # Meanwhile everything else goes on.
        menu = open_tray_menu()
        until(lambda: item_names(menu)[0].startswith("Degraded"), "the menu tells how things are")
        close_menu(menu)
        self.balloon("relay-b takes over")
        self.assertEqual(self.told(), [])

    def test_what_is_over_is_not_told_late(self):
        self.start_notifications("mute")
        self.start_hidden()
        self.first_fails("over")
        until(self.told, "the desktop is told")
        self.reset()
        begun = time.monotonic()
        while time.monotonic() - begun < ANSWER_TIME + 1:
            self.assertFalse(self.shows("relay-b takes over"))
        # What holds is told, if late.
        self.all_fail()
        self.balloon("No endpoint answers")

    def test_nobody_waits_for_a_bus_that_falls_silent(self):
        bus = self.start("dbus-daemon", "--session", "--nofork", "--print-address", stdout=subprocess.PIPE, text=True)
        self.addCleanup(bus.stdout.close)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        self.start_hidden()
        bus.send_signal(signal.SIGSTOP)
        self.addCleanup(bus.send_signal, signal.SIGCONT)
        self.first_fails("stopped")
        # A start brings the window to the front before the bus is asked, while it is, and after it has been given up.
        begun = time.monotonic()
        while time.monotonic() - begun < SETTLE + ANSWER_TIME + 1:
            self.assertEqual(self.start(QCC_TRAY).wait(10), 0)
            until(lambda: window_state(self.tray) == "Normal", "the window comes", ANSWER_TIME / 2)
            minimize(self.tray)
            until(lambda: window_state(self.tray) == "Iconic", "the window goes")


if __name__ == "__main__":
    unittest.main()
