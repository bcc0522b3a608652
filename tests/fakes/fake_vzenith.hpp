#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/task_group.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::fakes {

// A VZ camera with a barrier behind its relays, over streams in memory, written from the fact sheet alone. A
// test turns its switches, makes it report, hands it the answers to its posts, and looks at what it was told.
class FakeVzenith final : public base::Connector {
public:
    FakeVzenith(asio::any_io_executor executor, base::Clock& clock);

    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;
    // Cuts every connection and ends. To be called (and the io_context run) before it goes away.
    void stop();
    void cut();

    // ---- the camera ----
    bool present = true;
    std::string serial = "d85b1269-8f942256";
    std::chrono::seconds skew{0};     // its clock minus true time
    bool beats = true;                // sends heartbeats back
    bool mute = false;                // hears, does nothing, answers nothing
    std::map<std::string, int> codes; // state_code instead of an answer, by cmd
    std::optional<int> ioctl_answers; // firmware that answers an order of a relay with this code
    bool says_sequence = true;        // false: answers with sequence 0
    int encrypted = 0;                // active_id

    // ---- what happened at it ----
    std::map<int, int> gpio{{0, 0}, {1, 0}};
    std::optional<int> boom_input;           // becomes active when relay 0 is pulsed
    int opened = 0;                          // by whatever way
    int closed = 0;                          // relay 1
    std::vector<std::string> board;          // bytes for RS-485
    std::map<std::string, std::string> list; // plate (as it came): its record as JSON

    // Live results of this connection, when they were switched on. Text as on the wire.
    void report(const std::string& json, const std::string& scene = {}, const std::string& crop = {});
    void send(const std::string& bytes);
    // A record of its store, with the number it gets.
    int store(const std::string& json);
    void forget_records(int first, int last);
    void restart_numbers();
    // The answer to a post: does what it says.
    void hear(std::string_view reply);

    [[nodiscard]] static std::string frame(int kind, int sequence, const std::string& body);
    // A result as the manual spells it. `license` in the encoding of the way.
    [[nodiscard]] static std::string result(std::string_view license, std::int64_t sec, int usec,
                                            int trigger = 1);

    // ---- what it was asked ----
    std::vector<std::string> asked; // bodies
    [[nodiscard]] int count(std::string_view cmd) const;
    std::vector<base::Target> targets;
    int connections = 0;
    int heartbeats = 0;

private:
    using StreamPtr = std::shared_ptr<base::ByteStream>;
    asio::awaitable<void> serve(StreamPtr stream);
    asio::awaitable<void> answer(StreamPtr stream, int sequence, std::string body);
    asio::awaitable<void> write(StreamPtr stream, std::string bytes);
    [[nodiscard]] std::string answer_to(const std::string& cmd, const std::string& body);
    [[nodiscard]] std::string list_answer(const std::string& body);
    void pulse(int relay);

    asio::any_io_executor executor_;
    base::Clock& clock_;
    std::map<int, std::string> records_;
    int newest_ = 0;
    bool results_on_ = false;
    std::weak_ptr<base::ByteStream> last_;
    std::vector<std::weak_ptr<base::ByteStream>> connections_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::fakes
