#pragma once
#include "gateway/account/accounts.hpp"
#include "gateway/api/message.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace gatehouse::api {

// Who gives the order, as people know him: over the control socket whoever the request names ("operator" of
// its query or body, may be empty), else the account or token that was let in.
[[nodiscard]] std::string operator_of(const Request& request);
[[nodiscard]] std::string operator_of(const Request& request, const boost::json::object& body);
// The same as the audit names him: "li (manager, 192.0.2.7)", "li (uid 1000)".
[[nodiscard]] account::Actor actor_of(const Request& request, const std::string& operator_name);

} // namespace gatehouse::api
