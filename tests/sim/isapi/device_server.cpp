// The listening side of a device: connections, log-in, and the switch between answers and the alertStream.
#include "tests/sim/isapi/device.hpp"
#include "tests/sim/isapi/endpoints.hpp"
#include "tests/sim/tcp_server.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

namespace gatehouse::sim::isapi {
namespace {

constexpr std::string_view stream_path = "/ISAPI/Event/notification/alertStream";

Reply refusal(DigestGuard& guard, Admission admission, const std::string& peer)
{
    Reply reply;
    reply.status = 401;
    reply.headers = guard.challenges(admission == Admission::stale);
    reply.body = guard.user_check(peer, false);
    return reply;
}

} // namespace

asio::awaitable<void> Device::accept()
{
    boost::system::error_code failure;
    while (acceptor_.is_open()) {
        auto socket = std::make_shared<Tcp::socket>(executor_);
        co_await acceptor_.async_accept(*socket, asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return;
        socket->set_option(Tcp::no_delay(true), failure);
        group_.spawn("session " + config.id, session(std::move(socket)));
    }
}

asio::awaitable<void> Device::session(std::shared_ptr<Tcp::socket> socket)
{
    sockets_.insert(socket);
    const std::shared_ptr<void> leave(nullptr, [this, socket](void*) { sockets_.erase(socket); });
    boost::system::error_code failure;
    const auto endpoint = socket->remote_endpoint(failure);
    const std::string peer = fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
    std::string buffer;
    Request request;
    for (bool open = true; open;) {
        if (switches.half_open) { // accepted, and that is all: until the peer or a reboot ends it
            asio::steady_timer mute(executor_, std::chrono::steady_clock::time_point::max());
            while (socket->is_open() && switches.half_open) {
                mute.expires_after(std::chrono::milliseconds(200));
                co_await mute.async_wait(asio::use_awaitable);
            }
        }
        const bool read = co_await read_request(*socket, buffer, request);
        if (!read || switches.half_open) break;
        ++seen.requests;
        open = co_await answer(*socket, request, peer);
    }
}

asio::awaitable<bool> Device::answer(Tcp::socket& socket, const Request& request, const std::string& peer)
{
    if (switches.answer_delay.count() > 0) {
        asio::steady_timer delay(executor_);
        delay.expires_after(switches.answer_delay);
        co_await delay.async_wait(asio::use_awaitable);
    }
    const std::string address = peer.substr(0, peer.rfind(':'));
    const auto login = request.header("authorization");
    const auto admission = guard.check(login, request.method, request.target, address);
    Reply reply;
    if (admission != Admission::admitted) {
        // To ask without a log-in, or with a nonce that is too old, is to ask for a challenge.
        if (!login.empty() && admission != Admission::stale) ++seen.unauthorised;
        reply = refusal(guard, admission, address);
    } else if (request.path == stream_path && request.method == "GET") {
        const bool full = switches.streams_max > 0 && streams.clients() >= switches.streams_max;
        if (!full) {
            co_await streams.serve(socket);
            co_return false;
        }
        reply = status_reply(request, 6, "deployExceedMax");
    } else {
        const auto orders = outputs.orders();
        reply = answer_request(*this, request, peer);
        const bool ordered = outputs.orders() != orders;
        if (ordered && moods.command == CommandMood::silent) co_return true;
        if (ordered && moods.command == CommandMood::late) co_await pause(late_answer);
    }
    const std::string bytes = render(reply, request.keep_alive);
    boost::system::error_code failure;
    co_await asio::async_write(socket, asio::buffer(bytes),
                               asio::redirect_error(asio::use_awaitable, failure));
    co_return !failure && request.keep_alive;
}

} // namespace gatehouse::sim::isapi
