#include "protocols/isapi/push_desk.hpp"

#include "protocols/net/push_source.hpp"

#include <algorithm>
#include <numeric>

namespace gatehouse::isapi {

using base::Errc;

namespace {

constexpr std::size_t held_max = 64;
constexpr auto held_key = "push/held";
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

PushDesk::Attempt::Attempt(PushDesk& desk, Mapped what, std::string text)
    : mapped(std::move(what)), document(std::move(text)), desk_(desk),
      fate_(std::make_shared<Fate>(desk.session_.context.executor))
{
    if (!mapped.lifecycle.empty()) desk_.on_way_[mapped.lifecycle] = fate_;
}

PushDesk::Attempt::~Attempt()
{
    finish(Errc::cancelled);
}

void PushDesk::Attempt::finish(base::Result<void> outcome)
{
    if (fate_->known) return;
    fate_->known = true;
    fate_->outcome = outcome;
    fate_->changed.notify();
    const auto at = desk_.on_way_.find(mapped.lifecycle);
    if (at != desk_.on_way_.end() && at->second == fate_) desk_.on_way_.erase(at);
    if (!outcome) desk_.session_.forget(mapped);
}

asio::awaitable<device::PushReply> PushDesk::take(device::PushRequest request)
{
    if (!session_.config.accept) {
        session_.counter("gatehouse_isapi_pushes_unwanted_total", "Posts of a device whose mode is stream")
            .add();
        co_return reply(200);
    }
    if (!net::is_push_source(request.remote, session_.config.target.host, session_.http.peer(),
                             session_.config.push_from)) {
        session_.tell_once("foreign", "post in a device's name from another address refused", request.remote);
        session_
            .counter("gatehouse_isapi_pushes_foreign_total", "Posts in a device's name from another address")
            .add();
        co_return reply(403);
    }
    session_.heard();
    session_.recorder.take(request.body);
    const auto post = SplitPost::of(request.content_type, request.body);
    count_flaws(post);
    auto found = read(post);
    if (!found.understood) co_return refuse(found.why);
    refusals_ = 0;
    const auto kept = co_await settle(std::move(found));
    co_return reply(kept ? 200 : 503);
}

// Parts come in any order and under any name: a picture belongs to the document before it, else to the first
// one.
PushDesk::Found PushDesk::read(const SplitPost& post)
{
    Found found;
    std::vector<const Part*> early_pictures;
    found.why = "the post holds no event";
    for (const auto& part : post.parts) {
        if (part.kind == Part::Kind::document)
            note(session_.translate(part.text()), part, found);
        else if (found.events.empty())
            early_pictures.push_back(&part);
        else
            attach(found.events.back()->mapped, part);
    }
    if (!found.events.empty())
        for (const auto* picture : early_pictures)
            attach(found.events.front()->mapped, *picture);
    return found;
}

void PushDesk::note(Translation translation, const Part& part, Found& found)
{
    using Outcome = Translation::Outcome;
    if (translation.outcome == Outcome::unparsable) {
        found.why = std::move(translation.text);
        return;
    }
    found.understood = true;
    if (translation.outcome == Outcome::event) {
        std::string document(translation.mapped.more_to_come ? part.text() : std::string_view());
        found.events.push_back(
            std::make_unique<Attempt>(*this, std::move(translation.mapped), std::move(document)));
    } else if (translation.outcome == Outcome::repeat) {
        found.repeats = true;
        const auto first = on_way_.find(translation.mapped.lifecycle);
        if (first != on_way_.end()) found.repeated.push_back(first->second);
    }
}

// Every event of the post is tried; one that was not kept makes the device send all of it again, and the
// journal recognises the others.
asio::awaitable<base::Result<void>> PushDesk::settle(Found found)
{
    base::Result<void> outcome;
    for (const auto& event : found.events) {
        const auto kept = co_await keep(event->mapped, event->document);
        event->finish(kept);
        if (!kept && kept.error() != Errc::bad_input) outcome = kept.error();
    }
    for (const auto& first : found.repeated) {
        const auto kept = co_await outcome_of(first);
        if (!kept && kept.error() != Errc::bad_input) outcome = kept.error();
    }
    if (!found.repeats) co_return outcome;
    // What is repeated may have come by the stream.
    const bool taken = co_await session_.delivery.wait_taken(session_.delivery.last_number());
    if (!taken) outcome = Errc::closed;
    co_return outcome;
}

asio::awaitable<base::Result<void>> PushDesk::outcome_of(FatePtr fate)
{
    while (!fate->known)
        co_await fate->changed.wait();
    co_return fate->outcome;
}

asio::awaitable<base::Result<void>> PushDesk::keep(Mapped mapped, std::string document)
{
    const auto first = held_.find(mapped.event.device_key);
    const bool first_known = first != held_.end();
    if (mapped.more_to_come && !mapped.event.device_key.empty() && (first_known || held_.size() < held_max))
        return hold(std::move(mapped), std::move(document));
    if (first_known && !first->second->claimed) return complete(first->second, std::move(mapped));
    return session_.offer(std::move(mapped));
}

// ---- two posts of one car ----

asio::awaitable<base::Result<void>> PushDesk::hold(Mapped mapped, std::string document)
{
    const auto key = mapped.event.device_key;
    if (!held_.contains(key)) {
        const auto held =
            std::make_shared<Held>(session_.context.executor, std::move(mapped), std::move(document));
        held_.emplace(key, held);
        session_.spawn("second post", expire(held));
    }
    return save_held();
}

asio::awaitable<base::Result<void>> PushDesk::complete(HeldPtr first, Mapped second)
{
    struct Claim {
        HeldPtr held;
        ~Claim()
        {
            held->claimed = false;
            held->changed.notify();
        }
    };
    first->claimed = true;
    Claim claim{first};
    auto& pictures = second.event.pictures;
    pictures.insert(pictures.end(), first->mapped.event.pictures.begin(), first->mapped.event.pictures.end());
    const auto kept = co_await session_.offer(std::move(second));
    if (!kept) co_return kept; // the first is still held
    first->settled = true;
    // Should this fail, the first is offered once more after a restart, and the journal knows it.
    (void)co_await release(first);
    co_return kept;
}

// The second did not come in time (sheet §8): the first goes alone.
asio::awaitable<void> PushDesk::expire(HeldPtr held)
{
    co_await session_.context.clock.sleep_for(session_.config.picture_wait);
    while (held->claimed)
        co_await held->changed.wait();
    if (held->settled) co_return;
    Mapped mapped = held->mapped;
    co_await session_.deliver(std::move(mapped));
    const bool taken = co_await session_.delivery.wait_taken(session_.delivery.last_number());
    if (taken) (void)co_await release(held); // see complete()
}

asio::awaitable<base::Result<void>> PushDesk::release(HeldPtr held)
{
    const auto at = held_.find(held->mapped.event.device_key);
    if (at != held_.end() && at->second == held) held_.erase(at);
    return save_held();
}

asio::awaitable<base::Result<void>> PushDesk::save_held()
{
    std::string text;
    for (const auto& [key, held] : held_)
        text += held->document + '\n';
    return session_.context.memory.put(held_key, std::move(text));
}

// Whether the gate opened for them is not known here, so they are history and open nothing.
void PushDesk::restore()
{
    const auto text = session_.context.memory.find(held_key);
    if (!text) return;
    const auto post = SplitPost::of({}, *text);
    for (const auto& part : post.parts) {
        auto translation = session_.translate(part.text(), true);
        if (translation.outcome != Translation::Outcome::event) continue;
        const auto key = translation.mapped.event.device_key;
        const auto held = std::make_shared<Held>(session_.context.executor, std::move(translation.mapped),
                                                 std::string(part.text()));
        if (held_.emplace(key, held).second) session_.spawn("second post", expire(held));
    }
}

// ---- what is refused ----

void PushDesk::count_flaws(const SplitPost& post)
{
    const auto flaws = std::accumulate(post.flaws.begin(), post.flaws.end(), std::uint64_t{0});
    if (flaws > 0) session_.count_flaws(flaws);
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
