#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/device/driver.hpp"

#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gatehouse::fakes {

// A ZKTeco device, written from the fact sheet alone: it makes the requests that such a device sends and does
// what the answers say. A test carries its requests to whatever stands for the server.
class FakeZkteco {
public:
    explicit FakeZkteco(base::Clock& the_clock) : clock(the_clock) {}

    // ---- requests ----
    [[nodiscard]] device::PushRequest get(const std::string& path, const std::string& query = "") const;
    [[nodiscard]] device::PushRequest post(const std::string& path, const std::string& query,
                                           std::string body) const;
    [[nodiscard]] device::PushRequest hello() const;
    [[nodiscard]] device::PushRequest registration() const;
    [[nodiscard]] device::PushRequest poll(bool with_info = false) const;
    // A punch of now; it goes into the device's log as well.
    [[nodiscard]] device::PushRequest punch(const std::string& pin, int status = 0, int verify = 15);
    // An access event of now with the next running number.
    [[nodiscard]] device::PushRequest event(int code, const std::string& more = "");
    [[nodiscard]] device::PushRequest state(const std::string& sensor, const std::string& relay = "00") const;
    // Local time without a zone, as its clock shows it.
    [[nodiscard]] std::string now_text(std::chrono::milliseconds later = {}) const;
    [[nodiscard]] std::string row(int code, std::int64_t index, const std::string& more = "") const;

    // ---- answers ----
    // Takes what a hello, registration or push was answered with.
    void take_options(const std::string& body);
    // Carries out the lines that a poll was answered with; the requests that follow from it lie in `due`.
    void take_commands(const std::string& body);

    base::Clock& clock;
    std::chrono::milliseconds skew{0}; // its clock minus true time
    std::string serial = "BOCK200961014";
    std::string remote = "192.0.2.41";
    bool access = false;
    std::function<std::string(const std::string&)> md5; // for the token; without it none is sent
    std::string registry_code;
    std::string session_id;
    std::map<std::string, std::string> options; // as last told
    std::int64_t next_index = 1;
    std::vector<std::string> log; // attendance lines
    bool sends_live = true;

    std::map<std::string, int> refuses; // command beginnings and the result they end with
    bool silent = false;                // takes commands and tells no result
    std::vector<std::string> commands;  // every line it was handed, without "C:<id>:"
    std::map<std::string, std::map<std::string, std::string>>
        users;                                 // by PIN; names of fields as the dialect has
    std::map<std::string, std::string> rights; // door mask by PIN
    bool door_open = false;
    std::deque<device::PushRequest> due;

private:
    void carry_out(const std::string& id, const std::string& text);
    int act(const std::string& id, const std::string& text);
    void update_user(const std::string& fields);
    void send_rows(const std::string& id, const std::string& table);
};

} // namespace gatehouse::fakes
