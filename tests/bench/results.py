"""What compare.py and scaling.py print and write: medians, tables, and what was measured where."""

import datetime
import os
import platform
import re
import statistics
import subprocess
from pathlib import Path

import contestants
from proxyrun import BESIDE

RESULTS = BESIDE / "RESULTS.md"
BUSY_PERCENT = 10
MEASURES = ("nginx", "haproxy")  # whom a value is divided by
PARTS = ("Compared", "Scaling")


def median_of(rounds):
    """Of every figure that is a number, over the rounds that have it."""
    keys = {key for figures in rounds for key, value in figures.items() if isinstance(value, (int, float))}
    return {key: statistics.median(figures[key] for figures in rounds if isinstance(figures.get(key), (int, float))) for key in keys}


def said(value, digits):
    return "-" if value is None else f"{value:.{digits}f}"


def ratio(value, of):
    """Where there is a measure; a median that is not above 0 is none."""
    return f"{value / of:.2f}" if value is not None and of is not None and of > 0 else "-"


def aligned(lines, words=1):
    """`words`: so many columns, the first, are text."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    return ["  ".join(cell.ljust(width) if place < words else cell.rjust(width) for place, (cell, width) in enumerate(zip(line, widths))).rstrip()
            for line in lines]


def markdown(lines, words=1):
    head, *rest = lines
    return [f"| {' | '.join(line)} |" for line in (head, ["---"] * words + ["---:"] * (len(head) - words), *rest)]


def table(row, medians):
    """A row's lines: a contestant each, with its values, and what they are of nginx's and haproxy's."""
    lines = [["", *(title for column in row.columns.values() for title in (column.title, *([f"×{name}" for name in MEASURES] if column.compared else [])))]]
    for name, figures in medians.items():
        cells = [name]
        for key, column in row.columns.items():
            cells.append(said(figures.get(key), column.digits))
            if column.compared:
                cells += [ratio(figures.get(key), medians.get(measure, {}).get(key)) for measure in MEASURES]
        lines.append(cells)
    return lines


def busy(medians):
    """A sentence where the machine had other things to do, else nothing."""
    worst = max((figures.get("others_percent") or 0 for figures in medians.values()), default=0)
    if worst <= BUSY_PERCENT:
        return ""
    return f"BUSY: others took {worst:.0f} % of a processor. These figures and ratios are worth nothing: measure again when the machine is quiet."


def short(value):
    return said(value, 2 if value is None or abs(value) >= 1 else 3)


def goal_lines(verdicts):
    lines = [["row", "goal", "", "qcc", "limit"]]
    for goal, value, limit, met in verdicts:
        words, verdict = (f"{goal.words} ({limit})", "not known") if met is None else (goal.words, "met" if met else "NOT met")
        lines.append([goal.row, words, verdict, short(value), "-" if met is None else short(limit)])
    return lines


def ratio_lines(rows, medians):
    lines = [["row", "figure", *(f"qcc / {name}" for name in MEASURES), "others %"]]
    for name, of in medians.items():
        others = [of[peer]["others_percent"] for peer in ("qcc", *MEASURES) if "others_percent" in of.get(peer, {})]
        for key, column in rows[name].columns.items():
            if column.compared and "qcc" in of:
                ratios = (ratio(of["qcc"].get(key), of.get(measure, {}).get(key)) for measure in MEASURES)
                lines.append([name, column.title, *ratios, said(max(others, default=None), 0)])
    return lines


def printed_by(command, pattern=r"[\d.]+\S*"):
    """The first that looks like `pattern` in what a command says of its version."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "none"
    found = re.search(pattern, done.stdout + done.stderr)
    return found.group(0) if found else "unknown"


def machine():
    """What the figures come from; no names of hosts, and no paths."""
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    debian = "/usr/bin/python3"
    return {
        "processor": f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} cores", "memory": f"{int(memory.group(1)) / (1 << 20):.0f} GB",
        "kernel": re.match(r"[\d.]+", platform.release()).group(0), "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "Qt": printed_by(["dpkg-query", "-W", "-f", "${Version}", "libqt6core6"]), "nginx": printed_by(["/usr/sbin/nginx", "-v"], r"(?<=nginx/)[\d.]+"),
        "haproxy": printed_by(["/usr/sbin/haproxy", "-v"]), "node": printed_by(["node", "--version"]), "Portkey's gateway": contestants.portkey_version(),
        "python": printed_by([debian, "--version"]),
        "aiohttp and httpx": printed_by([debian, "-c", "import aiohttp, httpx; print(aiohttp.__version__, httpx.__version__)"], r"[\d.]+ [\d.]+"),
    }


def commit_of(qcc):
    """What is checked out where the program lies, and a warning where it cannot be what was measured."""
    folder = qcc.resolve().parent

    def git(*words):
        return subprocess.run(["git", "-C", folder, *words], capture_output=True, text=True, check=False).stdout.strip()

    name = git("rev-parse", "--short", "HEAD")
    if not name:
        return "unknown", "no repository around this qcc: name its commit with --commit"
    changed = git("status", "--porcelain", "--untracked-files=no", ":/core", ":/app", ":/ui", ":/CMakeLists.txt")
    if changed:
        return name + "-changed", "there are changes that are not committed"
    if qcc.stat().st_mtime < int(git("log", "-1", "--format=%ct", "--", ":/core", ":/app", ":/CMakeLists.txt") or 0):
        return name, f"this qcc is older than {name}: build it again, or name its commit with --commit"
    return name, ""


def header(options, command):
    """The facts above a part: what was measured, when, and where."""
    facts = machine()
    rounds = "1 round" if options.rounds == 1 else f"{options.rounds} rounds"
    return [f"Commit {options.commit}, {datetime.date.today().isoformat()}, medians of {rounds}. Written by `{command}`.", "",
            *(f"- {name}: {fact}" for name, fact in facts.items()), ""]


def write_part(part, lines):
    """Puts a part into the file of results, in its place; the other one stays as it was."""
    kept = {}
    if RESULTS.exists():
        for piece in re.split(r"^## ", RESULTS.read_text(), flags=re.MULTILINE)[1:]:
            kept[piece.split("\n", 1)[0]] = piece.split("\n", 1)[1].strip("\n")
    kept[part] = "\n".join(lines).strip("\n")
    front = ("# Results\n\nWritten by the commands of [README.md](README.md), which says what the rows ask and what the columns mean. A ratio is the value"
             " divided by the other's.\n")
    RESULTS.write_text(front + "".join(f"\n## {name}\n\n{kept[name]}\n" for name in PARTS if name in kept))
