#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/task_group.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::fakes {

// A web server in memory behind every host: one request a connection, strict about what it reads, and answers
// as the test says. TLS is not its business: it notes whether the client asked for it.
class FakeWeb final : public base::Connector {
public:
    struct Request {
        base::Target target;
        std::string method;
        std::string path;                           // with the query, as sent
        std::map<std::string, std::string> headers; // names in lower case
        std::string body;
    };
    struct Response {
        unsigned status = 200;
        std::string headers{}; // whole lines, each with its line end
        std::string body{};
        bool hang = false;    // never answers
        bool hang_up = false; // closes instead
    };
    using Answer = std::function<Response(const Request&)>;

    FakeWeb(asio::any_io_executor executor, Answer answer);
    ~FakeWeb() override;

    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;

    // The next connections fail with this.
    std::optional<base::error_code> refusal;
    std::vector<Request> requests;

private:
    asio::awaitable<void> serve(std::unique_ptr<base::ByteStream> stream, base::Target target);

    asio::any_io_executor executor_;
    Answer answer_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::fakes
