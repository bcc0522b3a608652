#include "gateway/api/admission.hpp"

#include "gateway/account/secret_text.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace gatehouse::api {
namespace {

using account::Permission;
using account::Principal;

constexpr std::string_view bearer = "Bearer ";

Principal everything(const std::string& name)
{
    Principal who;
    who.name = name;
    who.permissions = account::Permissions::all();
    return who;
}

bool only_reads(const Request& request)
{
    return request.method == "GET" || request.method == "HEAD";
}

bool is_loopback(const std::string& text)
{
    base::error_code none;
    const auto address = asio::ip::make_address(text, none);
    return !none && address.is_loopback();
}

struct Known {
    Principal who;
    bool forged = false; // a change with our cookie and without the word that only our own page knows
};

Known known(account::Accounts& accounts, const Request& request)
{
    Known found;
    if (request.authorization.starts_with(bearer)) {
        if (auto who = accounts.principal_of_token(request.authorization.substr(bearer.size())))
            found.who = std::move(*who);
        return found;
    }
    const auto* session = accounts.session(session_cookie(request), !request.background);
    if (session == nullptr) return found;
    found.forged = !only_reads(request) && !account::is_same_secret(request.csrf, session->csrf);
    found.who = accounts.principal_of(*session);
    return found;
}

bool must_change_password(const account::Accounts& accounts, const Principal& who)
{
    const auto found = accounts.all().find(who.name);
    return !who.session.empty() && found != accounts.all().end() && found->second.must_change;
}

} // namespace

bool comes_from_elsewhere(const Request& request)
{
    const auto scheme_end = request.origin.find("://");
    if (request.origin.empty()) return false;
    return scheme_end == std::string::npos || request.origin.substr(scheme_end + 3) != request.host;
}

std::string session_cookie(const Request& request)
{
    std::string_view rest = request.cookie;
    const std::string wanted = std::string(session_cookie_name) + "=";
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        auto one = rest.substr(0, end);
        one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
        if (one.starts_with(wanted)) return std::string(one.substr(wanted.size()));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

Response log_in_first(const Context& context)
{
    const bool none_yet = !context.services.accounts->is_set_up();
    auto response = problem(401, none_yet ? "no account is set up yet" : "log in first",
                            [none_yet](model::JsonWriter& json) { json.member("setup_required", none_yet); });
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

// The file's permission says who may use the control socket.
Admission admit(const Context& context, const Request& request, std::optional<Permission> needed)
{
    Admission admission;
    if (request.control) {
        admission.who = everything(request.peer);
        return admission;
    }
    if (context.services.accounts == nullptr) { // a part of the gateway alone: loopback may read
        admission.who = everything(request.peer);
        if (needed && !only_reads(request))
            admission.refusal = problem(403, "without accounts, changes are made over the control socket");
        return admission;
    }
    if (comes_from_elsewhere(request)) {
        admission.refusal = problem(403, "the request comes from a page of another site");
        return admission;
    }
    auto& accounts = *context.services.accounts;
    auto found = known(accounts, request);
    if (found.forged && !needed) return admission; // as whoever is not logged in
    admission.who = std::move(found.who);
    if (found.forged) {
        admission.refusal =
            problem(403, "a change needs the header X-CSRF-Token with the word of the session");
        return admission;
    }
    const bool own_figures = needed == Permission::metrics_read && is_loopback(request.address);
    if (!needed || own_figures || admission.who.may(*needed)) return admission;
    if (admission.who.name.empty())
        admission.refusal = log_in_first(context);
    else if (must_change_password(accounts, admission.who))
        admission.refusal = problem(403, "first choose a password of your own");
    else
        admission.refusal =
            problem(403, "this needs the permission " + std::string(account::to_string(*needed)));
    return admission;
}

} // namespace gatehouse::api
