#include "vision/evidence/flaw.hpp"

#include <string>

namespace gatehouse::vision::evidence {
namespace {

// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): one static object that nobody deletes
class FlawCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "evidence"; }
    std::string message(int value) const override
    {
        switch (static_cast<Flaw>(value)) {
        case Flaw::no_json: return "the order is no JSON object";
        case Flaw::unknown_member: return "the order has a member that is not known";
        case Flaw::purpose: return "purpose is not alert, report, export or test";
        case Flaw::recipient: return "recipient is not staff, police, centre or public";
        case Flaw::region:
            return "crop and keep_plate_box are four shares [x, y, width, height] inside the picture";
        case Flaw::text: return "text is at most 8 lines of at most 300 bytes, keep_plate one of at most 32";
        case Flaw::budget: return "bytes_max is 8192 to 8388608";
        case Flaw::width: return "width_max is 160 to 8192";
        case Flaw::no_picture: return "there is no picture, or none with 8-bit colours";
        case Flaw::faces_not_looked_for: return "faces are to be masked and no face detector is loaded";
        case Flaw::plates_not_looked_for: return "plates are to be masked and no plate detector is loaded";
        case Flaw::budget_not_met: return "the picture does not fit into bytes_max at any quality";
        case Flaw::failed: return "the picture could not be worked on";
        }
        return "unknown flaw";
    }
};

} // namespace

base::error_code make_error_code(Flaw flaw) noexcept
{
    static const FlawCategory category;
    return {static_cast<int>(flaw), category};
}

} // namespace gatehouse::vision::evidence
