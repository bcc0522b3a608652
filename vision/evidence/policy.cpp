#include "vision/evidence/policy.hpp"

namespace gatehouse::vision::evidence {
namespace {

constexpr Masks nothing{false, PlateMask::none};
constexpr Masks others{true, PlateMask::foreign};
constexpr Masks everything{true, PlateMask::all};

} // namespace

Masks masks_for(Purpose purpose, Recipient recipient)
{
    if (recipient == Recipient::everybody || purpose == Purpose::test) return everything;
    if (purpose == Purpose::alert && recipient == Recipient::staff) return nothing;
    if (purpose == Purpose::handover && recipient == Recipient::police) return nothing;
    return others;
}

} // namespace gatehouse::vision::evidence
