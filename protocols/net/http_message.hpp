#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::net {

struct HttpHeader {
    std::string name;
    std::string value;
};

// Header fields in the order they came; a field that came twice is there twice.
class HttpHeaders {
public:
    HttpHeaders() = default;
    void add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }
    // The first field of that name (letter case does not matter), or empty.
    [[nodiscard]] std::string_view find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
    [[nodiscard]] const std::vector<HttpHeader>& fields() const { return fields_; }

private:
    std::vector<HttpHeader> fields_;
};

// One request to a device. Name it before the co_await that sends it (GCC 12, style.md).
struct HttpRequest {
    std::string method = "GET";
    std::string target = "/"; // path and query, percent-encoded
    std::string body;
    std::string content_type; // empty: no such header
    HttpHeaders headers;      // further ones; Host, Content-Length and Authorization are ours
    // A GET that changes something, as some devices want their commands: sent once, like a POST.
    bool changes = false;
    // Asks the device whether it has locked us out. Allowed while the client stays silent after a refused
    // password, and always sent without credentials, so it cannot feed the lock.
    bool lock_status_poll = false;
};

struct HttpResponse {
    unsigned status = 0;
    HttpHeaders headers;
    std::string body;
};

} // namespace gatehouse::net
