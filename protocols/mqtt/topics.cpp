#include "protocols/mqtt/topics.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

bool is_segment(std::string_view text)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), allowed);
}

std::string_view Topics::command_of(std::string_view topic) const
{
    constexpr std::string_view level = "cmd/";
    if (!topic.starts_with(prefix_)) return {};
    topic.remove_prefix(prefix_.size());
    if (!topic.starts_with(level)) return {};
    topic.remove_prefix(level.size());
    return is_segment(topic) ? topic : std::string_view{};
}

bool Topics::is_reply(std::string_view topic) const
{
    constexpr std::string_view level = "reply/";
    if (topic.size() > 128 || !topic.starts_with(prefix_)) return false;
    topic.remove_prefix(prefix_.size());
    return topic.starts_with(level) && is_segment(topic.substr(level.size()));
}

} // namespace gatehouse::mqtt
