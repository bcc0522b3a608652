#pragma once
#include "gateway/base/random.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "tests/sim/isapi/digest_guard.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/moods.hpp"
#include "tests/sim/tcp_server.hpp"

#include <deque>
#include <list>
#include <map>

namespace gatehouse::sim::dahua {

enum class Kind { plate, face, camera };

struct DeviceConfig {
    std::string id;
    Kind kind = Kind::face;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; // 0: any free one
    std::string username;   // without: no log-in asked
    std::string password;
    std::string push;             // where it posts: the address of its device at the gateway; empty: nowhere
    std::string style = "upload"; // upload | itsapi
    std::string serial = "6C01E93PAG69A7D";
    Span retry{2'000};
    std::size_t log_size = 10'000;
    Span zone{8 * 3'600'000};
    double rate = 0;
    std::uint64_t seed = 1;
    std::size_t events_max = 0;
    Span start{0};
    std::vector<std::string> texts; // plates or user ids to draw from

    // What real devices get wrong (fact sheet §3, §4, §9); each is a word of the control channel too.
    bool no_length = false;      // parts without Content-Length
    bool wrong_length = false;   // Content-Length too large by ten
    bool blocks_port = false;    // takes no connection while a stream is open
    bool utc_local = false;      // UTC is local time read as an epoch; RealUTC is true
    bool closes_at_once = false; // a stream ends as soon as it is open
    bool wrong_offsets = false;  // of joined pictures
    bool group = false;          // one car comes as three
    bool newest_first = false;   // answers about records
    bool no_seek = false;        // knows no doSeekFind
    bool no_people = false;      // only the newer interface for people
};

// One thing that happened.
struct Record {
    int number = 0;
    std::int64_t time = 0; // seconds, of its clock
    std::string code;      // TrafficJunction, AccessControl ...
    std::string text;      // plate or user id
    bool granted = true;
};

// One Dahua device: answers CGI on its port, tells its listeners, posts where it is told to, keeps records
// and lists, moves its barrier or door. Written from the fact sheet. io thread only.
class Device final : public Machine {
public:
    Device(const Ground& ground, DeviceConfig config);

    [[nodiscard]] const std::string& id() const override { return config_.id; }
    [[nodiscard]] Traffic traffic() const override
    {
        return {config_.rate, config_.events_max, config_.start};
    }
    void start() override;
    void cancel() override;
    asio::awaitable<void> join() override { return group_.join(); }
    [[nodiscard]] std::uint16_t port() const override { return server_.port(); }
    bool emit_random() override;
    [[nodiscard]] Counts counts() const override;
    [[nodiscard]] std::string obey(const std::string& verb, std::vector<std::string> arguments) override;

private:
    using Row = std::map<std::string, std::string>;
    // Somebody who holds eventManager or snapManager open.
    struct Listener {
        explicit Listener(const asio::any_io_executor& executor) : changed(executor) {}
        bool pictures = false;
        Span heartbeat{5'000};
        std::deque<std::string> waiting;
        base::Wakeup changed;
    };
    struct Answer {
        int status = 200;
        std::string body = "OK\r\n";
        bool silent = false;
        bool late = false;
    };

    [[nodiscard]] std::int64_t seconds_of(base::WallTime time) const; // of its clock
    [[nodiscard]] std::int64_t now() const;
    [[nodiscard]] std::string local_now() const;
    void happen(std::string code, std::string text, bool granted);
    void begin_anew();
    void tell(const Record& record);
    void tell_text(const std::string& text);
    void follow_network();
    void reboot(Span down);
    asio::awaitable<void> restart(Span down);

    // ---- what it says ----
    [[nodiscard]] std::string part(const std::string& type, const std::string& body) const;
    [[nodiscard]] std::string event_text(const Record& record) const;
    [[nodiscard]] std::string snap_text(const Record& record, int member) const;
    [[nodiscard]] std::string data_json(const Record& record) const;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> fields_of(const Record& record) const;
    asio::awaitable<void> post_all();
    asio::awaitable<bool> post(const Record& record);
    [[nodiscard]] std::string post_request(const Record& record) const;
    [[nodiscard]] std::string named(const std::string& text) const;

    // ---- what it answers ----
    asio::awaitable<void> serve(Connection connection);
    asio::awaitable<void> stream(Connection connection, const std::string& target);
    [[nodiscard]] Answer answer(const Request& request, const std::string& peer);
    [[nodiscard]] Answer identity(const std::string& target) const;
    [[nodiscard]] Answer move(const std::string& output, const std::string& action, const std::string& path,
                              const std::string& peer);
    [[nodiscard]] Answer find_records(const std::string& target) const;
    [[nodiscard]] Answer update_list(const std::string& target);
    [[nodiscard]] std::vector<Row> rows_of(const std::string& name) const;

    [[nodiscard]] std::string emit_words(const std::vector<std::string>& words);
    [[nodiscard]] std::string own_word(const std::string& word, const std::vector<std::string>& values);

    DeviceConfig config_;
    base::Clock& clock_;
    Oracle& oracle_;
    base::Random random_;
    isapi::Switches login_; // of the guard: one digest for all makes
    isapi::DigestGuard guard_;
    base::TaskGroup group_;
    TcpServer server_;
    base::Wakeup wakeup_;
    Moods moods_;
    Counts seen_;
    std::deque<Record> log_;
    std::deque<Record> pending_; // posts
    std::list<Listener> listeners_;
    std::map<std::string, std::vector<Row>> lists_;
    int number_ = 0;
    base::WallTime anew_at_{}; // its numbers began anew
    int next_row_ = 0;
    bool open_ = false; // its barrier or door
    bool gb18030_ = false;
    bool pictures_ = true;
    bool down_ = false;
    bool ending_ = false; // it is being ended
    int reboots_ = 0;
};

} // namespace gatehouse::sim::dahua
