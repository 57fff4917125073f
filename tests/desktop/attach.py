"""Who hosts the proxy: a command in the background, or the desktop application."""

from desktop import QCC, QCC_TRAY, DesktopCase, endpoint, processes_of
from screen import click, close_menu, has, item_names, open_tray_menu, proxy_switch, wait_for, wait_until_on, window
from waiting import until


class TheHost(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_config({"work": [endpoint(self.start_upstream())]})

    def test_a_running_proxy_is_joined(self):
        self.qcc("proxy", "start")
        started = self.stats()["start_time"]
        tray, _ = self.start_tray()
        wait_until_on(window(tray))
        self.assertEqual(self.stats()["start_time"], started)
        self.assertEqual(len(processes_of(QCC, self.qcc_home)), 1)

    def test_the_end_of_a_joined_proxy_leaves_the_application(self):
        self.qcc("proxy", "start")
        tray, _ = self.start_tray()
        shown = window(tray)
        wait_until_on(shown)
        self.qcc("proxy", "stop")
        self.expect_stopped(shown)
        self.assertEqual(processes_of(QCC_TRAY, self.qcc_home), [tray.pid])

        click(until(lambda: self.enabled_start(shown), "Start can be pressed"))
        self.wait_for_proxy()
        wait_until_on(shown)
        self.assertEqual(processes_of(QCC, self.qcc_home), [], "the application hosts the proxy by now")

    def test_a_hosted_proxy_can_be_ended_from_outside(self):
        tray, _ = self.start_tray()
        shown = window(tray)
        wait_until_on(shown)
        self.qcc("proxy", "stop")
        self.expect_stopped(shown)
        self.assertIsNone(tray.poll())

    def test_a_proxy_that_is_started_later_is_noticed(self):
        tray, _ = self.start_tray()
        shown = window(tray)
        wait_until_on(shown)
        self.qcc("proxy", "stop")
        self.expect_stopped(shown)
        self.qcc("proxy", "start")
        wait_until_on(shown)

    def test_quit_leaves_a_joined_proxy_alone(self):
        self.qcc("proxy", "start")
        tray, _ = self.start_tray("--hidden")
        menu = open_tray_menu()
        until(lambda: item_names(menu)[0].startswith("Running"), "the menu says that it runs")
        close_menu(menu)
        tray.terminate()
        self.assertEqual(tray.wait(15), 0)
        self.assertIsNotNone(self.stats())

    def expect_stopped(self, shown):
        self.wait_for_no_proxy()
        wait_for(shown, None, "Stopped")
        until(lambda: not has(proxy_switch(shown), "checked"), "the proxy's switch is off")

    @staticmethod
    def enabled_start(shown):
        start = proxy_switch(shown)
        return start if has(start, "enabled") else None
