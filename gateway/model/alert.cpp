#include "gateway/model/alert.hpp"

namespace gatehouse::model {

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
