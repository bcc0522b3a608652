#include "protocols/dahua/event_stream.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace gatehouse::dahua {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view jpeg_start = "\xFF\xD8";

bool waits_for_picture(const Mapped& mapped)
{
    return !mapped.cuts.empty() || std::holds_alternative<model::VehiclePassage>(mapped.event.body) ||
           std::holds_alternative<model::AccessAttempt>(mapped.event.body);
}

} // namespace

std::vector<model::Picture> cut_pictures(const std::shared_ptr<const std::string>& joined,
                                         const std::vector<PictureCut>& cuts)
{
    std::vector<model::Picture> pictures;
    const std::string_view all(*joined);
    for (const auto& cut : cuts) {
        const bool inside = cut.offset < all.size() && cut.length <= all.size() - cut.offset;
        if (!inside || !all.substr(cut.offset).starts_with(jpeg_start)) {
            pictures.clear();
            break;
        }
        model::Picture picture;
        picture.kind = cut.kind;
        picture.bytes = std::make_shared<const std::string>(all.substr(cut.offset, cut.length));
        pictures.push_back(std::move(picture));
    }
    if (pictures.empty() && !all.empty()) {
        model::Picture whole;
        whole.kind = "scene";
        whole.bytes = joined;
        pictures.push_back(std::move(whole));
    }
    return pictures;
}

EventStream::EventStream(Session& session, Way way)
    : session_(session), way_(way), timers_(session.context.executor)
{
}

asio::awaitable<base::Result<void>> EventStream::open()
{
    const auto& config = session_.config;
    const auto beat = std::chrono::ceil<std::chrono::seconds>(config.heartbeat).count();
    net::HttpRequest request;
    // A longer list of codes is cut silently (sheet §3): all, and we choose.
    if (way_ == Way::events)
        request.target =
            fmt::format("/cgi-bin/eventManager.cgi?action=attach&codes=[All]&heartbeat={}", beat);
    else
        request.target = fmt::format(
            "/cgi-bin/"
            "snapManager.cgi?action=attachFileProc&channel={}&heartbeat={}&Flags[0]=Event&Events=[All]",
            config.channel, beat);
    auto opened = co_await session_.http.open_stream(std::move(request));
    if (!opened) {
        refusal_ = failed(opened.error()).why();
        co_return opened.error();
    }
    stream_ = std::move(*opened);
    const auto type = std::string(stream_->headers().find("Content-Type"));
    if (stream_->status() != 200 || !type.starts_with("multipart/")) {
        const auto body = co_await session_.http.rest_of(*stream_);
        const auto answer = judge(stream_->status(), body ? *body : std::string());
        refusal_ = "the device refuses the event stream: " +
                   (answer.ok() ? std::string("it answers with something else") : answer.text);
        co_return answer.verdict == Verdict::busy ? base::Errc::overloaded : base::Errc::unsupported;
    }
    session_.heard();
    parts_.emplace(type);
    opened_at_ = heard_at_ = session_.context.clock.now();
    co_return base::Result<void>();
}

asio::awaitable<std::string> EventStream::read()
{
    std::string why;
    std::exception_ptr failure;
    timers_.spawn("silence of the stream", watch_silence());
    try {
        why = co_await read_bytes();
        parts_->finish();
        co_await take_parts();
        count_flaws();
        co_await deliver_held();
    } catch (...) {
        failure = std::current_exception();
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    stream_->close();
    timers_.cancel();
    co_await timers_.join();
    // A gate may stand open for what is held. Nobody will try again, but one try costs a commit.
    auto held = std::exchange(held_, {});
    for (auto& mapped : held) {
        auto last = std::move(mapped);
        (void)co_await session_.offer(std::move(last));
    }
    if (failure) std::rethrow_exception(failure);
    co_return why;
}

void EventStream::give_up(std::string why)
{
    give_up_ = std::move(why);
    if (stream_) stream_->close(); // ends the read
}

asio::awaitable<std::string> EventStream::read_bytes()
{
    std::array<std::byte, 16'384> chunk{};
    while (give_up_.empty()) {
        reading_ = true;
        const auto size = co_await stream_->read_some(chunk);
        reading_ = false;
        if (!give_up_.empty()) break;
        if (!size) {
            const bool at_once = session_.context.clock.now() - opened_at_ < 2s;
            co_return at_once ? "the device ends the event stream as soon as it is open; let it post to us "
                                "instead, or update its firmware"
                              : "the device ended the event stream: " + size.error().message();
        }
        session_.heard();
        heard_at_ = session_.context.clock.now();
        const std::string_view bytes(reinterpret_cast<const char*>(chunk.data()), *size);
        session_.recorder.take(bytes);
        parts_->feed(bytes);
        co_await take_parts();
        count_flaws();
        heard_at_ = session_.context.clock.now(); // the journal may have kept us waiting
    }
    co_return give_up_;
}

// Streams stay open and silent (sheet §9); heartbeats are the proof of life. One timer for the whole stream.
asio::awaitable<void> EventStream::watch_silence()
{
    auto& clock = session_.context.clock;
    const auto limit = session_.config.silence_max();
    auto due = heard_at_ + limit;
    for (;;) {
        co_await clock.sleep_until(due);
        const auto now = clock.now();
        due = reading_ ? heard_at_ + limit : now + limit;
        if (due > now) continue;
        give_up(fmt::format("no byte came from the device for {} s",
                            std::chrono::duration_cast<std::chrono::seconds>(limit).count()));
        co_return;
    }
}

asio::awaitable<void> EventStream::take_parts()
{
    while (const auto part = parts_->next()) {
        if (part->kind == Part::Kind::text)
            co_await take_text(part->text());
        else
            co_await take_picture(*part);
    }
}

asio::awaitable<void> EventStream::take_text(std::string_view text)
{
    co_await deliver_held();
    auto news = session_.translate(text);
    for (auto& mapped : news) {
        pair(mapped);
        if (way_ == Way::pictures && waits_for_picture(mapped)) {
            held_.push_back(std::move(mapped));
            continue;
        }
        auto ready = std::move(mapped);
        co_await session_.deliver(std::move(ready));
    }
    if (!held_.empty()) timers_.spawn("picture", expire(++ticket_));
}

// What both streams tell is a group of which the second half has the pictures.
void EventStream::pair(Mapped& mapped) const
{
    if (!session_.both_streams || mapped.event.device_key.empty() || !waits_for_picture(mapped)) return;
    if (mapped.group.empty()) mapped.group = mapped.event.device_key;
    if (way_ == Way::pictures) mapped.group_index += mapped.group_size;
    mapped.group_size *= 2;
}

asio::awaitable<void> EventStream::take_picture(const Part& part)
{
    if (held_.empty())
        session_.counter("gatehouse_dahua_pictures_dropped_total", "Pictures that belong to no event").add();
    for (auto& mapped : held_)
        mapped.event.pictures = cut_pictures(part.body, mapped.cuts);
    co_await deliver_held();
}

asio::awaitable<void> EventStream::deliver_held()
{
    auto held = std::exchange(held_, {});
    for (auto& mapped : held) {
        auto ready = std::move(mapped);
        co_await session_.deliver(std::move(ready));
    }
}

// The picture did not come in time: the event goes without it. The session carries it on, because this stream
// may end meanwhile.
asio::awaitable<void> EventStream::expire(std::uint64_t ticket)
{
    co_await session_.context.clock.sleep_for(session_.config.picture_wait);
    if (ticket != ticket_) co_return;
    auto held = std::exchange(held_, {});
    for (auto& mapped : held)
        session_.spawn("event without picture", session_.deliver(std::move(mapped)));
}

void EventStream::count_flaws()
{
    const auto flaws = parts_->flaws();
    if (flaws == flaws_counted_) return;
    session_
        .counter("gatehouse_dahua_framing_flaws_total", "Places where bytes of a device had to be skipped")
        .add(flaws - flaws_counted_);
    flaws_counted_ = flaws;
}

} // namespace gatehouse::dahua
