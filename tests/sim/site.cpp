#include "tests/sim/site.hpp"

#include "tests/sim/text.hpp"

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace gatehouse::sim {

Site::Site(asio::any_io_executor executor, base::Clock& clock, Oracle& oracle, Estate estate)
    : executor_(executor), oracle_(oracle), script_(std::move(estate.script)), group_(executor)
{
    for (auto& config : estate.devices)
        devices_.push_back(std::make_unique<Device>(executor, clock, oracle, std::move(config)));
}

void Site::start()
{
    const auto now = std::chrono::steady_clock::now();
    for (std::size_t n = 0; n < devices_.size(); ++n) {
        Device& device = *devices_[n];
        device.start();
        // Phases apart, or all devices would speak in the same instant.
        const double phase = static_cast<double>(n) / static_cast<double>(devices_.size());
        flows_.push_back(Flow{&device, device.config.rate, phase, 0, now + device.config.start});
    }
    for (const auto& event : script_)
        group_.spawn("script", play(event));
    group_.spawn("pace", pace());
    group_.spawn("keep house", keep_house());
}

asio::awaitable<void> Site::stop()
{
    group_.cancel();
    co_await group_.join();
    for (auto& device : devices_)
        device->cancel();
    for (auto& device : devices_)
        co_await device->join();
    oracle_.flush();
}

asio::awaitable<void> Site::pace()
{
    constexpr auto fine = std::chrono::milliseconds(2);
    constexpr auto coarse = std::chrono::milliseconds(20);
    asio::steady_timer timer(executor_);
    auto last = std::chrono::steady_clock::now();
    for (;;) {
        double sum = 0;
        for (const auto& flow : flows_)
            sum += flow.rate;
        constexpr double brisk = 50;
        timer.expires_after(sum > brisk ? fine : coarse);
        co_await timer.async_wait(asio::use_awaitable);
        const auto now = std::chrono::steady_clock::now();
        const double seconds = std::chrono::duration<double>(now - last).count();
        last = now;
        for (auto& flow : flows_)
            if (flow.rate > 0 && now >= flow.begins) advance(flow, seconds);
    }
}

void Site::advance(Flow& flow, double seconds)
{
    // At most one second is caught up after a stall, or a stall would end in a flood.
    flow.due = std::min(flow.due + flow.rate * seconds, flow.rate + 1);
    while (flow.due >= 1) {
        const auto max = flow.device->config.events_max;
        if (max > 0 && flow.made >= max) {
            flow.rate = 0;
            return;
        }
        if (!flow.device->emit_random()) return;
        flow.due -= 1;
        ++flow.made;
    }
}

asio::awaitable<void> Site::keep_house()
{
    asio::steady_timer timer(executor_);
    for (;;) {
        timer.expires_after(std::chrono::milliseconds(250));
        co_await timer.async_wait(asio::use_awaitable);
        for (auto& device : devices_)
            device->sweep();
        oracle_.flush();
    }
}

asio::awaitable<void> Site::play(ScriptedEvent event)
{
    Device* device = find(event.device);
    if (device == nullptr) throw std::runtime_error("the script names an unknown device: " + event.device);
    asio::steady_timer timer(executor_);
    timer.expires_after(event.at);
    co_await timer.async_wait(asio::use_awaitable);
    for (std::size_t n = 0; n < event.count; ++n) {
        if (event.lasts.count() > 0)
            device->emit_lasting(event.what, event.lasts);
        else
            device->emit(event.what);
        timer.expires_after(event.every);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

Device* Site::find(const std::string& id) const
{
    const auto at =
        std::find_if(devices_.begin(), devices_.end(), [&](const auto& d) { return d->config.id == id; });
    return at == devices_.end() ? nullptr : at->get();
}

std::vector<std::string> Site::ports() const
{
    std::vector<std::string> out;
    for (const auto& device : devices_)
        out.push_back(fmt::format(R"({{"device":"{}","port":{}}})", device->config.id, device->port()));
    return out;
}

std::string Site::stats() const
{
    DeviceCounts sum;
    std::size_t pending = 0;
    std::size_t streams = 0;
    std::uint64_t moves = 0;
    for (const auto& device : devices_) {
        sum.created += device->counts.created;
        sum.requests += device->counts.requests;
        sum.unauthorised += device->counts.unauthorised;
        sum.push.acked += device->counts.push.acked;
        sum.push.retried += device->counts.push.retried;
        sum.push.refused += device->counts.push.refused;
        sum.push.dropped += device->counts.push.dropped;
        pending += device->pending();
        streams += device->streams.clients();
        moves += device->outputs.moves();
    }
    return fmt::format(
        R"({{"devices":{},"created":{},"acked":{},"retried":{},"refused":{},"dropped":{},"pending":{},)"
        R"("streams":{},"requests":{},"unauthorised":{},"moves":{}}})",
        devices_.size(), sum.created, sum.push.acked, sum.push.retried, sum.push.refused, sum.push.dropped,
        pending, streams, sum.requests, sum.unauthorised, moves);
}

std::string Site::command(const std::string& line)
{
    std::istringstream words(line);
    std::string verb;
    std::string id;
    words >> verb >> id;
    if (verb == "stats" && id.empty()) return stats();
    if (verb == "flush") {
        oracle_.flush();
        return "ok";
    }
    std::vector<std::string> arguments;
    for (std::string word; words >> word;)
        arguments.push_back(word);
    if (id == "*") {
        for (auto& device : devices_)
            if (auto answer = obey(*device, verb, arguments); answer != "ok") return answer;
        return "ok";
    }
    Device* device = find(id);
    if (device == nullptr) return "error: unknown device " + id;
    return obey(*device, verb, std::move(arguments));
}

std::string Site::obey(Device& device, const std::string& verb, std::vector<std::string> arguments)
{
    if (verb == "emit") return emit(device, arguments);
    if (verb == "stats") return device.stats();
    if (verb == "rate") return set_rate(device, arguments);
    if (verb == "reset_serials") {
        device.reset_serials();
        return "ok";
    }
    if (verb == "reboot") {
        const auto span = arguments.empty() ? std::optional<Span>(Span(2000)) : parse_span(arguments[0]);
        if (!span) return "error: reboot DEVICE SPAN";
        device.reboot(*span);
        return "ok";
    }
    // "set DEVICE NAME VALUE", or the name itself as the verb: "mute DEVICE on".
    if (verb != "set") arguments.insert(arguments.begin(), verb);
    if (arguments.empty() || !is_switch(arguments[0])) return "error: unknown command or switch";
    const auto why = set_switch(device.switches, arguments[0], arguments.size() > 1 ? arguments[1] : "");
    return why ? "error: " + *why : "ok";
}

std::string Site::emit(Device& device, const std::vector<std::string>& arguments)
{
    if (arguments.empty()) return "error: emit DEVICE TYPE [TEXT] [port=N] [lasts=SPAN] [inactive]";
    const auto type = parse_type(arguments[0]);
    if (!type) return "error: unknown type " + arguments[0];
    Happening what;
    what.type = *type;
    Span lasts{0};
    for (std::size_t n = 1; n < arguments.size(); ++n) {
        const std::string& word = arguments[n];
        if (word.starts_with("port="))
            what.port = std::atoi(word.c_str() + 5);
        else if (word.starts_with("lasts="))
            lasts = parse_span(word.substr(6)).value_or(Span(0));
        else if (word == "inactive")
            what.active = false;
        else
            what.text = word;
    }
    if (lasts.count() > 0)
        device.emit_lasting(std::move(what), lasts);
    else
        device.emit(std::move(what));
    return "ok";
}

std::string Site::set_rate(Device& device, const std::vector<std::string>& arguments)
{
    const auto rate = arguments.empty() ? std::nullopt : parse_rate(arguments[0]);
    if (!rate) return "error: rate DEVICE N/s";
    for (auto& flow : flows_)
        if (flow.device == &device) flow.rate = *rate;
    return "ok";
}

} // namespace gatehouse::sim
