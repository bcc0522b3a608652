#include "protocols/osdp/line.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace gatehouse::osdp {

using base::Errc;

namespace {

constexpr std::size_t input_max = 4096; // noise without an end

} // namespace

Line::Line(const Config& config, asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics)
    : config_(config), executor_(executor), clock_(clock), metrics_(metrics), heard_(executor)
{
}

void Line::open(std::unique_ptr<base::ByteStream> stream)
{
    drop();
    stream_ = std::move(stream);
    input_.clear();
    quiet_until_ = clock_.now();
    if (!reading_) reading_ = std::make_unique<base::TaskGroup>(executor_);
    reading_->spawn("osdp line", read(stream_));
}

void Line::drop()
{
    if (!stream_) return;
    std::exchange(stream_, nullptr)->close();
    heard_.notify();
}

asio::awaitable<void> Line::close()
{
    drop();
    const auto reading = std::move(reading_);
    if (!reading) co_return;
    reading->cancel();
    co_await reading->join();
}

asio::awaitable<void> Line::read(StreamPtr stream)
{
    std::array<std::uint8_t, 512> chunk{};
    const auto room = std::as_writable_bytes(std::span(chunk));
    for (;;) {
        const auto size = co_await stream->read_some(room);
        if (stream != stream_) co_return; // dropped meanwhile
        if (!size) {
            drop();
            co_return;
        }
        heard_at_ = clock_.wall();
        const auto came = View(chunk).first(*size);
        input_.insert(input_.end(), came.begin(), came.end());
        if (input_.size() > input_max)
            input_.erase(input_.begin(), input_.end() - static_cast<std::ptrdiff_t>(frame_max));
        heard_.notify();
    }
}

asio::awaitable<Heard> Line::exchange(Bytes bytes, std::uint8_t address, std::uint8_t sequence)
{
    Heard heard;
    if (clock_.now() < quiet_until_) co_await clock_.sleep_until(quiet_until_);
    if (!stream_) {
        heard.error = Errc::unreachable;
        co_return heard;
    }
    input_.clear(); // what came meanwhile answers nothing that we ask now
    const auto stream = stream_;
    const auto view = std::as_bytes(std::span(bytes));
    const auto sent = co_await stream->write(view);
    if (!sent) {
        drop();
        heard.sent = true;
        heard.error = sent.error();
        co_return heard;
    }
    heard = co_await await_answer(address, sequence);
    heard.sent = true;
    quiet_until_ = clock_.now() + config_.spacing;
    co_return heard;
}

asio::awaitable<Heard> Line::await_answer(std::uint8_t address, std::uint8_t sequence)
{
    Heard heard;
    const auto until = clock_.now() + config_.answer_max;
    for (;;) {
        heard.frame = find(address, sequence);
        if (heard.frame) co_return heard;
        if (!stream_) heard.error = Errc::closed;
        if (stream_ && clock_.now() >= until) {
            heard.error = Errc::timed_out;
            count(input_.empty() ? "time_out" : "unreadable");
            recorder.note(input_.empty() ? "no answer"
                                         : fmt::format("{} bytes that are no answer", input_.size()));
        }
        if (heard.error) co_return heard;
        co_await clock_.wait(heard_, until);
    }
}

std::optional<Frame> Line::find(std::uint8_t address, std::uint8_t sequence)
{
    for (;;) {
        auto found = find_frame(input_);
        if (!found) return std::nullopt;
        // One or two marks and a little noise before a frame are usual (sheet §7).
        if (found->skipped > 2) count("noise");
        input_.erase(input_.begin(),
                     input_.begin() + static_cast<std::ptrdiff_t>(found->skipped + found->size));
        auto& frame = found->frame;
        const bool reset = frame.sequence() == 0 && (frame.code == code::nak || frame.code == code::busy);
        if (frame.from_reader() && frame.reader() == address && (frame.sequence() == sequence || reset))
            return std::move(frame);
        // Our own echo, another reader, or an answer that came too late.
        if (frame.from_reader()) count(frame.reader() == address ? "stale" : "foreign");
    }
}

void Line::count(const char* reason)
{
    const base::Labels labels{{"device", config_.id}, {"reason", reason}};
    metrics_
        .counter("gatehouse_osdp_flaws_total", "Answers that did not come or were not for us, by reason",
                 labels)
        .add();
}

} // namespace gatehouse::osdp
