#include "protocols/webhook-in/push_desk.hpp"

#include "protocols/net/push_source.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::webhook_in {

using base::Errc;

namespace {

// Of one kind; then it is acknowledged, or the device repeats it for ever, heartbeats in between or not.
constexpr int refusals_max = 3;
constexpr std::size_t reasons_max = 64;

device::PushReply reply(unsigned status)
{
    device::PushReply out;
    out.status = status;
    return out;
}

// What follows /push/{device-id}, without the query.
std::string url_of(std::string_view target, std::string_view device)
{
    target = target.substr(0, target.find('?'));
    const auto start = std::string("/push/").append(device);
    if (!target.starts_with(start)) return std::string(target);
    target.remove_prefix(start.size());
    return target == "/" ? std::string() : std::string(target);
}

std::string_view query_of(std::string_view target)
{
    const auto mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

// Some makes put all that they say into the query of a GET.
ReadBody body_of(const device::PushRequest& request, Format format)
{
    const auto query = query_of(request.target);
    const bool empty = request.body.find_first_not_of(" \t\r\n") == std::string::npos;
    if (!empty || query.empty()) return read_body(request.body, request.content_type, format);
    auto form = read_form(query, "token");
    ReadBody out;
    if (form->get_object().empty())
        out.why = "the body is empty";
    else
        out.value = std::move(form);
    return out;
}

} // namespace

bool PushDesk::from_device(const std::string& remote) const
{
    const auto& config = session_.config;
    if (config.host.empty() && config.push_from.empty()) return true;
    return net::is_push_source(remote, config.host, "", config.push_from);
}

asio::awaitable<device::PushReply> PushDesk::take(device::PushRequest request)
{
    const auto received = session_.context.clock.wall();
    if (!from_device(request.remote)) {
        Verdict foreign;
        foreign.reason = "foreign";
        foreign.text = "a post in the device's name came from " + request.remote +
                       ": correct address, or add it to push_from";
        (void)turn_away(foreign);
        co_return reply(403);
    }
    auto verdict = gatekeeper_.judge(request, received);
    if (verdict.outcome == Verdict::Outcome::refused) co_return turn_away(verdict);
    session_.credentials.over = true;
    if (verdict.outcome == Verdict::Outcome::untimely) {
        doubt(verdict);
        co_return co_await admit(std::move(request), std::move(verdict), received);
    }
    session_.timing.over = true;
    co_await session_.heard();
    if (verdict.outcome == Verdict::Outcome::repeated) {
        session_.counter("gatehouse_webhook_in_repeats_total", "Signed posts that came again").add();
        co_return acknowledge();
    }
    co_await session_.measure(verdict.sent, received);
    co_return co_await admit(std::move(request), std::move(verdict), received);
}

device::PushReply PushDesk::turn_away(const Verdict& verdict)
{
    session_
        .counter("gatehouse_webhook_in_turned_away_total", "Posts that were not proven to be the device's",
                 verdict.reason)
        .add();
    session_.tell_once("credentials", "post in a device's name turned away", verdict.text);
    session_.credentials.text = verdict.text;
    session_.credentials.over = false;
    if (session_.status.link != model::LinkState::up) session_.status.why = session_.why_not_live();
    auto out = reply(verdict.reason == "too_many" ? 503 : 401);
    if (out.status == 401) out.www_authenticate = gatekeeper_.challenge();
    return out;
}

// It may be an old post that somebody repeats: no sign of life, nothing to measure a clock by, nothing to
// open for. The device's word all the same, and refused it would be lost; the journal knows it again by its
// key.
void PushDesk::doubt(const Verdict& verdict)
{
    session_
        .counter("gatehouse_webhook_in_untimely_total",
                 "Signed posts of another time than ours, taken as history only")
        .add();
    if (!session_.timing.stands())
        session_.tell_once("timing", "posts of a device are only recorded", verdict.text);
    session_.timing.text = verdict.text;
    session_.timing.over = false;
    if (session_.status.link != model::LinkState::up) session_.status.why = session_.why_not_live();
}

asio::awaitable<device::PushReply> PushDesk::admit(device::PushRequest request, Verdict verdict,
                                                   base::WallTime received)
{
    auto body = body_of(request, session_.config.mapping.format);
    auto url = url_of(request.target, session_.config.id);
    if (!body.value) {
        session_.recorder.unreadable(url, request.body.size(), body.why);
        session_
            .counter("gatehouse_webhook_in_refused_total", "Posted events that were not understood",
                     "no_body")
            .add();
        co_return refuse(body.why);
    }
    Post post{std::move(url), std::move(body.value)};
    session_.recorder.take(post);
    auto found = map(session_.config.mapping, post);
    const auto why = look_through(found);
    if (!why.empty()) co_return refuse(why);
    const bool timely = verdict.outcome != Verdict::Outcome::untimely;
    for (const auto& mapped : found)
        if (timely) co_await session_.measure(mapped.sent, received);
    const auto kept = co_await keep(std::move(found), verdict, received);
    if (!kept) co_return reply(503);
    if (timely) gatekeeper_.settled(verdict.signature, received);
    co_return acknowledge();
}

std::string PushDesk::look_through(const std::vector<Mapped>& found)
{
    std::string first;
    bool understood = false;
    for (const auto& mapped : found) {
        for (const auto& note : mapped.notes) {
            session_.counter("gatehouse_webhook_in_left_out_total", "Fields and pictures that were left out")
                .add();
            session_.tell_once("note", "part of a posted event left out", note);
        }
        for (const auto& [name, value] : mapped.facts) {
            if (name == "model") session_.status.model = value;
            if (name == "serial") session_.status.serial = value;
            if (name == "firmware") session_.status.firmware = value;
        }
        if (mapped.outcome != Mapped::Outcome::refused) {
            understood = true;
            continue;
        }
        session_
            .counter("gatehouse_webhook_in_refused_total", "Posted events that were not understood",
                     std::string(to_string(mapped.refusal)))
            .add();
        if (first.empty()) first = mapped.text;
    }
    if (first.empty()) {
        session_.mapping.over = true;
        return {};
    }
    session_.mapping.text = first;
    session_.mapping.over = false;
    if (!understood) return first;
    session_.tell_once("mapping", "posted event not understood", first);
    return {};
}

// Every event of the post is tried; one that was not kept makes the device send all of it again, and the
// journal recognises the others.
asio::awaitable<base::Result<void>> PushDesk::keep(std::vector<Mapped> found, const Verdict& verdict,
                                                   base::WallTime received)
{
    base::Result<void> outcome;
    std::size_t number = 0;
    for (auto& mapped : found) {
        ++number;
        if (mapped.outcome != Mapped::Outcome::event) continue;
        auto& event = mapped.event;
        // Nothing in it tells it from others: the signature does, which no second post can have.
        if (!mapped.keyed && !verdict.signature.empty())
            event.device_key = fmt::format("s/{}/{}", verdict.signature, number);
        // A post that is sent again after minutes is no news, also when its event says no time.
        if (!event.device_time) event.device_time = mapped.sent ? mapped.sent : verdict.sent;
        if (verdict.outcome == Verdict::Outcome::untimely)
            session_.stamp_untimely(event, received);
        else
            session_.stamp(event, received);
        session_.announce(event);
        const auto kept = co_await session_.delivery.offer(std::move(event));
        if (!kept && kept.error() != Errc::bad_input) {
            outcome = kept.error();
            continue;
        }
        ++session_.events;
        session_.status.last_event = received;
    }
    co_return outcome;
}

device::PushReply PushDesk::refuse(const std::string& why)
{
    session_.mapping.text = why;
    session_.mapping.over = false;
    session_.tell_once("mapping", "posted event not understood", why);
    if (refusals_.size() >= reasons_max) refusals_.clear();
    return ++refusals_[why] > refusals_max ? acknowledge() : reply(400);
}

device::PushReply PushDesk::acknowledge() const
{
    device::PushReply out;
    out.status = session_.config.reply.status;
    out.content_type = session_.config.reply.content_type;
    out.body = session_.config.reply.body;
    return out;
}

} // namespace gatehouse::webhook_in
