#!/usr/bin/env bash
# Looks for data races: runs the tests with the thread sanitizer, on a Qt that is built with it, too. See --help.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=installer/lib/deps.sh
source "$root/installer/lib/deps.sh"
# shellcheck source=installer/lib/build.sh
source "$root/installer/lib/build.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/qcc-tsan
reports=$root/build/tsan/reports
# Only the modules that the proxy uses, with what Qt brings along rather than with what happens to be installed.
qt_options=(
    -DBUILD_SHARED_LIBS=ON -DFEATURE_sanitize_thread=ON
    -DFEATURE_gui=OFF -DFEATURE_widgets=OFF -DFEATURE_dbus=OFF -DFEATURE_xml=OFF -DFEATURE_glib=OFF -DFEATURE_icu=OFF -DFEATURE_libproxy=OFF
    -DFEATURE_zstd=OFF -DFEATURE_brotli=OFF -DFEATURE_gssapi=OFF -DFEATURE_sctp=OFF -DFEATURE_journald=OFF -DFEATURE_lttng=OFF
    -DFEATURE_system_pcre2=OFF -DFEATURE_system_doubleconversion=OFF -DFEATURE_system_libb2=OFF
    # Else it starts programs by a kind of vfork, after which the sanitizer is blind for the thread that did.
    -DFEATURE_forkfd_pidfd=OFF
    -DFEATURE_openssl_linked=ON -DFEATURE_sql=OFF
)
# These run none of our programs.
skipped='^tst_(layering|scripts)$'

usage() {
    cat <<TEXT
Usage: tests/tsan.sh [REGEX]

Builds Qt from this release's source packages with the thread sanitizer, once; builds qcc on it, and runs the tests that need no screen,
or those whose name matches REGEX: tests/tsan.sh 'tst_(proxy|pool)'

Qt is kept by version, options and compiler in $cache; remove a folder there to build it anew.
The first run takes about an hour on two idle cores, every one about another for the tests. Qt takes 60 MB in the end, the build of qcc 4 GB.
Reports are kept in $reports, a file for each process.

Exit codes: 0 no race was found and every test passed; 1 otherwise; 2 wrong usage.
TEXT
}

# source_version PACKAGE prints the version of the source that the installed PACKAGE was built from.
source_version() {
    # shellcheck disable=SC2016 # dpkg-query's variable
    dpkg-query --show --showformat='${source:Version}' "$1"
}

# source_lists FOLDER writes there the source entries that belong to this system's package entries, and prints the options for apt-get to go
# by them. The system's own configuration and lists stay as they are.
source_lists() {
    local folder=$1 file
    mkdir -p "$folder/sources.list.d" "$folder/lists/partial"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [[ ! -f $file ]] || sed -nE 's/^[[:space:]]*deb([[:space:]])/deb-src\1/p' "$file" >"$folder/sources.list.d/${file##*/}"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [[ ! -f $file ]] || sed -E 's/^Types:.*/Types: deb-src/I' "$file" >"$folder/sources.list.d/${file##*/}"
    done
    printf '%s\n' -o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$folder/sources.list.d" \
        -o "Dir::State::Lists=$folder/lists" -o "Dir::Cache::PkgCache=" -o "Dir::Cache::SrcPkgCache=" \
        -o Acquire::Retries=3 -o APT::Sandbox::User=
}

# fetch_source PACKAGE VERSION FOLDER unpacks the source package, with the release's patches, into FOLDER/source.
fetch_source() {
    local package=$1 version=$2 folder=$3 download options
    [[ ! -d $folder/source ]] || return 0
    mkdir -p "$folder"
    download=$(mktemp -d)
    mapfile -t options < <(source_lists "$download/apt")
    # An entry that has no sources must not hide the others'.
    apt-get "${options[@]}" -qq update || printf 'Some lists of sources could not be read; going on without them.\n' >&2
    if ! (cd "$download" && apt-get "${options[@]}" -qq --download-only source "$package=$version" >/dev/null); then
        printf 'The source of %s %s cannot be had.\n' "$package" "$version" >&2
        rm -rf "$download"
        return 1
    fi
    # apt-get has checked the signature. What is unpacked by half is not taken for the whole.
    rm -rf "$folder/unpacked"
    dpkg-source --no-check -x "$download"/*.dsc "$folder/unpacked" >"$folder/unpack.log" 2>&1 || {
        cat "$folder/unpack.log" >&2
        return 1
    }
    mv "$folder/unpacked" "$folder/source"
    rm -rf "$download"
}

# installed_cmake prints where the installed libraries' CMake packages are.
installed_cmake() {
    printf '/usr/lib/%s/cmake\n' "$(g++ -print-multiarch)"
}

# build_source FOLDER OPTION... builds FOLDER.part/source and puts the result into FOLDER; a build that was broken off goes on.
# moc and its like are the installed ones, which are of the same version.
build_source() {
    local folder=$1 part=$1.part
    cmake -S "$part/source" -B "$part/build" -G Ninja -DCMAKE_INSTALL_PREFIX="$part/root" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
        -DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++ \
        -DCMAKE_C_FLAGS_RELWITHDEBINFO='-O1 -g1' -DCMAKE_CXX_FLAGS_RELWITHDEBINFO='-O1 -g1 -Wno-tsan' \
        -DQT_HOST_PATH=/usr -DQT_HOST_PATH_CMAKE_DIR="$(installed_cmake)" -DQT_FORCE_FIND_TOOLS=ON \
        -DQT_BUILD_TESTS=OFF -DQT_BUILD_EXAMPLES=OFF "${@:2}" >"$part/configure.log" 2>&1 || {
        cat "$part/configure.log"
        return 1
    }
    cmake --build "$part/build" --parallel "$(nproc)"
    cmake --install "$part/build" >/dev/null
    mv "$part/root" "$folder"
    rm -rf "$part"
}

# Sets qt to CMake's options for using the two libraries, after building them if need be.
ensure_qt() {
    local folder version prefix
    folder=$cache/gcc-$(g++ -dumpfullversion)
    mkdir -p "$folder"
    # One build at a time, whoever else runs this.
    exec {lock}>"$folder/lock"
    flock "$lock"

    version=$(source_version qt6-base-dev)
    prefix=$folder/qt6-base-$version-$(printf '%s\n' "${qt_options[@]}" | cksum | cut -d ' ' -f 1)
    if [[ ! -d $prefix ]]; then
        printf 'Building Qt %s with the thread sanitizer, once.\n' "$version"
        fetch_source qt6-base "$version" "$prefix.part"
        build_source "$prefix" "${qt_options[@]}"
    fi
    qt=(-DCMAKE_PREFIX_PATH="$prefix")

    version=$(source_version qt6-httpserver-dev)
    prefix=$folder/qt6-httpserver-$version
    if [[ -d $prefix ]]; then
        qt+=(-DQt6HttpServer_DIR="$prefix/lib/cmake/Qt6HttpServer")
    elif fetch_source qt6-httpserver "$version" "$prefix.part"; then
        build_source "$prefix" "${qt[@]}"
        qt+=(-DQt6HttpServer_DIR="$prefix/lib/cmake/Qt6HttpServer")
    else
        unseen='Qt HTTP Server, which is the installed one: its source cannot be had'
        qt+=(-DQt6HttpServer_DIR="$(installed_cmake)/Qt6HttpServer" -DQt6WebSockets_DIR="$(installed_cmake)/Qt6WebSockets")
    fi
    flock --unlock "$lock"
}

# run_tests REGEX runs those that match it; nothing of the user's session reaches them, as in tests/run.sh.
run_tests() {
    local launch=() options=(
        "suppressions='$root/tests/tsan.supp'" "log_path='$reports/report'" log_exe_name=1 exitcode=66 second_deadlock_stack=1 history_size=7
    )
    rm -rf "$reports"
    mkdir -p "$reports"
    chmod 1777 "$reports" # a test becomes another user
    export QT_NO_GLIB=1 TSAN_OPTIONS="${options[*]}" QTEST_FUNCTION_TIMEOUT=1500000
    unset DISPLAY WAYLAND_DISPLAY QCC_HOME
    # Where the kernel spreads addresses wider than the sanitizer expects, no program starts but without that.
    ! setarch --addr-no-randomize true 2>/dev/null || launch=(setarch --addr-no-randomize)
    # One after the other: their deadlines are made for programs that run ten times as fast.
    "${launch[@]}" ctest --test-dir "$root/build/tsan" --tests-regex "$1" --exclude-regex "$skipped" \
        --output-on-failure --no-tests=error
}

# Prints what was found, the most frequent first, and fails if there is any.
summarize() {
    [[ -z $unseen ]] || printf 'Not looked into: %s.\n' "$unseen"
    # Where the sanitizer itself gave up, a file has no summary.
    if [[ -z $(find "$reports" -type f -size +0) ]]; then
        printf 'No race was found.\n'
        return
    fi
    find "$reports" -type f -exec grep -h '^SUMMARY: ThreadSanitizer' {} + | sort | uniq -c | sort -rn
    printf 'See the reports in %s\n' "$reports"
    return 1
}

case ${1-} in
--help | -h)
    usage
    exit
    ;;
-*)
    usage >&2
    exit 2
    ;;
esac
[[ $# -le 1 ]] || {
    usage >&2
    exit 2
}

ensure_packages build test tsan
unseen=
ensure_qt
build_preset "$root" tsan --fresh -DCMAKE_CXX_COMPILER=g++ "${qt[@]}"
status=0
run_tests "${1:-.}" || status=1
summarize || status=1
exit $status
