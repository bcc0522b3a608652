// links: gatehouse_api
#include "gateway/api/admission.hpp"
#include "gateway/api/host_rule.hpp"
#include "gateway/api/passage_filter.hpp"
#include "gateway/api/routes.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse;

namespace {

std::string line(std::string_view& rest)
{
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string text(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return text;
}

void check_numbers(const api::Request& request)
{
    for (const auto& [name, value] : request.query) {
        const auto number = request.number(name, 100, 1, 1000);
        if (number && (*number < 1 || *number > 1000)) std::abort();
    }
}

void check_passages(const api::Request& request)
{
    std::string flaw;
    const auto of_query = [&request](const std::string& name) { return request.text(name); };
    const auto query = api::read_passage_query(of_query, std::chrono::minutes(480), flaw);
    if (!flaw.empty() && query.plate) std::abort();
    if (query.plate) (void)query.plate("沪A12345");
    const auto place = api::read_cursor(request.text("cursor"));
    if (!place) return;
    const auto again = api::read_cursor(api::cursor_of(*place));
    if (!again || again->at != place->at || again->seq != place->seq) std::abort();
}

} // namespace

// What a stranger writes into the head of a request: a line each for target, Host, Origin and Cookie.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    api::Request request;
    request.method = "POST";
    request.path = line(rest);
    request.host = line(rest);
    request.origin = line(rest);
    request.cookie = line(rest);
    (void)api::file_permission(request.path);
    if (api::read_target(request)) {
        check_numbers(request);
        check_passages(request);
    }
    if (api::session_cookie(request).find(';') != std::string::npos) std::abort();
    const bool elsewhere = !request.origin.empty() && !request.origin.ends_with("://" + request.host);
    if (elsewhere && !api::comes_from_elsewhere(request)) std::abort();
    const api::HostRule own({"gate.example"}, false);
    const api::HostRule network({"gate.example"}, true);
    if (own.admits(request.host) && !network.admits(request.host)) std::abort();
    return 0;
}
