#pragma once
#include "gateway/base/random.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "tests/sim/http.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/moods.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace gatehouse::sim::zkteco {

struct DeviceConfig {
    std::string id;
    std::string serial = "SIM{n}";
    std::string server = "http://127.0.0.1:8090"; // its "cloud server"
    bool access = false;                          // dialect
    int doors = 1;
    Span retry{2'000};
    std::string zone_form = "hours"; // how it takes the TimeZone option: hours | minutes
    double rate = 0;
    std::uint64_t seed = 1;
    std::size_t events_max = 0;
    Span start{0};
    std::vector<std::string> texts;
};

// One simulated terminal or panel: a client that says hello, brings its records and fetches its commands.
// Listens to nothing. io thread only.
class Device final : public Machine {
public:
    Device(const Ground& ground, DeviceConfig config);

    [[nodiscard]] const std::string& id() const override { return config_.id; }
    [[nodiscard]] Traffic traffic() const override
    {
        return {config_.rate, config_.events_max, config_.start};
    }
    void start() override;
    void cancel() override { group_.cancel(); }
    asio::awaitable<void> join() override { return group_.join(); }
    [[nodiscard]] std::uint16_t port() const override { return 0; }
    bool emit_random() override;
    [[nodiscard]] Counts counts() const override;
    [[nodiscard]] std::string obey(const std::string& verb, std::vector<std::string> arguments) override;

private:
    struct Record {
        std::string serial; // as the oracle knows it
        std::string table;  // ATTLOG | OPERLOG | rtlog
        std::string line;
    };
    struct Answer {
        int status = 0; // 0: none came
        std::string body;
    };
    // A result, or rows, that follow from a command.
    struct Post {
        std::string path;
        std::string query;
        std::string body;
        bool late = false;
    };

    // ---- what happens (device.cpp) ----
    [[nodiscard]] bool speaks() const { return !down_ && !moods_.cut && !moods_.half_open && !moods_.mute; }
    [[nodiscard]] std::string local_time() const;
    void record(const std::string& table, std::string line, std::string_view type);
    void person(const std::string& pin, const std::string& card, int code);
    void alarm();
    void access_event(int code, int door, const std::string& pin, const std::string& card,
                      std::string_view type);
    void reboot(Span down);
    asio::awaitable<void> restart(Span down);

    // ---- the conversation (device.cpp) ----
    asio::awaitable<void> live();
    asio::awaitable<bool> shake_hands();
    asio::awaitable<void> ask_time();
    asio::awaitable<bool> bring_record();
    asio::awaitable<void> bring_photo();
    asio::awaitable<bool> poll();
    asio::awaitable<void> send_late(Post post);
    asio::awaitable<Answer> ask(std::string method, std::string path, std::string query, std::string body,
                                bool record = false);
    [[nodiscard]] std::string request_of(const std::string& method, const std::string& path,
                                         const std::string& query, const std::string& body) const;

    // ---- what it is told (device_answers.cpp) ----
    void take_options(const std::string& body);
    void take_time(const std::string& body);
    // What follows from the lines of an answer to getrequest.
    [[nodiscard]] std::vector<Post> take_commands(const std::string& body);
    int carry_out(const std::string& id, const std::string& text, std::vector<Post>& posts);
    int move(const std::string& text);
    void update_user(const std::string& text);
    void tell_users(std::vector<Post>& posts) const;
    void tell_rows(const std::string& id, const std::string& table, std::vector<Post>& posts) const;

    [[nodiscard]] std::string set_switch(const std::string& name, std::optional<bool> on);
    [[nodiscard]] std::string emit_words(const std::vector<std::string>& words);

    DeviceConfig config_;
    base::Clock& clock_;
    Oracle& oracle_;
    base::Random random_;
    base::TaskGroup group_;
    base::Wakeup wakeup_;
    Moods moods_;
    Counts seen_;
    std::deque<Record> pending_;
    std::vector<std::string> log_;                                    // attendance lines; bounded
    std::map<std::string, std::map<std::string, std::string>> users_; // by PIN
    std::map<std::string, std::string> rights_;                       // door mask by PIN
    std::map<std::string, std::string> options_;                      // as last told
    std::string registry_code_;
    std::string session_;
    Span zone_shift_{0};
    Span poll_every_{10'000};
    std::uint64_t index_ = 0;
    std::uint64_t told_ = 0; // records that the oracle knows by a number of ours
    int reboots_ = 0;
    bool greeted_ = false;
    bool down_ = false;
    bool withholds_ = false; // asks for commands, and brings no record: only its count tells of them
    bool gb18030_ = false;
    bool pictures_ = false;
};

} // namespace gatehouse::sim::zkteco
