#include "gateway/access/list_name.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::access {
namespace {

using namespace std::string_view_literals;

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> aliases{{
    {"业主", "resident"},
    {"住户", "resident"},
    {"居民", "resident"},
    {"白名单", "resident"},
    {"访客", "visitor"},
    {"服务", "service"},
    {"黑名单", "deny"},
    {"禁止", "deny"},
    {"禁止通行", "deny"},
    {"禁行", "deny"},
    {"拉黑", "deny"},
    {"拒绝", "deny"},
}};

// "block" alone is not among them: "block-3" is where somebody lives.
constexpr std::array deny_words{"deny"sv,      "denied"sv,      "denylist"sv, "black"sv,
                                "blacklist"sv, "blacklisted"sv, "blocked"sv,  "blocklist"sv,
                                "ban"sv,       "banned"sv,      "forbid"sv,   "forbidden"sv,
                                "refused"sv,   "reject"sv,      "rejected"sv, "heimingdan"sv};

} // namespace

std::string list_named(std::string_view text)
{
    const auto alias =
        std::find_if(aliases.begin(), aliases.end(), [text](const auto& pair) { return pair.first == text; });
    return std::string(alias == aliases.end() ? text : alias->second);
}

bool keeps_out(std::string_view list)
{
    const auto name = list_named(list);
    for (std::string_view rest = name; !rest.empty();) {
        const auto word = rest.substr(0, rest.find_first_of("-_"));
        if (std::find(deny_words.begin(), deny_words.end(), word) != deny_words.end()) return true;
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    }
    return false;
}

} // namespace gatehouse::access
