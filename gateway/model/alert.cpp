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
    }
    return "closed";
}

} // namespace gatehouse::model
