#include "vision/link/camera_events.hpp"

namespace gatehouse::vision {
namespace {

// As of every picture that comes with an event.
constexpr std::size_t picture_max = 2U << 20;

void add_picture(model::Event& event, std::string_view kind, std::string bytes)
{
    if (bytes.empty() || bytes.size() > picture_max) return;
    model::Picture picture;
    picture.kind = kind;
    picture.bytes = std::make_shared<const std::string>(std::move(bytes));
    event.pictures.push_back(std::move(picture));
}

model::Event seen_at(base::WallTime when)
{
    model::Event event;
    event.occurred_at = when;
    return event;
}

model::Body body_of(const Finding& finding, const std::string& zone)
{
    if (finding.what == "occupied") {
        model::Detection occupied;
        occupied.what = "occupied";
        occupied.target = "vehicle";
        occupied.region = finding.zone;
        occupied.active = finding.active;
        occupied.name = zone;
        return occupied;
    }
    return model::DeviceHealth{"picture_" + finding.what, !finding.active, finding.detail};
}

} // namespace

model::Event event_of(PlateRead read, std::string key)
{
    auto event = seen_at(read.seen_at);
    event.device_key = std::move(key);
    model::VehiclePassage passage;
    passage.plate = std::move(read.plate);
    event.body = std::move(passage);
    add_picture(event, "scene", std::move(read.scene_picture));
    add_picture(event, "plate", std::move(read.plate_picture));
    return event;
}

model::Event event_of(Finding finding, const std::string& zone)
{
    auto event = seen_at(finding.seen_at);
    event.body = body_of(finding, zone);
    add_picture(event, "scene", std::move(finding.present_picture));
    add_picture(event, "reference", std::move(finding.reference_picture));
    return event;
}

model::Event event_of(Presence presence)
{
    auto event = seen_at(presence.seen_at);
    model::Detection somebody;
    somebody.what = "presence";
    somebody.target = "human";
    somebody.active = presence.active;
    event.body = std::move(somebody);
    add_picture(event, "scene", std::move(presence.picture));
    return event;
}

} // namespace gatehouse::vision
