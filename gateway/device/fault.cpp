#include "gateway/device/fault.hpp"

namespace gatehouse::device {

std::string fault_text(const std::exception_ptr& fault)
{
    try {
        std::rethrow_exception(fault);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "unknown exception";
    }
}

} // namespace gatehouse::device
