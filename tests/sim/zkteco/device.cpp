#include "tests/sim/zkteco/device.hpp"

#include "tests/sim/tcp_server.hpp"
#include "tests/sim/text.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::sim::zkteco {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr auto answer_max = 10s; // then it tries again (fact sheet §5)
constexpr std::size_t log_max = 100'000;
constexpr std::size_t batch_max = 20;

std::string md5(const std::string& text)
{
    std::array<unsigned char, 16> out{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), out.data(), &size, EVP_md5(), nullptr);
    return hex(std::string(reinterpret_cast<const char*>(out.data()), out.size()));
}

// A whole answer: its head, and as much after it as the head announces.
bool is_whole(const std::string& reply)
{
    const auto end = reply.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto length = between(lower(reply.substr(0, end + 2)), "content-length: ", "\r\n");
    std::size_t body = 0;
    std::from_chars(length.data(), length.data() + length.size(), body);
    return reply.size() >= end + 4 + body;
}

} // namespace

Device::Device(const Ground& ground, DeviceConfig config)
    : config_(std::move(config)), clock_(ground.clock), oracle_(ground.oracle), random_(config_.seed),
      group_(ground.executor), wakeup_(ground.executor)
{
}

void Device::start()
{
    group_.spawn("calls of " + config_.id, live());
}

// ---- what happens ----

std::string Device::local_time() const
{
    const auto local = clock_.wall() + 8h + moods_.clock_skew + zone_shift_;
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", std::chrono::floor<std::chrono::seconds>(local));
}

void Device::record(const std::string& table, std::string line, std::string_view type)
{
    const bool numbered = table == "rtlog";
    Record made;
    made.serial = numbered ? std::to_string(index_) : std::to_string(++told_);
    made.table = table;
    made.line = std::move(line);
    ++seen_.created;
    oracle_.created(config_.id, made.serial, type, numbered);
    if (table == "ATTLOG" && log_.size() < log_max) log_.push_back(made.line);
    if (withholds_) return;
    pending_.push_back(std::move(made));
    wakeup_.notify();
}

void Device::access_event(int code, int door, const std::string& pin, const std::string& card,
                          std::string_view type)
{
    ++index_;
    record("rtlog",
           fmt::format(
               "time={}\tpin={}\tcardno={}\teventaddr={}\tevent={}\tinoutstatus=0\tverifytype={}\tindex={}",
               local_time(), pin.empty() ? "0" : pin, card.empty() ? "0" : card, door, code,
               pin.empty() ? 200 : 4, index_),
           type);
}

void Device::person(const std::string& pin, const std::string& card, int code)
{
    if (config_.access)
        access_event(code, 1, pin, card, "pass");
    else
        record("ATTLOG", fmt::format("{}\t{}\t0\t15\t\t0\t0\t", pin, local_time()), "pass");
}

void Device::alarm()
{
    if (config_.access)
        access_event(100, 1, "", "", "alarm");
    else
        record("OPERLOG", fmt::format("OPLOG 3\t0\t{}\t55\t0\t0\t0", local_time()), "alarm");
}

bool Device::emit_random()
{
    const auto text = config_.texts.empty() ? std::to_string(1'000 + random_.next() % 500)
                                            : config_.texts[random_.next() % config_.texts.size()];
    person(text, "", 0);
    return true;
}

Counts Device::counts() const
{
    auto counts = seen_;
    counts.pending = pending_.size();
    return counts;
}

void Device::reboot(Span down)
{
    down_ = true;
    greeted_ = false;
    group_.spawn("restart " + config_.id, restart(down));
}

asio::awaitable<void> Device::restart(Span down)
{
    const int which = ++reboots_;
    co_await pause(down);
    if (which != reboots_) co_return;
    down_ = false;
    if (config_.access)
        access_event(206, 0, "", "", "started");
    else
        record("OPERLOG", fmt::format("OPLOG 0\t0\t{}\t0\t0\t0\t0", local_time()), "started");
}

// ---- the conversation ----

// One thing after the other, as such a device does.
asio::awaitable<void> Device::live()
{
    auto next_poll = clock_.now();
    for (;;) {
        bool well = speaks();
        if (well && !greeted_) well = co_await shake_hands();
        if (well && !pending_.empty()) {
            well = co_await bring_record();
            if (!well) ++seen_.retried;
        } else if (well && clock_.now() >= next_poll) {
            next_poll = clock_.now() + poll_every_;
            well = co_await poll();
        } else if (well) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_poll - clock_.now());
            co_await (wakeup_.wait() || pause(std::max<Span>(left, 1ms)));
        }
        if (!well) co_await pause(speaks() ? config_.retry : std::min<Span>(config_.retry, 100ms));
    }
}

asio::awaitable<bool> Device::shake_hands()
{
    std::string query = config_.access
                            ? "pushver=3.0.1&options=all&DeviceType=acc"
                            : "options=all&language=69&pushver=2.4.0&DeviceType=att&PushOptionsFlag=1";
    const auto hello = co_await ask("GET", "cdata", std::move(query), "");
    if (hello.status != 200) co_return false;
    take_options(hello.body);
    if (config_.access && hello.body.find("registry=ok") == std::string::npos) {
        std::string body =
            fmt::format("DeviceType=acc,~DeviceName=SimPanel,FirmVer=Sim1,LockCount={},ReaderCount={}",
                        config_.doors, config_.doors * 2);
        const auto registered = co_await ask("POST", "registry", "", std::move(body));
        if (registered.status != 200) co_return false;
        take_options(registered.body);
        const auto told = co_await ask("POST", "push", "", "");
        if (told.status != 200) co_return false;
        take_options(told.body);
    }
    greeted_ = true;
    co_await ask_time();
    co_return true;
}

asio::awaitable<void> Device::ask_time()
{
    if (config_.access) {
        const auto time = co_await ask("GET", "rtdata", "type=time", "");
        take_time(time.body);
    } else if (options_.contains("SyncTime")) {
        const auto time = co_await ask("GET", "cdata", "type=time", "");
        take_time(time.body);
    }
}

// As many as belong to one table; a batch is acknowledged as a whole.
asio::awaitable<bool> Device::bring_record()
{
    const auto table = pending_.front().table;
    std::string body;
    std::size_t count = 0;
    while (count < batch_max && count < pending_.size() && pending_[count].table == table)
        body += pending_[count++].line + (config_.access ? "\r\n" : "\n");
    std::string query = "table=" + table + (config_.access ? "" : "&Stamp=9999");
    const auto answer = co_await ask("POST", "cdata", std::move(query), std::move(body), true);
    if (answer.status == 401 || answer.status == 406) greeted_ = false;
    const bool taken = answer.status == 200 && answer.body.starts_with("OK");
    if (!taken) co_return false;
    for (std::size_t n = 0; n < count && !pending_.empty(); ++n) {
        ++seen_.acked;
        oracle_.acked(config_.id, pending_.front().serial);
        pending_.pop_front();
    }
    if (pictures_ && table == "ATTLOG") co_await bring_photo();
    co_return true;
}

asio::awaitable<void> Device::bring_photo()
{
    using namespace std::string_literals;
    std::string body = fmt::format("PIN=20260101000000-1\nSN={}\nsize=6\nCMD=realupload", config_.serial) +
                       "\0\xff\xd8\xff\xe0\xff\xd9"s;
    (void)co_await ask("POST", "cdata", "table=ATTPHOTO&Stamp=9999", std::move(body));
}

asio::awaitable<bool> Device::poll()
{
    std::string query;
    if (!config_.access)
        query = fmt::format("INFO=Ver%20Sim1,{},0,{},127.0.0.1,10,-1,-12,101", users_.size(), log_.size());
    if (config_.access) {
        const auto state = co_await ask("POST", "cdata", "table=rtstate",
                                        "time=" + local_time() + "\tsensor=00\trelay=00\talarm=00");
        if (state.status == 401 || state.status == 406) greeted_ = false;
    }
    const auto answer = co_await ask("GET", "getrequest", std::move(query), "");
    if (answer.status == 401 || answer.status == 406) greeted_ = false;
    if (answer.status != 200) co_return false;
    auto posts = take_commands(answer.body);
    for (auto& post : posts) {
        if (post.late) {
            group_.spawn("late " + config_.id, send_late(std::move(post)));
            continue;
        }
        (void)co_await ask("POST", std::move(post.path), std::move(post.query), std::move(post.body));
    }
    co_return true;
}

asio::awaitable<void> Device::send_late(Post post)
{
    co_await pause(late_answer);
    (void)co_await ask("POST", std::move(post.path), std::move(post.query), std::move(post.body));
}

std::string Device::request_of(const std::string& method, const std::string& path, const std::string& query,
                               const std::string& body) const
{
    std::string cookie;
    if (config_.access && !session_.empty() && path != "registry")
        cookie = "Cookie: token=" + md5(registry_code_ + config_.serial + session_) + "\r\n";
    return fmt::format("{} /iclock/{}?SN={}{}{} HTTP/1.1\r\nHost: {}\r\nUser-Agent: iClock Proxy/1.09\r\n{}"
                       "Connection: close\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{}",
                       method, path, config_.serial, query.empty() ? "" : "&", query,
                       config_.server.substr(config_.server.find("//") + 2), cookie, body.size(), body);
}

asio::awaitable<Device::Answer> Device::ask(std::string method, std::string path, std::string query,
                                            std::string body, bool record)
{
    Answer answer;
    const auto place = config_.server.substr(config_.server.find("//") + 2);
    const auto colon = place.find(':');
    std::uint16_t port = 80;
    if (colon != std::string::npos)
        std::from_chars(place.data() + colon + 1, place.data() + place.size(), port);
    boost::system::error_code failure;
    const auto host = asio::ip::make_address(place.substr(0, colon), failure);
    if (failure || !speaks()) co_return answer; // no DNS
    std::vector<std::string> pieces;
    const auto text = request_of(method, path, query, body);
    const bool cut = record && moods_.truncate;
    const bool twice = record && moods_.duplicate;
    if (record) {
        moods_.duplicate = false; // on connections of their own
        pieces = mangled(moods_, text);
        moods_.duplicate = twice;
    } else {
        pieces.push_back(text);
    }
    if (twice) pieces.push_back(pieces.back());
    for (const auto& piece : pieces) {
        ++seen_.requests;
        answer = Answer{};
        Tcp::socket socket(group_.executor());
        const Tcp::endpoint endpoint(host, port);
        co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return answer;
        co_await asio::async_write(socket, asio::buffer(piece),
                                   asio::redirect_error(asio::use_awaitable, failure));
        if (cut && &piece == &pieces.back()) co_return answer; // and hangs up
        std::string reply;
        std::array<char, 2048> chunk{};
        const auto buffer = asio::buffer(chunk);
        while (!failure && !is_whole(reply) && reply.size() < 65'536) {
            const auto got = co_await (
                socket.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failure)) ||
                pause(answer_max));
            if (got.index() == 1 || failure) break;
            reply.append(chunk.data(), std::get<0>(got));
        }
        constexpr std::size_t status_at = 9; // after "HTTP/1.1 "
        if (!is_whole(reply) || !speaks()) continue;
        std::from_chars(reply.data() + status_at, reply.data() + status_at + 3, answer.status);
        answer.body = reply.substr(reply.find("\r\n\r\n") + 4);
        if (answer.status == 401 || answer.status == 406) ++seen_.unauthorised;
        if (answer.status != 200) ++seen_.refused;
    }
    co_return answer;
}

} // namespace gatehouse::sim::zkteco
