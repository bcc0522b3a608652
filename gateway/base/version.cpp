#include "gateway/base/version.hpp"

namespace gatehouse::base {

std::string_view version()
{
    return GATEHOUSE_VERSION;
}

std::string_view commit()
{
    return GATEHOUSE_COMMIT;
}

std::string_view build_type()
{
    return GATEHOUSE_BUILD_TYPE;
}

} // namespace gatehouse::base
