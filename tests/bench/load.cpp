// gatehouse-load: devices that push or stream plate events as fast as they are acknowledged (or at a given
// rate), and a subscriber at the broker that measures how long each event took from its device's socket to
// the broker. Every event carries its own creation time in its UUID, so no clock or table is shared with the
// program under test.
//
// Prints one JSON object. Sends only to loopback. Bounded by --seconds.
#include <CLI/CLI.hpp>
#include <boost/asio.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

struct Options {
    std::string mode = "push"; // push | stream | none (only watch the broker)
    unsigned short target_port = 8090;
    std::string path = "/push/dev-{}";
    int devices = 50;
    double rate = 0; // events/s over all devices; 0: as fast as they are acknowledged
    int seconds = 5;
    int settle_seconds = 20;
    std::size_t size = 2048;
    std::size_t picture = 0;
    unsigned short broker_port = 0;
    unsigned short listen_port = 0; // devices' own web servers: alertStream, barrier
    std::string plate = "沪A00001";
    std::uint64_t alarm_after = 0; // arrivals after which a lens is covered
    std::uint64_t expect = 0;      // events that others have queued: end when that many have arrived
};

std::int64_t now_ns()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

double percentile(std::vector<double>& values, double part)
{
    if (values.empty()) return 0;
    const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
    return values[at];
}

// What was measured; one io thread writes it.
struct Tally {
    std::uint64_t sent = 0, acked = 0, refused = 0, received = 0, repeated = 0, opened = 0;
    Clock::time_point started = Clock::now(), first_received{}, last_received{};
    Clock::time_point alarm_sent{};
    double alert_ms = -1; // from the alarm to its alert at the broker
    std::vector<double> latency_ms, open_ms;
    std::unordered_set<std::uint64_t> seen;

    void arrived(std::string_view message)
    {
        if (alarm_sent != Clock::time_point{} && alert_ms < 0 &&
            message.substr(0, 80).find("/alert/") != std::string_view::npos)
            alert_ms = std::chrono::duration<double, std::milli>(Clock::now() - alarm_sent).count();
        const auto at = message.find("gb-");
        if (at == std::string_view::npos || message.size() < at + 28) return;
        const auto created = std::stoll(std::string(message.substr(at + 3, 16)), nullptr, 16);
        const auto number = std::stoull(std::string(message.substr(at + 20, 8)), nullptr, 16);
        if (!seen.insert(static_cast<std::uint64_t>(created) * 31 + number).second) {
            ++repeated;
            return;
        }
        last_received = Clock::now();
        if (received++ == 0) first_received = last_received;
        latency_ms.push_back(static_cast<double>(now_ns() - created) / 1e6);
    }
};

// The plate event of a camera, padded to the wanted size; the UUID is patched in place.
class Payload {
public:
    explicit Payload(const Options& options)
    {
        xml_ =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<EventNotificationAlert version=\"2.0\" "
            "xmlns=\"http://www.isapi.org/ver20/XMLSchema\">\n<ipAddress>127.0.0.1</"
            "ipAddress>\n<channelID>1</channelID>\n"
            "<dateTime>2026-01-01T08:00:00.000+08:00</dateTime>\n<activePostCount>1</"
            "activePostCount>\n<eventType>ANPR</eventType>\n"
            "<eventState>active</eventState>\n<ANPR>\n<licensePlate>" +
            options.plate +
            "</licensePlate>\n<line>1</line>\n<direction>forward</direction>\n<confidenceLevel>97</"
            "confidenceLevel>\n"
            "<plateColor>blue</plateColor>\n<vehicleType>vehicle</vehicleType>\n<barrierGateCtrlType>0</"
            "barrierGateCtrlType>\n"
            "<alarmDataType>0</alarmDataType>\n</ANPR>\n<UUID>gb-0000000000000000-00000000</UUID>\n<picNum>" +
            std::to_string(options.picture > 0 ? 1 : 0) + "</picNum>\n";
        const std::string end = "</EventNotificationAlert>";
        while (xml_.size() + end.size() + 40 < options.size)
            xml_ += "<monitorDescription>site</monitorDescription>\n";
        xml_ += end;
        if (options.picture > 0) {
            picture_ = std::string("\xff\xd8\xff\xe0", 4) + std::string(options.picture - 6, 'x') +
                       std::string("\xff\xd9", 2);
        }
        uuid_ = xml_.find("gb-");
        date_ = xml_.find("2026-01-01T");
    }

    // The event's document with a fresh UUID and the present time.
    const std::string& fresh(std::uint64_t number)
    {
        const auto id = fmt::format("gb-{:016x}-{:08x}", now_ns(), number & 0xffffffffU);
        xml_.replace(uuid_, id.size(), id);
        // No two pictures are alike, as no two cars are: a store that keeps equal pictures once must not
        // profit.
        if (!picture_.empty()) picture_.replace(4, id.size(), id);
        const auto wall =
            std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) + 8h;
        const auto day = std::chrono::floor<std::chrono::days>(wall);
        const std::chrono::year_month_day date(day);
        const std::chrono::hh_mm_ss time(wall - day);
        const auto text = fmt::format(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}+08:00", static_cast<int>(date.year()),
            static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
            time.minutes().count(), time.seconds().count(), time.subseconds().count());
        xml_.replace(date_, text.size(), text);
        return xml_;
    }
    [[nodiscard]] const std::string& picture() const { return picture_; }

private:
    std::string xml_, picture_;
    std::size_t uuid_ = 0, date_ = 0;
};

class Load {
public:
    Load(asio::io_context& io, Options options) : io_(io), options_(std::move(options)), payload_(options_) {}

    void start()
    {
        tally_.started = Clock::now();
        deadline_ = tally_.started + std::chrono::seconds(options_.seconds);
        if (options_.broker_port != 0) spawn(subscribe());
        if (options_.listen_port != 0) spawn(listen());
        if (options_.alarm_after > 0) spawn(alarm());
        if (options_.mode == "push")
            for (int n = 0; n < options_.devices; ++n)
                spawn(push(n));
        spawn(finish());
    }

    [[nodiscard]] Tally& tally() { return tally_; }
    // Arrivals a second between the first and the last one.
    [[nodiscard]] double drain_rate() const
    {
        const auto span = std::chrono::duration<double>(tally_.last_received - tally_.first_received).count();
        return span > 0 ? static_cast<double>(tally_.received) / span : 0;
    }
    [[nodiscard]] double active_seconds() const
    {
        const auto end = tally_.received > 0 ? tally_.last_received : Clock::now();
        return std::chrono::duration<double>(end - tally_.started).count();
    }

private:
    void spawn(asio::awaitable<void> task)
    {
        asio::co_spawn(io_, std::move(task), [](std::exception_ptr failure) {
            try {
                if (failure) std::rethrow_exception(failure);
            } catch (const std::exception& error) {
                if (!std::strstr(error.what(), "End of file")) std::cerr << "load: " << error.what() << "\n";
            }
        });
    }

    [[nodiscard]] bool over() const { return Clock::now() >= deadline_; }

    // With a rate every device keeps its own even beat, shifted so that the devices do not fire together.
    asio::awaitable<void> pace(int device, std::uint64_t beat)
    {
        if (options_.rate <= 0) co_return;
        const auto period = std::chrono::duration<double>(options_.devices / options_.rate);
        const auto due =
            tally_.started +
            std::chrono::duration_cast<Clock::duration>(
                period * (static_cast<double>(beat) + static_cast<double>(device) / options_.devices));
        asio::steady_timer timer(io_, due);
        co_await timer.async_wait(asio::use_awaitable);
    }

    std::string post(int device)
    {
        const auto& xml = payload_.fresh(tally_.sent++);
        last_plate_ns_ = now_ns();
        std::string body, type = "application/xml";
        if (payload_.picture().empty()) {
            body = xml;
        } else {
            type = "multipart/form-data; boundary=boundary";
            body = fmt::format(
                "--boundary\r\nContent-Disposition: form-data; name=\"anpr.xml\"; filename=\"anpr.xml\"\r\n"
                "Content-Type: text/xml\r\nContent-Length: "
                "{}\r\n\r\n{}\r\n--boundary\r\nContent-Disposition: form-data; "
                "name=\"detectionPicture.jpg\"; filename=\"detectionPicture.jpg\"\r\nContent-Type: "
                "image/jpeg\r\n"
                "Content-Length: {}\r\n\r\n{}\r\n--boundary--\r\n",
                xml.size(), xml, payload_.picture().size(), payload_.picture());
        }
        return fmt::format(
            "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
            fmt::format(fmt::runtime(options_.path), device), type, body.size(), body);
    }

    // A lens is covered while the backlog drains.
    asio::awaitable<void> alarm()
    {
        while (tally_.received < options_.alarm_after) {
            asio::steady_timer timer(io_, 1ms);
            co_await timer.async_wait(asio::use_awaitable);
        }
        const std::string body =
            "<EventNotificationAlert><channelID>1</channelID><eventType>shelteralarm</eventType>"
            "<eventState>active</eventState></EventNotificationAlert>";
        const auto request = fmt::format("POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                                         "application/xml\r\nContent-Length: {}\r\n\r\n{}",
                                         fmt::format(fmt::runtime(options_.path), 0), body.size(), body);
        tcp::socket socket(io_);
        const tcp::endpoint peer(asio::ip::address_v4::loopback(), options_.target_port);
        co_await socket.async_connect(peer, asio::use_awaitable);
        tally_.alarm_sent = Clock::now();
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        std::string reply;
        co_await asio::async_read_until(socket, asio::dynamic_buffer(reply), "\r\n\r\n", asio::use_awaitable);
    }

    asio::awaitable<void> push(int device)
    {
        tcp::socket socket(io_);
        const tcp::endpoint peer(asio::ip::address_v4::loopback(), options_.target_port);
        co_await socket.async_connect(peer, asio::use_awaitable);
        socket.set_option(tcp::no_delay(true));
        std::string reply;
        for (std::uint64_t beat = 0;; ++beat) {
            co_await pace(device, beat);
            if (over()) co_return;
            const auto request = post(device);
            co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
            const auto head = co_await asio::async_read_until(socket, asio::dynamic_buffer(reply), "\r\n\r\n",
                                                              asio::use_awaitable);
            (reply.starts_with("HTTP/1.1 200") ? tally_.acked : tally_.refused)++;
            reply.erase(0, head);
        }
    }

    // Answers what a camera is asked: its identity, its event stream, its barrier.
    asio::awaitable<void> device_server(tcp::socket socket)
    {
        socket.set_option(tcp::no_delay(true));
        std::string request;
        for (;;) {
            const auto head = co_await asio::async_read_until(socket, asio::dynamic_buffer(request),
                                                              "\r\n\r\n", asio::use_awaitable);
            const std::string line = request.substr(0, request.find("\r\n"));
            const auto length_at = request.find("Content-Length: ");
            const std::size_t length = length_at < head ? std::stoul(request.substr(length_at + 16, 10)) : 0;
            while (request.size() < head + length) {
                char chunk[512];
                request.append(chunk,
                               co_await socket.async_read_some(asio::buffer(chunk), asio::use_awaitable));
            }
            request.erase(0, head + length);
            if (line.find("alertStream") != std::string::npos) co_return co_await stream(std::move(socket));
            const auto answer = answer_to(line);
            co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
        }
    }

    std::string answer_to(const std::string& line)
    {
        std::string body =
            "<ResponseStatus><statusCode>4</statusCode><statusString>Invalid Operation</statusString>"
            "<subStatusCode>notSupport</subStatusCode></ResponseStatus>";
        std::string status = "404 Not Found";
        if (line.find("/barrierGate ") != std::string::npos && line.starts_with("PUT")) {
            tally_.open_ms.push_back(static_cast<double>(now_ns() - last_plate_ns_) / 1e6);
            ++tally_.opened;
            body =
                "<ResponseStatus><statusCode>1</statusCode><statusString>OK</statusString></ResponseStatus>";
            status = "200 OK";
        } else if (line.find("barrierGateStatus") != std::string::npos) {
            body = "<BarrierGateStatus><barrierGateStatus>2</barrierGateStatus></BarrierGateStatus>";
            status = "200 OK";
        } else if (line.find("deviceInfo") != std::string::npos) {
            body = "<DeviceInfo><model>LOAD</model><serialNumber>LOAD0001</"
                   "serialNumber><macAddress>02:00:00:00:00:01</macAddress>"
                   "<firmwareVersion>V1</firmwareVersion><deviceType>IPCamera</deviceType></DeviceInfo>";
            status = "200 OK";
        } else if (line.find("userCheck") != std::string::npos) {
            body = "<userCheck><statusValue>200</statusValue><statusString>OK</"
                   "statusString><lockStatus>unlock</lockStatus></userCheck>";
            status = "200 OK";
        }
        return fmt::format("HTTP/1.1 {}\r\nContent-Type: application/xml\r\nContent-Length: {}\r\n\r\n{}",
                           status, body.size(), body);
    }

    asio::awaitable<void> stream(tcp::socket socket)
    {
        const int device = streams_++;
        const std::string head =
            "HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=boundary\r\n\r\n";
        co_await asio::async_write(socket, asio::buffer(head), asio::use_awaitable);
        if (options_.mode != "stream") {
            asio::steady_timer timer(io_, deadline_);
            co_await timer.async_wait(asio::use_awaitable);
            co_return;
        }
        while (streams_ < options_.devices && !over()) {
            asio::steady_timer timer(io_, 20ms);
            co_await timer.async_wait(asio::use_awaitable);
        }
        if (!streaming_) {
            streaming_ = true;
            tally_.started = Clock::now();
            deadline_ = tally_.started + std::chrono::seconds(options_.seconds);
        }
        for (std::uint64_t beat = 0;; ++beat) {
            co_await pace(device, beat);
            if (over()) break;
            // A stream is never acknowledged: do not run ahead of the program under test by more than this.
            while (tally_.sent > tally_.received + 4000 && !over()) {
                asio::steady_timer timer(io_, 2ms);
                co_await timer.async_wait(asio::use_awaitable);
            }
            const auto& xml = payload_.fresh(tally_.sent++);
            last_plate_ns_ = now_ns();
            std::string part = fmt::format("--boundary\r\nContent-Type: application/xml; "
                                           "charset=\"UTF-8\"\r\nContent-Length: {}\r\n\r\n{}\r\n",
                                           xml.size(), xml);
            if (!payload_.picture().empty())
                part +=
                    fmt::format("--boundary\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n{}\r\n",
                                payload_.picture().size(), payload_.picture());
            co_await asio::async_write(socket, asio::buffer(part), asio::use_awaitable);
            ++tally_.acked;
        }
        asio::steady_timer timer(io_, deadline_ + std::chrono::seconds(options_.settle_seconds));
        co_await timer.async_wait(asio::use_awaitable);
    }

    asio::awaitable<void> listen()
    {
        tcp::acceptor acceptor(io_, {asio::ip::address_v4::loopback(), options_.listen_port});
        for (;;) {
            auto socket = co_await acceptor.async_accept(asio::use_awaitable);
            spawn(device_server(std::move(socket)));
        }
    }

    // MQTT 3.1.1 by hand: CONNECT, SUBSCRIBE "#" with QoS 0, then PUBLISH packets; as cheap as a reader can
    // be.
    asio::awaitable<void> subscribe()
    {
        tcp::socket socket(io_);
        const tcp::endpoint peer(asio::ip::address_v4::loopback(), options_.broker_port);
        co_await socket.async_connect(peer, asio::use_awaitable);
        socket.set_option(tcp::no_delay(true));
        const std::string hello(
            "\x10\x13\x00\x04MQTT\x04\x02\x00\x00\x00\x07gh-load\x82\x06\x00\x01\x00\x01#\x00", 29);
        co_await asio::async_write(socket, asio::buffer(hello), asio::use_awaitable);
        std::string pending;
        std::vector<char> chunk(256 * 1024);
        for (;;) {
            const auto size = co_await socket.async_read_some(asio::buffer(chunk), asio::use_awaitable);
            pending.append(chunk.data(), size);
            std::size_t at = 0;
            while (const auto packet = packet_at(pending, at)) {
                const std::string_view view(pending.data() + at, packet);
                if ((static_cast<unsigned char>(view[0]) & 0xf0U) == 0x30U) tally_.arrived(view);
                at += packet;
            }
            pending.erase(0, at);
        }
    }

    // Length of the whole packet at `at`, 0 when it is not all there yet.
    static std::size_t packet_at(const std::string& bytes, std::size_t at)
    {
        std::size_t length = 0, shift = 0, i = at + 1;
        for (;; ++i, shift += 7) {
            if (i >= bytes.size()) return 0;
            length |= static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]) & 0x7fU) << shift;
            if ((static_cast<unsigned char>(bytes[i]) & 0x80U) == 0) break;
        }
        const auto total = i + 1 - at + length;
        return bytes.size() - at >= total ? total : 0;
    }

    // Ends when the time is over and every acknowledged event has arrived, or nothing more arrives.
    asio::awaitable<void> finish()
    {
        for (;;) {
            asio::steady_timer timer(io_, 50ms);
            co_await timer.async_wait(asio::use_awaitable);
            const auto now = Clock::now();
            if (now < deadline_) continue;
            const auto wanted = std::max(tally_.acked, options_.expect);
            const bool complete = options_.broker_port == 0 || tally_.received >= wanted;
            if (complete || now > deadline_ + std::chrono::seconds(options_.settle_seconds)) break;
        }
        io_.stop();
    }

    asio::io_context& io_;
    Options options_;
    Payload payload_;
    Tally tally_;
    Clock::time_point deadline_{};
    int streams_ = 0;
    bool streaming_ = false;
    std::int64_t last_plate_ns_ = 0; // one car at a time when openings are measured
};

} // namespace

int main(int argc, char** argv)
{
    Options options;
    CLI::App app{"load for the bench"};
    app.add_option("--mode", options.mode);
    app.add_option("--target-port", options.target_port);
    app.add_option("--path", options.path);
    app.add_option("--devices", options.devices);
    app.add_option("--rate", options.rate);
    app.add_option("--seconds", options.seconds);
    app.add_option("--settle", options.settle_seconds);
    app.add_option("--size", options.size);
    app.add_option("--picture", options.picture);
    app.add_option("--broker-port", options.broker_port);
    app.add_option("--listen-port", options.listen_port);
    app.add_option("--plate", options.plate);
    app.add_option("--expect", options.expect);
    app.add_option("--alarm-after", options.alarm_after);
    CLI11_PARSE(app, argc, argv);

    asio::io_context io(1);
    Load load(io, options);
    load.start();
    io.run();
    auto& tally = load.tally();
    const auto seconds = load.active_seconds();
    std::cout << fmt::format(
        "{{\"sent\":{},\"acked\":{},\"refused\":{},\"received\":{},\"repeated\":{},"
        "\"seconds\":{:.3f},\"rate\":{:.0f},\"drain_rate\":{:.0f},\"p50_ms\":{:.3f},\"p99_ms\":{:.3f},"
        "\"max_ms\":{:.3f},\"opened\":{},\"open_p50_ms\":{:.3f},\"open_p99_ms\":{:.3f},\"alert_ms\":{:.3f}}}"
        "\n",
        tally.sent, tally.acked, tally.refused, tally.received, tally.repeated, seconds,
        static_cast<double>(tally.received) / seconds, load.drain_rate(), percentile(tally.latency_ms, 0.5),
        percentile(tally.latency_ms, 0.99), percentile(tally.latency_ms, 1.0), tally.opened,
        percentile(tally.open_ms, 0.5), percentile(tally.open_ms, 0.99), tally.alert_ms);
    return 0;
}
