#include "gateway/settings/config_history.hpp"

#include "gateway/base/read_file.hpp"
#include "gateway/base/time_text.hpp"
#include "gateway/model/json_writer.hpp"
#include "gateway/store/fresh_file.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>

namespace gatehouse::settings {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t versions_max = 200;

std::string write_version(const ConfigVersion& version)
{
    std::string text;
    model::JsonWriter json(text);
    json.begin_object()
        .member("number", version.number)
        .member("at", base::format_time(version.at, std::chrono::minutes(0)));
    json.member("actor", version.actor).member("reason", version.reason).member("version", version.version);
    json.member("text", version.text).end_object();
    return text;
}

std::string text_of(const boost::json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

base::Result<ConfigVersion> read_version(std::string_view text, int number)
{
    boost::system::error_code flaw;
    const auto value = boost::json::parse(text, flaw);
    if (flaw || !value.is_object()) return base::Errc::damaged;
    const auto& object = value.as_object();
    const auto at = base::parse_time(text_of(object, "at"), std::chrono::minutes(0));
    if (!at) return base::Errc::damaged;
    ConfigVersion version;
    version.number = number;
    version.at = at->time;
    version.actor = text_of(object, "actor");
    version.reason = text_of(object, "reason");
    version.version = text_of(object, "version");
    version.text = text_of(object, "text");
    return version;
}

} // namespace

fs::path ConfigHistory::file_of(int number) const
{
    return folder_ / (std::to_string(number) + ".json");
}

std::vector<int> ConfigHistory::numbers() const
{
    std::vector<int> found;
    std::error_code unreadable; // there is no history yet
    for (const auto& entry : fs::directory_iterator(folder_, unreadable)) {
        const auto name = entry.path().stem().string();
        int number = 0;
        const auto [end, flaw] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (flaw == std::errc() && end == name.data() + name.size() && entry.path().extension() == ".json")
            found.push_back(number);
    }
    std::sort(found.begin(), found.end());
    return found;
}

base::Result<void> ConfigHistory::keep(ConfigVersion version)
{
    auto known = numbers();
    if (!known.empty())
        if (const auto newest = find(known.back()); newest && newest->version == version.version) return {};
    version.number = known.empty() ? 1 : known.back() + 1;
    std::error_code failed;
    if (fs::create_directories(folder_, failed); !failed)
        fs::permissions(folder_, fs::perms::owner_all, failed);
    if (failed) return base::error_code(failed.value(), boost::system::system_category());
    store::FreshFile fresh(file_of(version.number));
    fresh.open();
    fresh.write(write_version(version));
    if (const auto why = fresh.keep()) return why;
    for (std::size_t i = 0; i + versions_max < known.size() + 1; ++i)
        fs::remove(file_of(known[i]), failed); // the next one tries again
    return {};
}

std::vector<ConfigVersion> ConfigHistory::list() const
{
    std::vector<ConfigVersion> versions;
    for (const auto number : numbers()) {
        auto version = find(number);
        if (!version) continue;
        version->text.clear();
        versions.push_back(std::move(*version));
    }
    std::reverse(versions.begin(), versions.end());
    return versions;
}

base::Result<ConfigVersion> ConfigHistory::find(int number) const
{
    const auto text = base::read_file(file_of(number));
    if (!text) return base::Errc::not_found;
    return read_version(*text, number);
}

} // namespace gatehouse::settings
