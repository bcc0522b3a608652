#include "gateway/base/errc.hpp"

#include <string>

namespace gatehouse::base {
namespace {

// One static object that nobody deletes: a trivial destructor keeps it alive to the very end.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor)
class Category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "gatehouse"; }
    std::string message(int value) const override
    {
        switch (static_cast<Errc>(value)) {
        case Errc::timed_out: return "timed out";
        case Errc::closed: return "connection closed by the peer";
        case Errc::unreachable: return "unreachable";
        case Errc::bad_input: return "malformed input";
        case Errc::too_large: return "larger than the limit";
        case Errc::overloaded: return "overloaded, try later";
        case Errc::not_found: return "not found";
        case Errc::already_exists: return "already exists";
        case Errc::unauthorised: return "not authorised";
        case Errc::locked_out: return "locked out by the device";
        case Errc::untrusted: return "certificate not trusted";
        case Errc::unsupported: return "not supported";
        case Errc::busy: return "busy";
        case Errc::expired: return "expired";
        case Errc::conflict: return "conflicts with the present state";
        case Errc::unavailable: return "not available now";
        case Errc::damaged: return "damaged";
        case Errc::disk_full: return "disk full";
        case Errc::cancelled: return "cancelled";
        case Errc::failed: return "failed";
        }
        return "unknown error";
    }
};

} // namespace

const boost::system::error_category& gatehouse_category() noexcept
{
    static const Category category;
    return category;
}

error_code make_error_code(Errc code) noexcept
{
    return {static_cast<int>(code), gatehouse_category()};
}

} // namespace gatehouse::base
