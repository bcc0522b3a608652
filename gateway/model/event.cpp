#include "gateway/model/event.hpp"

#include <algorithm>

namespace gatehouse::model {
namespace {

struct KindOf {
    EventKind operator()(const VehiclePassage& body) const
    {
        return {"vehicle", body.passed ? "passed" : "refused", "1.0"};
    }
    EventKind operator()(const AccessAttempt& body) const
    {
        return {"access", body.granted ? "granted" : "denied", "1.0"};
    }
    EventKind operator()(const BarrierMoved&) const { return {"barrier", "moved", "1.0"}; }
    EventKind operator()(const BarrierFault&) const { return {"barrier", "fault", "1.0"}; }
    EventKind operator()(const DoorState&) const { return {"door", "state", "1.0"}; }
    EventKind operator()(const Tamper&) const { return {"device", "tamper", "1.0"}; }
    EventKind operator()(const Duress&) const { return {"access", "duress", "1.0"}; }
    EventKind operator()(const InputChanged&) const { return {"device", "input", "1.1"}; }
    EventKind operator()(const Detection&) const { return {"device", "detection", "1.0"}; }
    EventKind operator()(const DeviceLink&) const { return {"device", "link", "1.0"}; }
    EventKind operator()(const DeviceHealth&) const { return {"device", "health", "1.0"}; }
    EventKind operator()(const DeviceClock&) const { return {"device", "clock", "1.0"}; }
    EventKind operator()(const SystemNotice&) const { return {"system", "notice", "1.0"}; }
    EventKind operator()(const Gap&) const { return {"system", "gap", "1.0"}; }
    EventKind operator()(const CommandDone&) const { return {"system", "command", "1.0"}; }
    EventKind operator()(const AlertChanged& body) const
    {
        return {"alert", to_string(body.alert.state), "1.1", Priority::alert};
    }
    EventKind operator()(const Passage& body) const
    {
        return {body.vehicle ? "vehicle" : "access", "passage", "1.0"};
    }
};

} // namespace

Passage::Passage() = default;
Passage::Passage(const Passage& other) = default;
Passage::Passage(Passage&& other) noexcept = default;
Passage& Passage::operator=(const Passage& other) = default;
Passage& Passage::operator=(Passage&& other) noexcept = default;
Passage::~Passage() = default;

bool Passage::has(std::string_view flag) const
{
    return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

void Passage::mark(std::string_view flag)
{
    if (!has(flag)) flags.emplace_back(flag);
}

void Passage::unmark(std::string_view flag)
{
    std::erase(flags, flag);
}

Event::Event() = default;
Event::Event(const Event& other) = default;
Event::Event(Event&& other) noexcept = default;
Event& Event::operator=(const Event& other) = default;
Event& Event::operator=(Event&& other) noexcept = default;
Event::~Event() = default;

EventKind kind_of(const Body& body)
{
    return std::visit(KindOf{}, body);
}

std::string type_of(const Body& body)
{
    const auto kind = kind_of(body);
    std::string type;
    type.reserve(kind.topic_class.size() + 1 + kind.verb.size());
    type += kind.topic_class;
    type += '.';
    type += kind.verb;
    return type;
}

} // namespace gatehouse::model
