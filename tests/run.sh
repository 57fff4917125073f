#!/usr/bin/env bash
# Builds a preset (default: dev) and runs its tests without a display: tests/run.sh [dev|ci|asan|headless]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=installer/lib/deps.sh
source "$root/installer/lib/deps.sh"
# shellcheck source=installer/lib/build.sh
source "$root/installer/lib/build.sh"

preset=${1:-dev}
case $preset in
dev | ci | asan | headless) ;;
*)
    printf 'Usage: tests/run.sh [dev|ci|asan|headless]\n' >&2
    exit 2
    ;;
esac

ensure_packages build test
build_preset "$root" "$preset"

# Nothing of the user's session reaches the tests.
unset DISPLAY WAYLAND_DISPLAY QCC_HOME
ctest --test-dir "$root/build/$preset" --parallel "$(nproc)" --output-on-failure --no-tests=error

# What comes from outside, looked at by libFuzzer for a moment, the same one each time: a build that passed passes again. All that it ever found
# was replayed by tst_fuzzcorpus already.
if [[ $preset == dev || $preset == ci ]]; then
    fuzzed=0
    "$root/tests/fuzz/run.sh" --runs 20000 || fuzzed=$?
    [[ $fuzzed -eq 0 || $fuzzed -eq 77 ]]
fi
