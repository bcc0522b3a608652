#include "gateway/app/parts.hpp"

namespace gatehouse::app {
namespace {

using base::Errc;
using base::Result;
using model::Status;

constexpr std::chrono::seconds picture_limit{15};
constexpr std::size_t newest_events = 100; // of the device: the picture is among them

Errc reason_of(const model::Outcome& outcome)
{
    if (outcome.status == Status::accepted || outcome.code == "unsupported") return Errc::unsupported;
    if (outcome.status == Status::expired || outcome.code == "timed_out") return Errc::timed_out;
    if (outcome.code == "device_unknown") return Errc::not_found;
    return Errc::unavailable;
}

} // namespace

model::Command Parts::picture_order(const std::string& device, const std::string& actor)
{
    model::Command order;
    order.id = ids.next();
    order.origin = "api";
    order.action = model::Action::snapshot;
    order.device = device;
    order.operator_name = actor;
    order.reason = "live picture";
    order.issued_at = ports.clock.wall();
    order.expires = order.issued_at + picture_limit;
    return order;
}

// The driver keeps the picture as an event of its device, named by the order; a camera that only tells later
// what it sees gives no live picture.
asio::awaitable<Result<std::string>> Parts::live_picture(std::string device, std::string actor)
{
    if (!supervisor->status(device)) co_return Errc::not_found;
    if (!pictures_taken.insert(device).second) co_return Errc::busy;
    struct Turn {
        std::set<std::string>& taken;
        const std::string& device;
        ~Turn() { taken.erase(device); }
    };
    const Turn turn{pictures_taken, device};
    auto order = picture_order(device, actor);
    const auto key = "snapshot/" + order.id;
    const auto outcome = co_await commands->run(std::move(order));
    if (outcome.status != Status::confirmed) co_return reason_of(outcome);
    store::EventFilter filter;
    filter.device = device;
    filter.newest_first = true;
    filter.limit = newest_events;
    const auto newest = co_await store->events(filter);
    if (!newest) co_return newest.error();
    for (const auto& entry : *newest)
        if (entry->event.device_key == key && !entry->event.pictures.empty())
            co_return co_await store->picture(entry->event.pictures.front().sha256);
    co_return Errc::unavailable;
}

asio::awaitable<Result<api::MadePicture>> Parts::make_evidence(std::string order, std::string picture)
{
    auto answer =
        co_await eyes->ask(vision::Question::evidence, std::move(order), std::move(picture), picture_limit);
    if (!answer) co_return answer.error();
    co_return api::MadePicture{std::move(answer->result), std::move(answer->picture)};
}

asio::awaitable<Result<std::string>> Parts::check_portrait(std::string picture)
{
    auto answer = co_await eyes->ask(vision::Question::enrolment_check, std::string("{}"), std::move(picture),
                                     picture_limit);
    if (!answer) co_return answer.error();
    co_return std::move(answer->result);
}

asio::awaitable<Result<void>> Parts::relearn_camera(std::string device)
{
    if (!supervisor->status(device)) co_return Errc::not_found;
    auto relearnt = co_await eyes->relearn(std::move(device));
    if (relearnt.error() == Errc::not_found) co_return Errc::unsupported;
    co_return relearnt;
}

} // namespace gatehouse::app
