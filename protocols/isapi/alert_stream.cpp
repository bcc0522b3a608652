#include "protocols/isapi/alert_stream.hpp"

#include <array>
#include <utility>

namespace gatehouse::isapi {

namespace {

constexpr std::size_t promised_max = 64;

} // namespace

AlertStream::AlertStream(Session& session) : session_(session), timers_(session.context.executor) {}

asio::awaitable<base::Result<void>> AlertStream::open()
{
    net::HttpRequest request;
    request.target = "/ISAPI/Event/notification/alertStream";
    request.headers.add("Accept", "multipart/mixed, application/xml, application/json");
    auto opened = co_await session_.http.open_stream(std::move(request));
    if (!opened) {
        Answer answer;
        answer.error = opened.error();
        refusal_ = answer.why();
        co_return opened.error();
    }
    stream_ = std::move(*opened);
    const auto type = std::string(stream_->headers().find("Content-Type"));
    const bool finite = !type.starts_with("multipart/") && !stream_->headers().find("Content-Length").empty();
    if (stream_->status() != 200 || finite) co_return co_await refused(type);
    parts_.emplace(type);
    flaws_counted_ = 0;
    co_return base::Result<void>();
}

// A refusal says why in its body, also under status 200; a stream announces no length.
asio::awaitable<base::error_code> AlertStream::refused(std::string content_type)
{
    const auto body = co_await session_.http.rest_of(*stream_);
    const auto judgement = judge(stream_->status(), content_type, body ? *body : std::string());
    refusal_ = "the device refuses the event stream: " + judgement.text;
    if (judgement.ok()) refusal_ = "the device answers the question for its event stream with something else";
    switch (judgement.verdict) {
    case Verdict::unknown_url:
    case Verdict::not_supported: co_return base::Errc::unsupported;
    case Verdict::sessions_full: co_return base::Errc::overloaded;
    default: co_return base::Errc::unavailable;
    }
}

asio::awaitable<std::string> AlertStream::read()
{
    std::string why;
    std::exception_ptr failure;
    timers_.spawn("silence of the stream", watch_silence());
    try {
        why = co_await read_bytes();
        parts_->finish();
        co_await take_parts();
        auto held = take_held();
        for (auto& mapped : held)
            co_await session_.deliver(std::move(mapped));
    } catch (...) {
        failure = std::current_exception();
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    stream_->close();
    timers_.cancel();
    co_await timers_.join();
    // A gate may stand open for what is held. Nobody will try again, but one try costs a commit.
    auto held = take_held();
    for (auto& mapped : held)
        (void)co_await session_.offer(std::move(mapped));
    if (failure) std::rethrow_exception(failure);
    co_return why;
}

void AlertStream::give_up(std::string why)
{
    give_up_ = std::move(why);
    stream_->close(); // ends the read
}

asio::awaitable<std::string> AlertStream::read_bytes()
{
    std::array<std::byte, 16'384> chunk{};
    while (give_up_.empty()) {
        waiting_since_ = session_.context.clock.now();
        const auto size = co_await stream_->read_some(chunk);
        waiting_since_.reset();
        if (!size && !give_up_.empty()) break;
        if (!size && std::exchange(silent_, false)) {
            auto dead = co_await revive();
            if (!dead.empty()) co_return dead;
            continue;
        }
        if (!size) co_return "the device ended the event stream: " + size.error().message();
        session_.heard();
        const std::string_view bytes(reinterpret_cast<const char*>(chunk.data()), *size);
        session_.recorder.take(bytes);
        parts_->feed(bytes);
        co_await take_parts();
        count_flaws();
    }
    co_return give_up_;
}

// One timer for the whole stream, beside the reading: timers for each read, cancelled by each, cost more than
// a tenth of the events that a stream can bring.
asio::awaitable<void> AlertStream::watch_silence()
{
    auto& clock = session_.context.clock;
    const auto limit = session_.config.silence_max;
    auto due = clock.now() + limit;
    for (;;) {
        co_await clock.sleep_until(due);
        const auto now = clock.now();
        due = waiting_since_.value_or(now) + limit;
        if (due > now) continue;
        silent_ = true;
        stream_->close(); // ends the read
        due = now + limit;
    }
}

// Models without heartbeat say nothing for as long as nothing happens (pains 4), and so does a dead
// connection. A cheap question tells a quiet device from an absent one; the stream is opened anew in any
// case.
asio::awaitable<std::string> AlertStream::revive()
{
    stream_->close();
    parts_->finish();
    co_await take_parts();
    count_flaws();
    const auto answer = co_await session_.get("/ISAPI/System/deviceInfo");
    if (answer.error) co_return "no byte came from the device for too long";
    const auto opened = co_await open();
    co_return opened ? std::string() : refusal_;
}

asio::awaitable<void> AlertStream::take_parts()
{
    while (auto part = parts_->next()) {
        if (part->kind == Part::Kind::document)
            co_await take_document(std::move(*part));
        else
            co_await take_picture(std::move(*part));
    }
}

asio::awaitable<void> AlertStream::take_document(Part part)
{
    co_await deliver_open();
    auto translation = session_.translate(part.text());
    if (translation.outcome == Translation::Outcome::event)
        co_await take_event(std::move(translation.mapped));
}

asio::awaitable<void> AlertStream::take_event(Mapped mapped)
{
    if (const auto first = promised_.find(mapped.event.device_key); first != promised_.end()) {
        auto& pictures = first->second.mapped.event.pictures;
        std::move(pictures.begin(), pictures.end(), std::back_inserter(mapped.event.pictures));
        promised_.erase(first);
    }
    Held held;
    held.ticket = ++tickets_;
    held.pictures_missing = mapped.pictures_expected;
    held.mapped = std::move(mapped);
    if (held.mapped.more_to_come && !held.mapped.event.device_key.empty() &&
        promised_.size() < promised_max) {
        timers_.spawn("second post", expire(held.ticket));
        const auto key = held.mapped.event.device_key;
        promised_.emplace(key, std::move(held));
        co_return;
    }
    if (held.pictures_missing <= 0) {
        co_await session_.deliver(std::move(held.mapped));
        co_return;
    }
    timers_.spawn("pictures", expire(held.ticket));
    open_ = std::move(held);
}

asio::awaitable<void> AlertStream::take_picture(Part part)
{
    if (!open_) {
        session_.counter("gatehouse_isapi_pictures_dropped_total", "Pictures that belong to no event").add();
        co_return;
    }
    const auto& name = !part.file_name.empty() ? part.file_name
                       : !part.name.empty()    ? part.name
                                               : part.content_id;
    if (!part.body->empty()) {
        model::Picture picture;
        picture.kind = std::string(picture_kind(name, open_->mapped));
        picture.bytes = part.body;
        open_->mapped.event.pictures.push_back(std::move(picture));
    }
    if (--open_->pictures_missing <= 0) co_await deliver_open();
}

asio::awaitable<void> AlertStream::deliver_open()
{
    if (!open_) co_return;
    Mapped mapped = std::move(open_->mapped);
    open_.reset();
    co_await session_.deliver(std::move(mapped));
}

std::vector<Mapped> AlertStream::take_held()
{
    std::vector<Mapped> held;
    if (open_) held.push_back(std::move(open_->mapped));
    open_.reset();
    for (auto& [key, first] : promised_)
        held.push_back(std::move(first.mapped));
    promised_.clear();
    return held;
}

// What was announced did not come in time: the event goes without it (sheet §8). The session carries it on,
// because this stream may end meanwhile.
asio::awaitable<void> AlertStream::expire(std::uint64_t ticket)
{
    co_await session_.context.clock.sleep_for(session_.config.picture_wait);
    if (open_ && open_->ticket == ticket) {
        session_.spawn("event without pictures", session_.deliver(std::move(open_->mapped)));
        open_.reset();
    }
    for (auto at = promised_.begin(); at != promised_.end(); ++at) {
        if (at->second.ticket != ticket) continue;
        session_.spawn("event without second post", session_.deliver(std::move(at->second.mapped)));
        promised_.erase(at);
        co_return;
    }
}

void AlertStream::count_flaws()
{
    const auto flaws = parts_->flaws();
    if (flaws == flaws_counted_) return;
    session_.count_flaws(flaws - flaws_counted_);
    flaws_counted_ = flaws;
}

} // namespace gatehouse::isapi
