#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/message.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace gatehouse::api {

using Handler = asio::awaitable<Response> (*)(const Context& context, Request request);

// One resource and method: the router and the rule of who may read this table.
struct Route {
    std::string_view method;                       // GET, POST, PUT or DELETE; GET stands for HEAD too
    std::string_view path;                         // {name} stands for one segment
    std::string_view query;                        // names of query parameters, blank-separated
    std::optional<account::Permission> permission; // nothing: open to everybody
    Handler handler = nullptr;
    std::string_view audited{}; // the action as which each use is recorded before it is answered; empty: none
};

[[nodiscard]] std::span<const Route> routes();

// Finds the route, asks whether whoever asks may, runs the handler. Every request has an answer.
[[nodiscard]] asio::awaitable<Response> respond(const Context& context, Request request);

// The segments of the path, decoded, and the query into the request; nothing when the target is no path with
// a query.
[[nodiscard]] std::optional<std::vector<std::string>> read_target(Request& request);

// Where a file may be sent to (a list, a picture, a recording) and who may; nothing for any other target.
[[nodiscard]] std::optional<account::Permission> file_permission(std::string_view target);

} // namespace gatehouse::api
