#include "protocols/osdp/session.hpp"

#include "gateway/base/log.hpp"

#include <fmt/format.h>

#include <utility>

namespace gatehouse::osdp {

using namespace std::chrono_literals;
using base::kv;

namespace {

constexpr auto save_pause = 2s; // not with every event
constexpr auto memory_key = "told";

std::string_view word(model::LinkState state)
{
    if (state == model::LinkState::up) return "up";
    return state == model::LinkState::silent ? "silent" : "down";
}

} // namespace

Session::Session(Config config_, device::DriverContext context_)
    : config(std::move(config_)), context(std::move(context_)),
      line(config, context.executor, context.clock, context.metrics), delivery(context, config.id),
      work(context.executor), reported_(context.executor),
      begun_(context.clock.wall().time_since_epoch().count())
{
    status.why = "not contacted yet";
    saved_ = context.memory.find(memory_key).value_or("");
    for (std::size_t at = 0; at < saved_.size();) {
        const auto end = std::min(saved_.find('\n', at), saved_.size());
        if (end > at) conditions_.insert(saved_.substr(at, end - at));
        at = end + 1;
    }
}

void Session::report(model::Body body)
{
    model::Event event;
    event.body = std::move(body);
    report(std::move(event));
}

void Session::report(model::Event event)
{
    event.device = config.id;
    event.received_at = context.clock.wall();
    event.occurred_at = event.received_at;
    status.last_event = event.received_at;
    const bool read = std::holds_alternative<model::AccessAttempt>(event.body) && !event.device_key.empty();
    if (read && !event.history && context.early) context.early(event); // a door does not wait for the disk
    waiting_.push_back(std::move(event));
    reported_.notify();
}

asio::awaitable<void> Session::bring()
{
    for (;;) {
        while (waiting_.empty())
            co_await reported_.wait();
        model::Event event = waiting_.front();
        co_await delivery.hand_over(std::move(event));
        waiting_.pop_front(); // not before: what is cut off here is offered at the end
    }
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

void Session::set_link(model::LinkState state, std::string why)
{
    status.why = state == model::LinkState::up ? std::string() : why;
    if (status.link == state) return;
    status.link = state;
    base::log::info("device link changed", kv("device", config.id), kv("state", word(state)), kv("why", why));
    model::DeviceLink link;
    link.state = state;
    if (state != model::LinkState::up) link.why = std::move(why);
    report(std::move(link));
}

void Session::start()
{
    delivery.open();
    tasks_ = std::make_unique<base::TaskGroup>(context.executor);
    spawn("events", bring());
}

void Session::spawn(std::string name, asio::awaitable<void> task)
{
    if (tasks_) tasks_->spawn(std::move(name), std::move(task));
}

asio::awaitable<void> Session::finish()
{
    const auto tasks = std::move(tasks_);
    if (tasks) {
        tasks->cancel();
        co_await tasks->join();
    }
    co_await line.close();
    co_await delivery.close();
    while (!waiting_.empty()) {
        auto event = std::move(waiting_.front());
        waiting_.pop_front();
        (void)co_await delivery.offer(std::move(event)); // nobody is left to try again; offer() counts it
    }
}

base::Counter& Session::counter(const std::string& name, const std::string& help, const std::string& reason)
{
    base::Labels labels{{"device", config.id}};
    if (!reason.empty()) labels.emplace_back("reason", reason);
    return context.metrics.counter(name, help, labels);
}

void Session::tell_once(const std::string& kind, const std::string& sentence, const std::string& text)
{
    auto& told = told_[kind];
    if (told == text) return;
    told = text;
    if (!text.empty()) base::log::warn(sentence, kv("device", config.id), kv("why", text));
}

std::string Session::next_key(int reader)
{
    return fmt::format("{}/{}/{}", begun_, reader, ++keys_made_);
}

model::Outcome Session::outcome(model::Status result, std::string code, std::string text,
                                base::MonoTime begun) const
{
    model::Outcome out;
    out.status = result;
    out.code = std::move(code);
    out.text = std::move(text);
    out.at = context.clock.wall();
    if (begun != base::MonoTime())
        out.took_ms = std::chrono::duration_cast<milliseconds>(context.clock.now() - begun).count();
    return out;
}

} // namespace gatehouse::osdp
