#include "protocols/onvif/notification.hpp"

#include "gateway/base/time_text.hpp"
#include "protocols/onvif/scope.hpp"
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
std::string_view maker_of(const Scope& scope, std::string_view prefix)
{
    const auto uri = scope.uri_of(prefix);
    for (const auto& maker : makers)
        if (uri == maker.uri) return maker.prefix;
    if (!uri.empty() || prefix == "tns1") return {};
    for (const auto& maker : makers)
        if (maker.prefix.starts_with(prefix) && maker.prefix.size() == prefix.size() + 1) return maker.prefix;
    return {};
}

// Cut to its bound, and not in the middle of a character. What is cut lies in `room`.
std::string_view bounded(std::string_view raw, std::string& room)
{
    raw = ascii::trim(raw);
    return raw.size() <= text_max ? raw : room = wire::replace_invalid(raw.substr(0, text_max));
}

std::string bounded(std::string_view raw)
{
    std::string room;
    return std::string(bounded(raw, room));
}

std::string canonical(const Scope& scope, std::string_view raw)
{
    std::string room;
    auto rest = bounded(raw, room);
    std::string out;
    out.reserve(rest.size());
    while (!rest.empty()) {
        const auto end = std::min(rest.find('/'), rest.size());
        const auto segment = ascii::trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (segment.empty()) continue;
        const auto colon = segment.find(':');
        if (!out.empty()) out += '/';
        if (colon != std::string_view::npos) out += maker_of(scope, segment.substr(0, colon));
        out += colon == std::string_view::npos ? segment : segment.substr(colon + 1);
    }
    return out;
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

// All messages below a node, in order.
class Reader {
public:
    explicit Reader(pugi::xml_node node) : scope_(node) { read_below(node); }

    Notifications found;

private:
    using Name = Scope::Name;

    void read_below(pugi::xml_node node)
    {
        scope_.each(node, [this](pugi::xml_node child, const Name& name) {
            if (!name.is(ns::wsnt, "NotificationMessage"))
                read_below(child);
            else if (found.messages.size() >= messages_max)
                ++found.beyond;
            else
                add(child);
        });
    }

    void add(pugi::xml_node node)
    {
        auto& one = found.messages.emplace_back();
        bool told = false;
        scope_.each(node, [&](pugi::xml_node child, const Name& name) {
            if (one.topic.empty() && name.is(ns::wsnt, "Topic"))
                one.topic = canonical(scope_, child.child_value());
            else if (name.is(ns::wsnt, "Message"))
                scope_.each(child, [&](pugi::xml_node message, const Name& inner) {
                    if (told || !inner.is(ns::tt, "Message")) return;
                    read_message(message, one);
                    told = true;
                });
        });
        if (!one.topic.empty() && told) return;
        found.messages.pop_back();
        ++found.flawed;
    }

    void read_message(pugi::xml_node message, Notification& to)
    {
        using namespace std::chrono_literals;
        to.time_text = bounded(message.attribute("UtcTime").value());
        if (const auto time = base::parse_time(to.time_text, 0min)) to.time = time->time;
        to.operation = operation_of(message.attribute("PropertyOperation").value());
        scope_.each(message, [&](pugi::xml_node part, const Name& name) {
            if (name.is(ns::tt, "Source") || name.is(ns::tt, "Key"))
                read_items(part, to.source);
            else if (name.is(ns::tt, "Data"))
                read_items(part, to.data);
        });
    }

    void read_items(pugi::xml_node part, std::vector<Notification::Item>& items)
    {
        scope_.each(part, [&](pugi::xml_node item, const Name& name) {
            if (name.is(ns::tt, "SimpleItem") && items.size() < items_max)
                items.push_back(
                    {bounded(item.attribute("Name").value()), bounded(item.attribute("Value").value())});
        });
    }

    Scope scope_;
};

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
    return Reader(node).found;
}

} // namespace gatehouse::onvif
