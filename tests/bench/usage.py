"""What a process uses with its children, and what the machine spends."""

import os
import re
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PROCESSOR_OF_PROCESS = 2  # CPUCLOCK_SCHED of a clock that is not a thread's


def machine_seconds():
    """User and system time of everybody, and stolen time."""
    user, nice, system, *_, steal = map(int, Path("/proc/stat").read_text().split(None, 9)[1:9])
    return (user + nice + system + steal) / TICK


class Tree:
    """A process and its children, asked anew every time."""

    def __init__(self, pid):
        self.pid = pid

    def pids(self):
        found, new = [], [self.pid]
        while new:
            pid = new.pop()
            found.append(pid)
            new += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found

    def seconds(self):
        """Processor time. By the process's own clock: the ticks in its stat are 10 ms long, which is more than some loads take."""
        return sum(time.clock_gettime((~pid << 3) | PROCESSOR_OF_PROCESS) for pid in self.pids())

    def memory_kb(self, name):
        """`name`: VmRSS now, VmHWM at most. What processes share counts in each."""
        return sum(self._numbers(f"/proc/{pid}/status", name) for pid in self.pids())

    def forget_peak(self):
        for pid in self.pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def switches(self):
        """How often the threads were given the processor."""
        return sum(self._numbers(status, "(?:non)?voluntary_ctxt_switches") for pid in self.pids() for status in Path(f"/proc/{pid}/task").glob("*/status"))

    @staticmethod
    def _numbers(status, name):
        return sum(map(int, re.findall(rf"^{name}:\s+(\d+)", Path(status).read_text(), re.MULTILINE)))
