"""A desktop without a tray. Runs in a session of its own: session.sh --no-tray."""

from desktop import DesktopCase, endpoint
from display import icon_place, key, window_state
from screen import has, wait_for, window, windows
from streams import all_flow, open_streams, outcomes
from waiting import until


class NoTray(DesktopCase):
    def setUp(self):
        super().setUp()
        self.assertIsNone(icon_place())
        self.write_config({"work": [endpoint(self.start_upstream())]})

    def test_the_window_opens(self):
        tray, _ = self.start_tray()
        window(tray)
        until(lambda: window_state(tray) == "Normal", "the window is open")

    def test_hidden_is_minimized_and_never_nothing(self):
        tray, _ = self.start_tray("--hidden")
        until(lambda: window_state(tray) == "Iconic", "the window is minimized")
        self.wait_for_proxy()

    def test_a_second_start_opens_the_minimized_window(self):
        tray, _ = self.start_tray("--hidden")
        until(lambda: window_state(tray) == "Iconic", "the window is minimized")
        self.assertEqual(self.start_tray()[0].wait(10), 0)
        until(lambda: window_state(tray) == "Normal", "the window is open")

    def test_closing_the_window_ends_the_program(self):
        tray, _ = self.start_tray()
        shown = window(tray)
        self.wait_for_proxy()
        until(lambda: has(shown, "active"), "the window is in front")
        key("ctrl+w")
        self.assertEqual(tray.wait(15), 0)
        self.wait_for_no_proxy()

    def test_a_start_while_it_ends_brings_the_window_back(self):
        for hidden, state in (((), "Normal"), (("--hidden",), "Iconic")):
            with self.subTest(hidden=hidden):
                tray, _ = self.start_tray()
                shown = window(tray)
                self.wait_for_proxy()
                streams = open_streams(self.port, 1, events=40, gap_ms=100)
                until(lambda: all_flow(streams), "the request runs")
                until(lambda: has(shown, "active"), "the window is in front")
                key("ctrl+w")
                self.wait_for_no_proxy()
                until(lambda: window_state(tray) is None, "the window goes")
                self.assertEqual(self.start_tray(*hidden)[0].wait(10), 0)
                until(lambda: window_state(tray) == state, f"the window is {state}")
                self.wait_for_proxy()
                self.assertEqual(outcomes(streams), ["complete"])
                tray.terminate()
                self.assertEqual(tray.wait(15), 0)

    def test_escape_does_not(self):
        tray, _ = self.start_tray()
        shown = window(tray)
        until(lambda: has(shown, "active"), "the window is in front")
        key("Escape", "ctrl+6")
        until(lambda: has(wait_for(shown, "list item", "Settings"), "selected"), "the key after it has an effect")
        self.assertEqual([child.get_name() for child in windows(tray)], ["qcc"])
