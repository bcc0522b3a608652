#pragma once
#include "gateway/model/alert.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace gatehouse::account {

// Who somebody is to the estate. What each may do is in permission.hpp.
enum class Role { admin, manager, guard, maintainer, committee, neighbourhood, centre, police };

inline constexpr std::array roles{Role::admin,     Role::manager,       Role::guard,  Role::maintainer,
                                  Role::committee, Role::neighbourhood, Role::centre, Role::police};

[[nodiscard]] std::string_view to_string(Role role);
// False, and `role` untouched, for a word that is none.
[[nodiscard]] bool parse(std::string_view word, Role& role);
// As whom it acts in the life of an alert; nothing: it never does.
[[nodiscard]] std::optional<model::Role> role_for_alerts(Role role);

} // namespace gatehouse::account
