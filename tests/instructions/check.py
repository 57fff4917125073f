#!/usr/bin/env python3
"""Counts the instructions of each case of rounds.cpp and compares them with the figures of this compiler in figures.json.

More than 3 % above a figure fails. What is 3 % below is said, so that the figure can be lowered. Without valgrind, or without figures of this
compiler, there is nothing to compare with: exit code 77, by which ctest knows that a test was skipped.

Look where they go with `valgrind --tool=callgrind --toggle-collect='*countedRounds*' build/dev/bin/instruction-rounds CASE` and callgrind_annotate.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FIGURES = Path(__file__).resolve().with_name("figures.json")
SKIPPED = 77
MOST = 0.03

# The same everywhere: libraries choose among versions of a function by what the processor can do, of which valgrind passes on a part; the choice
# of memcpy alone doubles a case. Names are bound before the first round, and hashes have a fixed seed.
SURROUNDINGS = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-AVX_Fast_Unaligned_Load,-SSE4_2,-SSE4_1,-SSSE3,-ERMS,-FSRM,-BMI1,-BMI2,-LZCNT",
    "QT_NO_CPU_FEATURE": "sse3 ssse3 sse4.1 sse4.2 popcnt aes avx avx2 bmi bmi2 f16c fma movbe",
    "QT_HASH_SEED": "0",
    "LD_BIND_NOW": "1",
}


def count(program):
    """Instructions of one round by case, in order."""
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump"
        command = ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={dump}",
                   "--zero-before=*countedRounds*", "--dump-before=*tellOfCase*", program]
        surroundings = {**SURROUNDINGS, "PATH": os.environ["PATH"]}
        told = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True)
        if told.returncode != 0:
            raise SystemExit(f"{program} failed under valgrind")
        counted = {}
        for number, line in enumerate(told.stdout.splitlines(), 1):
            rounds, case = line.split(" ", 1)
            total = re.search(r"^totals: (\d+)", Path(f"{dump}.{number}").read_text(errors="replace"), re.MULTILINE).group(1)
            counted[case] = round(int(total) / int(rounds))
        return counted


def compare(counted, figures):
    """Prints a line for each case; returns what is wrong."""
    wrong = [f"{case}: has a figure, and is no case any more" for case in figures if case not in counted]
    print(f"{'instructions of a round':24}{'figure':>12}{'now':>12}{'change':>10}")
    for case, now in counted.items():
        if case not in figures:
            wrong.append(f"{case}: has no figure")
            continue
        change = now / figures[case] - 1
        print(f"{case:24}{figures[case]:12}{now:12}{change:+10.2%}{'  the figure can be lowered' if change < -MOST else ''}")
        if change > MOST:
            wrong.append(f"{case}: {change:.1%} more instructions than its figure, which is more than {MOST:.0%}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="what rounds.cpp became")
    parser.add_argument("--compiler", required=True, help="whose figures to compare with")
    parser.add_argument("--write", action="store_true", default=bool(os.environ.get("QCC_WRITE_INSTRUCTIONS")),
                        help="write what is counted as the figures of this compiler (QCC_WRITE_INSTRUCTIONS=1, for ctest)")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        print("valgrind is missing, without which nothing is counted (Debian: apt-get install valgrind)")
        return SKIPPED
    kept = json.loads(FIGURES.read_text())
    figures = kept["figures"].get(options.compiler)
    if options.write:
        kept["figures"][options.compiler] = count(options.program)
        FIGURES.write_text(json.dumps(kept, indent=4) + "\n")
        print(f"{FIGURES.name} has the figures of {options.compiler}")
        return 0
    if figures is None:
        print(f"{FIGURES.name} has no figures of {options.compiler}, but of {'; '.join(kept['figures']) or 'nobody'}."
              " To write them: QCC_WRITE_INSTRUCTIONS=1 ctest -R tst_instructions")
        return SKIPPED
    wrong = compare(count(options.program), figures)
    for complaint in wrong:
        print("WRONG  ", complaint)
    if wrong:
        print("Where the work is worth it, QCC_WRITE_INSTRUCTIONS=1 ctest -R tst_instructions writes the figures anew; say why in the commit.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
