"""A keychain that does not answer holds up nothing but the key that is to go there."""

import re
import subprocess
import sys
import time
from pathlib import Path

from desktop import KEY, DesktopCase, endpoint
from screen import click, fill, has, keep_picture, open_page, wait_for, wait_until_gone, wait_until_on, window
from streams import open_streams, outcomes
from waiting import until

CLUSTERS = 3  # The page.
TYPED = "sk-typed-0123456789abcdef"
SAVING = re.compile("Being saved")
PATIENCE_S = 5  # KeyRing::usualPatience


class ASilentKeychain(DesktopCase):
    def setUp(self):
        super().setUp()
        del self.environment["QCC_KEYCHAIN"]
        silent = self.start(sys.executable, Path(__file__).with_name("silentkeychain.py"), stdout=subprocess.PIPE, text=True)
        self.addCleanup(silent.stdout.close)
        self.assertEqual(silent.stdout.readline().strip(), "ready")
        self.write_config({"work": [endpoint(self.start_upstream())], "spare": [endpoint(self.start_upstream(), "other")]})
        self.tray, _ = self.start_tray()
        self.shown = window(self.tray)
        wait_until_on(self.shown)
        open_page(self.shown, CLUSTERS)

    def test_only_the_new_key_waits_for_it(self):
        click(wait_for(self.shown, "table cell", re.compile("^relay,")))
        fill(wait_for(self.shown, "password text", "Key"), TYPED)
        save = wait_for(self.shown, "push button", "Save")
        until(lambda: has(save, "enabled"), "Save can be pressed")
        click(save)
        clicked = time.monotonic()
        wait_for(self.shown, "label", SAVING)
        keep_picture("keychain/saving", self.shown)

        self.qcc("cluster", "use", "spare")
        self.assertEqual(outcomes(open_streams(self.port, 1)), ["complete"])
        self.assertEqual(self.stats()["cluster"], "spare")
        key = self.key()["api_key"]
        if time.monotonic() < clicked + PATIENCE_S - 0.5:  # else the machine was too slow to tell
            self.assertEqual(key, KEY)

        wait_until_gone(self.shown, "label", SAVING)
        until(lambda: "sealed" in self.key()["api_key"], "the key is saved under the key file")
        self.assertTrue((self.qcc_home / "secret.key").exists())
        self.assertEqual(self.read_config()["active_cluster"], "spare")

    def key(self):
        return self.read_config()["clusters"][0]["endpoints"][0]
