#include "protocols/isapi/listening.hpp"

#include "gateway/base/log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::isapi {

using base::kv;

namespace {

constexpr const char* hosts_path = "/ISAPI/Event/notification/httpHosts";

Answer failed(Answer answer, std::string why)
{
    answer.judgement.verdict = Verdict::other;
    answer.judgement.text = std::move(why);
    return answer;
}

NotificationHost entry_of(const HostList& list, const std::string& id)
{
    const auto hosts = list.hosts();
    const auto at = std::find_if(hosts.begin(), hosts.end(), [&](const auto& host) { return host.id == id; });
    return at == hosts.end() ? NotificationHost{} : *at;
}

// "0.0.0.0:80/ -> 192.0.2.1:8090/push/lpr-1"; never the log-in that an entry may hold.
std::string difference(const NotificationHost& before, const NotificationHost& after)
{
    const auto text = [](const NotificationHost& host) {
        return fmt::format("{}:{}{}", host.address.empty() ? "nobody" : host.address, host.port, host.url);
    };
    return text(before) == text(after) ? text(after) + ", written again"
                                       : text(before) + " -> " + text(after);
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

asio::awaitable<Answer> Listening::read(std::optional<HostList>& list)
{
    auto answer = co_await session_.get(hosts_path);
    if (!answer.ok()) co_return answer;
    auto parsed = HostList::parse(answer.body);
    if (!parsed) co_return failed(std::move(answer), "the list of notification hosts cannot be read");
    list = std::move(*parsed);
    co_return answer;
}

asio::awaitable<Answer> Listening::look(std::string& finding)
{
    std::optional<HostList> list;
    auto answer = co_await read(list);
    if (!list) co_return answer;
    const auto mine = ours({});
    const auto id = list->find(mine.address, mine.port, mine.url);
    const auto free = list->free_slot(mine);
    finding = !id.empty()     ? "entry " + id + " points at us"
              : !free.empty() ? "no entry points at us; free is entry " + free + ": " +
                                    difference(entry_of(*list, free), mine)
                              : "no entry points at us and none is free";
    const auto mute = co_await unlinked();
    if (!mute.empty()) finding += "; " + mute;
    co_return answer;
}

asio::awaitable<Answer> Listening::arm(bool restarted)
{
    std::optional<HostList> list;
    auto answer = co_await read(list);
    if (!list) co_return answer;
    const auto mine = ours({});
    if (mine.address.empty() || mine.port == 0)
        co_return failed(std::move(answer), "our own listener has no address that the device could reach");
    if (const auto id = list->find(mine.address, mine.port, mine.url); !id.empty()) {
        session_.fact("listening", "entry " + id);
        if (!restarted) co_return answer;
        HostList same = *list;
        auto again = co_await change(std::move(same), std::move(*list), id, true);
        if (again.ok()) co_await try_out(id);
        co_return again;
    }
    const auto slot = list->free_slot(mine);
    if (slot.empty()) {
        co_await report(false, "every notification entry of the device is in use; none was touched");
        co_return failed(std::move(answer),
                         "every notification entry of the device is in use; free one there");
    }
    co_return co_await take(std::move(*list), slot);
}

asio::awaitable<Answer> Listening::take(HostList list, std::string slot)
{
    // Before the first change: what was there, for undo. Half of our own entry is not what was there.
    auto undo = session_.context.memory.find("listening/undo").value_or("");
    if (!undo.starts_with(slot + "\n")) undo = slot + "\n" + list.entry(slot);
    const auto saved = co_await session_.context.memory.put("listening/undo", std::move(undo));
    if (!saved) co_return failed({}, "what the entry was before could not be saved; nothing was changed");
    auto wanted = list;
    const auto mine = ours(slot);
    if (const auto set = wanted.set(slot, mine); !set) co_return failed({}, "the entry cannot be changed");
    auto written = co_await change(std::move(list), std::move(wanted), slot, true);
    if (written.ok()) session_.fact("listening", "entry " + slot);
    std::string detail = written.why();
    if (written.ok()) detail = "the device was told to post to us, entry " + slot;
    co_await report(written.ok(), std::move(detail));
    const auto mute = co_await unlinked();
    if (!mute.empty()) session_.tell_once("linkage", "device does not send all its events", mute);
    co_return written;
}

asio::awaitable<Answer> Listening::disarm()
{
    std::optional<HostList> list;
    auto answer = co_await read(list);
    if (!list) co_return answer;
    const auto undo = session_.context.memory.find("listening/undo");
    if (!undo || undo->empty()) co_return failed(std::move(answer), "there is nothing of ours to undo");
    const auto end = undo->find('\n');
    const auto slot = undo->substr(0, end);
    const auto mine = ours(slot);
    if (list->find(mine.address, mine.port, mine.url) != slot)
        co_return failed(std::move(answer), "entry " + slot + " no longer points at us; it was not touched");
    auto wanted = *list;
    if (const auto back = wanted.restore(slot, std::string_view(*undo).substr(end + 1)); !back)
        co_return failed(std::move(answer), "the entry cannot be put back");
    auto written = co_await change(std::move(*list), std::move(wanted), slot, false);
    if (!written.ok()) co_return written;
    session_.status.facts.erase("listening");
    const auto forgotten = co_await session_.context.memory.put("listening/undo", "");
    if (!forgotten) session_.tell_once("undo", "undo of listening not cleared", forgotten.error().message());
    std::string detail = "the device's entry " + slot + " is what it was before";
    co_await report(true, std::move(detail));
    co_return written;
}

// Says what will change, writes it, and has it audited.
asio::awaitable<Answer> Listening::change(HostList list, HostList wanted, std::string id, bool url_kept)
{
    device::DeviceWrite notice;
    notice.what = "httpHosts " + id;
    notice.detail = difference(entry_of(list, id), entry_of(wanted, id));
    session_.fact("listening change", "entry " + id + ": " + notice.detail);
    base::log::info("device entry will be written", kv("device", session_.config.id), kv("entry", id),
                    kv("change", notice.detail));
    auto written = co_await write(std::move(wanted), id, url_kept);
    notice.result = written.ok() ? "ok" : written.why();
    if (session_.context.written) co_await session_.context.written(std::move(notice));
    co_return written;
}

// Whole list, as devices reject partial ones; then read back and compared, because some say OK and reset it
// (§10).
asio::awaitable<Answer> Listening::write(HostList list, std::string id, bool url_kept)
{
    auto wanted = list.hosts();
    auto document = list.document();
    auto written = co_await session_.send("PUT", hosts_path, std::move(document), "application/xml");
    if (!written.ok()) co_return written;
    std::optional<HostList> now;
    auto read_back = co_await read(now);
    if (!now) co_return read_back;
    const auto after = now->hosts();
    for (const auto& entry : wanted) {
        const bool kept = std::any_of(after.begin(), after.end(), [&](const auto& found) {
            return found.id == entry.id && found.address == entry.address && found.port == entry.port &&
                   (entry.id != id || !url_kept || found.url == entry.url);
        });
        if (!kept)
            co_return failed(std::move(read_back),
                             "the device said OK but its entry " + entry.id + " is not what was written");
    }
    co_return written;
}

asio::awaitable<void> Listening::try_out(std::string id)
{
    auto target = fmt::format("{}/{}/test", hosts_path, id);
    const auto mine = ours(id);
    auto body = HostList::document_of(mine);
    const auto tried = co_await session_.send("POST", std::move(target), std::move(body), "application/xml");
    session_.fact("listening test", tried.ok() ? "the device tried to post to us" : tried.why());
    if (!tried.ok())
        session_.tell_once("listening test", "device did not try to post to us after its restart",
                           tried.why());
}

// Events reach us only where their linkage says "notify surveillance centre" (§5). Terminals have no such
// list and send all.
asio::awaitable<std::string> Listening::unlinked()
{
    const auto answer = co_await session_.get("/ISAPI/Event/triggers");
    if (!answer.ok()) co_return std::string();
    const auto events = parse_unlinked_events(answer.body);
    if (!events || events->empty()) co_return std::string();
    co_return fmt::format("not sent to us, because \"notify surveillance centre\" is not ticked: {}",
                          fmt::join(*events, ", "));
}

asio::awaitable<void> Listening::report(bool ok, std::string detail)
{
    model::DeviceHealth body{"listening", ok, std::move(detail)};
    co_await session_.report(std::move(body));
}

} // namespace gatehouse::isapi
