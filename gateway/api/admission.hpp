#pragma once
#include "gateway/account/principal.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/message.hpp"

#include <optional>

namespace gatehouse::api {

// Who asks, and what he is told when he may not.
struct Admission {
    account::Principal who;
    std::optional<Response> refusal; // nothing: he may
};

// The only place that decides whether a request is let through: respond() asks it for every resource, and so
// does the stream of events before it begins. With no permission needed everybody is let through, known or
// not.
//
// Over TCP a change with the cookie needs X-CSRF-Token, and an Origin, when there is one, must be our Host.
[[nodiscard]] Admission admit(const Context& context, const Request& request,
                              std::optional<account::Permission> needed);

// A page of somebody else names itself in Origin; it may be the only thing that tells a request of its own
// from one of ours.
[[nodiscard]] bool comes_from_elsewhere(const Request& request);

inline constexpr std::string_view session_cookie_name = "gatehouse_session";
[[nodiscard]] std::string session_cookie(const Request& request); // its value, empty: none
[[nodiscard]] Response log_in_first(const Context& context);      // 401

} // namespace gatehouse::api
