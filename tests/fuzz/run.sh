#!/usr/bin/env bash
# Builds the fuzzers and lets them run, one after the other: tests/fuzz/run.sh [--fast] [SECONDS|--runs N] [TARGET...]
# SECONDS are per target (default: 60). --runs does the same every time, whatever was gathered before. --fast is without sanitizers: only broken
# claims are found, several times as fast; --runs 0 then replays with them what it has gathered. New inputs are kept in build/fuzz/corpus, findings in
# build/fuzz/findings.
# Exit codes: 0 nothing found; 1 something found, or not built; 2 wrong usage; 77 no libFuzzer here.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
usage() {
    printf 'Usage: tests/fuzz/run.sh [--fast] [SECONDS|--runs N] [TARGET...]\nTargets: %s\n' "${all[*]}" >&2
    exit 2
}

mapfile -t all < <(cd "$root/tests/fuzz/corpus" && printf '%s\n' *)
preset=fuzz
if [[ ${1:-} == --fast ]]; then
    preset=fuzz-fast
    shift
fi
limits=(-max_total_time=60)
repeatable=
if [[ ${1:-} == --runs ]]; then
    [[ ${2:-} =~ ^[0-9]+$ ]] || usage
    limits=("-runs=$2" -seed=1)
    [[ $2 -eq 0 ]] || repeatable=yes
    export QT_HASH_SEED=0
    shift 2
elif [[ ${1:-} =~ ^[0-9]+$ ]]; then
    limits=("-max_total_time=$1")
    shift
fi
targets=("$@")
[[ ${#targets[@]} -gt 0 ]] || targets=("${all[@]}")
for target in "${targets[@]}"; do
    [[ -d $root/tests/fuzz/corpus/$target ]] || usage
done

# An empty fuzzer tells whether there is a libFuzzer.
if ! printf 'extern "C" int LLVMFuzzerTestOneInput(const char *, unsigned long) { return 0; }' |
    clang++ -fsanitize=fuzzer,address,undefined -x c++ - -o /dev/null 2>/dev/null; then
    printf 'No fuzzing: clang++ with libFuzzer is not installed (Debian 12: clang, libclang-rt-14-dev).\n' >&2
    exit 77
fi
cd "$root"
launcher=()
if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    export CCACHE_SLOPPINESS=pch_defines,time_macros # as in installer/lib/build.sh
fi
cmake --preset "$preset" "${launcher[@]}" >/dev/null
cmake --build "build/$preset" --target "${targets[@]/#/fuzz_}"

findings=$root/build/fuzz/findings
mkdir -p "$findings"
export UBSAN_OPTIONS=print_stacktrace=1
# What allocated a block and a long quarantine cost half of the speed. A finding run again without this tells.
export ASAN_OPTIONS=malloc_context_size=0:quarantine_size_mb=8
status=0
for target in "${targets[@]}"; do
    grown=$root/build/fuzz/corpus/$target
    if [[ -n $repeatable ]]; then
        grown=$root/build/fuzz/repeatable/$target
        rm -rf "$grown"
    fi
    log=$root/build/fuzz/$target.log
    mkdir -p "$grown"
    longest=512
    case $target in
        request | config) longest=1024 ;;
        log | waits) longest=256 ;; # lines
    esac
    if nice -n 10 "build/$preset/bin/fuzz_$target" "${limits[@]}" -max_len="$longest" -timeout=10 -rss_limit_mb=1500 -print_final_stats=1 \
        -dict="tests/fuzz/dictionaries/$target" -artifact_prefix="$findings/$target-" "$grown" "tests/fuzz/corpus/$target" \
        >"$log" 2>&1; then
        found=none
    else
        found="see $log"
        status=1
    fi
    awk -v target="$target" -v found="$found" '
        / cov: / { for (i = 1; i < NF; ++i) if ($i == "cov:") edges = $(i + 1) }
        /number_of_executed_units/ { runs = $2 }
        /average_exec_per_sec/ { speed = $2 }
        END { printf "%-9s %11s runs, %7s/s, %5s edges, findings: %s\n", target, runs, speed, edges, found }' "$log"
    [[ $found == none ]] || tail -n 40 "$log"
done
exit $status
