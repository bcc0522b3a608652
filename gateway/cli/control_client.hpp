#pragma once
#include "gateway/base/errc.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace gatehouse::cli {

struct ControlReply {
    unsigned status = 0;
    std::string body;

    [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
    // The body as JSON; null when it is none.
    [[nodiscard]] boost::json::value json() const;
    // One sentence for a person: the problem document's detail or title (RFC 9457).
    [[nodiscard]] std::string problem() const;
};

// Asks the running daemon over its control socket: HTTP with the resources of /api/v1. Blocking, for the
// command line only. Errors are those of the socket: no such file, connection refused, permission denied.
class ControlClient {
public:
    explicit ControlClient(std::string socket) : socket_(std::move(socket)) {}

    [[nodiscard]] base::Result<ControlReply> get(const std::string& target) const;
    [[nodiscard]] base::Result<ControlReply> post(const std::string& target, std::string body,
                                                  const std::string& content_type = "application/json") const;
    [[nodiscard]] const std::string& socket() const { return socket_; }

private:
    std::string socket_;
};

// Percent-encodes one query or path component.
[[nodiscard]] std::string encoded(std::string_view text);

} // namespace gatehouse::cli
