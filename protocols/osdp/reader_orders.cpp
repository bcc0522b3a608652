// Orders at a reader: its output, and what it shows.
#include "protocols/osdp/reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace gatehouse::osdp {

using namespace std::chrono_literals;
using base::Errc;
using model::Outcome;
using model::Status;

namespace {

constexpr std::uint8_t capability_leds = 4;
constexpr std::uint8_t capability_sound = 5;
constexpr std::uint8_t capability_text = 6;

std::uint16_t tenths(milliseconds span)
{
    return static_cast<std::uint16_t>(std::max<std::int64_t>(1, span / 100ms));
}

} // namespace

void Reader::fail_orders(const std::string& why)
{
    while (!orders_.empty()) {
        const auto order = std::move(orders_.front());
        orders_.pop_front();
        order->finish(session_.outcome(Status::failed, "unreachable", "not sent: " + why));
    }
}

asio::awaitable<void> Reader::carry(std::shared_ptr<Order> order)
{
    if (order->abandoned) co_return;
    struct CutOff { // the driver ends in the middle
        Order& order;
        Outcome outcome;
        ~CutOff() { order.finish(std::move(outcome)); }
    };
    auto unknown = session_.outcome(Status::unknown, "interrupted",
                                    "the conversation with the reader ended before the outcome was known");
    {
        const CutOff cut_off{*order, std::move(unknown)};
        auto outcome = co_await move(*order);
        order->finish(std::move(outcome));
    }
    const auto result = order->outcome->status;
    const bool done = result == Status::confirmed || result == Status::accepted;
    if (done && order->open && stage_ == Stage::online && session_.line.connected())
        co_await signal(order->text);
}

// Sent once: a number that is repeated should be harmless, and some readers have it wrong (sheet §7). Only a
// reader that said "busy" is asked again.
asio::awaitable<Outcome> Reader::move(const Order& order)
{
    const auto begun = session_.context.clock.now();
    const auto output = static_cast<std::uint8_t>(config_.door_output.value_or(0));
    auto command = order.open ? output_pulse(output, tenths(session_.config.open_for)) : output_off(output);
    const auto answer = co_await ask(std::move(command), 1);
    if (answer.error) pending_.reset(); // whatever follows, this command does not go out again
    if (!answer.sent && answer.error == Errc::busy) {
        co_await recover(answer.why(), false);
        co_return session_.outcome(Status::failed, "device_busy", "nothing was done: " + answer.why(), begun);
    }
    if (!answer.sent)
        co_return session_.outcome(Status::failed, "unreachable", "not sent: " + answer.why(), begun);
    if (const auto* nak = answer.refused())
        co_return session_.outcome(Status::failed, "device_refused", describe_nak(nak->reason), begun);
    // In plain it says that it knows of no session: it did nothing.
    if (answer.error == Errc::conflict) {
        co_await recover(answer.why(), true);
        co_return session_.outcome(Status::failed, "device_refused", "nothing was done: " + answer.why(),
                                   begun);
    }
    if (!session_.line.connected())
        co_return session_.outcome(Status::unknown, "link_lost",
                                   "sent, but then the link to the line was lost", begun);
    if (answer.error) {
        auto outcome = co_await after_silence(order, begun);
        co_return outcome;
    }
    if (session_.context.taken) session_.context.taken(order.id);
    std::optional<bool> on;
    if (const auto* outputs = std::get_if<Outputs>(&answer.reply)) {
        if (output < outputs->on.size()) on = outputs->on[output];
    } else {
        on = co_await output_on();
    }
    if (on == order.open)
        co_return session_.outcome(Status::confirmed, "",
                                   order.open ? "the output was seen on" : "the output was seen off", begun);
    if (on && order.open)
        co_return session_.outcome(Status::failed, "not_opened", "the reader took it, but its output is off",
                                   begun);
    co_return session_.outcome(Status::accepted, "", "the reader took it; its output cannot be read", begun);
}

// Whether it was done is looked up in a new conversation: a reader that did not hear the command would refuse
// the next number.
asio::awaitable<Outcome> Reader::after_silence(const Order& order, base::MonoTime begun)
{
    co_await recover("the reader did not answer an order", false);
    std::optional<bool> on;
    if (stage_ == Stage::online && session_.line.connected()) on = co_await output_on();
    if (on == order.open)
        co_return session_.outcome(Status::confirmed, "",
                                   order.open ? "the answer was lost, but the output was seen on"
                                              : "the answer was lost, but the output was seen off",
                                   begun);
    co_return session_.outcome(Status::unknown, "no_answer",
                               "sent, but the reader's answer did not come; it is not repeated", begun);
}

asio::awaitable<std::optional<bool>> Reader::output_on()
{
    const auto answer = co_await ask(plain_command(code::output_status), 3);
    const auto* outputs = std::get_if<Outputs>(&answer.reply);
    const auto output = static_cast<std::size_t>(config_.door_output.value_or(0));
    if (!answer.ok() || outputs == nullptr || output >= outputs->on.size()) co_return std::nullopt;
    co_return outputs->on[output];
}

// For the person before it; whether it can be seen changes nothing.
asio::awaitable<void> Reader::signal(std::string text)
{
    const auto can = [this](std::uint8_t function) {
        const auto* found = capabilities_.find(function);
        return found != nullptr && found->compliance > 0;
    };
    const auto length = tenths(session_.config.open_for);
    if (config_.signal && can(capability_leds) && !pending_)
        (void)co_await ask(led_temporary(Color::green, length), 2);
    if (config_.signal && can(capability_sound) && !pending_) (void)co_await ask(beep(1), 2);
    const auto seconds = static_cast<std::uint8_t>(std::clamp<int>(length / 10, 1, 255));
    if (!text.empty() && can(capability_text) && !pending_) (void)co_await ask(show_text(text, seconds), 2);
}

} // namespace gatehouse::osdp
