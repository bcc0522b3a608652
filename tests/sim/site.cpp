#include "tests/sim/site.hpp"

#include "tests/sim/text.hpp"

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace gatehouse::sim {
namespace {

std::string told(const std::string& whose, const Counts& counts)
{
    return fmt::format(R"({{{},"created":{},"acked":{},"retried":{},"refused":{},"dropped":{},"pending":{},)"
                       R"("streams":{},"requests":{},"unauthorised":{},"moves":{}}})",
                       whose, counts.created, counts.acked, counts.retried, counts.refused, counts.dropped,
                       counts.pending, counts.streams, counts.requests, counts.unauthorised, counts.moves);
}

} // namespace

Site::Site(Ground ground, Estate estate)
    : ground_(std::move(ground)), script_(std::move(estate.script)), group_(ground_.executor)
{
    for (const auto& make : estate.machines)
        machines_.push_back(make(ground_));
}

void Site::start()
{
    const auto now = std::chrono::steady_clock::now();
    for (std::size_t n = 0; n < machines_.size(); ++n) {
        Machine& machine = *machines_[n];
        machine.start();
        const auto traffic = machine.traffic();
        // Phases apart, or all machines would speak in the same instant.
        const double phase = static_cast<double>(n) / static_cast<double>(machines_.size());
        flows_.push_back(Flow{&machine, traffic.rate, traffic.events_max, phase, 0, now + traffic.start});
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
    for (auto& machine : machines_)
        machine->cancel();
    for (auto& machine : machines_)
        co_await machine->join();
    ground_.oracle.flush();
}

asio::awaitable<void> Site::pace()
{
    constexpr auto fine = std::chrono::milliseconds(2);
    constexpr auto coarse = std::chrono::milliseconds(20);
    asio::steady_timer timer(ground_.executor);
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
        if (flow.events_max > 0 && flow.made >= flow.events_max) {
            flow.rate = 0;
            return;
        }
        if (!flow.machine->emit_random()) return;
        flow.due -= 1;
        ++flow.made;
    }
}

asio::awaitable<void> Site::keep_house()
{
    asio::steady_timer timer(ground_.executor);
    for (;;) {
        timer.expires_after(std::chrono::milliseconds(250));
        co_await timer.async_wait(asio::use_awaitable);
        for (auto& machine : machines_)
            machine->sweep();
        ground_.oracle.flush();
    }
}

asio::awaitable<void> Site::play(ScriptedEvent event)
{
    Machine* machine = find(event.device);
    if (machine == nullptr) throw std::runtime_error("the script names an unknown device: " + event.device);
    asio::steady_timer timer(ground_.executor);
    const auto begun = std::chrono::steady_clock::now();
    for (auto n = event.first; n < event.count; ++n) {
        timer.expires_at(begun + event.time_of(n));
        co_await timer.async_wait(asio::use_awaitable);
        const auto answer = machine->obey(event.verb, event.words_of(n));
        if (answer != "ok") throw std::runtime_error("the script for " + event.device + ": " + answer);
    }
}

Machine* Site::find(const std::string& id) const
{
    const auto at =
        std::find_if(machines_.begin(), machines_.end(), [&](const auto& m) { return m->id() == id; });
    return at == machines_.end() ? nullptr : at->get();
}

std::vector<std::string> Site::ports() const
{
    std::vector<std::string> out;
    for (const auto& machine : machines_)
        out.push_back(fmt::format(R"({{"device":"{}","port":{}}})", machine->id(), machine->port()));
    return out;
}

std::string Site::stats() const
{
    Counts sum;
    for (const auto& machine : machines_) {
        const auto counts = machine->counts();
        sum.created += counts.created;
        sum.acked += counts.acked;
        sum.retried += counts.retried;
        sum.refused += counts.refused;
        sum.dropped += counts.dropped;
        sum.pending += counts.pending;
        sum.streams += counts.streams;
        sum.requests += counts.requests;
        sum.unauthorised += counts.unauthorised;
        sum.moves += counts.moves;
    }
    return told(fmt::format("\"devices\":{}", machines_.size()), sum);
}

std::string Site::command(const std::string& line)
{
    std::istringstream words(line);
    std::string verb;
    std::string id;
    words >> verb >> id;
    if (verb == "stats" && id.empty()) return stats();
    if (verb == "flush") {
        ground_.oracle.flush();
        return "ok";
    }
    std::vector<std::string> arguments;
    for (std::string word; words >> word;)
        arguments.push_back(word);
    if (id == "*") {
        for (auto& machine : machines_)
            if (auto answer = obey(*machine, verb, arguments); answer != "ok") return answer;
        return "ok";
    }
    Machine* machine = find(id);
    if (machine == nullptr) return "error: unknown device " + id;
    return obey(*machine, verb, std::move(arguments));
}

std::string Site::obey(Machine& machine, const std::string& verb, std::vector<std::string> arguments)
{
    if (verb == "stats") return told(fmt::format(R"("device":"{}")", machine.id()), machine.counts());
    if (verb == "rate") return set_rate(machine, arguments);
    return machine.obey(verb, std::move(arguments));
}

std::string Site::set_rate(Machine& machine, const std::vector<std::string>& arguments)
{
    const auto rate = arguments.empty() ? std::nullopt : parse_rate(arguments[0]);
    if (!rate) return "error: rate DEVICE N/s";
    for (auto& flow : flows_)
        if (flow.machine == &machine) flow.rate = *rate;
    return "ok";
}

} // namespace gatehouse::sim
