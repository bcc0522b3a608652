#pragma once
#include "gateway/base/random.hpp"
#include "gateway/base/task_group.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/moods.hpp"
#include "tests/sim/tcp_server.hpp"
#include "tests/sim/uhppote/board_memory.hpp"

#include <boost/asio/ip/udp.hpp>

namespace gatehouse::sim::uhppote {

using Udp = asio::ip::udp;

struct BoardConfig {
    std::string id;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; // of UDP and TCP; 0: any free one
    std::uint32_t serial = 405419896;
    std::string listener; // where its events go as delivered: 127.0.0.1:60001
    int interval = 0;     // seconds between repetitions of its status; 0: none
    bool special_events = false;
    std::uint32_t store_max = 200'000;
    std::uint32_t block = 2048;
    std::size_t cards_max = 20'000;
    Span zone{8 * 3'600'000};
    double rate = 0;
    std::uint64_t seed = 1;
    std::size_t events_max = 0;
    Span start{0};
    std::vector<std::string> texts; // cards to draw from; empty: random ones
};

// One UT0311-L04 board: answers by UDP and TCP on one port, keeps events, cards and time profiles, pushes to
// its listener, moves its doors. io thread only.
class Board final : public Machine {
public:
    Board(const Ground& ground, BoardConfig config);

    [[nodiscard]] const std::string& id() const override { return config_.id; }
    [[nodiscard]] Traffic traffic() const override
    {
        return {config_.rate, config_.events_max, config_.start};
    }
    void start() override;
    void cancel() override;
    asio::awaitable<void> join() override { return group_.join(); }
    void sweep() override;
    [[nodiscard]] std::uint16_t port() const override { return tcp_.port(); }
    bool emit_random() override;
    [[nodiscard]] Counts counts() const override;
    [[nodiscard]] std::string obey(const std::string& verb, std::vector<std::string> arguments) override;

private:
    // Whether anything reaches it or leaves it.
    [[nodiscard]] bool reachable() const { return !down_ && !moods_.cut; }
    void open_ports();
    void follow_network();
    asio::awaitable<void> hear();
    asio::awaitable<void> serve(Connection connection);
    void send_to(Udp::endpoint peer, const std::string& packet);
    void push(std::string packet);
    void push_status();

    // What a request gets: no packet, no answer.
    struct Answer {
        std::string packet;
        bool late = false;
    };
    [[nodiscard]] Answer answer(const std::string& request, const std::string& peer);
    [[nodiscard]] std::string fields_of(const std::string& request);
    [[nodiscard]] std::string change(const std::string& request);
    [[nodiscard]] Answer order(const std::string& request, const std::string& peer);
    void move(int door, int code, const std::string& request);
    asio::awaitable<void> relock(int door);
    [[nodiscard]] std::string status_fields() const;
    asio::awaitable<void> answer_late(Udp::endpoint peer, std::string packet);

    [[nodiscard]] BoardTime shown(base::WallTime time) const;
    [[nodiscard]] BoardTime now() const { return shown(clock_.wall()); }
    void happen(Event event, std::string_view type);
    [[nodiscard]] std::string emit_words(const std::vector<std::string>& words);
    [[nodiscard]] std::string trouble(const std::string& word, const std::vector<std::string>& values);
    void reboot(Span down);
    asio::awaitable<void> restart(Span down);

    BoardConfig config_;
    base::Clock& clock_;
    Oracle& oracle_;
    base::Random random_;
    base::TaskGroup group_;
    Udp::socket udp_;
    TcpServer tcp_;
    Moods moods_;
    BoardMemory memory_;
    Counts seen_;
    bool down_ = false;
    bool start19_ = false; // events of firmware 6.62
    bool bad_dates_ = false;
    std::uint32_t sequence_ = 0;
    int reboots_ = 0;
    base::WallTime cleared_at_{};  // the event store
    base::MonoTime heard_at_{};    // the host, for PC control
    base::MonoTime repeated_at_{}; // the status, for the interval
};

} // namespace gatehouse::sim::uhppote
