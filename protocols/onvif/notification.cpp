#include "protocols/onvif/notification.hpp"

#include "gateway/base/time_text.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::onvif {
namespace {

constexpr std::size_t messages_max = 1000; // we ask for 100; some devices send all they have
constexpr std::size_t items_max = 32;
constexpr std::size_t text_max = 512;

struct Maker {
    std::string_view uri;
    std::string_view prefix; // as the sheet writes it
};

constexpr std::array makers{
    Maker{ns::topics, ""},
    Maker{"http://www.axis.com/2009/event/topics", "tnsaxis:"},
    Maker{"http://www.hikvision.com/2011/event/topics", "tnshik:"},
};

// What a prefix of a topic means. One that nothing declares is taken at its word.
std::string maker_of(pugi::xml_node topic, std::string_view prefix)
{
    const auto uri = uri_of(topic, prefix);
    for (const auto& maker : makers)
        if (uri == maker.uri) return std::string(maker.prefix);
    if (!uri.empty() || prefix == "tns1") return {};
    for (const auto& maker : makers)
        if (maker.prefix.starts_with(prefix) && maker.prefix.size() == prefix.size() + 1)
            return std::string(maker.prefix);
    return {};
}

// Cut to its bound, and not in the middle of a character.
std::string bounded(std::string_view raw)
{
    raw = ascii::trim(raw);
    return raw.size() <= text_max ? std::string(raw) : wire::replace_invalid(raw.substr(0, text_max));
}

std::string canonical(pugi::xml_node topic)
{
    const auto path = bounded(topic.text().get());
    std::string out;
    for (std::string_view rest = path; !rest.empty();) {
        const auto end = std::min(rest.find('/'), rest.size());
        const auto segment = ascii::trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (segment.empty()) continue;
        const auto colon = segment.find(':');
        if (!out.empty()) out += '/';
        if (colon != std::string_view::npos) out += maker_of(topic, segment.substr(0, colon));
        out += colon == std::string_view::npos ? segment : segment.substr(colon + 1);
    }
    return out;
}

void read_items(pugi::xml_node part, std::vector<Notification::Item>& items)
{
    for (const auto found : part.children()) {
        if (!is(found, ns::tt, "SimpleItem") || items.size() >= items_max) continue;
        Notification::Item item;
        item.name = bounded(found.attribute("Name").value());
        item.value = bounded(found.attribute("Value").value());
        items.push_back(std::move(item));
    }
}

Operation operation_of(std::string_view word)
{
    if (word == "Initialized") return Operation::initialized;
    if (word == "Changed") return Operation::changed;
    return word == "Deleted" ? Operation::deleted : Operation::none;
}

std::string find(const std::vector<Notification::Item>& items, std::string_view name)
{
    const auto wanted = ascii::lower(name);
    const auto found = std::find_if(items.begin(), items.end(),
                                    [&](const auto& item) { return ascii::lower(item.name) == wanted; });
    return found == items.end() ? std::string() : found->value;
}

std::optional<Notification> read_one(pugi::xml_node node)
{
    using namespace std::chrono_literals;
    Notification found;
    found.topic = canonical(child(node, ns::wsnt, "Topic"));
    const auto message = child(child(node, ns::wsnt, "Message"), ns::tt, "Message");
    if (found.topic.empty() || !message) return std::nullopt;
    found.time_text = bounded(message.attribute("UtcTime").value());
    if (const auto time = base::parse_time(found.time_text, 0min)) found.time = time->time;
    found.operation = operation_of(message.attribute("PropertyOperation").value());
    read_items(child(message, ns::tt, "Source"), found.source);
    read_items(child(message, ns::tt, "Key"), found.source);
    read_items(child(message, ns::tt, "Data"), found.data);
    return found;
}

} // namespace

std::string Notification::of_source(std::string_view name) const
{
    return find(source, name);
}

std::string Notification::of_data(std::string_view name) const
{
    return find(data, name);
}

std::string Notification::property() const
{
    std::string out = topic;
    for (const auto& item : source)
        out += '|' + item.name + '=' + item.value;
    return out;
}

Notifications read_notifications(pugi::xml_node node)
{
    struct Walker final : pugi::xml_tree_walker {
        Notifications found;
        bool for_each(pugi::xml_node& at) override
        {
            if (!is(at, ns::wsnt, "NotificationMessage")) return true;
            if (found.messages.size() >= messages_max) {
                ++found.beyond;
                return true;
            }
            if (auto one = read_one(at))
                found.messages.push_back(std::move(*one));
            else
                ++found.flawed;
            return true;
        }
    };
    Walker walker;
    node.traverse(walker);
    return std::move(walker.found);
}

} // namespace gatehouse::onvif
