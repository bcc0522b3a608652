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
ahead=""
browser=""
threaded=(unit_store unit_mqtt)
trap 'for group in $ahead $browser; do kill -- "-$group" 2>/dev/null; done; rm -rf "$work"' EXIT

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

count() { # JUNIT RESULTS: adds its tests, and says which skipped themselves and why
    local more_passed more_failed more_skipped
    read -r more_passed more_failed more_skipped < <(python3 - "$1" "$2" <<'PY'
import pathlib
import sys
import xml.etree.ElementTree as tree

def cases_of(file):
    try:
        return list(tree.parse(file).iter("testcase"))
    except (OSError, tree.ParseError):
        return []

passed = failed = 0
skipped = []
for case in cases_of(sys.argv[1]):
    # An executable with many tests has written down what became of each; node writes one file of them all.
    inner = cases_of(pathlib.Path(sys.argv[2]) / (case.get("name") + ".xml")) if "status" in case.attrib else [case]
    skips = [one for one in inner if one.find("skipped") is not None]
    failures = [one for one in inner if one.find("failure") is not None]
    skipped += [f"{one.get('classname')}.{one.get('name')}: {one.find('skipped').get('message', '').strip()}" for one in skips]
    if inner:
        passed += len(inner) - len(skips) - len(failures)
        failed += len(failures)
        failed += case.get("status", "run") != "run" and not failures # it broke off, or leaked
    elif case.get("status") == "notrun" and "SKIP" in (case.find("skipped").get("message", "") if case.find("skipped") is not None else ""):
        skipped.append(case.get("name"))
    else: # "notrun" without that word is one whose executable is missing
        passed += case.get("status") == "run"
        failed += case.get("status") != "run"
for one in skipped:
    print("skipped:", one, file=sys.stderr)
print(passed, failed, len(skipped))
PY
    )
    passed=$((passed + more_passed))
    failed=$((failed + more_failed))
    skipped=$((skipped + more_skipped))
}

run_ctest() { # PRESET ARGUMENTS...; at_a_time: so many tests beside each other, else one a core
    local preset="$1" status=0
    shift
    rm -rf "build/$preset/results"
    ctest --test-dir "build/$preset" -j "${at_a_time:-$(nproc)}" --timeout 300 --output-on-failure --output-junit "$work/junit.xml" \
        "$@" >"$work/ctest.log" 2>&1 || status=$?
    # Only what went wrong, and the sum.
    grep -v -E '^ *Start +[0-9]+:|Passed +[0-9.]+ sec *$|^\[ RUN  |^\[       OK|^\[-{10}\]' "$work/ctest.log" | tail -n 200
    local before=$failed
    count "$work/junit.xml" "build/$preset/results"
    rm -f "$work/junit.xml"
    [ $status -eq 0 ] || [ "$failed" -gt "$before" ] || failed=$((failed + 1))
    return $status
}

onvif_client() {
    need_node
    timeout 60 npm ci --prefix tests/peers/onvif --ignore-scripts --no-audit --no-fund --fetch-retries=0
}

# A browser waits most of the time, as the process tests do: it begins beside them, and is counted afterwards. Screenshots,
# and what was on the screen when something failed, are left in build/screenshots.
browser_files() {
    local file name status=0
    renice -n 10 "$BASHPID" >/dev/null
    npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund --fetch-retries=0 || return
    rm -rf build/screenshots
    for file in tests/browser/*_test.mjs; do
        name="$(basename "$file" .mjs)"
        GATEHOUSE_BIN=build/release/bin timeout -k 30 300 node --test-reporter=spec --test-reporter-destination=stdout \
            --test-reporter=junit --test-reporter-destination="$work/browser/$name.xml" "$file" \
            >"$work/browser/$name.log" 2>&1 || status=$?
    done
    return $status
}

begin_browser_tests() {
    mkdir "$work/browser"
    set -m # a process group of its own, to be ended with us
    browser_files >"$work/browser.log" 2>&1 &
    browser=$!
    set +m
}

browser_tests() {
    local status=0 file name before=$failed
    wait "$browser" || status=$?
    browser=""
    [ $status -eq 0 ] || tail -n 20 "$work/browser.log"
    for file in tests/browser/*_test.mjs; do
        name="$(basename "$file" .mjs)"
        grep -v -E '^(✔|ℹ)' "$work/browser/$name.log" | tail -n 200
        count "$work/browser/$name.xml" "$work"
    done
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

fuzz_one() { # TARGET WORK: five seconds, beginning with the corpus
    local target="$1" work="$2" mine="$2/fuzz/$1"
    mkdir -p "$mine/corpus"
    "build/fuzz/bin/$target" -max_total_time=5 -rss_limit_mb=1024 -print_final_stats=0 -artifact_prefix="$mine/" \
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

# The last two builds use what the process tests leave of the machine, which is most of it: they wait for clocks, brokers
# and devices. What goes wrong here goes wrong again where the build is due, and is shown there.
build_ahead() {
    set -m
    {
        renice -n 19 "$BASHPID"
        build_preset tsan "${threaded[@]}"
        # shellcheck disable=SC2046 # one word a target
        build_preset fuzz $(fuzz_targets)
    } >"$work/ahead.log" 2>&1 &
    ahead=$!
    set +m
}

must "packages" need_packages build run check
must "npm" need_node
command -v ccache >/dev/null && ccache --max-size=4G >/dev/null
must "build with AddressSanitizer and UBSan" build_preset asan
if [ "$mode" = --quick ]; then # else they are what fuzzing begins with
    must "build of the corpora's readers" build_preset asan corpora
    step "corpora" run_ctest asan -L '^corpora$'
fi
step "unit tests" run_ctest asan -L '^unit$'
# Without the unit tests once more.
must "build for release" build_preset release gatehouse gatehouse-vision gatehouse_manual gatehouse-sim process_tests peer_tests \
    gatehouse-load gatehouse-codecs gatehouse-decisions gatehouse-replay bare_pipeline bare_poll
begin_browser_tests
[ "$mode" = --quick ] || build_ahead
step "networks and what they learn from" run_ctest release -L '^training$'
step "process tests" run_ctest release -L '^process$'
# They wait most of the time.
at_a_time=6 step "every make through the same troubles" run_ctest release -L '^makes$'
if step "marks of the makes" python3 tests/process/quality.py build/release/scenarios --check protocols/README.md; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
fi
# Where it cannot be fetched, its tests say so and are skipped.
step "ONVIF client from npm" onvif_client
step "drivers against other makers' programs" run_ctest release -L '^peers$'
step "console in a browser, and what the API refuses" browser_tests
at_a_time=3 step "cameras that recognise nothing" run_ctest release -L '^cameras$'
[ "$mode" != --quick ] || finish
[ "$mode" != --long ] || step "long tests" run_ctest release -L '^long$'
[ "$mode" != --long ] || step "long tests with AddressSanitizer" run_ctest asan -L '^long$'
step "builds that began beside the process tests" wait "$ahead"
ahead=""
must "build with ThreadSanitizer" build_preset tsan "${threaded[@]}"
export TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp"
# Damage at random places takes minutes here and tells nothing about threads.
GTEST_FILTER='-*AtRandomPlaces*' step "rooms with threads under ThreadSanitizer" \
    run_ctest tsan -R "^($(IFS='|'; echo "${threaded[*]}"))\\."
# shellcheck disable=SC2046 # one word a target
must "build for fuzzing" build_preset fuzz $(fuzz_targets)
step "fuzzing" fuzz
finish
