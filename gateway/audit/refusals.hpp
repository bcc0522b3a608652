#pragma once
#include "gateway/audit/record.hpp"
#include "gateway/base/clock.hpp"

#include <optional>

namespace gatehouse::audit {

// Keeps a flood of refused requests from flooding the audit: so many a minute are recorded, the others are
// counted, and the next one that is recorded says how many. io thread only.
class Refusals {
public:
    static constexpr int a_minute_max = 30;

    // What is to be recorded; nothing: only counted.
    [[nodiscard]] std::optional<Record> admit(Record record, base::MonoTime now);

private:
    base::MonoTime minute_{}; // began then
    int recorded_ = 0;        // since
    int counted_ = 0;         // since the last one recorded
};

} // namespace gatehouse::audit
