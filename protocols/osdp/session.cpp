#include "protocols/osdp/session.hpp"

#include <fmt/format.h>

#include <utility>

namespace gatehouse::osdp {

using namespace std::chrono_literals;

namespace {

constexpr auto save_pause = 2s; // not with every event
constexpr auto memory_key = "told";

} // namespace

Session::Session(Config config_, device::DriverContext context_)
    : net::QueuedSession(config_.id, std::move(context_)), config(std::move(config_)),
      line(config, context.executor, context.clock, context.metrics), work(context.executor),
      begun_(context.clock.wall().time_since_epoch().count())
{
    saved_ = context.memory.find(memory_key).value_or("");
    for (std::size_t at = 0; at < saved_.size();) {
        const auto end = std::min(saved_.find('\n', at), saved_.size());
        if (end > at) conditions_.insert(saved_.substr(at, end - at));
        at = end + 1;
    }
}

void Session::report(model::Body body)
{
    queue(own_event(std::move(body)));
}

void Session::report(model::Event event)
{
    event.device = config.id;
    event.received_at = context.clock.wall();
    event.occurred_at = event.received_at;
    const bool read = std::holds_alternative<model::AccessAttempt>(event.body) && !event.device_key.empty();
    if (read && !event.history && context.early) context.early(event); // a door does not wait for the disk
    queue(std::move(event));
}

std::string Session::name_of(const std::string& what, const ReaderConfig& reader) const
{
    if (config.readers.size() == 1) return what;
    return what == "reader" ? fmt::format("reader {}", reader.number)
                            : fmt::format("{} of reader {}", what, reader.number);
}

void Session::set_health(const std::string& what, bool ok, const std::string& detail)
{
    const auto mark = "health " + what;
    if (conditions_.contains(mark) != ok) return;
    if (ok)
        conditions_.erase(mark);
    else
        conditions_.insert(mark);
    model::DeviceHealth health;
    health.what = what;
    health.ok = ok;
    health.detail = detail;
    report(std::move(health));
    keep_told();
}

void Session::set_tamper(const std::string& part, bool active)
{
    const auto mark = "tamper " + part;
    if (conditions_.contains(mark) == active) return;
    if (active)
        conditions_.insert(mark);
    else
        conditions_.erase(mark);
    model::Tamper tamper;
    tamper.part = part;
    tamper.active = active;
    report(std::move(tamper));
    keep_told();
}

void Session::keep_told()
{
    if (!running() || std::exchange(saving_, true)) return;
    spawn("told", save_told());
}

asio::awaitable<void> Session::save_told()
{
    struct Saving {
        bool& on;
        ~Saving() { on = false; }
    };
    Saving saving{saving_};
    for (;;) {
        co_await context.clock.sleep_for(save_pause);
        std::string now;
        for (const auto& condition : conditions_)
            now += condition + '\n';
        if (now == saved_) co_return;
        std::string key = memory_key;
        std::string copy = now;
        const auto kept = co_await context.memory.put(std::move(key), std::move(copy));
        if (!kept) tell_once("told", "what was told of readers is not saved", kept.error().message());
        if (!kept) co_return;
        saved_ = std::move(now);
    }
}

asio::awaitable<void> Session::finish()
{
    co_await stop_tasks();
    co_await line.close();
    co_await close_journal();
}

std::string Session::next_key(int reader)
{
    return fmt::format("{}/{}/{}", begun_, reader, ++keys_made_);
}

} // namespace gatehouse::osdp
