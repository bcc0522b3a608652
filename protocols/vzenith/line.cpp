#include "protocols/vzenith/line.hpp"

#include "gateway/base/timeout.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::vzenith {

using namespace asio::experimental::awaitable_operators;
using base::Errc;

namespace {

constexpr std::size_t outgoing_max = 64; // frames; beyond, the connection does not take them any more

std::string wire_text(const json::object& words)
{
    auto text = json::serialize(words);
    auto gbk = to_gbk(text); // plates go out as the camera writes them
    return gbk ? std::move(*gbk) : text;
}

} // namespace

Line::Line(const Config& config, asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics)
    : config_(config), executor_(executor), clock_(clock), metrics_(metrics), queued_(executor)
{
}

void Line::open(std::unique_ptr<base::ByteStream> stream)
{
    stream_ = std::move(stream);
    outgoing_.clear();
    heard_at_ = clock_.now();
    ++connections_;
    peer_ = stream_->peer();
}

void Line::drop()
{
    if (stream_) stream_->close();
    stream_.reset();
    outgoing_.clear();
    for (const auto& waiting : waiting_) {
        if (!waiting->answer) waiting->answer.emplace(Errc::closed);
        waiting->changed.notify();
    }
}

asio::awaitable<std::string> Line::run()
{
    auto ended = co_await (read() || write() || beat());
    if (ended.index() == 0) co_return std::get<0>(std::move(ended));
    if (ended.index() == 1) co_return std::get<1>(std::move(ended));
    co_return std::get<2>(std::move(ended));
}

asio::awaitable<std::string> Line::read()
{
    std::string pending;
    std::array<std::byte, 8192> chunk{};
    for (;;) {
        const auto got = co_await stream_->read_some(chunk);
        if (!got) co_return "the camera ended the connection: " + got.error().message();
        pending.append(reinterpret_cast<const char*>(chunk.data()), *got);
        for (auto step = decode_frame(pending); step.consumed > 0; step = decode_frame(pending)) {
            if (step.flaw) count_flaw(*step.flaw);
            if (step.frame) co_await take(*step.frame);
            pending.erase(0, step.consumed);
        }
    }
}

asio::awaitable<std::string> Line::write()
{
    for (;;) {
        while (outgoing_.empty())
            co_await queued_.wait();
        auto next = std::move(outgoing_.front());
        outgoing_.pop_front();
        *next.sent = true; // from here on nobody can tell whether it arrived
        const auto bytes = std::as_bytes(std::span(next.bytes));
        const auto written = co_await stream_->write(bytes);
        if (!written) co_return "the camera does not take what we send: " + written.error().message();
    }
}

asio::awaitable<std::string> Line::beat()
{
    const auto heartbeat = encode_frame(FrameKind::heartbeat, 0, {});
    for (;;) {
        if (clock_.now() - heard_at_ >= config_.silence_max)
            co_return fmt::format("the camera has said nothing for {} s", config_.silence_max.count() / 1000);
        queue(heartbeat);
        const auto quiet_at = heard_at_ + config_.silence_max;
        const auto next = std::min(clock_.now() + config_.heartbeat_every, std::max(quiet_at, clock_.now()));
        co_await clock_.sleep_until(next);
    }
}

asio::awaitable<void> Line::take(Frame frame)
{
    heard_at_ = clock_.now();
    if (on_heard) on_heard();
    if (frame.kind == FrameKind::heartbeat) co_return;
    if (on_frame) on_frame(frame);
    const auto split = split_body(frame.body);
    auto body = frame.kind == FrameKind::json ? parse_object(split.text) : nullptr;
    if (!body) {
        const std::string reason = frame.kind == FrameKind::json ? "unreadable" : "binary";
        metrics_
            .counter("gatehouse_vzenith_frames_refused_total",
                     "What came over TCP 8131 and could not be read",
                     {{"device", config_.id}, {"reason", reason}})
            .add();
        co_return;
    }
    Received received{text_member(*body, "cmd"), std::move(body), std::string(split.rest)};
    if (const auto waiting = find(received, frame.sequence)) {
        waiting->answer.emplace(std::move(received));
        waiting->changed.notify();
        co_return;
    }
    if (on_event) co_await on_event(std::move(received));
}

// Results come between question and answer and are nobody's answer.
Line::WaitingPtr Line::find(const Received& received, std::uint8_t sequence) const
{
    for (const auto& waiting : waiting_) {
        const bool named =
            std::find(waiting->cmds.begin(), waiting->cmds.end(), received.cmd) != waiting->cmds.end();
        if (!named || waiting->answer) continue;
        if (sequence == 0 || sequence == waiting->sequence) return waiting;
    }
    return nullptr;
}

void Line::count_flaw(FrameFlaw flaw)
{
    metrics_
        .counter("gatehouse_vzenith_frames_refused_total", "What came over TCP 8131 and could not be read",
                 {{"device", config_.id}, {"reason", std::string(to_string(flaw))}})
        .add();
}

std::shared_ptr<bool> Line::queue(std::string bytes)
{
    auto sent = std::make_shared<bool>(false);
    if (!stream_ || outgoing_.size() >= outgoing_max) return sent;
    outgoing_.push_back({std::move(bytes), sent});
    queued_.notify();
    return sent;
}

std::shared_ptr<const bool> Line::tell(const json::object& order)
{
    return queue(encode_frame(FrameKind::json, 0, wire_text(order)));
}

asio::awaitable<base::Result<Received>> Line::ask(json::object question, std::string answer_cmd)
{
    if (!stream_) co_return Errc::closed;
    sequence_ = static_cast<std::uint8_t>(sequence_ % 255 + 1);
    const auto waiting = std::make_shared<Waiting>(executor_, sequence_);
    waiting->cmds.emplace_back(question.at("cmd").as_string());
    if (!answer_cmd.empty()) waiting->cmds.push_back(std::move(answer_cmd));
    struct Leave {
        std::list<WaitingPtr>& all;
        WaitingPtr mine;
        ~Leave() { all.remove(mine); }
    };
    waiting_.push_back(waiting);
    const Leave leave{waiting_, waiting};
    queue(encode_frame(FrameKind::json, waiting->sequence, wire_text(question)));
    auto answer = co_await base::with_timeout(clock_, config_.request_max, answer_of(waiting));
    co_return answer;
}

asio::awaitable<base::Result<Received>> Line::answer_of(WaitingPtr waiting)
{
    while (!waiting->answer)
        co_await waiting->changed.wait();
    co_return std::move(*waiting->answer);
}

} // namespace gatehouse::vzenith
