#include "tests/site/day/played_board.hpp"

#include "tests/sim/moods.hpp"

namespace gatehouse::site::day {

using namespace std::chrono_literals;

namespace {

// Relays and inputs of a gate (tests/sim/modbus/README.md).
enum Relay { open_relay, close_relay, stop_relay, hold_relay };
enum Input { up_input, down_input, entry_input, safety_input };

constexpr auto look_every = 100ms;
constexpr auto pulse = 500ms;
constexpr auto settles_within = 10s; // after what was said or ordered last

} // namespace

PlayedBoard::PlayedBoard(std::unique_ptr<sim::modbus::RelayBoard> board, ScriptedDevice& device,
                         asio::any_io_executor executor, base::Clock& clock)
    : board_(std::move(board)), device_(device), clock_(clock), group_(std::move(executor))
{
    device_.on_order = [this](model::Command order) { return carry_out(std::move(order)); };
    watch_for(settles_within);
}

PlayedBoard::~PlayedBoard()
{
    device_.on_order = nullptr;
}

std::string PlayedBoard::obey(const std::string& verb, std::vector<std::string> words)
{
    const auto emission = sim::parse_emission(words);
    const auto lasts = emission ? emission->options.find("lasts") : decltype(emission->options.end()){};
    auto span = sim::Span(0);
    if (emission && lasts != emission->options.end())
        span = sim::parse_span(lasts->second).value_or(sim::Span(0));
    auto answer = board_->obey(verb, std::move(words));
    watch_for(span + settles_within);
    return answer;
}

void PlayedBoard::cancel()
{
    board_->cancel();
    group_.cancel();
}

// ---- orders ----

asio::awaitable<model::Outcome> PlayedBoard::carry_out(model::Command order)
{
    model::Outcome outcome;
    const bool opens = order.action == model::Action::barrier_open;
    if (opens && order.args.contains("mode"))
        switch_relay(hold_relay, true);
    else if (!opens)
        switch_relay(hold_relay, false);
    co_await press(opens ? open_relay : close_relay);
    const bool seen = co_await comes_on(opens ? up_input : down_input, 8s);
    outcome.status = seen ? model::Status::confirmed : model::Status::unknown;
    outcome.at = clock_.wall();
    co_return outcome;
}

asio::awaitable<void> PlayedBoard::press(int relay)
{
    switch_relay(relay, true);
    co_await clock_.sleep_for(pulse);
    switch_relay(relay, false);
}

asio::awaitable<bool> PlayedBoard::comes_on(int input, std::chrono::milliseconds patience)
{
    const auto end = clock_.now() + patience;
    for (;;) {
        look();
        if (board_->input(input)) co_return true;
        if (clock_.now() >= end) co_return false;
        co_await clock_.sleep_for(look_every);
    }
}

void PlayedBoard::switch_relay(int relay, bool on)
{
    std::vector<std::string> words{std::to_string(relay), on ? "on" : "off"};
    (void)board_->obey("relay", std::move(words)); // it has these relays
    watch_for(settles_within);
}

// ---- looks ----

void PlayedBoard::watch_for(std::chrono::milliseconds span)
{
    watch_until_ = std::max(watch_until_, clock_.now() + span);
    if (std::exchange(watching_, true)) return;
    group_.spawn("watch", watch());
}

asio::awaitable<void> PlayedBoard::watch()
{
    while (clock_.now() < watch_until_) {
        look();
        co_await clock_.sleep_for(look_every);
    }
    watching_ = false;
}

void PlayedBoard::look()
{
    board_->sweep();
    std::optional<model::BarrierPosition> position;
    if (board_->input(up_input)) position = model::BarrierPosition::open;
    if (board_->input(down_input)) position = model::BarrierPosition::closed;
    if (position && position != position_) {
        position_ = position;
        push(model::BarrierMoved{1, *position});
    }
    for (const int input : {entry_input, safety_input}) {
        auto& told = inputs_.at(static_cast<std::size_t>(input));
        const bool on = board_->input(input);
        if (std::exchange(told, on) != on) push(model::InputChanged{input, on});
    }
}

void PlayedBoard::push(model::Body body)
{
    device_.push("look/" + std::to_string(++told_), std::move(body));
}

} // namespace gatehouse::site::day
