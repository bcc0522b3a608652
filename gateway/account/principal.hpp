#pragma once
#include "gateway/account/permission.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::account {

// Who asks something of the API, and what he may: an account that is logged in, a token, or whoever the
// permission of the control socket lets in.
struct Principal {
    std::string name;         // of the account or token; "uid 1000" on the control socket
    std::optional<Role> role; // nothing: no account
    Permissions permissions;
    std::vector<std::string> lanes; // the only ones he deals with; empty: all
    std::string session;            // its id; empty: not logged in
    std::string token;              // its id; empty: no token was shown

    [[nodiscard]] bool may(Permission permission) const { return permissions.has(permission); }
    // What has no lane concerns everybody.
    [[nodiscard]] bool sees_lane(std::string_view id) const
    {
        return lanes.empty() || id.empty() || std::find(lanes.begin(), lanes.end(), id) != lanes.end();
    }
};

} // namespace gatehouse::account
