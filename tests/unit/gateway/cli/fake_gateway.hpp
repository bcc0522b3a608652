#pragma once
#include "gateway/base/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <deque>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace gatehouse::cli {

// A gateway that answers on a control socket with what a test put there; in a thread, because the command
// line blocks. Replies and requests are to be touched only while no verb runs.
class FakeGateway {
public:
    struct Request {
        std::string method;
        std::string target;
        std::string type;
        std::string body;
    };
    struct Reply {
        unsigned status = 200;
        std::string body = "{}";
    };

    FakeGateway();
    ~FakeGateway();
    FakeGateway(const FakeGateway&) = delete;
    FakeGateway& operator=(const FakeGateway&) = delete;

    [[nodiscard]] const std::string& socket() const { return path_; }

    std::map<std::string, Reply> replies; // by path without query; others get 200 and {}
    std::deque<Reply> script;             // before those, in order; status 0: hangs up
    std::vector<Request> requests;
    bool silent = false; // takes requests and never answers

private:
    asio::awaitable<void> accept();
    [[nodiscard]] Reply reply_to(const Request& request);
    asio::awaitable<void> serve(asio::local::stream_protocol::socket peer);

    std::string path_;
    asio::io_context io_{1};
    asio::local::stream_protocol::acceptor acceptor_;
    base::TaskGroup tasks_;
    std::thread thread_;
};

} // namespace gatehouse::cli
