#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/task_group.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::fakes {

// One simulated reader of the line, written from the fact sheet alone. A test turns its switches and looks at
// what it was told.
struct FakeReader {
    using Bytes = std::vector<std::uint8_t>;
    struct Reply {
        std::uint8_t code = 0x40;
        Bytes data;
    };

    // ---- what it is ----
    std::string key = "0123456789:;<=>?"; // SCBK-D: bytes 30 to 3f
    bool holds_default = true;            // its key is still the public one
    bool wants_seal = false;              // refuses everything else in plain
    Bytes capabilities{1, 1, 2, 2, 1, 2, 4, 1, 1, 5, 1, 1, 6, 1, 1, 8, 1, 0, 9, 1, 1};
    std::vector<bool> inputs = std::vector<bool>(2);
    std::vector<bool> outputs = std::vector<bool>(2);
    bool tamper = false;
    bool power_fault = false;
    std::uint8_t head = 0;

    // ---- what it has to tell; one a poll ----
    std::deque<Reply> events;
    void card26(unsigned facility, unsigned number);
    void keys(const std::string& digits);

    // ---- what goes wrong ----
    bool present = true;
    int answers_lost = 0;       // the next ones: done, but never answered
    int deaf = 0;               // the next ones: neither done nor answered
    bool deaf_to_polls = false; // answers every other question
    int busy_times = 0;
    bool busy_for_ever = false;
    std::map<std::uint8_t, std::uint8_t> refusals; // by command: NAK reason
    int refusals_max = 1'000'000;
    int wrong_macs = 0;
    int plain_answers = 0;     // the next ones, though a session is open
    bool empty_blocks = false; // 18 with nothing in it where 16 is due
    bool naks_with_zero = false;
    std::string noise;          // before each answer
    std::string marks = "\xff"; // before each answer
    std::chrono::milliseconds answers_after{5};
    int late_answers = 0; // the next ones come after 350 ms
    bool outputs_readable = true;
    bool output_dead = false;
    void reboot(); // forgets session and number

    // ---- what it was told ----
    struct Told {
        std::uint8_t code = 0;
        std::uint8_t sequence = 0;
        bool sealed = false;
        bool repeated = false;
        Bytes data;
        base::MonoTime at{};
    };
    std::vector<Told> told;
    [[nodiscard]] int count(std::uint8_t code) const; // without repeats
    [[nodiscard]] Bytes last(std::uint8_t code) const;
    int sessions = 0;

    // ---- its side of the session ----
    bool sealed = false;
    int last_sequence = -1;
    std::string last_request;
    std::string last_answer;
    std::string rnd_a, s_enc, s_mac1, s_mac2, c_mac, r_mac, panel_cryptogram;
    std::string next_key;
    bool next_holds_default = true;
};

// A serial server with readers behind it, over streams in memory.
class FakeOsdp final : public base::Connector {
public:
    FakeOsdp(asio::any_io_executor executor, base::Clock& clock);

    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;
    // Cuts every connection and ends. To be called (and the io_context run) before it goes away.
    void stop();
    void cut();

    std::map<int, FakeReader> readers; // by address
    bool present = true;
    bool echoes = false; // a two-wire adapter that hears itself
    int connections = 0;
    std::vector<base::Target> targets;

private:
    using StreamPtr = std::shared_ptr<base::ByteStream>;

    asio::awaitable<void> serve(StreamPtr stream);
    asio::awaitable<void> hear(StreamPtr stream, std::string frame);
    asio::awaitable<void> pulse(FakeReader& reader, std::size_t output, std::chrono::milliseconds length);
    std::string answer(FakeReader& reader, const std::string& frame);
    FakeReader::Reply reply_to(FakeReader& reader, const FakeReader::Told& told, std::string& block);
    FakeReader::Reply out(FakeReader& reader, const FakeReader::Told& told);

    asio::any_io_executor executor_;
    base::Clock& clock_;
    std::vector<std::weak_ptr<base::ByteStream>> connections_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::fakes
