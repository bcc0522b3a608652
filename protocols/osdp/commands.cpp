#include "protocols/osdp/commands.hpp"

#include <fmt/format.h>

namespace gatehouse::osdp {

using model::Action;
using model::Outcome;
using model::Status;

Reader* Commands::reader_of(int door)
{
    for (const auto& reader : readers_)
        if (reader->config().door == door && reader->config().door_output) return reader.get();
    return nullptr;
}

asio::awaitable<Outcome> Commands::execute(model::Command command)
{
    const bool opens = command.action == Action::door_open || command.action == Action::barrier_open;
    if (!opens && command.action != Action::door_close)
        co_return session_.outcome(Status::rejected, "unsupported",
                                   "a line of readers knows no such command");
    const auto hold = command.args.find("hold");
    if (hold != command.args.end() && hold->second == "true")
        co_return session_.outcome(
            Status::rejected, "unsupported",
            "a reader's output is only pulsed: nothing would end a hold when the line is lost");
    auto* reader = reader_of(command.output);
    if (reader == nullptr)
        co_return session_.outcome(
            Status::rejected, "bad_arguments",
            fmt::format("no reader of the line has an output for door {}", command.output));
    if (!session_.running() || !session_.line.connected())
        co_return session_.outcome(Status::failed, "unreachable", "not sent: " + session_.status.why);
    if (reader->stage() != Reader::Stage::online)
        co_return session_.outcome(Status::failed, "unreachable", "not sent: " + reader->why());
    const auto order = std::make_shared<Order>(session_.context.executor);
    order->id = command.id;
    order->open = opens;
    if (const auto text = command.args.find("text"); text != command.args.end()) order->text = text->second;
    struct Waiting { // cancelled: nobody waits any more
        Order& order;
        ~Waiting() { order.abandoned = true; }
    };
    const Waiting waiting{*order};
    reader->take(order);
    while (!order->outcome)
        co_await order->done.wait();
    co_return *order->outcome;
}

} // namespace gatehouse::osdp
