#include "protocols/modbus/watch.hpp"

#include <fmt/format.h>

#include <utility>

namespace gatehouse::modbus {

using namespace std::chrono_literals;
using base::Errc;
using model::LinkState;

namespace {

constexpr int failures_max = 3;
constexpr auto save_pause = 2s;
constexpr auto memory_key = "told";

} // namespace

Watch::Watch(Session& session, Board& board)
    : session_(session), board_(board), cabinet_(session.config.cabinet, session.config.debounce_cabinet),
      polled_(session.context.executor)
{
    for (const auto& gate : session.config.gates)
        gates_.push_back(std::make_unique<Gate>(gate, session.config));
    if (const auto kept = session.context.memory.find(memory_key)) load(*kept);
}

Gate* Watch::gate(int output)
{
    for (const auto& gate : gates_)
        if (gate->config().output == output) return gate.get();
    return nullptr;
}

asio::awaitable<std::string> Watch::run()
{
    failures_ = 0;
    for (;;) {
        const auto answer = co_await look();
        auto why = judge(answer);
        if (!why.empty()) co_return why;
        auto& clock = session_.context.clock;
        co_await clock.sleep_until(base::next_beat(clock.now(), session_.config.poll_every));
    }
}

std::string Watch::judge(const Answer& answer)
{
    if (answer.ok()) {
        failures_ = 0;
        session_.set_link(LinkState::up, "");
        return {};
    }
    if (answer.error == Errc::closed || answer.error == Errc::unreachable || !session_.line.connected())
        return answer.why();
    if (++failures_ < failures_max) return {};
    if (answer.error) return answer.why();
    // It is there and hears us, and does not say what we need to know.
    lose();
    session_.set_link(LinkState::silent,
                      "the board does not tell its inputs: " + describe(answer.reply.exception));
    return {};
}

asio::awaitable<Answer> Watch::look()
{
    // A board without inputs shows by its relays that it is there.
    const bool by_relays = session_.config.inputs == 0;
    Answer answer;
    std::vector<std::uint16_t> counted;
    if (by_relays) {
        answer = co_await board_.read_relays();
    } else {
        // Before the inputs: what is counted and not shown by them is over.
        counted = co_await counters();
        answer = co_await board_.read_inputs();
    }
    if (answer.ok()) {
        session_.status.last_heard = session_.line.heard_at();
        const auto inputs = by_relays ? std::vector<bool>() : answer.reply.bits;
        const auto pulses = counted.empty() ? std::vector<bool>() : pulses_.missed(counted, inputs);
        take(inputs, pulses, answer.asked_at);
    }
    polled_.notify();
    co_return answer;
}

// Empty: the board has none, or does not tell them now.
asio::awaitable<std::vector<std::uint16_t>> Watch::counters()
{
    std::vector<std::uint16_t> values;
    if (!session_.config.counters_first) co_return values;
    auto answer = co_await board_.read_counters();
    if (answer.ok()) {
        values = std::move(answer.reply.registers);
        co_return values;
    }
    pulses_.forget();
    session_.tell_once("counters", "the counters of a board cannot be read", answer.why());
    co_return values;
}

void Watch::take(const std::vector<bool>& inputs, const std::vector<bool>& pulses, base::MonoTime asked_at)
{
    cabinet_.sample(inputs, asked_at);
    for (const auto& gate : gates_) {
        gate->hold(gate->config().hold && board_.relay(*gate->config().hold) == true);
        gate->sample(inputs, asked_at);
        gate->pulsed(pulses, asked_at);
    }
    tell();
    measured_ = true;
}

void Watch::tell()
{
    if (!session_.has_room()) {
        session_.counter("gatehouse_modbus_untold_total", "Polls whose news waits for the journal").add();
        return;
    }
    const auto now = session_.context.clock.now();
    for (const auto& gate : gates_)
        report(gate->tell(now));
    tell_cabinet();
    keep();
}

void Watch::tell_cabinet()
{
    const auto open = cabinet_.active();
    if (!open || *open == told_cabinet_) return;
    told_cabinet_ = *open;
    model::Tamper tamper;
    tamper.part = "case";
    tamper.active = *open;
    session_.report(std::move(tamper), measured_);
}

void Watch::report(std::vector<model::Body> news)
{
    for (auto& body : news)
        session_.report(std::move(body), measured_);
}

void Watch::lose()
{
    cabinet_.forget();
    pulses_.forget();
    for (const auto& gate : gates_)
        report(gate->lose());
    measured_ = false;
    keep();
}

// ---- what was told, over a restart ----

// Not with every event: that would double the commits of a busy gate.
void Watch::keep()
{
    if (saving_ || text() == saved_ || !session_.running()) return;
    saving_ = true;
    session_.spawn("told", save());
}

asio::awaitable<void> Watch::save()
{
    struct Saving {
        bool& on;
        ~Saving() { on = false; }
    };
    Saving saving{saving_};
    co_await session_.context.clock.sleep_for(save_pause);
    auto now = text();
    std::string copy = now;
    const auto kept = co_await session_.context.memory.put(memory_key, std::move(copy));
    if (kept)
        saved_ = std::move(now);
    else
        session_.tell_once("told", "what was told of a gate is not saved", kept.error().message());
}

// "1 open 010 blocked\n2 closed 000\ncabinet"
std::string Watch::text() const
{
    std::string text;
    for (const auto& gate : gates_)
        text += fmt::format("{} {}\n", gate->config().output, gate->save());
    if (told_cabinet_) text += "cabinet";
    return text;
}

void Watch::load(const std::string& kept)
{
    saved_ = kept;
    for (std::size_t at = 0; at < kept.size();) {
        const auto end = std::min(kept.find('\n', at), kept.size());
        const std::string_view line(kept.data() + at, end - at);
        at = end + 1;
        if (line == "cabinet") told_cabinet_ = true;
        for (const auto& gate : gates_) {
            const auto mark = fmt::format("{} ", gate->config().output);
            if (line.starts_with(mark)) gate->load(line.substr(mark.size()));
        }
    }
}

} // namespace gatehouse::modbus
