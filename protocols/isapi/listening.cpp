#include "protocols/isapi/listening.hpp"

#include <fmt/format.h>

namespace gatehouse::isapi {

namespace {

constexpr const char* hosts_path = "/ISAPI/Event/notification/httpHosts";

Answer failed(Answer answer, std::string why)
{
    answer.judgement.verdict = Verdict::other;
    answer.judgement.text = std::move(why);
    return answer;
}

} // namespace

NotificationHost Listening::ours(std::string id) const
{
    NotificationHost host;
    host.id = std::move(id);
    host.url = session_.config.push_target;
    host.protocol = "HTTP";
    host.format = "XML";
    host.address = session_.context.listener_host;
    host.port = session_.context.listener_port;
    return host;
}

asio::awaitable<Answer> Listening::look(std::string& finding)
{
    auto answer = co_await session_.get(hosts_path);
    if (!answer.ok()) co_return answer;
    const auto list = HostList::parse(answer.body);
    if (!list) co_return failed(std::move(answer), "the list of notification hosts cannot be read");
    const auto mine = ours({});
    const auto id = list->find(mine.address, mine.port, mine.url);
    const auto free = list->free_slot(mine);
    finding = !id.empty()     ? "entry " + id + " points at us"
              : !free.empty() ? "no entry points at us; entry " + free + " is free"
                              : "no entry points at us and none is free";
    co_return answer;
}

asio::awaitable<Answer> Listening::arm()
{
    auto answer = co_await session_.get(hosts_path);
    if (!answer.ok()) co_return answer;
    auto list = HostList::parse(answer.body);
    if (!list) co_return failed(std::move(answer), "the list of notification hosts cannot be read");
    auto host = ours({});
    if (host.address.empty() || host.port == 0)
        co_return failed(std::move(answer), "our own listener has no address that the device could reach");
    if (const auto id = list->find(host.address, host.port, host.url); !id.empty()) {
        session_.fact("listening", "entry " + id);
        co_return answer;
    }
    const auto slot = list->free_slot(host);
    if (slot.empty()) {
        co_await report(false, "every notification entry of the device is in use; none was touched");
        co_return failed(std::move(answer),
                         "every notification entry of the device is in use; free one there");
    }
    // Before the first change: what was there, for undo.
    auto undo = slot + "\n" + list->entry(slot);
    const auto saved = co_await session_.context.memory.put("listening/undo", std::move(undo));
    if (!saved)
        co_return failed(std::move(answer),
                         "what the entry was before could not be saved; nothing was changed");
    host.id = slot;
    if (const auto set = list->set(slot, host); !set)
        co_return failed(std::move(answer), "the entry cannot be changed");
    auto written = co_await write(std::move(*list), slot, host.url);
    if (written.ok()) session_.fact("listening", "entry " + slot);
    std::string detail = written.why();
    if (written.ok()) detail = "the device was told to post to us, entry " + slot;
    co_await report(written.ok(), std::move(detail));
    co_return written;
}

asio::awaitable<Answer> Listening::disarm()
{
    auto answer = co_await session_.get(hosts_path);
    if (!answer.ok()) co_return answer;
    auto list = HostList::parse(answer.body);
    const auto undo = session_.context.memory.find("listening/undo");
    if (!list || !undo || undo->empty())
        co_return failed(std::move(answer), "there is nothing of ours to undo");
    const auto end = undo->find('\n');
    const auto slot = undo->substr(0, end);
    const auto mine = ours(slot);
    if (list->find(mine.address, mine.port, mine.url) != slot)
        co_return failed(std::move(answer), "entry " + slot + " no longer points at us; it was not touched");
    if (const auto back = list->restore(slot, std::string_view(*undo).substr(end + 1)); !back)
        co_return failed(std::move(answer), "the entry cannot be put back");
    auto written = co_await write(std::move(*list), slot, std::string());
    if (!written.ok()) co_return written;
    session_.status.facts.erase("listening");
    const auto forgotten = co_await session_.context.memory.put("listening/undo", "");
    if (!forgotten) session_.tell_once("undo", "undo of listening not cleared", forgotten.error().message());
    std::string detail = "the device's entry " + slot + " is what it was before";
    co_await report(true, std::move(detail));
    co_return written;
}

// Whole list, as devices reject partial ones; then read back and compared, because some say OK and reset it
// (§10).
asio::awaitable<Answer> Listening::write(HostList list, std::string id, std::string wanted_url)
{
    auto wanted = list.hosts();
    auto document = list.document();
    auto written = co_await session_.send("PUT", hosts_path, std::move(document), "application/xml");
    if (!written.ok()) co_return written;
    auto read_back = co_await session_.get(hosts_path);
    if (!read_back.ok()) co_return read_back;
    const auto now = HostList::parse(read_back.body);
    if (!now) co_return failed(std::move(read_back), "the list of notification hosts cannot be read back");
    const auto after = now->hosts();
    for (const auto& entry : wanted) {
        bool same = false;
        for (const auto& found : after)
            same =
                same || (found.id == entry.id && found.address == entry.address && found.port == entry.port &&
                         (entry.id != id || wanted_url.empty() || found.url == wanted_url));
        if (!same)
            co_return failed(std::move(read_back),
                             "the device said OK but its entry " + entry.id + " is not what was written");
    }
    co_return written;
}

asio::awaitable<void> Listening::report(bool ok, std::string detail)
{
    model::DeviceHealth body{"listening", ok, std::move(detail)};
    co_await session_.report(std::move(body));
}

} // namespace gatehouse::isapi
