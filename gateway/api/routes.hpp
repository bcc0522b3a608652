#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/message.hpp"

#include <span>
#include <string_view>

namespace gatehouse::api {

using Handler = asio::awaitable<Response> (*)(const Context& context, Request request);

// One resource and method: the router, the write rule and openapi.json all read this table.
struct Route {
    std::string_view method; // GET or POST
    std::string_view path;   // {name} stands for one segment
    std::string_view summary;
    std::string_view query; // names of query parameters, blank-separated
    bool write = false;     // only on the control socket
    Handler handler = nullptr;
    std::string_view audited{}; // the action as which each use is recorded before it is answered; empty: none
};

[[nodiscard]] std::span<const Route> routes();

// Finds the route, checks the write rule, runs the handler. Every request has an answer.
[[nodiscard]] asio::awaitable<Response> respond(const Context& context, Request request);

// Whether what is sent to this target is a file: a list, a picture, a recording.
[[nodiscard]] bool carries_file(std::string_view target);

// OpenAPI 3.1 of the table.
[[nodiscard]] std::string openapi(std::span<const Route> table);

} // namespace gatehouse::api
