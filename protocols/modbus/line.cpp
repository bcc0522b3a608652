#include "protocols/modbus/line.hpp"

#include "protocols/modbus/mbap.hpp"
#include "protocols/modbus/rtu.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::modbus {

using base::Errc;

namespace {

constexpr std::size_t input_max = 2048; // other masters may talk all the time

} // namespace

std::string Answer::why() const
{
    if (error == Errc::timed_out) return "the board did not answer in time";
    if (error == Errc::bad_input) return "what came is no answer that can be read";
    if (error == Errc::unreachable) return "there is no connection to the board";
    if (error == Errc::conflict) return "it is no longer wanted";
    if (error) return "the connection to the board failed: " + error.message();
    if (reply.exception != Exception::none) return describe(reply.exception);
    return "";
}

// Somebody's place in the queue and then his turn on the line, however it ends. In order: who asks several
// questions must not keep a look at the loop waiting. Urgent ones go before all that have not begun.
class Line::Turn {
public:
    Turn(Line& line, milliseconds limit, bool urgent) : line_(line), limit_(limit), urgent_(urgent)
    {
        auto& queue = line_.queue_;
        const auto waits = [](const Turn* turn) { return !turn->has_come() && !turn->urgent_; };
        queue.insert(urgent ? std::find_if(queue.begin(), queue.end(), waits) : queue.end(), this);
    }
    ~Turn()
    {
        if (writing) line_.drop(); // half a frame is on the line, and the stream is done for
        const bool late = waiting && line_.config_.framing == Framing::rtu;
        if (has_come())
            line_.quiet_until_ =
                line_.clock_.now() + std::max(line_.config_.spacing, late ? limit_ : milliseconds(0));
        std::erase(line_.queue_, this);
        line_.turn_.notify();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    [[nodiscard]] bool has_come() const { return line_.queue_.front() == this; }

    bool writing = false;
    bool waiting = false; // for an answer that may still come

private:
    Line& line_;
    milliseconds limit_;
    bool urgent_;
};

Line::Line(const Config& config, asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics)
    : config_(config), executor_(executor), clock_(clock), metrics_(metrics), turn_(executor),
      heard_(executor)
{
}

void Line::open(std::unique_ptr<base::ByteStream> stream)
{
    drop();
    stream_ = std::move(stream);
    input_.clear();
    broken_ = false;
    quiet_until_ = clock_.now();
    if (!reading_) reading_ = std::make_unique<base::TaskGroup>(executor_);
    reading_->spawn("modbus line", read(stream_));
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
        take(View(chunk).first(*size));
    }
}

void Line::take(View bytes)
{
    heard_at_ = clock_.wall();
    input_.insert(input_.end(), bytes.begin(), bytes.end());
    if (input_.size() > input_max)
        input_.erase(input_.begin(), input_.end() - static_cast<std::ptrdiff_t>(rtu_frame_max));
    heard_.notify();
}

asio::awaitable<Answer> Line::ask(Request request, milliseconds limit, const Wanted* wanted)
{
    Answer answer;
    // What stops, releases or opens does not wait; what may only be done on a look waits for the next one.
    Turn turn(*this, limit, !is_read(request) && wanted == nullptr);
    while (!turn.has_come())
        co_await turn_.wait();
    if (clock_.now() < quiet_until_) co_await clock_.sleep_until(quiet_until_);
    if (!stream_) {
        answer.error = Errc::unreachable;
        co_return answer;
    }
    if (wanted != nullptr && !(*wanted)()) {
        answer.error = Errc::conflict;
        co_return answer;
    }
    input_.clear(); // what came meanwhile answers nothing that we ask now
    echoed_ = false;
    auto frame = frame_of(request);
    record('>', frame);
    const auto stream = stream_;
    const auto bytes = std::as_bytes(std::span(frame));
    turn.writing = true;
    const auto sent = co_await stream->write(bytes);
    turn.writing = false;
    answer.sent = true;
    answer.asked_at = clock_.now();
    if (!sent) {
        drop();
        answer.error = sent.error();
        co_return answer;
    }
    turn.waiting = true;
    const auto asked_at = clock_.now();
    answer = co_await await_reply(request, std::move(frame), limit);
    answer.asked_at = asked_at;
    turn.waiting = answer.error == Errc::timed_out || answer.error == Errc::bad_input;
    co_return answer;
}

asio::awaitable<Answer> Line::await_reply(Request request, Bytes frame, milliseconds limit)
{
    Answer answer;
    answer.sent = true;
    const auto until = clock_.now() + limit;
    for (;;) {
        auto reply = find(request, frame);
        if (reply) {
            answer.reply = std::move(*reply);
            co_return answer;
        }
        if (broken_) drop();
        if (!stream_) answer.error = broken_ ? Errc::bad_input : Errc::closed;
        if (stream_ && clock_.now() >= until) {
            answer.error = input_.empty() ? Errc::timed_out : Errc::bad_input;
            count(input_.empty() ? "time_out" : "unreadable");
        }
        if (answer.error) {
            record('<', input_);
            co_return answer;
        }
        co_await clock_.wait(heard_, until);
    }
}

Bytes Line::frame_of(const Request& request)
{
    if (config_.framing == Framing::rtu) return rtu_frame(config_.unit, request);
    return mbap_frame(++transaction_, config_.unit, request);
}

std::optional<Reply> Line::find(const Request& request, const Bytes& frame)
{
    if (config_.framing == Framing::tcp) return find_tcp(request);
    if (!drop_echo(request, frame)) return std::nullopt;
    auto found = find_reply(input_, config_.unit, request);
    if (!found) return std::nullopt;
    if (found->skipped > 0) count("foreign");
    record('<', View(input_).first(found->skipped + found->size));
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(found->skipped + found->size));
    return std::move(found->reply);
}

// An adapter that hears itself sends our frame back; the echo of a write would pass for its answer (sheet
// §8). False: it has not come yet.
bool Line::drop_echo(const Request& request, const Bytes& frame)
{
    if (!config_.echo || echoed_) return true;
    const auto at = std::search(input_.begin(), input_.end(), frame.begin(), frame.end());
    if (at == input_.end()) return is_read(request);
    input_.erase(input_.begin(), at + static_cast<std::ptrdiff_t>(frame.size()));
    echoed_ = true;
    return true;
}

// Gateways may change or forget the unit; the transaction is what tells an answer from a late one.
std::optional<Reply> Line::find_tcp(const Request& request)
{
    for (;;) {
        const auto step = next_mbap(input_);
        if (step.consumed == 0) return std::nullopt;
        record('<', View(input_).first(step.consumed));
        input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(step.consumed));
        if (step.foreign) {
            count("unreadable");
            broken_ = true;
            return std::nullopt;
        }
        if (step.transaction == transaction_) {
            auto reply = parse_reply(request, step.pdu);
            if (reply) return reply;
        }
        count("foreign");
    }
}

void Line::count(const char* reason)
{
    const base::Labels labels{{"device", config_.id}, {"reason", reason}};
    metrics_
        .counter("gatehouse_modbus_flaws_total", "Answers that did not come or were not for us, by reason",
                 labels)
        .add();
}

void Line::record(char direction, View bytes)
{
    if (!recorder.on() || bytes.empty()) return;
    recorder.take(fmt::format("{} {:02x}\n", direction, fmt::join(bytes, " ")));
}

} // namespace gatehouse::modbus
