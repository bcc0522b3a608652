#include "protocols/isapi/push_desk.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace gatehouse::isapi {

using namespace asio::experimental::awaitable_operators;
using base::Errc;

namespace {

constexpr std::size_t pending_max = 64;
constexpr int refusals_max = 3; // then 200, or the device repeats it for ever

device::PushReply reply(unsigned status)
{
    device::PushReply out;
    out.status = status;
    return out;
}

void attach(Mapped& mapped, const Part& part)
{
    if (part.body->empty()) return; // announced with length 0: legal
    const auto& name = !part.file_name.empty() ? part.file_name
                       : !part.name.empty()    ? part.name
                                               : part.content_id;
    model::Picture picture;
    picture.kind = std::string(picture_kind(name, mapped));
    picture.bytes = part.body;
    mapped.event.pictures.push_back(std::move(picture));
}

} // namespace

asio::awaitable<device::PushReply> PushDesk::take(device::PushRequest request)
{
    if (!session_.config.accept) {
        session_.counter("gatehouse_isapi_pushes_unwanted_total", "Posts of a device whose mode is stream")
            .add();
        co_return reply(200);
    }
    if (!from_device(request.remote)) {
        session_.tell_once("foreign", "post in a device's name from another address refused", request.remote);
        session_
            .counter("gatehouse_isapi_pushes_foreign_total", "Posts in a device's name from another address")
            .add();
        co_return reply(403);
    }
    session_.heard();
    session_.recorder.take(request.body);
    const auto post = SplitPost::of(request.content_type, request.body);
    bool understood = false;
    std::string why;
    auto events = events_of(post, understood, why);
    if (events.empty()) co_return understood ? reply(200) : refuse(why);
    refusals_ = 0;
    // Every event of the post is tried; one that was not kept makes the device send all of it again, and the
    // journal recognises the others.
    base::Result<void> outcome;
    for (auto& event : events) {
        const auto kept = co_await keep(std::move(event));
        if (!kept && kept.error() != Errc::bad_input) outcome = kept.error();
    }
    co_return reply(outcome ? 200 : 503);
}

// Pushes carry no password (sheet §2) and may open a gate, so they must at least come from the device's own
// address: the one configured, or behind a configured name the one we last reached it at.
bool PushDesk::from_device(const std::string& remote) const
{
    const auto& allowed = session_.config.push_from;
    if (std::find(allowed.begin(), allowed.end(), "*") != allowed.end()) return true;
    if (std::find(allowed.begin(), allowed.end(), remote) != allowed.end()) return true;
    boost::system::error_code bad_host, bad_remote;
    auto host = asio::ip::make_address(session_.config.target.host, bad_host);
    const auto peer = asio::ip::make_address(remote, bad_remote);
    if (bad_host) host = asio::ip::make_address(session_.http.peer(), bad_host);
    if (bad_host || bad_remote) return false;
    return host == peer || (host.is_loopback() && peer.is_loopback());
}

// Parts come in any order and under any name: a picture belongs to the document before it, else to the first
// one.
std::vector<Mapped> PushDesk::events_of(const SplitPost& post, bool& understood, std::string& why)
{
    std::vector<Mapped> events;
    std::vector<const Part*> early_pictures;
    why = "the post holds no event";
    for (const auto& part : post.parts) {
        if (part.kind == Part::Kind::picture) {
            events.empty() ? early_pictures.push_back(&part) : attach(events.back(), part);
            continue;
        }
        auto translation = session_.translate(part.text());
        if (translation.outcome == Translation::Outcome::unparsable) {
            why = std::move(translation.text);
            continue;
        }
        understood = true;
        if (translation.outcome == Translation::Outcome::event)
            events.push_back(std::move(translation.mapped));
    }
    if (!events.empty())
        for (const auto* picture : early_pictures)
            attach(events.front(), *picture);
    return events;
}

asio::awaitable<base::Result<void>> PushDesk::keep(Mapped mapped)
{
    const auto& key = mapped.event.device_key;
    const auto waiting = key.empty() ? pending_.end() : pending_.find(key);
    if (waiting != pending_.end()) {
        const auto first = waiting->second;
        if (mapped.more_to_come) return outcome_of(first); // the first post once more
        auto& pictures = first->mapped.event.pictures;
        std::move(pictures.begin(), pictures.end(), std::back_inserter(mapped.event.pictures));
        first->mapped = std::move(mapped);
        return bring(first);
    }
    if (mapped.more_to_come && !key.empty() && pending_.size() < pending_max)
        return await_second(std::move(mapped));
    return offer(std::move(mapped));
}

asio::awaitable<base::Result<void>> PushDesk::await_second(Mapped mapped)
{
    const auto pending = std::make_shared<Pending>(session_.context.executor);
    pending->mapped = std::move(mapped);
    pending_.emplace(pending->mapped.event.device_key, pending);
    // Whoever is cancelled here (the device hung up) leaves nothing behind.
    struct Leave {
        std::map<std::string, PendingPtr>& all;
        PendingPtr own;
        std::string key;
        ~Leave()
        {
            const auto at = all.find(key);
            if (at != all.end() && at->second == own) all.erase(at);
        }
    };
    Leave leave{pending_, pending, pending->mapped.event.device_key};
    co_await (pending->changed.wait() || session_.context.clock.sleep_for(session_.config.picture_wait));
    if (pending->claimed) co_return co_await outcome_of(pending);
    co_return co_await bring(pending);
}

asio::awaitable<base::Result<void>> PushDesk::bring(PendingPtr pending)
{
    pending->claimed = true;
    pending_.erase(pending->mapped.event.device_key);
    struct Finish {
        PendingPtr pending;
        ~Finish()
        {
            pending->finished = true;
            pending->changed.notify();
        }
    };
    pending->outcome = Errc::overloaded; // what the others are told should this be cancelled
    Finish finish{pending};
    pending->changed.notify();
    Mapped mapped = std::move(pending->mapped);
    const auto outcome = co_await offer(std::move(mapped));
    pending->outcome = outcome;
    co_return outcome;
}

asio::awaitable<base::Result<void>> PushDesk::outcome_of(PendingPtr pending)
{
    while (!pending->finished)
        co_await pending->changed.wait();
    co_return pending->outcome;
}

asio::awaitable<base::Result<void>> PushDesk::offer(Mapped mapped)
{
    session_.link_passage(mapped);
    model::Event event = mapped.event;
    const auto taken = co_await session_.delivery.offer(std::move(event));
    if (taken)
        session_.mark_brought(mapped);
    else
        session_.forget(mapped);
    co_return taken;
}

device::PushReply PushDesk::refuse(const std::string& why)
{
    session_.counter("gatehouse_isapi_pushes_refused_total", "Posts of a device that can never be taken")
        .add();
    session_.tell_once("push", "post of a device refused", why);
    refusals_ = why == last_refusal_ ? refusals_ + 1 : 1;
    last_refusal_ = why;
    return reply(refusals_ > refusals_max ? 200 : 400);
}

} // namespace gatehouse::isapi
