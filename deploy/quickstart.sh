#!/bin/bash
# A whole estate on this machine: broker, simulated devices and gateway, all on loopback, all gone on Ctrl-C.
#   deploy/quickstart.sh            runs until Ctrl-C, says where the console is and prints what reaches the broker
#   deploy/quickstart.sh --check    ends with 0 once real events of two kinds reached the broker and one command from the
#                                   broker opened one barrier once; else 1 and the reason, within 60 s after the build
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/prerequisites.sh

check=no
case "${1:-}" in
    "") ;;
    --check) check=yes ;;
    *) sed -n '2,5p' "$0"; exit 2 ;;
esac

need_packages build run
need_node
build_preset release gatehouse gatehouse-sim || { echo "quickstart: the build failed" >&2; exit 1; }
bin="$PWD/build/release/bin"

work="$(mktemp -d /tmp/gatehouse-quickstart.XXXXXX)"
chmod 700 "$work"
declare -A running=()
# Each child in a session of its own: Ctrl-C reaches only this script, which stops them in order. A second signal would
# make the gateway skip its good-byes.

stop_all() { # the gateway first: it says good-bye to the broker
    local name
    trap '' INT TERM HUP
    for name in watch gateway sim broker; do
        local pid="${running[$name]:-}"
        [ -n "$pid" ] || continue
        kill -TERM "$pid" 2>/dev/null || true
        for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

fail() {
    echo "quickstart: $1" >&2
    local log
    for log in gateway sim broker; do
        [ -s "$work/$log.log" ] || continue
        echo "--- the last lines of $log.log" >&2
        tail -n 25 "$work/$log.log" >&2
    done
    exit 1
}

read -r broker_port api_port listener_port < <(python3 - <<'PY'
import socket
held = [socket.socket() for _ in range(3)]
for s in held:
    s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in held])
PY
)

# --- broker
cat >"$work/mosquitto.conf" <<EOF
listener $broker_port 127.0.0.1
allow_anonymous true
persistence false
user $(id -un)
EOF
PATH="$PATH:/usr/sbin" setsid mosquitto -c "$work/mosquitto.conf" >"$work/broker.log" 2>&1 &
running[broker]=$!

# --- estate: two plate cameras with barriers (one is asked, one posts), a face terminal, a camera. Whoever lives here has
# a plate on the list; two cars are strangers. For --check everything happens at once, and nobody is on a list.
residents="$(for n in 10326 27B81 5K902 8D315 60Z77 C4419 92M36 7F058; do echo "沪A$n"; done; echo 沪AD30618; echo 沪AF71255)"
quoted() { printf '"%s", ' "$@"; }
cars="$(quoted $residents 沪BX4071 沪C60P82)"
persons="$(quoted 1017 1023 1040 1058 1066 1071)"
if [ "$check" = yes ]; then often=40/m seldom=30/m; else often=9/m seldom=2/m; fi
password="$(head -c 9 /dev/urandom | base64 | tr -d '+/=')"
(umask 077 && printf '%s' "$password" >"$work/device.secret")
cat >"$work/estate.toml" <<EOF
[[camera]]
id = "lpr-in"
kind = "plate"
listen = "127.0.0.1:0"
username = "gatehouse"
password = "$password"
texts = [$cars]
rate = "$often"
seed = 11
pictures = 2
picture_bytes = 20000
scenes = true
heartbeat = "2s"
barrier_auto_close = "4s"

[[camera]]
id = "lpr-out"
kind = "plate"
listen = "127.0.0.1:0"
username = "gatehouse"
password = "$password"
push = "http://127.0.0.1:$listener_port/push/lpr-out"
texts = [$cars]
rate = "$often"
seed = 12
pictures = 2
picture_bytes = 20000
scenes = true
heartbeat = "2s"
device_opens = true
barrier_auto_close = "4s"

[[camera]]
id = "face-east"
kind = "face"
listen = "127.0.0.1:0"
username = "gatehouse"
password = "$password"
texts = [$persons]
rate = "$often"
seed = 13
picture_bytes = 20000
scenes = true
heartbeat = "2s"

[[camera]]
id = "cam-yard"
kind = "camera"
listen = "127.0.0.1:0"
username = "gatehouse"
password = "$password"
rate = "$seldom"
seed = 14
scenes = true
heartbeat = "2s"
EOF
setsid "$bin/gatehouse-sim" --estate "$work/estate.toml" --oracle "$work/oracle.jsonl" >"$work/sim.log" 2>&1 &
running[sim]=$!
for _ in $(seq 50); do grep -q '"ready"' "$work/sim.log" && break; sleep 0.1; done
grep -q '"ready"' "$work/sim.log" || fail "the simulated estate does not start"
port_of() { sed -n "s/.*\"device\":\"$1\",\"port\":\([0-9]*\).*/\1/p" "$work/sim.log"; }

# --- gateway
device() { # id, kind, name
    cat <<EOF

[[device]]
id = "$1"
name = "$3"
protocol = "isapi"
kind = "$2"
address = "http://127.0.0.1:$(port_of "$1")"
username = "gatehouse"
password = { file = "$work/device.secret" }
EOF
}
{
    cat <<EOF
[site]
id = "quickstart"
name = "演示小区"
timezone = "Asia/Shanghai"

[gateway]
id = "gw1"
data_dir = "$work/data"
control_socket = "$work/control.sock"

[api]
listen = "127.0.0.1:$api_port"

[listener]
listen = "127.0.0.1:$listener_port"
EOF
    device lpr-in plate "东门进口相机"
    device lpr-out plate "东门出口相机"
    device face-east face "东门人脸终端"
    device cam-yard camera "庭院摄像机"
    cat <<EOF

[[lane]]
id = "east-in"
name = "东门进口"
kind = "vehicle"
direction = "in"
readers = ["lpr-in"]
barrier = "lpr-in/1"
decide = "gateway"

[[lane]]
id = "east-out"
name = "东门出口"
kind = "vehicle"
direction = "out"
readers = ["lpr-out"]
barrier = "lpr-out/1"
decide = "device"

[[lane]]
id = "east-door"
name = "东门人行"
kind = "pedestrian"
direction = "in"
readers = ["face-east"]
decide = "device"

[[upstream]]
name = "centre"
protocol = "mqtt"
url = "mqtt://127.0.0.1:$broker_port"
EOF
} >"$work/gatehouse.toml"
chmod 600 "$work/gatehouse.toml"
mkdir -m 700 "$work/data"
"$bin/gatehouse" check --config "$work/gatehouse.toml" >"$work/gateway.log" 2>&1 || fail "the configuration is refused"

watch=(python3 deploy/quickstart_watch.py --broker "$broker_port" --prefix gh/v1/quickstart/gw1
    --oracle "$work/oracle.jsonl")
import_lists() { # who lives here, by flat
    local n=100
    {
        echo "plate,name"
        for plate in $residents; do echo "$plate,$((++n % 6 + 1))号楼$n"; done
    } >"$work/residents.csv"
    {
        echo "person,name"
        for person in 1017 1023 1040 1058 1066 1071; do echo "$person,住户$person"; done
    } >"$work/persons.csv"
    "$bin/gatehouse" list import "$work/residents.csv" --socket "$work/control.sock" --operator quickstart &&
        "$bin/gatehouse" list import "$work/persons.csv" --socket "$work/control.sock" --operator quickstart
}

if [ "$check" = yes ]; then
    setsid "${watch[@]}" --check >"$work/watch.log" 2>&1 &
    running[watch]=$!
    sleep 0.3 # the broker forgets what nobody listens to
fi
setsid "$bin/gatehouse" run --config "$work/gatehouse.toml" >"$work/gateway.log" 2>&1 &
running[gateway]=$!

if [ "$check" = no ]; then
    for _ in $(seq 100); do
        curl -fsS -o /dev/null "http://127.0.0.1:$api_port/healthz" 2>/dev/null && break
        kill -0 "${running[gateway]}" 2>/dev/null || fail "the gateway ended"
        sleep 0.1
    done
    import_lists >"$work/import.log" 2>&1 || fail "the lists are not taken: $(tail -n 3 "$work/import.log")"
    console="console: http://127.0.0.1:$api_port/   $(grep -o -i 'set-up code:.*' "$work/gateway.log" || true)"
    setsid "${watch[@]}" --reminder "$console   broker: mqtt://127.0.0.1:$broker_port   Ctrl-C ends all of it" &
    running[watch]=$!
    wait -n "${running[gateway]}" "${running[watch]}" || true
    fail "the gateway or the broker's listener ended"
fi

status=0
wait "${running[watch]}" || status=$?
unset 'running[watch]'
cat "$work/watch.log"
[ "$status" -eq 0 ] || fail "the check failed"
kill -0 "${running[gateway]}" 2>/dev/null || fail "the gateway ended before the check did"
echo "quickstart: ok"
