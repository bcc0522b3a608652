#include "gateway/device/finder.hpp"

#include "gateway/base/task_group.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <memory>
#include <tuple>

namespace gatehouse::device {
namespace {

using namespace asio::experimental::awaitable_operators;

constexpr std::size_t findings_max = 2000; // of one search: a hostile answerer must not fill the memory

bool is_multicast(std::string_view group)
{
    return group != "255.255.255.255";
}

bool same(const Finding& one, const Finding& other)
{
    return std::tie(one.method, one.interface, one.found.host, one.found.serial, one.found.mac) ==
           std::tie(other.method, other.interface, other.found.host, other.found.serial, other.found.mac);
}

// 192.0.2.9 before 192.0.2.21
bool before(const Finding& one, const Finding& other)
{
    const auto key = [](const Finding& finding) {
        return std::make_tuple(finding.found.host.size(), finding.found.host, finding.method,
                               finding.found.serial);
    };
    return key(one) < key(other);
}

} // namespace

struct Finder::Hearing {
    SearchReport report;
    base::MonoTime until;
};

Finder::Finder(Ports ports, std::vector<const FindMethod*> methods)
    : ports_(std::move(ports)), methods_(std::move(methods))
{
}

base::Result<std::vector<base::NetworkInterface>> Finder::chosen(const std::vector<std::string>& names) const
{
    const auto present = ports_.interfaces();
    std::vector<base::NetworkInterface> wanted;
    for (const auto& name : names) {
        const auto found =
            std::find_if(present.begin(), present.end(),
                         [&](const base::NetworkInterface& each) { return each.name == name; });
        if (found == present.end()) return base::Errc::bad_input;
        wanted.push_back(*found);
    }
    return wanted;
}

asio::awaitable<base::Result<SearchReport>> Finder::search(std::vector<std::string> names,
                                                           std::chrono::seconds span)
{
    const auto through = chosen(names);
    if (!through) co_return through.error();
    if (searching_) co_return base::Errc::busy;
    searching_ = true;
    const auto done = std::shared_ptr<void>(nullptr, [this](void*) { searching_ = false; });
    Hearing hearing;
    hearing.until = ports_.clock.now() + span;
    base::TaskGroup asking(ports_.executor);
    for (const auto& interface : *through)
        for (const auto* method : methods_)
            asking.spawn(std::string(method->name), ask(method, interface, &hearing));
    co_await asking.join();
    auto& findings = hearing.report.findings;
    std::sort(findings.begin(), findings.end(), &before);
    co_return std::move(hearing.report);
}

asio::awaitable<void> Finder::ask(const FindMethod* method, base::NetworkInterface through, Hearing* hearing)
{
    const bool hears_group = method->local_port != 0 && is_multicast(method->group);
    const std::string group(hears_group ? method->group : std::string_view());
    auto port = ports_.open(through, method->local_port, group);
    const std::string what = std::string(method->name) + " on " + through.name + ": ";
    if (!port) {
        hearing->report.flaws.push_back(what + port.error().message());
        co_return;
    }
    base::Endpoint to;
    to.host = std::string(method->group);
    to.port = method->port;
    const auto pause = (hearing->until - ports_.clock.now()) / 3;
    for (int round = 0; round < 2; ++round) {
        const auto probes = method->probes(ports_.random);
        for (const auto& probe : probes) {
            const auto bytes = std::as_bytes(std::span(probe));
            const auto sent = co_await (*port)->send(to, bytes);
            if (sent) continue;
            hearing->report.flaws.push_back(what + sent.error().message());
            co_return;
        }
        const auto end = round == 0 ? ports_.clock.now() + pause : hearing->until;
        co_await (listen(method, through, port->get(), hearing) || ports_.clock.sleep_until(end));
    }
}

asio::awaitable<void> Finder::listen(const FindMethod* method, base::NetworkInterface through,
                                     base::DatagramPort* port, Hearing* hearing)
{
    for (;;) {
        const auto datagram = co_await port->receive();
        if (!datagram) co_return;
        const auto& bytes = datagram->bytes;
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        auto found = method->read(text, datagram->from);
        if (!found || found->host == through.address) continue;
        Finding finding;
        finding.found = std::move(*found);
        finding.method = std::string(method->name);
        finding.interface = through.name;
        auto& all = hearing->report.findings;
        const bool known =
            std::any_of(all.begin(), all.end(), [&](const Finding& other) { return same(finding, other); });
        if (!known && all.size() < findings_max) all.push_back(std::move(finding));
    }
}

} // namespace gatehouse::device
