#include "protocols/modbus/commands.hpp"

#include <fmt/format.h>

#include <utility>

namespace gatehouse::modbus {

using namespace std::chrono_literals;
using base::Errc;
using model::BarrierPosition;
using model::Outcome;
using model::Status;

namespace {

constexpr auto just_now = 500ms; // how old the look at the loop may be when the close button is pressed
constexpr auto blind_max = 1s;   // for how long a boom on its way down may go unwatched

bool lost(const Pressed& pressed)
{
    return pressed.answer.error && !pressed.seen_on;
}

} // namespace

// One order, between the one who waits for it and the one who carries it out.
struct Commands::Job {
    explicit Job(const asio::any_io_executor& executor) : done(executor) {}
    std::optional<Outcome> outcome;
    base::Wakeup done;
};

// Held by whoever carries an order out: when he is gone, the order has an outcome.
class Commands::Ticket {
public:
    Ticket(std::shared_ptr<Job> job, Outcome cut_off) : job_(std::move(job)), cut_off_(std::move(cut_off)) {}
    ~Ticket()
    {
        if (!job_) return;
        if (!job_->outcome) job_->outcome = std::move(cut_off_);
        job_->done.notify();
    }
    Ticket(Ticket&&) noexcept = default;
    Ticket& operator=(Ticket&&) = delete;
    void finish(Outcome outcome) { job_->outcome = std::move(outcome); }

private:
    std::shared_ptr<Job> job_;
    Outcome cut_off_;
};

Outcome Commands::outcome(Status status, std::string code, std::string text, base::MonoTime begun) const
{
    Outcome out;
    out.status = status;
    out.code = std::move(code);
    out.text = std::move(text);
    out.at = session_.context.clock.wall();
    if (begun != base::MonoTime())
        out.took_ms = std::chrono::duration_cast<milliseconds>(session_.context.clock.now() - begun).count();
    return out;
}

asio::awaitable<Outcome> Commands::barrier(model::Command command)
{
    if (watch_.gate(command.output) == nullptr)
        co_return outcome(Status::rejected, "bad_arguments",
                          fmt::format("the board has no gate with output {}", command.output));
    if (!session_.running() || !session_.line.connected())
        co_return outcome(Status::failed, "unreachable", "not sent: " + session_.status.why);
    const auto job = std::make_shared<Job>(session_.context.executor);
    Ticket ticket(job, outcome(Status::unknown, "interrupted",
                               "the conversation with the board ended before the outcome was known"));
    session_.spawn("order", carry(std::move(ticket), std::move(command)));
    while (!job->outcome)
        co_await job->done.wait();
    co_return *job->outcome;
}

asio::awaitable<void> Commands::carry(Ticket ticket, model::Command command)
{
    auto& gate = *watch_.gate(command.output);
    const bool to_hold = command.args["mode"] == "hold";
    Outcome result;
    if (command.action == model::Action::barrier_close)
        result = co_await close(gate, std::move(command.id));
    else if (to_hold)
        result = co_await hold(gate, std::move(command.id));
    else
        result = co_await open(gate, std::move(command.id));
    ticket.finish(std::move(result));
}

// What ended an order before anything could move; nothing when the button may have been pressed.
std::optional<Outcome> Commands::not_pressed(const Answer& answer, base::MonoTime begun) const
{
    if (answer.error && answer.sent) return std::nullopt;
    if (answer.error) return outcome(Status::failed, "unreachable", "not sent: " + answer.why(), begun);
    if (answer.ok()) return std::nullopt;
    const bool busy = answer.reply.exception == Exception::busy;
    return outcome(Status::failed, busy ? "device_busy" : "device_refused", answer.why(), begun);
}

// Where no limit tells: the relay was seen on, which is all that can be known.
Outcome Commands::by_relay(const Pressed& pressed, base::MonoTime begun) const
{
    if (pressed.seen_on)
        return outcome(Status::confirmed, "", "the relay was seen on; no limit shows whether the boom moved",
                       begun);
    if (pressed.answer.error)
        return outcome(Status::unknown, "no_answer",
                       "sent, but the board's answer did not come; it is not repeated", begun);
    return outcome(Status::accepted, "", "the board took it; nothing shows whether the boom moved", begun);
}

asio::awaitable<void> Commands::next_poll(base::MonoTime until)
{
    co_await session_.context.clock.wait(watch_.polled(), until);
}

// ---- up ----

asio::awaitable<Outcome> Commands::open(Gate& gate, std::string id)
{
    const auto begun = session_.context.clock.now();
    const bool was_down = gate.down().active() == true;
    const bool prove = !gate.up().wired() && !(gate.down().wired() && was_down);
    auto pressed = co_await board_.press(gate.config().open, prove);
    if (auto ended = not_pressed(pressed.answer, begun)) co_return std::move(*ended);
    gate.opened(session_.context.clock.now());
    if (!lost(pressed) && session_.context.taken) session_.context.taken(id);
    auto result = co_await until_raised(gate, std::move(pressed), was_down, begun);
    co_return result;
}

asio::awaitable<Outcome> Commands::hold(Gate& gate, std::string id)
{
    const auto begun = session_.context.clock.now();
    const auto relay = gate.config().hold;
    if (!relay) co_return outcome(Status::rejected, "unsupported", "no relay holds this gate open");
    const bool was_down = gate.down().active() == true;
    Pressed pressed;
    pressed.answer = co_await board_.set(*relay, true);
    if (auto ended = not_pressed(pressed.answer, begun)) co_return std::move(*ended);
    pressed.seen_on = co_await board_.seen_on(*relay);
    if (!lost(pressed) && session_.context.taken) session_.context.taken(id);
    auto result = co_await until_raised(gate, std::move(pressed), was_down, begun);
    co_return result;
}

asio::awaitable<Outcome> Commands::until_raised(Gate& gate, Pressed pressed, bool was_down,
                                                base::MonoTime begun)
{
    const auto pressed_at = session_.context.clock.now();
    const auto until = begun + session_.config.rise_max;
    const bool shown = gate.up().wired() || (gate.down().wired() && was_down);
    while (shown && session_.context.clock.now() < until && session_.line.connected()) {
        const bool fresh = std::max(gate.up().sampled_at(), gate.down().sampled_at()) > pressed_at;
        if (fresh && gate.position() == BarrierPosition::open)
            co_return outcome(Status::confirmed, "", "the boom is up", begun);
        if (fresh && !gate.up().wired() && gate.down().active() == false)
            co_return outcome(Status::confirmed, "", "the boom left its lower limit", begun);
        co_await next_poll(until);
    }
    if (shown && lost(pressed))
        co_return outcome(Status::unknown, "no_answer",
                          "sent, but the board's answer did not come and the boom was not seen up", begun);
    if (shown && !session_.line.connected())
        co_return outcome(Status::unknown, "link_lost", "sent, but then the link to the board was lost",
                          begun);
    const bool read = gate.up().wired() ? gate.up().active().has_value() : gate.down().active().has_value();
    if (!shown || !read) co_return by_relay(pressed, begun);
    gate.did_not_rise();
    co_return outcome(Status::failed, "not_raised", "the button was pressed, but the gate does not rise",
                      begun);
}

// ---- down ----

std::optional<Commands::Danger> Commands::danger(const Gate& gate, milliseconds age_max,
                                                 milliseconds clear_min) const
{
    const auto now = session_.context.clock.now();
    const auto& loop = gate.safety();
    Danger found;
    found.code = "loop_unknown";
    if (!loop.wired()) {
        found.text = "no loop is wired that shows whether somebody is under the boom";
        return found;
    }
    if (!loop.raw() || !loop.sampled_at() || now - *loop.sampled_at() > age_max) {
        found.text = "whether somebody is under the boom cannot be read";
        return found;
    }
    found.code = "loop_occupied";
    if (*loop.raw()) {
        found.text = "somebody is under the boom";
        return found;
    }
    if (now - loop.inactive_since().value_or(now) >= clear_min) return std::nullopt;
    found.text = "the loop under the boom has not been clear for long enough";
    return found;
}

asio::awaitable<Outcome> Commands::close(Gate& gate, std::string id)
{
    const auto begun = session_.context.clock.now();
    const auto relay = gate.config().close;
    if (!relay) co_return outcome(Status::rejected, "unsupported", "no relay lowers this gate");
    const auto look = co_await watch_.look();
    if (!look.ok())
        co_return outcome(Status::rejected, "loop_unknown",
                          "not lowered: whether somebody is under the boom cannot be read");
    if (const auto found = danger(gate, just_now, session_.config.clear_min))
        co_return outcome(Status::rejected, found->code, "not lowered: " + found->text);
    auto held = co_await let_go(gate, begun);
    if (held) co_return std::move(*held);
    const Line::Wanted still_clear = [this, &gate] {
        return !danger(gate, just_now, session_.config.clear_min);
    };
    auto pressed = co_await board_.press(*relay, !gate.down().wired(), &still_clear);
    if (pressed.answer.error == Errc::conflict) {
        const auto found = danger(gate, just_now, session_.config.clear_min).value_or(Danger());
        co_return outcome(Status::rejected, found.code, "not lowered: " + found.text);
    }
    if (auto ended = not_pressed(pressed.answer, begun)) co_return std::move(*ended);
    if (!lost(pressed) && session_.context.taken) session_.context.taken(id);
    auto result = co_await until_lowered(gate, std::move(pressed), begun);
    co_return result;
}

// A gate that is held open has to be let go before its close button means anything.
asio::awaitable<std::optional<Outcome>> Commands::let_go(Gate& gate, base::MonoTime begun)
{
    const auto relay = gate.config().hold;
    if (!relay || board_.relay(*relay) != true) co_return std::nullopt;
    const auto answer = co_await board_.set(*relay, false);
    if (auto ended = not_pressed(answer, begun)) co_return ended;
    const auto relays = co_await board_.read_relays();
    if (relays.ok() && board_.relay(*relay) == false) co_return std::nullopt;
    co_return outcome(Status::unknown, "no_answer", "whether the gate is still held open cannot be read",
                      begun);
}

asio::awaitable<Outcome> Commands::until_lowered(Gate& gate, Pressed pressed, base::MonoTime begun)
{
    // A board that answers only after the pulse could not be asked meanwhile.
    (void)co_await watch_.look();
    const auto pressed_at = session_.context.clock.now();
    const auto until = pressed_at + session_.config.fall_max;
    while (session_.context.clock.now() < until) {
        if (const auto found = danger(gate, blind_max, 0ms)) {
            auto reversed = co_await reverse(gate, found->text, begun);
            co_return reversed;
        }
        if (gate.position() == BarrierPosition::closed)
            co_return outcome(Status::confirmed, "", "the boom is down", begun);
        co_await next_poll(std::min(until, session_.context.clock.now() + blind_max));
    }
    if (!gate.down().wired()) co_return by_relay(pressed, begun);
    if (lost(pressed))
        co_return outcome(Status::unknown, "no_answer",
                          "sent, but the board's answer did not come and the boom was not seen down", begun);
    co_return outcome(Status::failed, "not_lowered",
                      "the button was pressed, but the gate does not come down", begun);
}

// Somebody came under a boom on its way down, or nobody can tell any more: stop it and send it up.
asio::awaitable<Outcome> Commands::reverse(Gate& gate, std::string why, base::MonoTime begun)
{
    session_.counter("gatehouse_modbus_reversals_total", "Booms that were sent up again on their way down")
        .add();
    (void)co_await board_.set(*gate.config().close, false); // two buttons at once are nobody's order
    if (gate.config().stop) (void)co_await board_.press(*gate.config().stop);
    const auto raised = co_await board_.press(gate.config().open);
    const bool done = raised.answer.ok() || raised.seen_on;
    co_return outcome(Status::failed, "loop_occupied",
                      "not lowered: " + why +
                          (done ? "; the boom was sent up again"
                                : "; the board did not take the order to send it up again"),
                      begun);
}

} // namespace gatehouse::modbus
