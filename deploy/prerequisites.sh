# Installs what is missing of deploy/packages.txt. Sourced by quickstart.sh and tests/run.sh.
#   need_packages SECTION...   sections are build, run, check and node

packages_of() { # the names below "# [section]"
    awk -v wanted="$1" '/^# \[/ { gsub(/[][#  ]/, ""); section = $0; next } !/^#/ && NF && section == wanted' \
        "$(dirname "${BASH_SOURCE[0]}")/packages.txt"
}

need_packages() {
    local section name
    local -a missing=()
    for section in "$@"; do
        for name in $(packages_of "$section"); do
            dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
        done
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    echo "installing: ${missing[*]}"
    local -a root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "these packages are missing and sudo is not there: ${missing[*]}" >&2; return 1; }
        root=(sudo)
    fi
    # A broker started by the package would hold port 1883; ours runs on its own port, and only while we do.
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get update -qq &&
        "${root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
            apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# npm builds the console. It is not asked for by its package's name: many have it from elsewhere.
need_node() {
    command -v npm >/dev/null || need_packages node
}

# One build of a preset; a tree that is there is reused.
#   build_preset PRESET [TARGET...]
build_preset() {
    local preset="$1"
    shift
    [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >"/tmp/gatehouse-cmake-$preset.$$" 2>&1 ||
        { cat "/tmp/gatehouse-cmake-$preset.$$"; return 1; }
    rm -f "/tmp/gatehouse-cmake-$preset.$$"
    local -a targets=()
    [ $# -gt 0 ] && targets=(--target "$@")
    cmake --build "build/$preset" -j "$(nproc)" "${targets[@]}"
}
