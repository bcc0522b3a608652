#include "gateway/audit/refusals.hpp"

namespace gatehouse::audit {

std::optional<Record> Refusals::admit(Record record, base::MonoTime now)
{
    if (now - minute_ >= std::chrono::minutes(1)) {
        minute_ = now;
        recorded_ = 0;
    }
    if (recorded_ >= a_minute_max) {
        ++counted_;
        return std::nullopt;
    }
    ++recorded_;
    if (counted_ > 0) record.detail += " (and " + std::to_string(counted_) + " refused before it)";
    counted_ = 0;
    return record;
}

} // namespace gatehouse::audit
