#!/usr/bin/env python3
"""qcc against nginx, haproxy, a proxy in Node, aiohttp with httpx, and Portkey's gateway: medians of several rounds, in which the contestants
take turns, each freshly started before an upstream of its own.

Loopback only; ends what it started. Times never make it fail; a request that qcc lost does.
"""

import argparse
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys

import contestants
import results
from contestants import DEPS_HINT, NAMES, Missing, contest
from proxyrun import TOP
from rows import ROWS, verdicts

QUICK_WARNING = "A quick run: it shows that everything runs, and no figure of it means anything."


def ready(options, parser):
    """Completes the options; ends the program where there is nothing to measure."""
    options.rounds = 1 if options.quick else max(1, options.rounds)
    if options.quick and options.write_results:
        parser.error("a quick run is no result: leave out --quick or --write-results")
    options.qcc = options.qcc or next((path for path in (TOP / "build/release/bin/qcc", TOP / "build/bench/bin/qcc") if path.exists()), None)
    if not options.qcc or not options.qcc.exists():
        parser.error("there is no qcc to measure: cmake --preset release && cmake --build --preset release, or name one with --qcc")
    if not all((options.bench / tool).exists() for tool in ("bench-load", "bench-upstream")):
        for command in (["cmake", "--preset", "bench"], ["cmake", "--build", "--preset", "bench", "--target", "bench-load", "bench-upstream"]):
            subprocess.run(command, cwd=TOP, check=True, stdout=sys.stderr)
    options.qcc = options.qcc.resolve()
    found, warning = results.commit_of(options.qcc)
    if not options.commit:
        options.commit = found
        if warning:
            print(f"{parser.prog}: {warning}", file=sys.stderr)
    os.environ["PATH"] += ":/usr/sbin"  # where Debian puts servers, and only root looks
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # So that what was started is ended then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def measured(options, row, names, skipped):
    """One round of a row: the figures of every contestant that took part; `skipped` gets the others, with the reason."""
    with contextlib.ExitStack() as together:
        taking, figures = {}, {}
        for name in names:
            try:
                if row.together:
                    taking[name] = together.enter_context(contest(options, name, row.setting))
                    continue
                with contest(options, name, row.setting) as run:
                    figures[name] = row.measure(run)
            except (Missing, OSError, ValueError, TimeoutError) as reason:
                skipped[name] = str(reason) or type(reason).__name__
        return row.measure(taking) if taking else figures


def contestants_of(row, options):
    return [name for name in options.peers if (name != "direct" or row.direct) and name not in row.without]


class Comparison:
    def __init__(self, options):
        self.options = options
        self.figures = {name: {} for name in options.rows}  # row: contestant: a round's figures each
        self.skipped = {name: dict(ROWS[name].without) for name in options.rows}

    def run(self):
        for number in range(self.options.rounds):
            for name in self.options.rows:
                print(f"round {number + 1} of {self.options.rounds}: {name}", file=sys.stderr, flush=True)
                names = contestants_of(ROWS[name], self.options)
                # Nobody always comes first, or always after the same one.
                turn = number % len(names) if names else 0
                for peer, seen in measured(self.options, ROWS[name], names[turn:] + names[:turn], self.skipped[name]).items():
                    self.figures[name].setdefault(peer, []).append(seen)
            self.write_json()

    def medians(self):
        found = {}
        for name, of in self.figures.items():
            found[name] = {peer: results.median_of(of[peer]) for peer in self.options.peers if peer in of}
            for new, key in ROWS[name].beyond.items():
                direct = found[name].get("direct", {}).get(key)
                for peer, figures in found[name].items():
                    if peer != "direct" and direct is not None and key in figures:
                        figures[new] = figures[key] - direct
        return found

    def losses(self):
        """What qcc lost: all that decides the exit code."""
        for name, of in self.figures.items():
            for number, seen in enumerate(of.get("qcc", []), 1):
                if seen["failed"]:
                    yield f"{name}, round {number}: qcc lost {seen['failed']}: {said_of(seen['failures'])}"
            yield from absence(self.options, name, of.get("qcc", []), self.skipped[name])

    def remarks(self, name):
        """Sentences under a row's table."""
        yield from (f"{peer} skipped: {reason}" for peer, reason in self.skipped[name].items() if peer in self.options.peers)
        for peer, of in self.figures[name].items():
            lost = {}
            for seen in of:
                for reason, count in seen["failures"].items():
                    lost[reason] = lost.get(reason, 0) + count
            if lost:
                yield f"{peer} lost, in all rounds: {said_of(lost)}"

    def print(self):
        medians = self.medians()
        for name, of in medians.items():
            print(f"\n== {name}: {ROWS[name].about}")
            print("\n".join(results.aligned(results.table(ROWS[name], of))))
            for remark in (*self.remarks(name), results.busy(of)):
                if remark:
                    print(f"  {remark}")
        goals = results.goal_lines(verdicts(medians))
        if len(goals) > 1:
            print(f"\n== goals, for {self.options.commit}")
            print("\n".join(results.aligned(goals, words=3)))
        if self.options.quick:
            print(QUICK_WARNING)
        for loss in self.losses():
            print("WRONG  ", loss)

    def write_json(self):
        if not self.options.json:
            return
        medians = self.medians()
        goals = [{"row": goal.row, "goal": goal.words, "value": value, "limit": None if met is None else limit, "met": met}
                 for goal, value, limit, met in verdicts(medians)]
        found = {"commit": self.options.commit, "machine": results.machine(), "quick": self.options.quick, "rounds": self.figures, "medians": medians,
                 "skipped": self.skipped, "goals": goals}
        self.options.json.write_text(json.dumps(found, indent=1) + "\n")

    def write_results(self):
        medians = self.medians()
        lines = [*results.header(self.options, "compare.py --write-results"),
                 "### Ratios", "", *results.markdown(results.ratio_lines(ROWS, medians), words=2), "", "### Values", ""]
        for name, of in medians.items():
            lines += [f"**{name}**: {ROWS[name].about}", "", *results.markdown(results.table(ROWS[name], of)), ""]
            for remark in (*self.remarks(name), results.busy(of)):
                lines += [remark, ""] if remark else []
        lines += ["### Goals", "", *results.markdown(results.goal_lines(verdicts(medians)), words=3)]
        results.write_part("Compared", lines)


def absence(options, name, rounds, skipped):
    """A sentence where qcc should have taken part; what is not installed is nobody's loss."""
    reason = skipped.get("qcc", "it was not asked")
    if "qcc" in options.peers and len(rounds) < options.rounds and DEPS_HINT not in reason:
        yield f"{name}: qcc did not take part in every round: {reason}"


def said_of(failures):
    return ", ".join(f"{count} × {reason}" for reason, count in failures.items())


def some_of(known):
    def parse(text):
        names = text.split(",")
        if strangers := [name for name in names if name not in known]:
            raise argparse.ArgumentTypeError(f"there is no {', '.join(strangers)}; there are {', '.join(known)}")
        return [name for name in known if name in names]

    return parse


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0], formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="rows:\n" + "\n".join(f"  {name:8} {row.about}" for name, row in ROWS.items()))
    parser.add_argument("--deps", action="store_true",
                        help="installs the peers (Debian's packages, and Portkey's gateway from npm into the user's cache) and ends")
    parser.add_argument("--rows", type=some_of(ROWS), metavar="A,B", default=list(ROWS), help="only these")
    parser.add_argument("--peers", type=some_of(NAMES), metavar="A,B", default=list(NAMES), help=f"only these of {', '.join(NAMES)}")
    contestants.add_options(parser)
    parser.set_defaults(rounds=5)
    options = parser.parse_args()
    if options.deps:
        return contestants.install()
    ready(options, parser)
    comparison = Comparison(options)
    comparison.run()
    comparison.print()
    if options.write_results:
        comparison.write_results()
    return 1 if any(comparison.losses()) else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
