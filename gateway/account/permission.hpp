#pragma once
#include "gateway/account/role.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace gatehouse::account {

// What a resource of the API asks of whoever uses it. A word once given out in a token keeps its meaning.
enum class Permission {
    status_read,
    event_read,
    history_read,
    picture_read,
    person_read, // without it plates, names and card numbers are masked
    alert_read,
    alert_write,
    gate_open,
    fire_clear,
    list_read,
    list_write,
    list_export,
    device_manage,
    config_read,
    config_write,
    report_read,
    audit_read,
    account_manage,
    backup,
    metrics_read,
    notify_read,
    acceptance_write
};

inline constexpr std::size_t permission_count = static_cast<std::size_t>(Permission::acceptance_write) + 1;

[[nodiscard]] std::string_view to_string(Permission permission); // "status.read"
// False, and `permission` untouched, for a word that is none.
[[nodiscard]] bool parse(std::string_view word, Permission& permission);

// A set of them.
class Permissions {
public:
    constexpr Permissions() = default;
    constexpr Permissions(std::initializer_list<Permission> members)
    {
        for (const auto member : members)
            add(member);
    }
    [[nodiscard]] static constexpr Permissions all()
    {
        Permissions every;
        every.bits_ = (std::uint32_t{1} << permission_count) - 1;
        return every;
    }

    constexpr void add(Permission permission) { bits_ |= bit(permission); }
    [[nodiscard]] constexpr bool has(Permission permission) const { return (bits_ & bit(permission)) != 0; }
    [[nodiscard]] constexpr bool includes(Permissions others) const { return (others.bits_ & ~bits_) == 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    [[nodiscard]] std::vector<Permission> members() const; // in the order of the enumerators
    friend constexpr bool operator==(Permissions, Permissions) = default;

private:
    static constexpr std::uint32_t bit(Permission permission)
    {
        return std::uint32_t{1} << static_cast<unsigned>(permission);
    }

    std::uint32_t bits_ = 0;
};

[[nodiscard]] Permissions permissions_of(Role role);

} // namespace gatehouse::account
