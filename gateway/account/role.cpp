#include "gateway/account/role.hpp"

namespace gatehouse::account {
namespace {

using namespace std::string_view_literals;

// In the order of the enumerators.
constexpr std::array role_words{"admin"sv,     "manager"sv,       "guard"sv,  "maintainer"sv,
                                "committee"sv, "neighbourhood"sv, "centre"sv, "police"sv};
static_assert(role_words.size() == roles.size());

} // namespace

std::string_view to_string(Role role)
{
    return role_words.at(static_cast<std::size_t>(role));
}

bool parse(std::string_view word, Role& role)
{
    for (const auto candidate : roles) {
        if (to_string(candidate) != word) continue;
        role = candidate;
        return true;
    }
    return false;
}

std::optional<model::Role> role_for_alerts(Role role)
{
    switch (role) {
    case Role::admin:
    case Role::manager: return model::Role::manager;
    case Role::guard: return model::Role::guard;
    case Role::maintainer: return model::Role::maintenance;
    case Role::neighbourhood:
    case Role::police: return model::Role::duty;
    case Role::centre: return model::Role::centre;
    case Role::committee: break;
    }
    return std::nullopt;
}

} // namespace gatehouse::account
