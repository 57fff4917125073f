# shellcheck shell=bash
# What the scripts of this folder share. They define die CODE WORDS.

# Installs what FOLDER/package-lock.json pins into BUILD, once; further words are npm's. Where npm_command is "install", what the lock does not know (programs
# for other systems, which not every registry has) is no failure.
install_pinned() { # FOLDER BUILD WHAT [OPTION...]
    local folder=$1 build=$2 what=$3
    shift 3
    mkdir -p "$build"
    if ! cmp -s "$folder/package-lock.json" "$build/installed.json"; then
        rm -f "$build/installed.json"
        cp "$folder/package.json" "$folder/package-lock.json" "$build"
        # With the user's own HOME, where npm has its cache and its settings.
        (cd "$build" && npm "${npm_command:-ci}" "$@" --no-audit --no-fund --no-update-notifier --loglevel=error) ||
            die 77 "skipped: npm could not install $what (no network?)"
        cp "$folder/package-lock.json" "$build/installed.json"
    fi
}

# QCC_PROGRAM, else the newest that was built below TOP; nothing where there is none.
find_qcc() { # TOP
    local candidate qcc=${QCC_PROGRAM-}
    if [ -z "$qcc" ]; then
        for candidate in "$1"/build/*/bin/qcc; do
            if [ -x "$candidate" ] && { [ -z "$qcc" ] || [ "$candidate" -nt "$qcc" ]; }; then
                qcc=$candidate
            fi
        done
    fi
    printf '%s' "$qcc"
}
