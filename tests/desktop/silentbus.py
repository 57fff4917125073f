"""Desktops that take every question and answer none: the proxy serves all the same, and stops when it is told to."""

import signal
import socket
import subprocess
import threading
import time
import unittest
import urllib.request
from pathlib import Path

from desktop import QCC_TRAY, DesktopCase, endpoint
from display import wait_for_icon
from waiting import say, until

WATCHER = Path(__file__).resolve().parent / "silentwatcher.py"


class SilentSocket:
    """A socket that takes connections and words, and says nothing."""

    def __init__(self, path):
        self.address = f"unix:path={path}"
        self.taken = []
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen(20)
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        while True:
            try:
                self.taken.append(self.socket.accept())
            except OSError:
                return

    def close(self):
        self.socket.close()
        for connection, _ in self.taken:
            connection.close()


class ASilentDesktop(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_config({"work": [endpoint(self.start_upstream())]})

    def silent_socket(self, name):
        silent = SilentSocket(self.home / name)
        self.addCleanup(silent.close)
        return silent

    def serves_and_stops(self):
        tray, started = self.start_tray("--hidden")
        until(lambda: self.get("/__qcc__/health"), "the proxy answers")
        say(f"the proxy answers {time.monotonic() - started:.2f} s after the start (wanted: 1 s)")
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/messages", b"{}", {"Content-Type": "application/json"})
        self.assertEqual(urllib.request.urlopen(request, timeout=10).status, 200)
        started = time.monotonic()
        tray.send_signal(signal.SIGTERM)
        until(lambda: tray.poll() is not None, "qcc-tray has ended")
        say(f"ended {time.monotonic() - started:.2f} s after it was told to")
        self.assertEqual(tray.returncode, 0)
        self.assertIsNone(self.get("/__qcc__/health"))

    def test_serves_beside_a_session_bus_that_is_dead(self):
        silent = self.silent_socket("bus")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = silent.address
        self.serves_and_stops()
        self.assertTrue(silent.taken, "nobody asked the bus")

    def test_serves_beside_an_accessibility_bus_that_is_silent(self):
        silent = self.silent_socket("a11y")
        self.environment["AT_SPI_BUS_ADDRESS"] = silent.address
        self.serves_and_stops()
        self.assertTrue(silent.taken, "nobody asked the bus")

    def test_serves_beside_a_tray_that_is_silent(self):
        bus = self.start("dbus-daemon", "--session", "--nofork", "--print-address", stdout=subprocess.PIPE, text=True)
        self.addCleanup(bus.stdout.close)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        watcher = self.start("/usr/bin/python3", "-B", WATCHER, stdout=subprocess.PIPE, text=True)
        self.addCleanup(watcher.stdout.close)
        self.assertEqual(watcher.stdout.readline(), "ready\n")
        self.serves_and_stops()

    def test_is_stopped_by_the_command_line(self):
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.silent_socket("bus").address
        self.start_tray("--hidden")
        until(lambda: self.get("/__qcc__/health"), "the proxy answers")
        self.qcc("proxy", "stop")
        self.assertIsNone(self.get("/__qcc__/health"))

    def test_what_is_stopped_at_once_stays_stopped(self):
        tray, _ = self.start_tray("--hidden")
        until(lambda: self.get("/__qcc__/health"), "the proxy answers")
        self.qcc("proxy", "stop")
        wait_for_icon()  # By then the window's side has looked at it.
        self.assertIsNone(self.get("/__qcc__/health"))
        self.assertIsNone(tray.poll())
        self.assertEqual((self.qcc_home / "proxy.log").read_text().count("listens on"), 1)

    def test_a_second_start_reaches_the_first_beside_a_dead_bus(self):
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.silent_socket("bus").address
        self.start_tray("--hidden")
        until(lambda: self.get("/__qcc__/health"), "the proxy answers")
        again = self.start(QCC_TRAY, "--hidden")
        until(lambda: again.poll() is not None, "the second one has ended")
        self.assertEqual(again.returncode, 0)


if __name__ == "__main__":
    unittest.main()
