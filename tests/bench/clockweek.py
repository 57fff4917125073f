#!/usr/bin/env python3
"""A week with qcc on a computer whose clock jumps about: clockweek.py QCC UPSTREAM

The week is made of short runs under faketime (Debian: faketime), in each of which the clock is right, then wrong by hours, weeks or decades, and then
right again, or still wrong when qcc ends. history.db holds a month before. Afterwards nothing may be missing that is younger than 30 days, and the log
must have a line for each request. (What is older goes once a clock has run on for an hour; tst_clockproof has that.) UPSTREAM: the program
scripted-upstream. Exit codes: 0 so it is; 1 it is not; 77 faketime is not installed.
"""

import glob
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

DAY = 86_400
JUMPS = [3_600, -5 * 3_600, 45 * DAY, -45 * DAY, 400 * DAY, -30 * 365 * DAY, 20 * 365 * DAY]


class Computer:
    def __init__(self, qcc, upstream):
        libraries = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        if not libraries:
            print("skipped: faketime is not installed", file=sys.stderr)
            sys.exit(77)
        self.folder = tempfile.TemporaryDirectory(prefix="qcc-week-")
        self.home = Path(self.folder.name)
        self.clock = self.home.parent / f"{self.home.name}.clock"
        self.qcc = qcc
        self.asked = 0
        self.today = 0  # Seconds that the calendar is ahead of this computer's.
        self.upstream = subprocess.Popen([upstream], stdout=subprocess.PIPE, text=True)
        config = {"version": 1, "active_cluster": "work", "history": {"enabled": True, "days": 30},
                  "clusters": [{"name": "work", "endpoints": [{"name": "a", "base_url": f"http://127.0.0.1:{self.upstream.stdout.readline().strip()}",
                                                               "api_key": "sk-a", "proxy": "none"}]}]}
        file = self.home / "config.json"
        file.write_text(json.dumps(config))
        file.chmod(0o600)
        self.environment = {**os.environ, "QCC_HOME": str(self.home), "QCC_KEYCHAIN": "off", "LD_PRELOAD": libraries[0], "DONT_FAKE_MONOTONIC": "1",
                            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_TIMESTAMP_FILE": str(self.clock), "FAKETIME_NO_CACHE": "1", "TZ": "UTC"}

    def set_clock(self, wrong_by):
        part = self.clock.with_suffix(".new")
        part.write_text(f"{self.today + wrong_by:+d}s\n")
        part.replace(self.clock)

    def run(self, wrong_by):
        """One run: a request at each time that the clock shows."""
        self.set_clock(wrong_by[0])
        process = subprocess.Popen([self.qcc, "proxy", "start", "--foreground", "--port", "0"], env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        port = process.stdout.readline().split("127.0.0.1:")[1].split()[0]
        for offset in wrong_by:
            self.set_clock(offset)
            request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/messages", b'{"model":"m","messages":[]}', {"Content-Type": "application/json"})
            urllib.request.urlopen(request, timeout=20).read()
            self.asked += 1
        process.terminate()
        process.wait(20)

    def rows(self):
        with sqlite3.connect(f"file:{self.home / 'history.db'}?mode=ro", uri=True) as file:
            return dict(file.execute("SELECT minute, complete FROM minutes"))

    def end(self):
        self.upstream.terminate()
        self.upstream.wait()
        self.clock.unlink()
        self.folder.cleanup()


def main(qcc, upstream):
    computer = Computer(qcc, upstream)
    try:
        seed = int(time.time())
        draw = random.Random(seed)
        computer.run([0])
        now = int(time.time()) // 60
        month = {now - age: 1 for age in range(30, 29 * 24 * 60, 10)}
        with sqlite3.connect(computer.home / "history.db") as file:
            file.executemany("INSERT OR IGNORE INTO minutes VALUES (?, 1, 0, 0, 0, 0, 0)", [(minute,) for minute in month])
        for _ in range(7):
            computer.today += DAY
            for _ in range(3):
                wrong = draw.sample(JUMPS, 2)
                computer.run(draw.choice([[0, wrong[0], 0], [wrong[0], 0], [0, wrong[0]], [wrong[0], wrong[1], 0], [wrong[0]]]))
            computer.run([0])
        rows = computer.rows()
        oldest = now + computer.today // 60 - 30 * 24 * 60
        lost = [minute for minute in month if minute > oldest + 1 and minute not in rows]
        lines = sum("响应成功" in line for line in (computer.home / "proxy.log").read_text().splitlines())
        counted = sum(count for minute, count in rows.items() if minute not in month)
        print(f"seed {seed}: {computer.asked} requests, {lines} lines in the log; of {len(month)} minutes of the month before "
              f"{len([m for m in month if m in rows])} are there, {len(lost)} are missing that should be there; "
              f"{counted} requests of the week in the history")
        return 0 if not lost and lines == computer.asked else 1
    finally:
        computer.end()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
