#include "protocols/mqtt/documents.hpp"
#include "tests/unit/protocols/mqtt/cloud_event_check.hpp"

#include <gtest/gtest.h>

namespace gatehouse::mqtt_test {
namespace {

using mqtt::Stamp;
using Faults = std::vector<std::string>;

const model::Names names{.site = "zjd-001", .gateway = "gw1", .utc_offset = std::chrono::minutes(480)};
const Stamp stamp{.id = "01KDVZ0000000000000000ST01",
                  .at = base::WallTime(std::chrono::milliseconds(1'767'225'600'000))};

// A body of every kind, each with its defaults.
template <std::size_t... Index>
std::vector<model::Body> every_body(std::index_sequence<Index...>)
{
    return {model::Body(std::in_place_index<Index>)...};
}

model::Entry entry_of(model::Body body, bool gateway)
{
    model::Entry entry;
    entry.seq = 1042;
    entry.boot_id = "01KDVYZZZZ0000000000000000";
    entry.event.id = "01KDVZ3M7Q0000000000000001";
    entry.event.device = gateway ? "gateway" : "lpr-in-1";
    entry.event.lane = gateway ? "" : "east-in";
    entry.event.occurred_at = entry.event.received_at = stamp.at;
    entry.event.body = std::move(body);
    entry.type = model::type_of(entry.event.body);
    entry.data = model::data_json(entry.event, names.utc_offset);
    return entry;
}

TEST(CloudEvents, AreAllThatTheJournalSendsUpstream)
{
    for (const auto& body : every_body(std::make_index_sequence<std::variant_size_v<model::Body>>()))
        for (const bool gateway : {false, true})
            for (const bool replay : {false, true}) {
                const auto document = model::cloud_event(entry_of(body, gateway), names, replay);
                EXPECT_EQ(cloud_event_faults(document), Faults{}) << document;
            }
}

TEST(CloudEvents, AreAllThatTheGatewaySaysOfItself)
{
    device::DeviceStatus status;
    status.last_heard = status.last_event = stamp.at;
    const mqtt::Reply reply{.command_id = "c1", .device = "gate-1", .outcome = {}};
    mqtt::GatewayState up;
    up.online = true;
    mqtt::GatewayState down;
    down.reason = "lost";
    for (const auto& document :
         {mqtt::state_document(names, stamp, up), mqtt::state_document(names, stamp, down),
          mqtt::info_document(names, stamp, {.version = "0.1.0", .boot_id = stamp.id}),
          mqtt::stat_document(names, stamp, R"({"devices":1})"),
          mqtt::device_document(names, stamp, "gate-1", status), mqtt::reply_document(names, stamp, reply)})
        EXPECT_EQ(cloud_event_faults(document), Faults{}) << document;
}

TEST(CloudEvents, AreNotWhatTheCheckWouldLetPassUnseen)
{
    EXPECT_EQ(cloud_event_faults("[]"), Faults{"no JSON object"});
    EXPECT_EQ(cloud_event_faults("{}").size(), 7U) << "five required attributes, content type and data";
    auto document = mqtt::stat_document(names, stamp, "{}");
    document.insert(1, R"("clock_quality":"synced",)");
    EXPECT_EQ(cloud_event_faults(document), Faults{"clock_quality is no extension name"});
}

// The table of the sheet (§5).
TEST(CloudEvents, OfferEveryCommandThereIs)
{
    const auto info = mqtt::info_document(names, stamp, {.version = "0.1.0", .boot_id = stamp.id});
    for (const char* command : {"barrier-open", "barrier-close", "door-open", "arm", "disarm", "alert-ack",
                                "device-sync", "list-push", "snapshot", "ping", "log-level"})
        EXPECT_NE(info.find('"' + std::string(command) + '"'), std::string::npos) << command;
}

} // namespace
} // namespace gatehouse::mqtt_test
