#include "gateway/model/envelope.hpp"

#include "gateway/base/time_text.hpp"
#include "gateway/model/enum_text.hpp"
#include "gateway/model/json_writer.hpp"

#include <array>
#include <charconv>

namespace gatehouse::model {
namespace {

constexpr std::size_t topic_size_max = 128; // several brokers refuse longer ones (mqtt-upstream.md §1)
constexpr std::size_t segment_size_max = 32;

// An alert speaks of its device even when the gateway itself noticed the trouble.
const std::string& device_of(const Event& event)
{
    const auto* changed = std::get_if<AlertChanged>(&event.body);
    return changed != nullptr && !changed->alert.device.empty() ? changed->alert.device : event.device;
}

// Ids come from a checked configuration; this keeps wildcards and upper case out of a topic whatever happens.
void append_segment(std::string& topic, std::string_view text, std::size_t size_max)
{
    if (text.empty()) text = "unknown";
    for (char c : text.substr(0, size_max)) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        topic += plain ? c : '-';
    }
}

void append_time_member(std::string& out, JsonWriter& json, std::string_view name, WallTime at,
                        const Names& names)
{
    json.key(name).raw("\"");
    base::append_time(out, at, names.utc_offset);
    out += '"';
}

void append_source(std::string& out, JsonWriter& json, const std::string& device, const Names& names)
{
    json.key("source").raw("\"");
    out.append("/sites/").append(names.site).append("/gateways/").append(names.gateway);
    if (device != "gateway" && !device.empty()) out.append("/devices/").append(device);
    out += '"';
}

// 20 digits, so that sequence numbers sort as text.
void append_sequence(std::string& out, JsonWriter& json, std::int64_t seq)
{
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), seq).ptr;
    const auto size = static_cast<std::size_t>(end - digits.data());
    json.key("sequence").raw("\"");
    out.append(20 - size, '0').append(digits.data(), size).append("\"");
}

} // namespace

std::string cloud_event(const Entry& entry, const Names& names, bool replay)
{
    const auto& event = entry.event;
    const auto kind = kind_of(event.body);
    std::string out;
    out.reserve(entry.data.size() + 640);
    JsonWriter json(out);
    json.begin_object().member("specversion", "1.0").member("id", event.id);
    append_source(out, json, device_of(event), names);
    json.key("type").raw("\"cn.gatehouse.");
    out.append(entry.type).append(".v1\"");
    if (!event.lane.empty()) {
        json.key("subject").raw("\"lane/");
        out.append(event.lane).append("\"");
    }
    append_time_member(out, json, "time", event.occurred_at, names);
    json.member("datacontenttype", "application/json");
    // All transitions of an alert carry the same document, hence one schema (§2).
    json.key("dataschema").raw("\"urn:gatehouse:schema:");
    out.append(kind.priority == Priority::alert ? std::string_view("alert") : std::string_view(entry.type));
    out.append(":").append(kind.schema).append("\"");
    append_sequence(out, json, entry.seq);
    json.member("bootid", entry.boot_id);
    append_time_member(out, json, "receivedtime", event.received_at, names);
    json.member("clockquality", to_string(event.clock_quality));
    if (replay) json.member("replay", "1");
    json.key("data").raw(entry.data).end_object();
    return out;
}

std::string topic_of(const Entry& entry, const Names& names)
{
    std::string topic;
    topic.reserve(topic_size_max);
    topic += "gh/v1/";
    append_segment(topic, names.site, segment_size_max);
    topic += '/';
    append_segment(topic, names.gateway, segment_size_max);
    std::string device;
    append_segment(device, device_of(entry.event), segment_size_max);
    if (const auto* changed = std::get_if<AlertChanged>(&entry.event.body)) {
        topic += "/alert/";
        // The longest ids and a long kind exceed the limit together; the payload has the whole kind.
        const auto room = topic_size_max - topic.size() - 1 - device.size();
        append_segment(topic, changed->alert.kind, std::min(segment_size_max, room));
    } else {
        topic += "/evt/";
        topic += kind_of(entry.event.body).topic_class;
    }
    topic += '/';
    topic += device;
    return topic;
}

} // namespace gatehouse::model
