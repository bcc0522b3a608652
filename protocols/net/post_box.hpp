#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/random.hpp"
#include "gateway/base/secret.hpp"
#include "protocols/net/http_client.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace gatehouse::net {

// An HTTPS address whose path or query is a secret, such as a chat robot's.
struct PostAddress {
    base::Target target;
    base::Secret path; // path and query, percent-encoded as they were
};
// Errors: bad_input for all that is no https://HOST[:PORT]/… without user name and fragment.
[[nodiscard]] base::Result<PostAddress> parse_post_address(std::string_view url);

// %XX for every byte that is not unreserved (RFC 3986 §2.3): for a value in a query.
[[nodiscard]] std::string percent_encoded(std::string_view text);

// What became of one message. It matters whether anything can have arrived: who sends again what has arrived
// tells people twice.
struct Posted {
    enum class Fate { answered, not_sent, maybe_sent };
    Fate fate = Fate::not_sent;
    unsigned status = 0;
    HttpHeaders headers;
    std::string body; // of the answer, at most answer_max bytes
    std::string why;  // unless answered; names no address
};

struct PostBoxOptions {
    PostAddress address;
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds timeout{10'000}; // connect to last byte of the answer
    std::size_t answer_max = 16U * 1024;
};

// Posts documents to one address, each over a connection of its own: a kept one that turns out closed would
// leave open whether the message arrived. Follows no redirect. Used by staff channels; one at a time. io
// thread only.
class PostBox {
public:
    PostBox(base::Connector& connector, base::Clock& clock, base::Random& random, PostBoxOptions options);

    // `query` goes behind the address's own, "&timestamp=1" for one; it may be empty.
    asio::awaitable<Posted> post(std::string body, std::string content_type, HttpHeaders headers,
                                 std::string query);

private:
    // Tells what came before the connection from what came after it.
    class Watch final : public base::Connector {
    public:
        explicit Watch(base::Connector& connector) : connector_(connector) {}
        asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>>
        connect(base::Target target) override;
        bool connected = false;

    private:
        base::Connector& connector_;
    };

    asio::awaitable<base::Result<Posted>> exchange(HttpRequest request);

    Watch watch_;
    base::Clock& clock_;
    PostBoxOptions options_;
    HttpClient client_;
};

} // namespace gatehouse::net
