# shellcheck shell=bash
# The Debian packages that qcc needs, and their installation. Sourced by installer/run.sh, tests/run.sh and tests/tsan.sh.
# "a|b" means: whichever of the two this release has.

qcc_packages_build=(
    cmake ninja-build g++ pkg-config
    qt6-base-dev qt6-httpserver-dev qt6-websockets-dev 'qt6-svg-dev|libqt6svg6-dev'
    qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools
    libssl-dev libsqlite3-dev zlib1g-dev libbrotli-dev libzstd-dev libnghttp2-dev libspdlog-dev libtomlplusplus-dev qtkeychain-qt6-dev
)
# The libraries come with their -dev packages; this is what only a running program asks for.
qcc_packages_run=(ca-certificates curl libsecret-1-0 qt6-wayland qt6-translations-l10n)
# A screen, a window manager, a tray, accessibility and a font with Chinese for tests/desktop; sway, waybar and grim are the same on Wayland.
qcc_packages_desktop=(
    xvfb openbox trayer dbus at-spi2-core python3-gi gir1.2-atspi-2.0 xdotool x11-utils imagemagick fonts-wqy-microhei
    sway waybar grim libglib2.0-bin qt6-wayland
)
# libFuzzer; its runtime has the number of the release's clang in its name.
qcc_packages_fuzz=(clang 'libclang-rt-14-dev|libclang-rt-19-dev|libclang-rt-18-dev')
# chromium visits a hostile page, zsh and fish check the completion scripts, tinyproxy and microsocks are the proxies between qcc and an upstream,
# nginx and nghttpd speak HTTP/2 well, and what python3-hpack helps to write speaks it badly, gnome-keyring is a keychain, ip changes the network of a namespace, lld links all the programs in seconds,
# valgrind counts their instructions.
qcc_packages_test=(
    lld chromium curl jq zsh fish tinyproxy microsocks nginx-light nghttp2-server python3-hpack iproute2 dbus gnome-keyring valgrind
    "${qcc_packages_desktop[@]}" "${qcc_packages_fuzz[@]}"
)
# What tests/tsan.sh needs to unpack and build Qt's sources; what is not here, Qt brings along.
qcc_packages_tsan=(dpkg-dev perl)

# packages_of GROUP... prints the packages of the groups "build", "run", "test" and "tsan", one a line, each once.
packages_of() {
    local group
    for group in "$@"; do
        case $group in
        build) printf '%s\n' "${qcc_packages_build[@]}" ;;
        run) printf '%s\n' "${qcc_packages_run[@]}" ;;
        test) printf '%s\n' "${qcc_packages_test[@]}" ;;
        tsan) printf '%s\n' "${qcc_packages_tsan[@]}" ;;
        *)
            printf 'packages_of: no group "%s"\n' "$group" >&2
            return 2
            ;;
        esac
    done | sort -u
}

is_installed() {
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# missing_packages GROUP... prints those of which no alternative is installed.
missing_packages() {
    local entry name found
    while read -r entry; do
        found=no
        for name in ${entry//|/ }; do
            if is_installed "$name"; then
                found=yes
                break
            fi
        done
        [[ $found == yes ]] || printf '%s\n' "$entry"
    done < <(packages_of "$@")
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        env "$@"
    else
        sudo env "$@"
    fi
}

apt_get() {
    as_root DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

# Without Error-Mode=any apt-get calls a half-failed update a success.
refresh_package_lists() {
    apt_get -o APT::Update::Error-Mode=any -qq update
}

# first_available A|B prints the alternative that this release has.
first_available() {
    local name
    for name in ${1//|/ }; do
        if apt-cache show --no-all-versions "$name" >/dev/null 2>&1; then
            printf '%s\n' "$name"
            return
        fi
    done
    return 1
}

explain_needs() {
    cat >&2 <<'TEXT'
qcc needs: CMake 3.25, Ninja, a C++20 compiler, OpenSSL 3, SQLite 3.31, zlib, spdlog, toml++, QtKeychain (or -DQCC_KEYCHAIN=OFF), and Qt 6.4 or newer with
the modules Core, Network, HttpServer, WebSockets, Widgets, Svg, Test and the Linguist tools.
With these in place:  cmake --preset release && cmake --build --preset release
TEXT
}

# ensure_packages GROUP... installs what is missing, and touches nothing when nothing is.
ensure_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        printf 'Packages can be installed only on Debian and systems made from it; this is another one.\n' >&2
        explain_needs
        return 1
    fi

    local missing=()
    mapfile -t missing < <(missing_packages "$@")
    if [[ ${#missing[@]} -eq 0 ]]; then
        printf 'Packages: nothing is missing.\n'
        return
    fi
    if [[ $(id -u) -ne 0 ]] && ! command -v sudo >/dev/null; then
        printf 'These packages are missing, and without sudo only root can install them:\n  %s\n' "${missing[*]}" >&2
        return 1
    fi

    printf 'Packages to install: %s\n' "${missing[*]}"
    if ! refresh_package_lists; then
        printf 'The package lists could not be refreshed; trying once more.\n' >&2
        sleep 5
        refresh_package_lists || printf 'Still not; going on with the lists that are here.\n' >&2
    fi

    local entry name names=()
    for entry in "${missing[@]}"; do
        if ! name=$(first_available "$entry"); then
            printf 'This release has no package %s. Debian 12, Ubuntu 24.04 or newer is needed.\n' "${entry//|/ or }" >&2
            explain_needs
            return 1
        fi
        names+=("$name")
    done
    apt_get -qq -y --no-install-recommends install "${names[@]}"
}
