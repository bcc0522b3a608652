#pragma once
#include "gateway/base/random.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/moods.hpp"
#include "tests/sim/tcp_server.hpp"

#include <deque>
#include <map>
#include <set>

namespace gatehouse::sim::facepush {

using Form = std::map<std::string, std::string, std::less<>>;

// Of query and body.
[[nodiscard]] Form read_form(const std::string& text);
[[nodiscard]] std::string escaped(const std::string& text);

struct TerminalConfig {
    std::string id;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; // 0: any free one
    std::string device_key = "8DA5A59CF625F562";
    std::string password = "12345678";
    std::string push; // root of its callback addresses as delivered: http://127.0.0.1:8090/push/door-1
    Span heartbeat{30'000};
    Span retry{2'000};
    std::string style = "form"; // form | json | query
    std::size_t log_size = 10'000;
    Span zone{8 * 3'600'000};
    double rate = 0;
    std::uint64_t seed = 1;
    std::size_t events_max = 0;
    Span start{0};
    std::vector<std::string> texts; // person ids to draw from
};

struct Record {
    std::int64_t time = 0; // ms, of its clock: what it is known by
    std::string type;      // face_0
    std::string person;
};

// One Uface terminal: answers on its port, calls back and repeats until it is acknowledged, keeps records,
// persons and faces, opens its door. io thread only.
class Terminal final : public Machine {
public:
    Terminal(const Ground& ground, TerminalConfig config);

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
    [[nodiscard]] bool reachable() const { return !down_ && !moods_.cut && !moods_.half_open; }
    [[nodiscard]] std::int64_t now() const; // ms, of its clock
    [[nodiscard]] std::string local(std::int64_t time) const;
    void happen(const std::string& type, std::string person);
    void follow_network();
    void reboot(Span down);
    asio::awaitable<void> restart(Span down);

    // ---- what it says ----
    asio::awaitable<void> call_back();
    asio::awaitable<void> beat();
    // Whether the gateway acknowledged it.
    asio::awaitable<bool> post(std::string url, Form fields, bool record);
    [[nodiscard]] Form fields_of(const Record& record) const;
    [[nodiscard]] std::string request_of(const std::string& url, const Form& fields, bool record) const;
    [[nodiscard]] std::string address(const char* setting, const char* last) const;

    // ---- what it answers ----
    asio::awaitable<void> serve(Connection connection);
    struct Answer {
        std::string body; // empty: none
        bool late = false;
    };
    [[nodiscard]] Answer answer(const Request& request, const std::string& peer);
    [[nodiscard]] std::string result_of(const std::string& path, const Form& form);
    [[nodiscard]] std::string open_door(const std::string& path, const std::string& peer, Answer& how);
    [[nodiscard]] std::string records_of(const Form& form) const;
    [[nodiscard]] std::string persons_of(const Form& form) const;

    [[nodiscard]] std::string emit_words(const std::vector<std::string>& words);
    [[nodiscard]] std::string own_word(const std::string& word, const std::vector<std::string>& values);

    TerminalConfig config_;
    base::Clock& clock_;
    Oracle& oracle_;
    base::Random random_;
    base::TaskGroup group_;
    TcpServer server_;
    base::Wakeup wakeup_;
    Moods moods_;
    Counts seen_;
    std::deque<Record> log_;
    std::deque<Record> pending_;
    std::map<std::string, std::string> persons_; // id, name
    std::set<std::string> faces_;                // person ids
    std::set<std::string> turned_away_;
    Form addresses_; // by the path of the setting
    bool base64_ = true;
    bool gb18030_ = false;
    bool double_name_ = false;
    bool pictures_ = false;
    bool down_ = false;
    Span slow_picture_{0};
    int reboots_ = 0;
    std::int64_t last_time_ = 0;
};

} // namespace gatehouse::sim::facepush
