// links: gatehouse_access
#include "gateway/access/consent_csv.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse;

// Any bytes have an answer, and no record lacks what a consent needs.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto parsed =
        access::parse_consents({reinterpret_cast<const char*>(data), size}, std::chrono::minutes(480));
    for (const auto& record : parsed.records) {
        const bool whole = !record.person.empty() && !record.text_version.empty() && !record.method.empty() &&
                           (!record.under_14 || !record.guardian.empty());
        if (!whole) std::abort();
    }
    return 0;
}
