#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/task_group.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::fakes {

// A Dahua device over streams in memory, written from the fact sheet alone. It answers by itself; a test
// turns its switches, sends events, and looks at what it was asked.
class FakeDahua final : public base::Connector {
public:
    struct Request {
        std::string method;
        std::string target;
        std::string body;
        bool with_credentials = false;
    };
    struct Reply {
        int status = 200;
        std::string type = "text/plain;charset=utf-8";
        std::string body;
        bool hang_up = false; // closes the connection instead of answering
        bool ignore = false;  // never answers
    };
    // A row of AccessControlCardRec.
    struct Record {
        int number = 0;
        std::int64_t time = 0; // seconds, the device's clock
        std::string user = "29559";
        int method = 15;
        int status = 1;
    };
    // A row of a list: TrafficRedList, TrafficBlackList, AccessControlCard.
    using Row = std::map<std::string, std::string>;

    FakeDahua(asio::any_io_executor executor, base::Clock& clock);

    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;
    // Cuts every connection and ends. To be called (and the io_context run) before it goes away.
    void stop();

    // ---- switches ----
    bool present = true;
    std::string serial = "6C01E93PAG69A7D";
    bool password_right = true;
    bool blocks_port = false; // takes no connection while a stream is open
    bool has_events = true;   // eventManager; false: 400
    bool has_snaps = true;    // snapManager
    bool clock_settable = true;
    bool ntp = false;
    bool newest_first = false;       // in answers about records
    bool seeks = true;               // knows doSeekFind
    std::size_t page_max = 1024;     // records in one answer
    bool numbers_live = false;       // events of passages tell their RecNo
    std::optional<std::size_t> only; // of the open streams is told anything; nothing: all are
    bool legacy_people = true;       // getQuerySize answers a number
    std::chrono::milliseconds clock_skew{0};
    std::string door_status = "Close"; // empty: 400
    std::vector<Record> records;
    std::map<std::string, std::vector<Row>> lists; // by name
    // Takes the place of the usual answer to a target that begins with this.
    std::map<std::string, Reply> replies;
    // Told of every request before it is answered.
    std::function<void(const Request&)> on_request;

    // ---- events ----
    void send(std::string bytes); // to every open stream, as it is
    // One part, with or without its Content-Length.
    void send_text(const std::string& text, bool with_length = true);
    void send_jpeg(const std::string& bytes);
    void heartbeat() { send_text("Heartbeat"); }
    void cut(); // closes every open connection
    [[nodiscard]] std::size_t streams() const { return streams_.size(); }
    // A record written by the terminal and told at once.
    void pass(int number, const std::string& user = "29559");

    // ---- what it was asked ----
    std::vector<Request> requests;
    // How many requests with credentials began with this target.
    [[nodiscard]] std::size_t asked(const std::string& target) const;
    int connections = 0;

    // ---- texts ----
    [[nodiscard]] std::string access(const Record& record) const; // eventManager's
    [[nodiscard]] std::int64_t now_seconds() const;

private:
    using StreamPtr = std::shared_ptr<base::ByteStream>;

    asio::awaitable<void> serve(StreamPtr stream);
    asio::awaitable<void> write(StreamPtr stream, std::string bytes);
    asio::awaitable<bool> answer(StreamPtr stream, Request request);
    Reply reply_to(const Request& request);
    Reply find_records(const Request& request) const;
    Reply update_list(const Request& request);
    [[nodiscard]] static Reply text(std::string body);
    [[nodiscard]] static Reply bad_request();
    [[nodiscard]] std::string local_now() const;

    asio::any_io_executor executor_;
    base::Clock& clock_;
    std::vector<StreamPtr> streams_;
    std::vector<std::weak_ptr<base::ByteStream>> connections_;
    int next_row_ = 1;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::fakes
