#pragma once
#include "gateway/base/errc.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

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

// How long the daemon may keep silent before it counts as stuck; while something moves, nobody is cut off.
using Patience = std::chrono::milliseconds;
constexpr Patience usual_patience = std::chrono::seconds(10);
constexpr Patience long_patience = std::chrono::minutes(2); // for what waits for a device or reads a big file

// Something to POST.
struct Order {
    std::string target;
    std::string body = "{}";
    std::string type = "application/json";
    Patience patience = usual_patience;
};

// Asks the running daemon over its control socket: HTTP with the resources of /api/v1. Blocking, for the
// command line only. Errors are timed_out and those of the socket: no such file, connection refused,
// permission denied.
class ControlClient {
public:
    explicit ControlClient(std::string socket) : socket_(std::move(socket)) {}

    [[nodiscard]] base::Result<ControlReply> get(const std::string& target,
                                                 Patience limit = usual_patience) const;
    [[nodiscard]] base::Result<ControlReply> post(Order order) const;
    [[nodiscard]] base::Result<ControlReply> remove(const std::string& target) const; // DELETE
    // Hands the body of a good answer over piece by piece instead of holding it; what `take` returns ends it.
    using Take = std::function<base::error_code(std::string_view piece)>;
    [[nodiscard]] base::Result<ControlReply> download(Order order, const Take& take) const;
    [[nodiscard]] const std::string& socket() const { return socket_; }

private:
    std::string socket_;
};

// Percent-encodes one query or path component.
[[nodiscard]] std::string encoded(std::string_view text);

} // namespace gatehouse::cli
