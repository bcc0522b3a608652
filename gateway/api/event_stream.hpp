#pragma once
#include "gateway/api/client_stream.hpp"
#include "gateway/api/deadline.hpp"
#include "gateway/api/server_shared.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <optional>
#include <string>

namespace gatehouse::api {

// One browser that follows the journal over a WebSocket, from where it says it was or from now on. It is read
// by a cursor of the stream's own, and one text at a time is on its way: a browser that takes nothing costs
// what the system keeps for its socket, and is left after ten seconds. Connection owns it.
class EventStream {
public:
    using Head = boost::beast::http::request<boost::beast::http::string_body>;

    // Why this request begins no stream; nothing: it may, and names its principal now.
    [[nodiscard]] static std::optional<Response> refusal(ServerShared& shared, Request& request);

    // `request`: as refusal() let it in. `deadline`: for whoever sweeps.
    EventStream(ClientStream& stream, ServerShared& shared, Deadline& deadline, Request request);
    ~EventStream();
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    // From the handshake to the end of the connection.
    asio::awaitable<void> run(const Head& head);

private:
    asio::awaitable<void> listen();
    asio::awaitable<void> speak();
    [[nodiscard]] bool is_behind() const;
    asio::awaitable<void> send_page();
    asio::awaitable<void> send(std::string_view text);
    asio::awaitable<void> send_gap(std::int64_t from, std::int64_t to);
    asio::awaitable<void> send_time(std::string_view kind);
    asio::awaitable<void> tick_when_due();
    asio::awaitable<void> close();
    void end(std::uint16_t code, std::string_view why);
    void look_round();

    ClientStream& stream_;
    ServerShared& shared_;
    Deadline& deadline_;
    Request request_;
    boost::beast::websocket::stream<ClientStream&> socket_;
    std::int64_t position_;
    base::MonoTime next_page_{};
    base::MonoTime next_tick_{};
    base::MonoTime next_admission_{};
    std::optional<boost::beast::websocket::close_reason> ending_;
    bool gone_ = false; // the browser
};

} // namespace gatehouse::api
