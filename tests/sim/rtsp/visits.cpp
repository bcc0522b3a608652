#include "tests/sim/rtsp/visits.hpp"

#include <algorithm>

namespace gatehouse::sim::rtsp {
namespace {

double part(std::chrono::duration<double> span, Span whole)
{
    return std::clamp(span / std::chrono::duration<double>(whole), 0.0, 1.0);
}

} // namespace

void Visits::add(std::string plate, Span stay, base::MonoTime now)
{
    drop_gone(now);
    if (waiting_.empty()) begun_ = now;
    waiting_.push_back({std::move(plate), stay});
}

void Visits::drop_gone(base::MonoTime now)
{
    while (!waiting_.empty()) {
        const auto gone = begun_ + arrival + waiting_.front().stay + departure;
        if (now < gone) return;
        waiting_.pop_front();
        begun_ = gone + between_cars;
    }
}

std::optional<Visits::Car> Visits::at(base::MonoTime now)
{
    drop_gone(now);
    if (waiting_.empty() || now < begun_) return std::nullopt;
    const auto& visit = waiting_.front();
    const auto so_far = std::chrono::duration<double>(now - begun_);
    const double coming = part(so_far, arrival);
    // It brakes towards the barrier.
    const double driven =
        coming < 1 ? coming * (2 - coming) : 1 + part(so_far - arrival - visit.stay, departure);
    return Car{visit.plate, driven};
}

} // namespace gatehouse::sim::rtsp
