// Exchanges and polling: numbers, repeats, and when a reader is given up.
#include "protocols/osdp/reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace gatehouse::osdp {

using namespace std::chrono_literals;
using base::Errc;

namespace {

constexpr int misses_max = 5;      // sheet §6
constexpr auto silence_max = 8s;   // then the reader has dropped its session anyway
constexpr auto busy_pause = 60ms;  // sheet §4: at least 50
constexpr int busy_max = 100;      // a reader that is busy for six seconds is not at work
constexpr int restarts_max = 3;    // a reader that refuses every poll must not take the line from the others
constexpr int busy_in_a_row = 20;  // while somebody waits
constexpr auto disk_wait_max = 3s; // beyond, the reader would drop its session

} // namespace

std::string Answer::why() const
{
    if (const auto* nak = refused()) return describe_nak(nak->reason);
    if (error == Errc::timed_out) return "the reader did not answer";
    if (error == Errc::bad_input) return "the reader's answer is not sealed as agreed";
    if (error == Errc::conflict)
        return "the reader lost its secure session; it is begun anew / "
               "读卡器的安全会话已中断；系统会自动重建，请稍后重试";
    if (error == Errc::busy)
        return "the reader says that it is busy; try again in a moment / 读卡器忙；请稍后重试";
    if (error == Errc::unreachable || error == Errc::closed) return "there is no connection to the line";
    if (error) return "the connection to the line failed: " + error.message();
    return std::holds_alternative<Broken>(reply) ? "the reader's answer cannot be read" : "";
}

Reader::Reader(Session& session, const ReaderConfig& config)
    : session_(session), config_(config), why_("not asked yet"), backoff_(1s, 30s)
{
}

void Reader::begin()
{
    restart();
    backoff_.reset();
    stage_ = Stage::offline;
    tried_ = false;
    next_ = session_.context.clock.now();
}

void Reader::lose()
{
    restart();
    stage_ = Stage::offline;
    why_ = "the connection to the line was lost";
    fail_orders(why_);
    session_.fact(fmt::format("reader {}", config_.number), describe());
}

base::MonoTime Reader::due() const
{
    return orders_.empty() || pending_ || stage_ != Stage::online ? next_ : base::MonoTime();
}

void Reader::take(std::shared_ptr<Order> order)
{
    orders_.push_back(std::move(order));
    session_.work.notify();
}

asio::awaitable<void> Reader::turn()
{
    if (stage_ != Stage::online) {
        co_await bring_up();
        co_return;
    }
    if (!keys_.empty() && session_.context.clock.now() - key_at_ > session_.config.keys_within) end_keys();
    // What was asked before is settled first: the number and the seal go on from its answer.
    if (!pending_ && !orders_.empty()) {
        auto order = orders_.front();
        orders_.pop_front();
        co_await carry(std::move(order));
        co_return;
    }
    co_await poll();
}

// ---- exchanges ----

void Reader::restart()
{
    sequence_ = 0;
    pending_.reset();
    channel_.reset();
}

void Reader::prepare(const Command& command, std::uint8_t block, std::uint8_t block_value)
{
    Frame frame;
    frame.address = config_.address;
    frame.control = static_cast<std::uint8_t>(sequence_ | (config_.crc ? 0x04U : 0U));
    frame.block = block;
    frame.block_value = block_value;
    frame.code = command.code;
    frame.data = command.data;
    session_.line.recorder.take(frame);
    if (channel_) channel_->seal(frame);
    Pending pending;
    pending.bytes = encode(frame);
    pending.sequence = sequence_;
    pending.polls = command.code == code::poll;
    pending_ = std::move(pending);
}

asio::awaitable<Answer> Reader::attempt()
{
    auto bytes = pending_->bytes;
    auto heard = co_await session_.line.exchange(std::move(bytes), config_.address, pending_->sequence);
    Answer answer;
    answer.error = heard.error;
    if (heard.frame) answer = judge(std::move(*heard.frame));
    answer.sent = heard.sent;
    if (answer.error) co_return answer;
    sequence_ = static_cast<std::uint8_t>(pending_->sequence % 3 + 1);
    pending_.reset();
    misses_ = 0;
    busy_ = 0;
    answered_at_ = session_.context.clock.now();
    session_.status.last_heard = session_.line.heard_at();
    co_return answer;
}

Answer Reader::judge(Frame frame)
{
    Answer answer;
    if (!frame.sealed() && frame.code == code::busy) {
        answer.error = Errc::busy;
        return answer;
    }
    if (channel_ && !frame.sealed()) {
        session_.line.recorder.take(frame);
        // A reader that restarted answers in plain that it knows of no session.
        const bool nak = frame.code == code::nak;
        if (!nak) count_refusal("plain_in_session");
        answer.error = nak ? Errc::conflict : Errc::bad_input;
        return answer;
    }
    if (channel_ ? !channel_->open(frame) : frame.sealed()) {
        count_refusal("bad_seal");
        answer.error = Errc::bad_input;
        return answer;
    }
    session_.line.recorder.take(frame);
    answer.reply = decode_reply(frame.code, frame.data);
    // Its seal went on although it did nothing: the command cannot be repeated as it is.
    if (std::holds_alternative<Busy>(answer.reply)) answer.error = Errc::conflict;
    return answer;
}

// The pending command until it is answered; the same bytes each time.
asio::awaitable<Answer> Reader::repeat(int tries)
{
    Answer answer;
    bool sent = false;
    int busy = 0;
    for (int i = 0; i < tries;) {
        answer = co_await attempt();
        sent = sent || (answer.sent && answer.error != Errc::busy);
        answer.sent = sent;
        if (answer.error == Errc::busy && ++busy < busy_in_a_row) {
            co_await session_.context.clock.sleep_for(busy_pause);
            continue;
        }
        if (answer.error != Errc::timed_out && answer.error != Errc::bad_input) break;
        if (++i < tries)
            session_.counter("gatehouse_osdp_retries_total", "Commands that were sent again").add();
    }
    co_return answer;
}

asio::awaitable<Answer> Reader::ask(Command command, int tries)
{
    prepare(command);
    return repeat(tries);
}

// ---- polling ----

// The next command tells the reader that its event has arrived; so it waits for the disk, a little.
bool Reader::waits_for_disk() const
{
    return told_at_ && !session_.settled() && session_.context.clock.now() - *told_at_ < disk_wait_max;
}

bool Reader::asked_within(milliseconds span) const
{
    return empty_at_ && session_.context.clock.now() - *empty_at_ <= span;
}

void Reader::prepare_poll()
{
    told_at_.reset();
    const bool room = session_.has_room();
    // Asked for its status it keeps its events, and its session.
    if (!room) session_.counter("gatehouse_osdp_held_total", "Polls that left events with a reader").add();
    prepare(plain_command(room ? code::poll : code::local_status));
}

void Reader::take_told(const Answer& answer, bool polled)
{
    if (polled && std::holds_alternative<Ack>(answer.reply)) empty_at_ = answered_at_;
    hear(answer.reply);
}

// It lost number or key; another command it may just not know.
bool Reader::wants_anew(const Answer& answer)
{
    const auto* nak = answer.refused();
    return nak != nullptr && nak->reason != 3;
}

asio::awaitable<void> Reader::poll()
{
    if (!pending_ && waits_for_disk()) {
        next_ = session_.context.clock.now() + 10ms;
        co_return;
    }
    if (!pending_) prepare_poll();
    const bool polled = pending_->polls;
    const auto answer = co_await attempt();
    const auto now = session_.context.clock.now();
    next_ = answer.error == Errc::busy ? now + busy_pause : base::next_beat(now, session_.config.poll_every);
    if (answer.ok()) restarts_ = 0;
    if (!answer.error) take_told(answer, polled);
    if (!session_.line.connected()) co_return;
    std::string why;
    if (answer.error == Errc::busy && ++busy_ >= busy_max)
        why = "the reader says busy to everything; cut its power for a moment / 读卡器一直答忙；请断电重启";
    if (answer.error == Errc::conflict || wants_anew(answer)) why = answer.why();
    const bool missed = answer.error == Errc::timed_out || answer.error == Errc::bad_input;
    if (missed) session_.counter("gatehouse_osdp_retries_total", "Commands that were sent again").add();
    if (missed && ++misses_ >= misses_max) why = answer.why();
    if (session_.context.clock.now() - answered_at_ > silence_max) why = answer.why();
    if (why.empty()) co_return;
    const bool silent = answer.error == Errc::timed_out || answer.error == Errc::busy;
    co_await recover(std::move(why), !silent);
}

asio::awaitable<void> Reader::recover(std::string why, bool insecure)
{
    if (channel_ && insecure) lose_channel(why);
    session_.counter("gatehouse_osdp_restarts_total", "Conversations with a reader that began anew").add();
    misses_ = 0;
    const bool busy = std::exchange(busy_, 0) >= busy_max;
    if (busy || ++restarts_ > restarts_max) {
        restarts_ = 0;
        restart();
        go(Stage::refused, std::move(why));
        co_return;
    }
    co_await bring_up();
}

} // namespace gatehouse::osdp
