#!/bin/bash
# Builds and runs every test; the last line says "N passed, N failed, N skipped". Reuses builds that are there.
#   tests/run.sh           everything, three quarters of an hour on two cores
#   tests/run.sh --quick   without ThreadSanitizer and fuzzing (corpora are replayed all the same)
#   tests/run.sh --long    and the process tests once more with thousands of rounds, for hours
set -uo pipefail
cd "$(dirname "$0")/.."
. deploy/prerequisites.sh

mode="${1:-}"
case "$mode" in
    "" | --quick | --long) ;;
    *) sed -n '2,5p' "$0"; exit 2 ;;
esac

passed=0
failed=0
skipped=0
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

step() { # NAME COMMAND...: one line with the time it took
    local began=$SECONDS status=0 name="$1"
    shift
    echo "== $name"
    "$@" || status=$?
    echo "== $name: $((SECONDS - began)) s$([ $status -eq 0 ] || echo ', FAILED')"
    return $status
}

must() { # a step without which the rest is pointless
    step "$@" && return 0
    failed=$((failed + 1))
    finish
}

count() { # JUNIT: adds its tests, and says which skipped themselves and why
    local more_passed more_failed more_skipped
    read -r more_passed more_failed more_skipped < <(python3 - "$1" <<'PY'
import sys
import xml.etree.ElementTree as tree
try:
    cases = list(tree.parse(sys.argv[1]).iter("testcase"))
except (OSError, tree.ParseError):
    cases = []
status = [case.get("status") for case in cases]
# "notrun" is a test that skipped itself, or one whose executable is missing.
skipped = [case for case in cases if case.get("status") == "notrun"
           and case.find("skipped") is not None and "SKIP" in case.find("skipped").get("message", "")]
for case in skipped:
    print("skipped:", case.get("name"), file=sys.stderr)
print(status.count("run"), status.count("fail") + status.count("notrun") - len(skipped), len(skipped))
PY
    )
    passed=$((passed + more_passed))
    failed=$((failed + more_failed))
    skipped=$((skipped + more_skipped))
}

run_ctest() { # PRESET ARGUMENTS...
    local preset="$1" status=0
    shift
    ctest --test-dir "build/$preset" -j "$(nproc)" --timeout 300 --output-on-failure --output-junit "$work/junit.xml" \
        "$@" >"$work/ctest.log" 2>&1 || status=$?
    # Only what went wrong, and the sum.
    grep -v -E '^ *Start +[0-9]+:|Passed +[0-9.]+ sec *$' "$work/ctest.log" | tail -n 200
    local before=$failed
    count "$work/junit.xml"
    rm -f "$work/junit.xml"
    [ $status -eq 0 ] || [ "$failed" -gt "$before" ] || failed=$((failed + 1))
    return $status
}

fuzz_targets() {
    local source
    for source in tests/fuzz/*.cpp; do
        source="$(basename "$source" .cpp)"
        [ "$source" = replay_main ] || echo "fuzz_$source"
    done
}

fuzz_one() { # TARGET WORK: ten seconds, beginning with the corpus
    local target="$1" work="$2" mine="$2/fuzz/$1"
    mkdir -p "$mine/corpus"
    "build/fuzz/bin/$target" -max_total_time=10 -rss_limit_mb=1024 -print_final_stats=0 -artifact_prefix="$mine/" \
        "$mine/corpus" "tests/fuzz/corpus/${target#fuzz_}" >"$mine/log" 2>&1 && touch "$mine/passed"
}

fuzz() { # as many at a time as there are cores
    local target found status=0
    export -f fuzz_one
    fuzz_targets | xargs -P "$(nproc)" -I{} bash -c 'fuzz_one "$1" "$2"' _ {} "$work"
    for target in $(fuzz_targets); do
        if [ -e "$work/fuzz/$target/passed" ]; then
            grep -E '^Done|DONE' "$work/fuzz/$target/log" | sed "s/^/$target: /"
            passed=$((passed + 1))
            continue
        fi
        tail -n 60 "$work/fuzz/$target/log"
        for found in "$work/fuzz/$target"/{crash,leak,timeout,oom}-*; do
            [ -e "$found" ] && { echo "$target stumbles over:"; base64 "$found"; }
        done
        failed=$((failed + 1))
        status=1
    done
    return $status
}

must "packages" need_packages build run check
command -v ccache >/dev/null && ccache --max-size=4G >/dev/null
must "build with AddressSanitizer and UBSan" build_preset asan
step "unit tests" run_ctest asan -L '^unit$'
# Without the unit tests once more.
must "build for release" build_preset release gatehouse gatehouse_manual gatehouse-sim process_tests \
    gatehouse-load bare_pipeline
step "process tests" run_ctest release -L '^process$'
[ "$mode" != --quick ] || finish
[ "$mode" != --long ] || step "long tests" run_ctest release -L '^long$'
threaded='unit_store unit_mqtt'
# shellcheck disable=SC2086 # two words, two targets
must "build with ThreadSanitizer" build_preset tsan $threaded
export TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp"
# Damage at random places takes minutes here and tells nothing about threads.
step "rooms with threads under ThreadSanitizer" run_ctest tsan -R "^(${threaded// /|})\\." -E AtRandomPlaces
# shellcheck disable=SC2046 # one word a target
must "build for fuzzing" build_preset fuzz $(fuzz_targets)
step "fuzzing" fuzz
finish
