#include "tests/sim/vzenith/camera.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <array>

namespace gatehouse::sim::vzenith {

namespace json = boost::json;
using namespace asio::experimental::awaitable_operators;

namespace {

std::string text_in(const json::object& object, const char* name)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

int number_in(const json::object& object, const char* name)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? static_cast<int>(value->get_int64()) : 0;
}

json::object object_of(const std::string& body)
{
    json::parse_options options;
    options.allow_invalid_utf8 = true; // plates come in GBK
    boost::system::error_code failure;
    const auto document = json::parse(body, failure, {}, options);
    return failure || !document.is_object() ? json::object() : document.get_object();
}

std::string coded(const std::string& cmd, int code)
{
    return fmt::format(R"({{"cmd":"{}","state_code":{}}})", cmd, code);
}

} // namespace

Camera::Camera(const Ground& ground, CameraConfig config)
    : config_(std::move(config)), clock_(ground.clock), oracle_(ground.oracle), group_(ground.executor),
      random_(config_.seed),
      server_(group_, config_.id, [this](Connection c) { return converse(std::move(c)); }),
      seen_(ground.executor)
{
    const auto rest = config_.push.substr(std::min<std::size_t>(7, config_.push.size())); // behind http://
    const auto slash = std::min(rest.find('/'), rest.size());
    const auto colon = std::min(rest.find(':'), slash);
    server_address_.host = rest.substr(0, colon);
    if (colon < slash)
        server_address_.port =
            static_cast<std::uint16_t>(std::atoi(rest.substr(colon + 1, slash - colon).c_str()));
    server_address_.path = rest.substr(slash);
}

void Camera::start()
{
    server_.open(config_.host, config_.port);
    if (config_.push.empty()) return;
    group_.spawn("cars " + config_.id, push_cars());
    group_.spawn("inputs " + config_.id, push_inputs());
    group_.spawn("registration " + config_.id, register_for_ever());
}

void Camera::cancel()
{
    gone_ = true;
    server_.close();
    drop_posts();
    group_.cancel();
}

Counts Camera::counts() const
{
    auto counts = seen_counts_;
    counts.pending = live_.size() + stored_.size();
    counts.streams = server_.connections();
    return counts;
}

// ---- what happens at the gate ----

std::int64_t Camera::now_us() const
{
    const auto now = std::chrono::system_clock::now() + moods_.clock_skew;
    return std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
}

void Camera::see(std::string plate, int trigger)
{
    Car car;
    car.plate = std::move(plate);
    car.plate_id = ++plate_id_;
    car.record = ++record_;
    // One after another, however fast they are ordered.
    last_us_ = std::max(last_us_ + 1000, now_us());
    car.sec = last_us_ / 1000000;
    car.usec = static_cast<int>(last_us_ % 1000000);
    car.trigger = trigger;
    car.picture = picture_;
    records_[car.record] = car;
    if (records_.size() > config_.records_max) records_.erase(records_.begin());
    ++seen_counts_.created;
    oracle_.created(config_.id, std::to_string(car.plate_id), "plate", true);
    if (moods_.mute) return;
    if (!config_.push.empty()) live_.push_back(car);
    seen_.notify();
    if (!reaches()) return;
    for (const auto& peer : peers_)
        if (peer->results)
            for (auto& bytes : mangled(moods_, packet(0, 0, tcp_result(car, "ivs_result"))))
                send(*peer, std::move(bytes));
}

void Camera::input(int number, bool active)
{
    const int source = number < 4 ? number - 1 : 4; // the manual of 2018
    ++seen_counts_.created;
    oracle_.created(config_.id, "input/" + std::to_string(number), "input", false);
    if (moods_.mute || config_.push.empty()) return;
    inputs_.push_back(alarm_gio_in(config_.serial, source, active ? 1 : 0));
    seen_.notify();
}

void Camera::move(int output, const std::string& peer, const std::string& path)
{
    const bool moved = moods_.command != CommandMood::refuse;
    Oracle::Command command;
    command.device = config_.id;
    command.output = fmt::format("barrier/{}", output + 1);
    command.action = "open";
    command.moved = moved;
    command.peer = peer;
    command.path = path;
    oracle_.command(command);
    if (!moved) return;
    ++seen_counts_.moves;
    group_.spawn("boom " + config_.id, boom());
}

asio::awaitable<void> Camera::boom()
{
    if (moods_.command == CommandMood::late) co_await pause(late_answer);
    boom_up_ = true;
    if (config_.boom_input > 0) input(config_.boom_input, true);
    co_await pause(config_.stays_up);
    boom_up_ = false;
    if (config_.boom_input > 0) input(config_.boom_input, false);
}

// ---- TCP 8131 ----

asio::awaitable<void> Camera::converse(Connection connection)
{
    const auto peer = std::make_shared<Peer>(group_.executor());
    boost::system::error_code ignored;
    peer->address = connection->remote_endpoint(ignored).address().to_string();
    peers_.insert(peer);
    const std::shared_ptr<void> leave(nullptr, [this, peer](void*) { peers_.erase(peer); });
    co_await (read(connection, peer) || write(connection, peer));
}

asio::awaitable<void> Camera::read(Connection connection, PeerPtr peer)
{
    std::string buffer;
    std::array<char, 4096> chunk{};
    boost::system::error_code failure;
    for (;;) {
        while (moods_.half_open)
            co_await pause(Span(100));
        const auto into = asio::buffer(chunk);
        const auto size =
            co_await connection->async_read_some(into, asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return;
        if (moods_.half_open) continue;
        buffer.append(chunk.data(), size);
        bool broken = false;
        for (auto next = take_packet(buffer, broken); next; next = take_packet(buffer, broken))
            co_await answer(peer, std::move(*next));
        if (broken) co_return; // it hangs up
    }
}

asio::awaitable<void> Camera::write(Connection connection, PeerPtr peer)
{
    boost::system::error_code failure;
    while (!failure) {
        while (peer->out.empty())
            co_await peer->queued.wait();
        const auto bytes = std::move(peer->out.front());
        peer->out.pop_front();
        const auto from = asio::buffer(bytes);
        co_await asio::async_write(*connection, from, asio::redirect_error(asio::use_awaitable, failure));
    }
}

void Camera::send(Peer& peer, std::string bytes)
{
    peer.out.push_back(std::move(bytes));
    peer.queued.notify();
}

asio::awaitable<void> Camera::answer(PeerPtr peer, Packet question)
{
    if (question.kind == 1) {
        send(*peer, packet(1, 0, ""));
        co_return;
    }
    ++seen_counts_.requests;
    const auto cmd = text_in(object_of(question.body), "cmd");
    const auto body = answer_to(cmd, question, *peer);
    if (body.empty()) co_return;
    if (swallowed_ > 0) {
        --swallowed_;
        if (moods_.command == CommandMood::silent) co_return;
        co_await pause(late_answer);
    }
    for (auto& bytes : mangled(moods_, packet(0, question.sequence, body)))
        send(*peer, std::move(bytes));
}

std::string Camera::answer_to(const std::string& cmd, const Packet& question, Peer& peer)
{
    const auto asked = object_of(question.body);
    if (cmd == "getsn")
        return fmt::format(R"({{"cmd":"getsn","error_msg":"Sucess","state_code":200,"value":"{}"}})",
                           config_.serial);
    if (cmd == "get_device_timestamp")
        return fmt::format(R"({{"cmd":"{}","timestamp":{}}})", cmd, now_us() / 1000000);
    if (cmd == "set_time") {
        moods_.clock_skew = Span(0);
        return coded(cmd, 200);
    }
    if (cmd == "ivsresult") {
        const auto* on = asked.if_contains("enable");
        peer.results = on != nullptr && on->is_bool() && on->get_bool();
        return coded(cmd, 200);
    }
    if (cmd == "get_max_rec_id") return fmt::format(R"({{"cmd":"{}","max_id":{}}})", cmd, record_);
    if (cmd == "get_record") {
        const auto found = records_.find(number_in(asked, "id"));
        return found == records_.end() ? coded(cmd, 404) : tcp_result(found->second, cmd);
    }
    if (cmd == "ioctl") return order_relay(question.body, peer);
    if (cmd == "get_gpio_value") {
        const bool up = boom_up_ && number_in(asked, "gpio") + 1 == config_.boom_input;
        return fmt::format(R"({{"cmd":"{}","gpio":{},"value":{}}})", cmd, number_in(asked, "gpio"),
                           up ? 1 : 0);
    }
    if (cmd == "ttransmission")
        return text_in(asked, "subcmd") == "init"
                   ? R"({"cmd":"ttransmission","subcmd":"init","response":"ok"})"
                   : "";
    if (cmd == "trigger") {
        see(random_plate(), 4);
        return {};
    }
    if (cmd == "reg_offline_check") return R"({"cmd":"offline","response":"ok"})";
    if (cmd == "response_online") return {};
    if (cmd == "get_ems") return R"({"active_id":0,"cmd":"get_ems","ems":[],"state_code":200})";
    if (cmd == "white_list_operator") return list_answer(question.body);
    return coded(cmd, 405);
}

// The manual knows no answer to it; only a refusal is told.
std::string Camera::order_relay(const std::string& body, Peer& peer)
{
    move(number_in(object_of(body), "io"), peer.address, "ioctl");
    if (moods_.command == CommandMood::refuse) return coded("ioctl", 500);
    if (moods_.command != CommandMood::ok) swallowed_ = 1; // of the next question
    return {};
}

std::string Camera::list_answer(const std::string& body)
{
    const auto asked = object_of(body);
    const auto operation = text_in(asked, "operator_type");
    auto plate = text_in(asked, "plate");
    if (operation == "update_or_add") {
        const auto* record = asked.if_contains("dldb_rec");
        if (record == nullptr || !record->is_object()) return coded("white_list_operator", 400);
        plate = text_in(record->get_object(), "plate");
        list_[plate] = json::serialize(*record);
    }
    if (operation == "delete" && plate.empty())
        list_.clear(); // as it does
    else if (operation == "delete")
        list_.erase(plate);
    const auto found = list_.find(plate);
    if (operation == "select")
        return R"({"cmd":"white_list_operator","dldb_rec":[)" + (found == list_.end() ? "" : found->second) +
               R"(],"operator_type":"select","state":"succeed"})";
    return fmt::format(R"({{"cmd":"white_list_operator","operator_type":"{}","state":"succeed"}})",
                       operation);
}

// ---- HTTP push ----

asio::awaitable<void> Camera::push_cars()
{
    for (;;) {
        if (!live_.empty()) {
            Car car = live_.front();
            live_.pop_front();
            bool acked = false;
            if (reaches()) acked = co_await push_live(car);
            if (acked) continue;
            if (!config_.retransmit) {
                ++seen_counts_.dropped;
                oracle_.dropped(config_.id, std::to_string(car.plate_id));
                continue;
            }
            car.offline = true;
            stored_.push_back(std::move(car));
            continue;
        }
        if (stored_.empty() || !reaches()) {
            co_await (seen_.wait() || pause(Span(500)));
            continue;
        }
        co_await push_stored();
    }
}

asio::awaitable<bool> Camera::push_live(Car car)
{
    for (int tries = 0; tries < config_.retries; ++tries) {
        if (tries > 0) ++seen_counts_.retried;
        auto body = alarm_info_plate(car, config_.serial, gb18030_);
        const bool acked = co_await tell(std::move(body), car);
        if (acked) co_return true;
        if (!reaches()) co_return false;
        co_await pause(Span(200));
    }
    co_return false;
}

// One by one; a live result interrupts, and then this one comes again.
asio::awaitable<void> Camera::push_stored()
{
    const Car car = stored_.front();
    auto body = alarm_info_plate(car, config_.serial, gb18030_);
    const bool acked = co_await tell(std::move(body), car);
    if (!live_.empty()) co_return;
    if (acked && !stored_.empty())
        stored_.pop_front();
    else
        co_await pause(Span(1000));
}

// The moods may send junk before it, or cut it; only the answer to the last piece counts.
asio::awaitable<bool> Camera::tell(std::string body, const Car& car)
{
    bool acked = false;
    const auto pieces = mangled(moods_, std::move(body));
    for (const auto& piece : pieces) {
        std::string copy = piece;
        const auto reply = co_await post(std::move(copy), "");
        if (!reply) {
            acked = false;
            continue;
        }
        const auto heard = hear(*reply);
        if (heard.open) move(heard.output, server_address_.host, "reply");
        acked = acknowledged(car, heard);
    }
    if (acked) {
        ++seen_counts_.acked;
        oracle_.acked(config_.id, std::to_string(car.plate_id));
    }
    co_return acked;
}

bool Camera::acknowledged(const Car& car, const Heard& heard) const
{
    return !config_.retransmit || heard.plate_id == car.plate_id;
}

asio::awaitable<void> Camera::push_inputs()
{
    for (;;) {
        while (inputs_.empty() || !reaches())
            co_await (seen_.wait() || pause(Span(500)));
        auto body = std::move(inputs_.front());
        inputs_.pop_front();
        const auto reply = co_await post(std::move(body), "");
        if (!reply) continue; // an input is not kept
        ++seen_counts_.acked;
    }
}

asio::awaitable<void> Camera::register_for_ever()
{
    const std::string boundary = "------------------------caa771fe4a61f3d9";
    for (;;) {
        std::optional<std::string> reply;
        if (reaches() && !moods_.mute) {
            auto form = registration(config_.serial, boundary);
            std::string type = "multipart/form-data; boundary=" + boundary;
            reply = co_await post(std::move(form), std::move(type));
        }
        if (reply) {
            const auto heard = hear(*reply);
            if (heard.open) move(heard.output, server_address_.host, "poll");
        }
        const bool again = reply && config_.comet;
        if (!again) co_await pause(reply ? config_.heartbeat : Span(1000)); // sheet section 3
    }
}

// The answer's body; nothing when it was no 200 or came too late.
asio::awaitable<std::optional<std::string>> Camera::post(std::string body, std::string type)
{
    if (!reaches()) co_return std::nullopt;
    const auto socket = std::make_shared<Tcp::socket>(group_.executor());
    posts_.insert(socket);
    const std::shared_ptr<void> leave(nullptr, [this, socket](void*) { posts_.erase(socket); });
    std::string head =
        fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\nConnection: close\r\n",
                    server_address_.path, server_address_.host, body.size());
    if (!type.empty()) head += "Content-Type: " + type + "\r\n";
    auto bytes = head + "\r\n" + body;
    auto ended = co_await (exchange(socket, std::move(bytes)) || pause(config_.patience));
    boost::system::error_code ignored;
    socket->close(ignored);
    if (ended.index() == 1) co_return std::nullopt;
    co_return std::get<0>(std::move(ended));
}

asio::awaitable<std::optional<std::string>> Camera::exchange(std::shared_ptr<Tcp::socket> socket,
                                                             std::string bytes)
{
    boost::system::error_code failure;
    const auto address = asio::ip::make_address(server_address_.host, failure);
    if (failure) co_return std::nullopt;
    const Tcp::endpoint endpoint(address, server_address_.port);
    co_await socket->async_connect(endpoint, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) co_return std::nullopt;
    const auto from = asio::buffer(bytes);
    co_await asio::async_write(*socket, from, asio::redirect_error(asio::use_awaitable, failure));
    std::string reply;
    std::array<char, 2048> chunk{};
    const auto into = asio::buffer(chunk);
    while (!failure) {
        const auto size =
            co_await socket->async_read_some(into, asio::redirect_error(asio::use_awaitable, failure));
        reply.append(chunk.data(), size);
    }
    const auto blank = reply.find("\r\n\r\n");
    if (blank == std::string::npos || reply.substr(0, 12) != "HTTP/1.1 200") {
        if (!reply.empty()) ++seen_counts_.refused;
        co_return std::nullopt;
    }
    co_return reply.substr(blank + 4);
}

void Camera::drop_posts()
{
    boost::system::error_code ignored;
    for (const auto& socket : posts_)
        socket->close(ignored);
}

} // namespace gatehouse::sim::vzenith
