#include "protocols/onvif/conditions.hpp"

namespace gatehouse::onvif {
namespace {

constexpr std::size_t sources_max = 32;

} // namespace

bool Conditions::is_news(const Mapped& mapped)
{
    const auto& condition = mapped.condition;
    if (condition.meaning.empty()) return true;
    const auto known = told_.find(condition.meaning);
    if (known == told_.end() && told_.size() >= conditions_max) return true; // rather twice than never
    Told told;
    told.value = condition.resting;
    if (known != told_.end()) told = known->second;
    const auto before = told;
    const bool news = judge(mapped, told);
    if (told.value == before.value && told.sources == before.sources) return news;
    changed_ = true;
    told_[condition.meaning] = std::move(told);
    return news;
}

bool Conditions::judge(const Mapped& mapped, Told& told) const
{
    const auto& condition = mapped.condition;
    const bool found_so = mapped.operation == Operation::initialized;
    auto value = condition.value;
    if (condition.history_only) {
        const bool news = !told.value.empty() && told.value != value;
        told.value = std::move(value);
        return news;
    }
    // Over only when no source says so any more.
    if (condition.resting == "0") {
        if (value == "1" && told.sources.size() < sources_max) told.sources.insert(condition.source);
        if (value == "0") told.sources.erase(condition.source);
        if (value == "0" && !told.sources.empty()) return false;
    }
    if (value == told.value) return false;
    if (found_so && !condition.at_start && value != condition.resting) {
        told.sources.erase(condition.source); // its end will be no news either
        return false;
    }
    told.value = std::move(value);
    return true;
}

bool Conditions::take_changed()
{
    return std::exchange(changed_, false);
}

// One line each: meaning, value, sources, separated by tabs. Devices write no tabs into names.
std::string Conditions::save() const
{
    std::string text;
    for (const auto& [meaning, told] : told_) {
        text += meaning + '\t' + told.value;
        for (const auto& source : told.sources)
            text += '\t' + source;
        text += '\n';
    }
    return text;
}

void Conditions::load(std::string_view text)
{
    told_.clear();
    while (!text.empty() && told_.size() < conditions_max) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto take = [&line] {
            const auto tab = std::min(line.find('\t'), line.size());
            const std::string part(line.substr(0, tab));
            line.remove_prefix(std::min(tab + 1, line.size()));
            return part;
        };
        const auto meaning = take();
        if (meaning.empty()) continue;
        auto& told = told_[meaning];
        told.value = take();
        while (!line.empty())
            told.sources.insert(take());
    }
}

} // namespace gatehouse::onvif
