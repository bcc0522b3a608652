#pragma once
#include "gateway/account/principal.hpp"
#include "gateway/api/long_body.hpp"
#include "gateway/model/json_writer.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::api {

struct Request {
    std::string method;
    std::string path;                         // percent-encoded, as sent
    std::map<std::string, std::string> query; // decoded; of a repeated name the first
    std::map<std::string, std::string> parts; // what {name} of the route stands for, decoded
    std::string body;
    bool control = false;  // came over the control socket
    std::string peer{};    // who is at the other end: "uid 1000" on the control socket, else "tcp"
    std::string address{}; // of the other end, as text; empty on the control socket
    bool secure = false;   // came over TLS
    std::string host{};    // these are the fields of HTTP with these names
    std::string origin{};
    std::string cookie{};
    std::string authorization{};
    std::string csrf{};       // X-CSRF-Token
    bool background = false;  // X-Background: 1, nobody is there who asks
    account::Principal who{}; // who asks; admit() says

    [[nodiscard]] std::string text(const std::string& name) const;
    [[nodiscard]] std::string part(const std::string& name) const;
    // Nothing when the parameter is there but no whole number within the bounds.
    [[nodiscard]] std::optional<std::int64_t> number(const std::string& name, std::int64_t fallback,
                                                     std::int64_t min, std::int64_t max) const;
};

struct Response {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::optional<LongBody> long_body;                        // in place of `body`
    std::string allow;                                        // methods, with 405
    std::vector<std::pair<std::string, std::string>> headers; // further ones, sent as they are
};

[[nodiscard]] Response json_response(std::string body, unsigned status = 200);
// RFC 9457. `detail` is one sentence for a person.
[[nodiscard]] Response problem(unsigned status, std::string_view detail);
// The same with members of our own (RFC 9457 §3.2).
using WriteMembers = std::function<void(model::JsonWriter& json)>;
[[nodiscard]] Response problem(unsigned status, std::string_view detail, const WriteMembers& more);
[[nodiscard]] Response problem(base::error_code reason);
// The part of the gateway behind this resource is not there.
[[nodiscard]] Response not_served();

} // namespace gatehouse::api
