#include "gateway/api/passage_view.hpp"

#include "gateway/access/weak_characters.hpp"
#include "gateway/api/masking.hpp"
#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"
#include "gateway/model/enum_text.hpp"
#include "gateway/model/plate_grammar.hpp"

namespace gatehouse::api {
namespace {

using model::JsonWriter;

// What a read and a passage have in common.
struct Seen {
    bool vehicle = true;
    const model::Plate* plate = nullptr;
    std::string person;
    std::string credential;
};

Seen seen_in(const model::Body& body)
{
    Seen seen;
    if (const auto* vehicle = std::get_if<model::VehiclePassage>(&body)) seen.plate = &vehicle->plate;
    if (const auto* attempt = std::get_if<model::AccessAttempt>(&body))
        seen = {
            .vehicle = false, .plate = nullptr, .person = attempt->person, .credential = attempt->credential};
    if (const auto* passage = std::get_if<model::Passage>(&body))
        seen = {.vehicle = passage->vehicle,
                .plate = passage->vehicle ? &passage->plate : nullptr,
                .person = passage->person,
                .credential = passage->credential};
    return seen;
}

void write_plate(JsonWriter& json, const Services& services, const model::Plate* plate, bool masked)
{
    json.key("plate");
    if (plate == nullptr || plate->text.empty()) {
        json.null();
        return;
    }
    json.begin_object().member("text", masked ? masked_plate(plate->text) : plate->text);
    json.member_if("color", plate->color);
    if (plate->confidence >= 0) json.member("confidence", plate->confidence);
    json.key("weak").begin_array();
    if (services.weak_character && !masked)
        for (const auto position : access::weak_characters(*plate, services.weak_character()))
            json.value(static_cast<std::uint64_t>(position + 1));
    json.end_array().end_object();
}

void write_person(JsonWriter& json, const Services& services, const std::string& person, bool masked)
{
    json.key("person");
    if (person.empty() || masked) {
        json.null();
        return;
    }
    json.begin_object().member("id", person);
    json.member_if("name", services.person_name ? services.person_name(person) : std::string()).end_object();
}

void write_decision(JsonWriter& json, const std::optional<model::Decision>& decision)
{
    json.key("decision");
    if (!decision) {
        json.null();
        return;
    }
    const bool refused = decision->result == model::Decision::Result::refuse;
    json.begin_object().member("result",
                               refused ? std::string_view("deny") : model::to_string(decision->result));
    json.member("rule", decision->rule);
    write_texts(json, "reasons", decision->reasons);
    json.member_if("instruction", decision->instruction).end_object();
}

} // namespace

void write_passage(JsonWriter& json, const Services& services, const PassageView& view)
{
    const auto& event = view.entry.event;
    const auto seen = seen_in(event.body);
    json.begin_object().member("seq", view.entry.seq).member("id", event.id);
    json.member("time", base::format_time(event.occurred_at, services.utc_offset));
    json.member("kind", seen.vehicle ? "vehicle" : "person").member("lane", event.lane);
    json.member("device", event.device).member("direction", model::to_string(event.direction));
    write_plate(json, services, seen.plate, view.masked);
    write_person(json, services, seen.person, view.masked);
    json.key("credential");
    if (seen.credential.empty())
        json.null();
    else
        json.value(seen.credential);
    write_decision(json, event.decision);
    if (view.passed) json.member("passed", *view.passed);
    json.member("history", event.history).key("pictures").begin_array();
    for (const auto& picture : event.pictures)
        json.begin_object().member("kind", picture.kind).member("sha256", picture.sha256).end_object();
    json.end_array().end_object();
}

} // namespace gatehouse::api
