#include "vision/jpeg/flaw.hpp"

#include <string>

namespace gatehouse::vision::jpeg {
namespace {

// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): one static object that nobody deletes
class FlawCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "jpeg"; }
    std::string message(int value) const override
    {
        switch (static_cast<Flaw>(value)) {
        case Flaw::not_jpeg: return "not a JPEG picture";
        case Flaw::too_many_bytes: return "the picture has more bytes than are taken";
        case Flaw::too_many_pixels: return "the picture is larger than an 8K frame";
        case Flaw::too_many_scans: return "the picture is written in more passes than any camera writes";
        case Flaw::too_much_memory: return "the picture would take too much memory to read";
        case Flaw::colours: return "the picture is neither grey nor in YCbCr or RGB";
        case Flaw::broken: return "the picture is damaged beyond reading";
        case Flaw::no_picture: return "there is no picture to write, or its quality is not 1 to 100";
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

} // namespace gatehouse::vision::jpeg
