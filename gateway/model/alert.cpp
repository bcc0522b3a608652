#include "gateway/model/alert.hpp"

namespace gatehouse::model {

Alert::Alert() = default;
Alert::Alert(const Alert& other) = default;
Alert::Alert(Alert&& other) noexcept = default;
Alert& Alert::operator=(const Alert& other) = default;
Alert& Alert::operator=(Alert&& other) noexcept = default;
Alert::~Alert() = default;

std::string_view to_string(Alert::State state)
{
    switch (state) {
    case Alert::State::raised: return "raised";
    case Alert::State::acknowledged: return "acknowledged";
    case Alert::State::cleared: return "cleared";
    case Alert::State::closed: break;
    case Alert::State::suppressed: return "suppressed";
    case Alert::State::verified: return "verified";
    case Alert::State::rejected: return "rejected";
    case Alert::State::dispatched: return "dispatched";
    case Alert::State::handling: return "handling";
    case Alert::State::escalated: return "escalated";
    case Alert::State::transferred: return "transferred";
    case Alert::State::resolved: return "resolved";
    case Alert::State::reopened: return "reopened";
    case Alert::State::suspended: return "suspended";
    }
    return "closed";
}

std::string_view to_string(Role role)
{
    switch (role) {
    case Role::guard: return "guard";
    case Role::maintenance: return "maintenance";
    case Role::manager: return "manager";
    case Role::duty: return "duty";
    case Role::centre: return "centre";
    case Role::system: break;
    }
    return "system";
}

} // namespace gatehouse::model
