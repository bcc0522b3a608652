#include "protocols/modbus/passages.hpp"

#include <algorithm>

namespace gatehouse::modbus {

using model::BarrierPosition;
using namespace std::chrono_literals;

namespace {

constexpr int openings_max = 20;
// A gate that never rises, or shows no limit, keeps an opening for as long.
constexpr auto opening_life = 60s;

} // namespace

void Passages::opened(base::MonoTime now)
{
    if (!ours_) left_ = false;
    ours_ = true;
    openings_ = std::min(openings_ + 1, openings_max);
    active_at_ = now;
}

std::vector<Passages::Finding> Passages::observe(const Seen& seen, base::MonoTime now)
{
    std::vector<Finding> findings;
    if (ours_ && seen.entry.value_or(false)) waited_ = true;
    if (ours_ && seen.position != BarrierPosition::closed) left_ = true;
    const bool under = seen.safety.value_or(false);
    if (under_ != under) active_at_ = now;
    if (under_ && !under) vehicle_left(seen, findings);
    raised_ = under && (raised_ || seen.position == BarrierPosition::open);
    under_ = under;
    if (!ours_ || under_) return findings;
    const bool lowered = left_ && seen.position == BarrierPosition::closed;
    // An open boom waits for its vehicle as long as it likes.
    const bool expired = seen.position != BarrierPosition::open && now - active_at_ > opening_life;
    if (lowered || expired) finish(findings);
    return findings;
}

void Passages::vehicle_left(const Seen& seen, std::vector<Finding>& findings)
{
    if (openings_ > 0) {
        --openings_;
        findings.push_back(Finding::passed);
        return;
    }
    // Only a boom that we raised tells who was let in: others may have opened it for theirs.
    if (!ours_) {
        if (raised_) findings.push_back(Finding::passed);
        return;
    }
    if (followed_ || seen.position == BarrierPosition::closed) return;
    followed_ = true;
    findings.push_back(Finding::followed);
}

void Passages::finish(std::vector<Finding>& findings)
{
    if (openings_ > 0 && waited_ && left_) findings.push_back(Finding::backed_off);
    if (followed_) findings.push_back(Finding::follow_over);
    forget();
}

void Passages::forget()
{
    openings_ = 0;
    ours_ = false;
    left_ = false;
    waited_ = false;
    under_ = false;
    raised_ = false;
    followed_ = false;
}

} // namespace gatehouse::modbus
