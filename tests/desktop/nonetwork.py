"""Where nothing leads out of this computer: everybody says so, and no endpoint is blamed."""

import json
import os
import re
import shutil
import unittest

from desktop import QCC_TRAY, DesktopCase, endpoint
from display import rest_pointer
from screen import keep_picture, open_page, wait_for, window

# The real tray, with nothing but loopback. Its control socket is a file, which the commands reach all the same.
ALONE = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("ip"), "a network namespace of its own takes root, and the program ip")
class NoNetwork(DesktopCase):
    def test_light(self):
        self.says("No network", "light", language="en", theme="light")

    def test_dark(self):
        self.says("No network", "dark", language="en", theme="dark")

    def test_chinese(self):
        self.says("没有网络", "zh", language="zh_CN", theme="light")

    def says(self, words, folder, **settings):
        self.write_settings(**settings)
        self.write_config({"work": [endpoint("http://10.1.2.3:8080", "relay-a"), endpoint("http://10.1.2.4:8080", "relay-b", priority=2)]})
        tray = self.start(*ALONE, QCC_TRAY)
        shown = window(tray)
        open_page(shown, 1)
        wait_for(shown, "label", re.compile(words))
        rest_pointer()
        keep_picture(f"{folder}/9-no-network", shown)
        status = json.loads(self.qcc("proxy", "status", "--json"))
        self.assertTrue(status["no_network"])
        self.assertEqual(status["healthy_endpoints"], 2)
        self.assertIn("nothing is held against the endpoints", self.qcc("proxy", "status"))
