"""Waiting by conditions, and words for people who read the output of a run."""

import os
import subprocess
import time
from pathlib import Path

from gi.repository import GLib

PICTURE = ("grim",) if os.environ["XDG_SESSION_TYPE"] == "wayland" else ("import", "-window", "root", "-silent")
SHOTS = Path(os.environ["QCC_DESKTOP_SHOTS"])
GENEROUS = 15  # Seconds. A slow machine is no fault of the program's.


def until(condition, what, seconds=GENEROUS):
    """The first true value of condition(), which is asked again and again until the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        while GLib.MainContext.default().iteration(False):
            pass
        try:
            value = condition()
        except GLib.Error:  # A widget may vanish between two questions about it.
            value = None
        if value:
            return value
        if time.monotonic() > deadline:
            SHOTS.mkdir(parents=True, exist_ok=True)
            subprocess.run([*PICTURE, str(SHOTS / "last-failure.png")], check=False)
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.01)


def say(text):
    """A measured value: for people, since times decide no test."""
    print(f"      {text}", flush=True)
