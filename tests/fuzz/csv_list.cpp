// links: gatehouse_access
#include "gateway/access/csv_list.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse;

// Any bytes have an answer, and what was understood survives export and import.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const access::CsvOptions options;
    const auto list = access::parse_list({reinterpret_cast<const char*>(data), size}, options);
    const auto again = access::parse_list(access::write_list(list.credentials, options.utc_offset), options);
    if (again.credentials.size() != list.credentials.size()) std::abort();
    for (std::size_t i = 0; i < list.credentials.size(); ++i) {
        const auto& before = list.credentials[i];
        const auto& after = again.credentials[i];
        if (before.value != after.value || before.name != after.name || before.note != after.note ||
            before.lanes != after.lanes || before.valid_from != after.valid_from ||
            before.valid_to != after.valid_to)
            std::abort();
    }
    return 0;
}
