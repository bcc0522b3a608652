#include "tests/unit/gateway/cli/fake_gateway.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

namespace gatehouse::cli {

namespace http = boost::beast::http;
using asio::local::stream_protocol;

namespace {

std::string fresh_path()
{
    static int count = 0;
    auto path = fmt::format("{}gatehouse-cli-{}-{}.sock", testing::TempDir(), ::getpid(), ++count);
    std::remove(path.c_str());
    return path;
}

} // namespace

FakeGateway::FakeGateway()
    : path_(fresh_path()), acceptor_(io_, stream_protocol::endpoint(path_)), tasks_(io_.get_executor())
{
    tasks_.spawn("fake gateway", accept());
    thread_ = std::thread([this] { io_.run(); });
}

FakeGateway::~FakeGateway()
{
    asio::post(io_, [this] {
        acceptor_.close();
        tasks_.cancel();
    });
    thread_.join();
    std::remove(path_.c_str());
}

asio::awaitable<void> FakeGateway::accept()
{
    for (;;) {
        auto peer = co_await acceptor_.async_accept(asio::use_awaitable);
        co_await serve(std::move(peer));
    }
}

FakeGateway::Reply FakeGateway::reply_to(const Request& request)
{
    if (!script.empty()) {
        Reply reply = script.front();
        script.pop_front();
        return reply;
    }
    const auto found = replies.find(request.target.substr(0, request.target.find('?')));
    return found == replies.end() ? Reply() : found->second;
}

asio::awaitable<void> FakeGateway::serve(stream_protocol::socket peer)
{
    boost::beast::flat_buffer buffer;
    http::request<http::string_body> request;
    co_await http::async_read(peer, buffer, request, asio::use_awaitable);
    Request seen;
    seen.method = std::string(request.method_string());
    seen.target = std::string(request.target());
    seen.type = std::string(request[http::field::content_type]);
    seen.body = request.body();
    const Reply reply = reply_to(seen);
    requests.push_back(std::move(seen));
    if (reply.status == 0) co_return;
    if (silent) {
        std::array<char, 1> nothing{};
        co_await peer.async_read_some(asio::buffer(nothing), asio::as_tuple(asio::use_awaitable));
        co_return; // the client is gone
    }
    http::response<http::string_body> response(static_cast<http::status>(reply.status), 11);
    response.body() = reply.body;
    response.prepare_payload();
    co_await http::async_write(peer, response, asio::use_awaitable);
}

} // namespace gatehouse::cli
