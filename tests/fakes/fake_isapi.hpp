#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "tests/fakes/fake_isapi_lists.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::fakes {

// An ISAPI device over streams in memory, written from the fact sheet alone. It answers by itself; a test
// turns its switches, sends events, and looks at what it was asked.
class FakeIsapi final : public base::Connector {
public:
    struct Request {
        std::string method;
        std::string target;
        std::string body;
        bool with_credentials = false;
    };
    struct Reply {
        int status = 200;
        std::string type = "application/xml";
        std::string body;
        bool hang_up = false; // closes the connection instead of answering
        bool ignore = false;  // never answers
    };
    struct Record {
        std::uint64_t serial = 0;
        base::WallTime time{};
        int minor = 75;
        std::string person = "7";
        std::string picture_url = {}; // told in a search only
        int major = 5;
    };
    struct PlateRow {
        std::string plate;
        std::string capture_time; // 20240428T1300000000
        std::string picture = "p";
    };

    FakeIsapi(asio::any_io_executor executor, base::Clock& clock);

    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;
    // Cuts every connection and ends. To be called (and the io_context run) before it goes away.
    void stop();

    // ---- switches ----
    bool present = true;
    bool black_hole = false; // connections are neither refused nor made
    bool password_right = true;
    bool locked = false;
    bool has_alert_stream = true;
    bool clock_settable = true;
    bool time_readable = true;
    bool newest_first = false; // in answers to a search
    std::string time_mode = "manual";
    std::string time_zone = "CST-8:00:00";
    bool hosts_keep = true; // false: says OK to httpHosts and forgets it
    std::chrono::milliseconds clock_skew{0};
    std::string serial = "DS-K1T000000001";
    std::string http_hosts;
    int gate_state = -1; // 0 no signal, 1 closed, 2 open; -1: unknown URL
    std::string door_commands = "open,close,alwaysOpen,alwaysClose,resume";
    std::vector<Record> records;
    std::vector<PlateRow> plates;
    std::size_t plates_page = 100; // rows of one answer
    FakeIsapiLists lists;
    // Takes the place of the usual answer to "METHOD /path" (without query).
    std::map<std::string, Reply> replies;
    // Told of every request before it is answered.
    std::function<void(const Request&)> on_request;

    // ---- events ----
    void send(std::string bytes); // to every open alertStream, as it is
    void send_document(const std::string& document);
    void send_picture(const std::string& name, const std::string& bytes);
    void cut(); // closes every open connection
    [[nodiscard]] std::size_t streams() const { return streams_.size(); }

    // A record written by the device and sent at once.
    void happen(std::uint64_t serial, const std::string& person = "7");

    // ---- what it was asked ----
    std::vector<Request> requests;
    [[nodiscard]] std::size_t asked(const std::string& method, const std::string& target) const;
    int connections = 0;

    // ---- documents ----
    [[nodiscard]] std::string access(const Record& record) const;
    [[nodiscard]] std::string heartbeat() const;
    [[nodiscard]] std::string condition(const std::string& type, bool active = true) const;
    [[nodiscard]] std::string plate(const std::string& uuid, const std::string& text, int pictures,
                                    bool more = false) const;
    [[nodiscard]] static std::string hosts(const std::vector<std::string>& addresses);

private:
    using StreamPtr = std::shared_ptr<base::ByteStream>;

    asio::awaitable<void> serve(StreamPtr stream);
    asio::awaitable<void> write(StreamPtr stream, std::string bytes);
    asio::awaitable<bool> answer(StreamPtr stream, Request request);
    Reply reply_to(const Request& request);
    Reply search(const Request& request) const;
    Reply plate_search(const Request& request) const;
    Reply time(const Request& request);
    [[nodiscard]] base::WallTime now() const { return clock_.wall() + clock_skew; }
    [[nodiscard]] static Reply xml(std::string body);
    [[nodiscard]] static Reply status(int http, int code, std::string sub);

    asio::any_io_executor executor_;
    base::Clock& clock_;
    std::vector<StreamPtr> streams_;
    std::vector<std::weak_ptr<base::ByteStream>> connections_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::fakes
