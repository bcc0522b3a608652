#include "protocols/net/still_picture.hpp"

#include "gateway/base/sha256.hpp"

namespace gatehouse::net {
namespace {

using model::Status;

constexpr std::size_t picture_max = 2U << 20; // as of pictures that come with events

bool is_picture(std::string_view bytes)
{
    return bytes.starts_with("\xFF\xD8") || bytes.starts_with("\x89PNG");
}

model::Event event_of(const model::Command& order, std::shared_ptr<const std::string> bytes,
                      base::WallTime now)
{
    model::Event event;
    event.device_key = "snapshot/" + order.id;
    event.device_record = order.id;
    event.occurred_at = now;
    event.received_at = now;
    model::Detection taken;
    taken.what = "snapshot";
    taken.channel = order.output;
    event.body = taken;
    model::Picture picture;
    picture.kind = "scene";
    picture.bytes = std::move(bytes);
    event.pictures.push_back(std::move(picture));
    return event;
}

} // namespace

asio::awaitable<model::Outcome> keep_still_picture(const device::DriverContext& context, model::Command order,
                                                   std::string bytes)
{
    model::Outcome outcome;
    outcome.at = context.clock.wall();
    if (!is_picture(bytes) || bytes.size() > picture_max) {
        outcome.code = "no_picture";
        outcome.text = "what the device gave is no picture of at most 2 MiB";
        co_return outcome;
    }
    const auto name = base::sha256_hex(bytes);
    const auto picture = std::make_shared<const std::string>(std::move(bytes));
    auto event = event_of(order, picture, outcome.at);
    const auto kept = co_await context.sink(std::move(event));
    if (!kept) {
        outcome.code = "store";
        outcome.text = "the picture was taken and not kept: " + kept.error().message();
        co_return outcome;
    }
    outcome.status = Status::confirmed;
    outcome.text = "sha256 " + name + ", /api/v1/media/" + name;
    co_return outcome;
}

} // namespace gatehouse::net
