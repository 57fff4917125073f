"""How qcc-tray ends: after the requests that run, unless it is started again meanwhile. However the two meet, one is left, and it serves."""

import os
import pty
import signal
import time
import unittest

from desktop import QCC, QCC_TRAY, DesktopCase, endpoint, processes_of
from display import click_icon, icon_place, wait_for_icon
from screen import click, close_menu, forget_menus, has, item_names, keep_picture, matches, menu_items, open_tray_menu, wait_for, wait_for_menu, window, windows
from streams import all_flow, open_streams, outcomes
from waiting import say, until

LONG = {"events": 60, "gap_ms": 100}  # Seconds enough to do something meanwhile; less than a quit waits for.
ENDLESS = {"events": 6000, "gap_ms": 100}


class AQuit(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_config({"work": [endpoint(self.start_upstream())], "spare": [endpoint(self.start_upstream())]})

    def quit_while_streaming(self, count=1, **shape):
        """A qcc-tray that has been told to quit and waits for `count` requests."""
        self.tray, _ = self.start_tray("--hidden")
        self.wait_for_proxy()
        streams = open_streams(self.port, count, **shape)
        until(lambda: all_flow(streams), "the requests run")
        self.click_item("Quit")
        self.wait_for_no_proxy()
        return streams

    def click_item(self, name, menu=None):
        menu = menu or open_tray_menu()
        item = next((item for item in menu_items(menu) if matches(item, None, name)), None)
        self.assertIsNotNone(item, f"{name} in {item_names(menu)}")
        return click(item)

    def expect_line(self, line):
        menu = open_tray_menu()
        until(lambda: item_names(menu)[:1] == [line], f'the menu says "{line}"')
        return menu

    def serves_alone(self, pid=None):
        """One qcc-tray is left, and it serves; returns its pid."""
        running = until(lambda: len(found := processes_of(QCC_TRAY, self.qcc_home)) == 1 and self.stats() and found, "one is left, and it serves")
        if pid:
            self.assertEqual(running, [pid])
        stream = open_streams(self.port, 1)
        self.assertEqual(outcomes(stream), ["complete"])
        self.assertEqual(processes_of(QCC_TRAY, self.qcc_home), running)
        return running[0]

    def start_again(self, *arguments):
        again = self.start(QCC_TRAY, *arguments)
        self.assertEqual(again.wait(10), 0)

    def test_a_second_start_ends_it(self):
        streams = self.quit_while_streaming(2, **LONG)
        self.start_again()
        window(self.tray)
        self.serves_alone(self.tray.pid)
        self.assertTrue(all(stream.is_alive() for stream in streams), "the test came too late")
        self.assertEqual(outcomes(streams), ["complete"] * 2)
        close_menu(self.expect_line("Running · 100 % in 5 min · 0 in flight"))
        self.serves_alone(self.tray.pid)

    def test_a_hidden_second_start_opens_nothing(self):
        streams = self.quit_while_streaming(**LONG)
        self.start_again("--hidden", "--cluster", "spare")
        self.serves_alone(self.tray.pid)
        until(lambda: self.stats()["cluster"] == "spare", "the proxy uses the other cluster")
        self.assertEqual(outcomes(streams), ["complete"])
        self.assertEqual(windows(self.tray), [])

    def test_what_a_taken_back_quit_would_have_cut_goes_on(self):
        streams = self.quit_while_streaming(events=130, gap_ms=100)  # Longer than a quit waits.
        self.start_again("--hidden")
        self.assertEqual(outcomes(streams), ["complete"])
        self.serves_alone(self.tray.pid)

    def test_the_icon_stays_and_counts_what_runs(self):
        self.write_settings(left_click="open_window")
        self.tray, _ = self.start_tray("--hidden")
        self.wait_for_proxy()
        click_icon()
        until(lambda: windows(self.tray), "the window is open")
        streams = open_streams(self.port, 1, events=60, gap_ms=100) + open_streams(self.port, 1, events=40, gap_ms=100)
        until(lambda: all_flow(streams), "the requests run")
        self.click_item("Quit")
        until(lambda: not windows(self.tray), "the window goes")
        menu = self.expect_line("Finishing 2 requests…")
        enabled = [item.get_name() for item in menu_items(menu) if has(item, "enabled")]
        self.assertEqual(enabled, ["Keep running", "Copy", "Quit now"], item_names(menu))
        keep_picture("quit", menu)
        until(lambda: item_names(menu)[:1] == ["Finishing 1 request…"], "the menu counts down")
        self.assertIsNotNone(icon_place())
        close_menu(menu)
        self.assertEqual(self.tray.wait(20), 0)
        self.assertEqual(outcomes(streams), ["complete"] * 2)
        self.wait_for_no_proxy()

    def test_the_menu_takes_it_back(self):
        self.tray, _ = self.start_tray()
        window(self.tray)
        self.wait_for_proxy()
        streams = open_streams(self.port, 1, **LONG)
        until(lambda: all_flow(streams), "the request runs")
        self.click_item("Quit")
        until(lambda: not windows(self.tray), "the window goes")
        self.click_item("Keep running")
        wait_for(window(self.tray), None, "Running")
        self.assertTrue(streams[0].is_alive(), "the test came too late")
        self.serves_alone(self.tray.pid)
        self.assertEqual(outcomes(streams), ["complete"])

    def test_a_second_quit_ends_it_at_once(self):
        streams = self.quit_while_streaming(**ENDLESS)
        asked = time.monotonic()
        self.click_item("Quit now")
        self.assertEqual(self.tray.wait(8), 0)
        say(f"ended {time.monotonic() - asked:.2f} s after it was told to at once")
        self.assertNotEqual(outcomes(streams), ["complete"])

    def test_a_left_click_offers_the_choice(self):
        self.quit_while_streaming(**LONG)
        forget_menus()
        click_icon("left")
        self.click_item("Keep running", wait_for_menu())
        self.serves_alone(self.tray.pid)

    def test_the_system_s_wish_is_not_taken_back_but_the_next_one_follows(self):
        streams = self.quit_while_streaming(events=50, gap_ms=100)
        self.tray.send_signal(signal.SIGTERM)
        until(lambda: "stopping" in (self.qcc_home / "proxy.log").read_text(), "it ends")
        again = self.start(QCC_TRAY, "--hidden")
        self.assertEqual(self.tray.wait(15), 0)
        self.assertEqual(outcomes(streams), ["complete"])
        self.serves_alone(again.pid)

    def test_the_system_s_wish_is_heard_in_time(self):
        self.quit_while_streaming(**ENDLESS)
        self.tray.send_signal(signal.SIGTERM)
        self.assertEqual(self.tray.wait(16), 0)

    def test_a_start_after_quit_now_becomes_the_next(self):
        self.quit_while_streaming(**ENDLESS)
        self.click_item("Quit now")
        again = self.start(QCC_TRAY, "--hidden")
        self.tray.wait(15)
        self.serves_alone(again.pid)

    def test_a_proxy_stopped_by_hand_while_it_quits_serves_after_a_start(self):
        streams = self.quit_while_streaming(events=40, gap_ms=100)
        stop = self.start(QCC, "proxy", "stop")
        self.assertEqual(stop.wait(20), 0)
        self.assertEqual(outcomes(streams), ["complete"])
        self.assertEqual(self.tray.wait(15), 0)
        self.qcc("proxy", "start")
        # Attached to a proxy of another process, it has nothing to wait for.
        streams = open_streams(self.port, 1, **LONG)
        until(lambda: all_flow(streams), "the request runs")
        self.tray, _ = self.start_tray("--hidden")
        wait_for_icon()
        menu = self.expect_line("Running · 1 in flight")
        self.click_item("Quit", menu)
        self.assertEqual(self.tray.wait(5), 0)
        again, _ = self.start_tray("--hidden")
        self.serves_alone(again.pid)
        self.assertEqual(outcomes(streams), ["complete"])

    def test_a_stop_says_what_it_waits_for(self):
        self.tray, _ = self.start_tray("--hidden")
        self.wait_for_proxy()
        streams = open_streams(self.port, 1, events=40, gap_ms=100)
        until(lambda: all_flow(streams), "the request runs")
        self.click_item("Stop")
        menu = self.expect_line("Finishing 1 request…")
        self.assertFalse(has(menu_items(menu)[1], "enabled"), item_names(menu))
        until(lambda: item_names(menu)[:2] == ["Stopped", "Start"] and has(menu_items(menu)[1], "enabled"), "it has stopped")
        self.assertEqual(outcomes(streams), ["complete"])
        self.click_item("Start", menu)
        self.serves_alone(self.tray.pid)

    def test_a_stop_by_hand_hears_that_it_was_taken_back(self):
        streams = self.quit_while_streaming(**LONG)
        # What it does is told to terminals alone.
        terminal, its_end = pty.openpty()
        self.addCleanup(os.close, terminal)
        self.addCleanup(os.close, its_end)
        stop = self.start(QCC, "proxy", "stop", stdout=its_end, stderr=its_end)
        self.assertIn(b"Stopping", os.read(terminal, 4096))
        self.start_again("--hidden")
        self.assertEqual(stop.wait(10), 1)
        self.assertIn(b"was started again meanwhile", os.read(terminal, 4096))
        self.serves_alone(self.tray.pid)
        self.assertEqual(outcomes(streams), ["complete"])

    def test_however_quit_and_start_meet_one_is_left(self):
        kept = 0
        for round_number in range(20):
            with self.subTest(round=round_number):
                kept += self.meet(round_number)
        say(f"{kept} of 20 starts had the old one go on")

    def meet(self, round_number):
        """A request, the quit, and a start at a moment that differs from round to round; returns whether the old one went on."""
        running = processes_of(QCC_TRAY, self.qcc_home)
        if not running:
            self.tray, _ = self.start_tray("--hidden")
        self.wait_for_proxy()
        wait_for_icon()
        streams = open_streams(self.port, 1, events=12 + round_number, gap_ms=50)
        until(lambda: all_flow(streams), "the request runs")
        # Ten events before its end, or so few that the process starts as the last one goes out.
        self.click_item("Quit")
        self.wait_for_no_proxy()
        left = round_number % 10
        until(lambda: streams[0].outcome or streams[0].received.count(b"content_block_delta") >= 12 + round_number - left, "the moment has come")
        if round_number % 2:
            until(lambda: streams[0].outcome, "the request has ended")
        again = self.start(QCC_TRAY, "--hidden")
        alive = self.serves_alone()
        self.assertIn(alive, (self.tray.pid, again.pid))
        self.assertEqual(outcomes(streams), ["complete"])
        if alive == self.tray.pid:
            self.assertEqual(again.wait(10), 0)
            return 1
        self.assertEqual(self.tray.wait(10), 0)
        self.tray = again
        return 0


if __name__ == "__main__":
    unittest.main()
