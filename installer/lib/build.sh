# shellcheck shell=bash
# Configures and builds a preset. Sourced by installer/run.sh, tests/run.sh and tests/tsan.sh.

# build_preset ROOT PRESET [OPTION...], the options for CMake
build_preset() {
    local root=$1 preset=$2 options=("${@:3}")
    local cache=$root/build/$preset/CMakeCache.txt
    if command -v ccache >/dev/null; then
        options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
        # What it needs to know the results with a precompiled header.
        export CCACHE_SLOPPINESS=pch_defines,time_macros
    fi
    # A source tree that was moved or copied brings a cache that CMake refuses.
    if [[ -f $cache ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
        options+=(--fresh)
    fi
    # Presets are looked up in the working directory.
    (
        cd "$root" || return
        cmake --preset "$preset" "${options[@]}"
        cmake --build "build/$preset" --parallel "$(nproc)"
    )
}
