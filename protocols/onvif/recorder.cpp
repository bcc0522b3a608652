#include "protocols/onvif/recorder.hpp"

#include "gateway/model/event.hpp"
#include "protocols/onvif/event_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::onvif {
namespace {

constexpr std::size_t lines_max = 10'000;
constexpr std::string_view separator = "### answer\n";

// Names of items that hold a person, a card or a plate.
bool is_personal(std::string_view name)
{
    constexpr std::array words{"card", "credential", "holder", "plate", "person", "user", "face", "pin"};
    const auto small = ascii::lower(name);
    return std::any_of(words.begin(), words.end(), [&](const char* word) {
        return small.find(word) != std::string::npos && small != "isface";
    });
}

std::string_view operation_word(Operation operation)
{
    switch (operation) {
    case Operation::initialized: return "initialized";
    case Operation::changed: return "changed";
    case Operation::deleted: return "deleted";
    case Operation::none: break;
    }
    return "once";
}

std::string line_of(const Notification& notification)
{
    const Names nobody;
    const auto mapped = map(notification, nobody);
    std::string items;
    for (const auto* list : {&notification.source, &notification.data})
        for (const auto& item : *list)
            items += fmt::format(" {}={}", item.name, is_personal(item.name) ? "..." : item.value);
    const auto becomes = mapped.refusal == Refusal::none
                             ? model::type_of(mapped.event.body)
                             : "no event: " + std::string(to_string(mapped.refusal));
    return fmt::format("{} {}{} -> {}", notification.topic, operation_word(notification.operation), items,
                       becomes);
}

void explain_document(std::string_view bytes, std::vector<std::string>& lines)
{
    Document document;
    document.load(bytes);
    if (document.flaw != Flaw::none) {
        lines.push_back("no document: " + std::string(to_string(document.flaw)));
        return;
    }
    const auto found = read_notifications(document.tree);
    for (const auto& notification : found.messages)
        if (lines.size() < lines_max) lines.push_back(line_of(notification));
    if (found.messages.empty()) lines.emplace_back("no message");
    if (found.flawed > 0)
        lines.push_back(fmt::format("{} messages without a topic or without content", found.flawed));
}

// Where the next document begins.
std::size_t next_document(std::string_view bytes)
{
    const auto ours = bytes.find(separator, 1);
    const auto xml = bytes.find("<?xml", 1);
    return std::min({ours, xml, bytes.size()});
}

} // namespace

void Recorder::begin()
{
    kept_.begin();
    numbers_.clear();
}

void Recorder::take(pugi::xml_node body)
{
    if (!kept_.on()) return;
    const auto found = read_notifications(body);
    if (found.messages.empty()) return;
    pugi::xml_document copy;
    copy.load_string(transplanted(body).c_str());
    struct Walker final : pugi::xml_tree_walker {
        explicit Walker(Recorder& owner) : recorder(owner) {}
        Recorder& recorder;
        bool for_each(pugi::xml_node& at) override
        {
            if (local_name(at) != "SimpleItem" || !is_personal(at.attribute("Name").value())) return true;
            auto value = at.attribute("Value");
            value.set_value(recorder.pseudonym(value.value()).c_str());
            return true;
        }
    };
    Walker walker(*this);
    copy.traverse(walker);
    kept_.take(std::string(separator) + transplanted(copy.document_element()) + '\n');
}

std::string Recorder::pseudonym(std::string_view value)
{
    if (value.empty()) return {};
    const auto next = numbers_.size() + 1;
    return fmt::format("x{}", numbers_.try_emplace(std::string(value), next).first->second);
}

std::vector<std::string> explain_recording(std::string_view bytes)
{
    std::vector<std::string> lines;
    while (!bytes.empty() && lines.size() < lines_max) {
        const auto end = next_document(bytes);
        auto part = bytes.substr(0, end);
        bytes.remove_prefix(end);
        if (part.starts_with("###")) part.remove_prefix(std::min(part.find('\n'), part.size() - 1) + 1);
        part = ascii::trim(part);
        if (!part.empty() && !part.starts_with("###")) explain_document(part, lines);
    }
    return lines;
}

} // namespace gatehouse::onvif
