"""What is left when the process that hosts the proxy dies in the middle of its work."""

import json

from desktop import DesktopCase, endpoint
from screen import wait_until_on, window
from streams import all_flow, open_streams, outcomes
from waiting import until

STREAMS = 5


class ACrash(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_config({"work": [endpoint(self.start_upstream())]})

    def test_the_application_starts_again_after_one(self):
        tray, _ = self.start_tray("--hidden")
        self.wait_for_proxy()
        self.kill_while_streams_run(tray)

        again, _ = self.start_tray()
        wait_until_on(window(again))
        self.expect_service()
        self.assertIn("running", self.qcc("proxy", "status").lower())

    def test_the_command_line_starts_after_one(self):
        tray, _ = self.start_tray("--hidden")
        self.wait_for_proxy()
        self.kill_while_streams_run(tray)

        self.qcc("proxy", "start")
        self.expect_service()

    def kill_while_streams_run(self, tray):
        streams = open_streams(self.port, STREAMS, events=400, gap_ms=50)
        until(lambda: all_flow(streams), "all streams flow")
        before = (self.qcc_home / "config.json").read_text()
        tray.kill()
        tray.wait()
        for outcome in outcomes(streams):
            self.assertNotEqual(outcome, "complete")
        self.assertEqual((self.qcc_home / "config.json").read_text(), before)
        self.assertEqual(json.loads(before)["active_cluster"], "work")

    def expect_service(self):
        self.wait_for_proxy()
        self.assertEqual(outcomes(open_streams(self.port, STREAMS)), ["complete"] * STREAMS)
