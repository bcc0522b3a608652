#include "gateway/notify/rate_window.hpp"

#include <algorithm>

namespace gatehouse::notify {

RateWindow::RateWindow(std::vector<Rate> rates) : rates_(std::move(rates))
{
    for (const auto& rate : rates_)
        kept_max_ = std::max(kept_max_, rate.count);
}

void RateWindow::note(base::MonoTime at)
{
    sent_.push_back(at);
    while (sent_.size() > kept_max_)
        sent_.pop_front();
}

base::MonoTime RateWindow::free_at(double share) const
{
    base::MonoTime free{};
    for (const auto& rate : rates_) {
        const auto allowed =
            std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(rate.count) * share));
        if (sent_.size() < allowed) continue;
        free = std::max(free, sent_[sent_.size() - allowed] + rate.per);
    }
    return free;
}

} // namespace gatehouse::notify
