#include "tests/process/makes.hpp"

#include <array>

namespace gatehouse::proof {
namespace {

constexpr Make isapi{.protocol = "isapi",
                     .estate = R"([[camera]]
id = "isapi"
kind = "plate"
listen = "127.0.0.1:{port}"
username = "admin"
password = "secret"
heartbeat = "1s"
barrier_travel = "100ms"
log_size = 20000
)",
                     .device = R"(kind = "plate"
address = "http://127.0.0.1:{port}"
username = "admin"
password = "secret"
mode = "stream"
backfill_every = "5s"
unproven_max = "5s"
silence_max = "5s"
request_max = "2s"
clock_every = "30s"
)",
                     .tables = "",
                     .pass = "沪A12345",
                     .kind = "vehicle",
                     .password = "secret",
                     .lists = "plate"};

constexpr Make dahua{.protocol = "dahua",
                     .estate = R"([[dahua]]
id = "dahua"
kind = "face"
listen = "127.0.0.1:{port}"
username = "admin"
password = "secret"
)",
                     .device = R"(kind = "face"
address = "http://127.0.0.1:{port}"
username = "admin"
password = "secret"
stream = "both"
heartbeat = "1s"
backfill_every = "5s"
unproven_max = "5s"
request_max = "2s"
clock_every = "30s"
)",
                     .tables = "",
                     .pass = "1001",
                     .kind = "pedestrian",
                     .password = "secret",
                     .lists = "person card"};

constexpr Make facepush{.protocol = "facepush",
                        .estate = R"([[facepush]]
id = "facepush"
listen = "127.0.0.1:{port}"
push = "http://127.0.0.1:{listener}/push/facepush"
heartbeat = "1s"
retry = "500ms"
)",
                        .device = R"(kind = "face"
address = "http://127.0.0.1:{port}"
password = "12345678"
heartbeat_every = "5s"
poll_every = "5s"
backfill_every = "10s"
unproven_max = "10s"
request_max = "2s"
)",
                        .tables = "",
                        .pass = "1001",
                        .kind = "pedestrian",
                        .password = "12345678",
                        .lists = "person"};

constexpr Make modbus{.protocol = "modbus",
                      .estate = R"([[modbus]]
id = "modbus"
listen = "127.0.0.1:{port}"
travel = "300ms"
)",
                      .device = R"(kind = "barrier"
address = "tcp://127.0.0.1:{port}"
poll_every = "50ms"
answer_max = "500ms"
)",
                      .tables = R"([[device.gate]]
open = 0
close = 1
up = 0
down = 1
loop_entry = 2
loop_safety = 3
passages = true
)",
                      .pass = "",
                      .keyed = false,
                      .kind = "vehicle",
                      .password = "",
                      .lists = ""};

constexpr Make onvif{.protocol = "onvif",
                     .estate = R"([[onvif]]
id = "onvif"
kind = "controller"
listen = "127.0.0.1:{port}"
username = "admin"
password = "secret"
)",
                     .device = R"(kind = "controller"
address = "http://127.0.0.1:{port}"
username = "admin"
password = "secret"
pull = "2s"
request_max = "2s"
prove_every = "5s"
clock_every = "1m"
)",
                     .tables = "",
                     .pass = "7654321",
                     .keyed = false,
                     .kind = "pedestrian",
                     .password = "secret",
                     .lists = ""};

constexpr Make osdp{.protocol = "osdp",
                    .estate = R"([[osdp]]
id = "osdp"
listen = "127.0.0.1:{port}"
)",
                    .device = R"(kind = "controller"
address = "tcp://127.0.0.1:{port}"
)",
                    .tables = R"([[device.reader]]
address = 0
door_output = 0
door_contact = 0
)",
                    .pass = "7654321",
                    .keyed = false,
                    .kind = "pedestrian",
                    .password = "",
                    .lists = ""};

constexpr Make uhppote{.protocol = "uhppote",
                       .estate = R"([[uhppote]]
id = "uhppote"
listen = "127.0.0.1:{port}"
serial = 405419896
listener = "127.0.0.1:{port2}"
special_events = true
)",
                       .device = R"(kind = "controller"
address = "udp://127.0.0.1:{port}"
serial = 405419896
listen_port = {port2}
poll_every = "500ms"
backfill_every = "5s"
request_max = "500ms"
)",
                       .tables = "",
                       .pass = "7654321",
                       .kind = "pedestrian",
                       .password = "",
                       .lists = "card"};

constexpr Make vzenith{.protocol = "vzenith",
                       .estate = R"([[vzenith]]
id = "vzenith"
listen = "127.0.0.1:{port}"
push = "http://127.0.0.1:{listener}/push/vzenith"
heartbeat = "1s"
boom_input = 1
)",
                       .device = R"(kind = "plate"
address = "tcp://127.0.0.1:{port}"
heartbeat_every = "1s"
silence_max = "4s"
request_max = "2s"
backfill_every = "5s"
unproven_max = "5s"
open_input = 1
clock_every = "30s"
)",
                       .tables = "",
                       .pass = "沪A12345",
                       .kind = "vehicle",
                       .password = "",
                       .lists = "plate"};

constexpr Make webhook_in{.protocol = "webhook-in",
                          .estate = R"([[webhook-in]]
id = "webhook-in"
push = "http://127.0.0.1:{listener}/push/webhook-in"
secret = "secret"
heartbeat = "1s"
retry = "500ms"
)",
                          .device = R"(kind = "face"
address = "http://127.0.0.1"
password = "secret"
silent_after = "5s"
)",
                          .tables = R"([device.body]
events = "/list"
[[device.event]]
name = "passed"
becomes = "access"
when = { path = "/type", is = ["pass", "refuse"] }
key = ["/id", "/at"]
pictures = [{ kind = "face", path = "/photo" }]
[device.event.fields]
time = "/at"
record = "/id"
person = "/user"
granted = { path = "/result", values = { ok = "true" }, other = "false" }
direction = { path = "/dir", values = { "1" = "in", "2" = "out" }, missing = "unknown" }
credential = { value = "face" }
[[device.event]]
name = "heartbeat"
becomes = "heartbeat"
when = { url = "/heartbeat" }
[device.event.fields]
sent = "/now"
)",
                          .pass = "1001",
                          .kind = "",
                          .password = "",
                          .lists = ""};

constexpr Make zkteco{.protocol = "zkteco",
                      .estate = R"([[zkteco]]
id = "zkteco"
serial = "BOCK200961014"
server = "http://127.0.0.1:{listener}"
dialect = "access"
retry = "500ms"
)",
                      .device = R"(kind = "face"
address = "http://127.0.0.1"
serial = "BOCK200961014"
poll_every = "1s"
command_max = "4s"
unproven_max = "5s"
)",
                      .tables = "",
                      .pass = "1001",
                      .kind = "pedestrian",
                      .password = "",
                      .lists = "person card"};

constexpr std::array table{isapi, dahua, facepush, modbus, onvif, osdp, uhppote, vzenith, webhook_in, zkteco};

} // namespace

std::span<const Make> makes()
{
    return table;
}

} // namespace gatehouse::proof
