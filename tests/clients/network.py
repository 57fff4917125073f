"""Claude Code through qcc while an address is dead, a name has moved, or the desktop is silent: network.py QCC CLAUDE

Each row asks once and looks for the answer, for a retry of Claude Code's own (it counts them in a header), and for an attempt of qcc's that failed.
"""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from rows import QCC, Skipped, Upstream, end_process, free_port, run


class Silent:
    """A port that answers no handshake: its line of waiting connections is full."""

    def __init__(self, address, port):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.sockets = [socket.socket(family)]
        self.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sockets[0].bind((address, port))
        self.sockets[0].listen(0)
        for _ in range(8):
            filler = socket.socket(family)
            filler.settimeout(0.3)
            self.sockets.append(filler)
            try:
                filler.connect((address, port))
            except TimeoutError:
                return
        raise RuntimeError(f"{address}:{port} does not fall silent")

    def end(self):
        for one in self.sockets:
            one.close()


def a_dead_address(row):
    """relay.test is 127.0.0.2, where nobody answers, and 127.0.0.3."""
    port = free_port("127.0.0.2", "127.0.0.3")
    row.keep(Silent("127.0.0.2", port))
    upstream = row.keep(Upstream("127.0.0.3", port))
    row.configure(f"http://relay.test:{port}")
    row.start_with_hosts("127.0.0.2 relay.test\n127.0.0.3 relay.test\n")
    took = row.ask()
    row.verify([upstream])
    return f"answered in {took:.2f} s"


def a_name_that_moves(row):
    """relay.test is 127.0.0.2, and then 127.0.0.3, while nobody answers at the old address any more."""
    port = free_port("127.0.0.2", "127.0.0.3")
    before = Upstream("127.0.0.2", port)
    row.configure(f"http://relay.test:{port}")
    hosts = row.start_with_hosts("127.0.0.2 relay.test\n")
    row.ask()
    before.end()
    row.keep(Silent("127.0.0.2", port))
    after = row.keep(Upstream("127.0.0.3", port))
    hosts.write_text("127.0.0.3 relay.test\n")
    took = row.ask()
    assert after.retries, "nothing came to the new address"
    row.verify([before, after])
    return f"answered in {took:.2f} s"


def a_silent_desktop(row):
    """The session bus takes every question and answers none."""
    tray = Path(QCC).with_name("qcc-tray")
    if not tray.exists() or not shutil.which("Xvfb"):
        raise Skipped("qcc-tray or Xvfb is missing")
    reading, writing = os.pipe()
    screen = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"], pass_fds=[writing], stderr=subprocess.DEVNULL)
    row.stack.callback(end_process, screen)
    os.close(writing)
    with os.fdopen(reading) as told:
        row.environment["DISPLAY"] = f":{told.readline().strip()}"
    bus = socket.socket(socket.AF_UNIX)
    row.stack.callback(bus.close)
    bus.bind(str(row.home / "bus"))
    bus.listen(20)
    row.environment.update(DBUS_SESSION_BUS_ADDRESS=f"unix:path={row.home / 'bus'}", QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1")
    upstream = row.keep(Upstream("127.0.0.1"))
    row.configure(f"http://127.0.0.1:{upstream.port}")
    served = row.start(str(tray), "--hidden")
    took = row.ask()
    row.verify([upstream])
    return f"serves after {served:.2f} s, answered in {took:.2f} s"


if __name__ == "__main__":
    sys.exit(run({"a dead address before a good one": a_dead_address, "a name that has moved": a_name_that_moves,
                  "a silent desktop": a_silent_desktop}))
