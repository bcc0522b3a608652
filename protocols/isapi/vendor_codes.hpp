#pragma once
#include "protocols/isapi/status.hpp"

#include <cstdint>
#include <string_view>

namespace gatehouse::isapi {

// What one of the vendor's codes means at the gate, with what to do about it: one plain sentence in English
// and in Chinese (pains 7). The rows are the table in vendor_codes.cpp; a new code is one row there.
struct VendorCode {
    std::string_view sub_code;   // subStatusCode
    std::int64_t error_code = 0; // errorCode; 0: not published
    Verdict verdict = Verdict::other;
    std::string_view english;
    std::string_view chinese;
};

// By its name, else by its number; null when the table does not know it.
[[nodiscard]] const VendorCode* vendor_code(const ResponseStatus& status);

} // namespace gatehouse::isapi
