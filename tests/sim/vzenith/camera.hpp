#pragma once
#include "gateway/base/random.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/moods.hpp"
#include "tests/sim/tcp_server.hpp"
#include "tests/sim/vzenith/wire.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <toml++/toml.h>

namespace gatehouse::sim::vzenith {

struct CameraConfig {
    std::string id;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::string serial = "d85b1269-8f942256";
    std::string push;    // http://127.0.0.1:8090/push/lpr-1; empty: reports over TCP only
    int retries = 4;     // tries of a post
    Span patience{3000}; // for an answer
    Span heartbeat{5000};
    bool retransmit = true; // keeps what was not acknowledged by its number
    bool comet = false;     // polls: comes again as soon as it is answered
    int boom_input = 0;     // input that shows the boom up; 0: none
    Span stays_up{3000};
    std::size_t records_max = 9000;
    double rate = 0;
    std::uint64_t seed = 1;
    std::uint64_t events_max = 0;
    Span start{0};
    std::vector<std::string> texts;
};

// A VZ plate camera with a display and a barrier in one pole: TCP 8131, HTTP push with answers that open,
// offline records. io thread only.
class Camera final : public Machine {
public:
    Camera(const Ground& ground, CameraConfig config);

    [[nodiscard]] const std::string& id() const override { return config_.id; }
    [[nodiscard]] Traffic traffic() const override
    {
        return {config_.rate, config_.events_max, config_.start};
    }
    void start() override;
    void cancel() override;
    asio::awaitable<void> join() override { co_await group_.join(); }
    [[nodiscard]] std::uint16_t port() const override { return server_.port(); }
    bool emit_random() override;
    [[nodiscard]] Counts counts() const override;
    [[nodiscard]] std::string obey(const std::string& verb, std::vector<std::string> arguments) override;

private:
    // One peer of TCP 8131.
    struct Peer {
        explicit Peer(const asio::any_io_executor& executor) : queued(executor) {}
        bool results = false;
        std::deque<std::string> out;
        base::Wakeup queued;
        std::string address;
    };
    using PeerPtr = std::shared_ptr<Peer>;
    struct Address {
        std::string host;
        std::uint16_t port = 0;
        std::string path;
    };

    // ---- what happens at the gate ----
    void see(std::string plate, int trigger = 1);
    void input(int number, bool active);
    void move(int output, const std::string& peer, const std::string& path);
    asio::awaitable<void> boom();
    [[nodiscard]] std::int64_t now_us() const;

    // ---- TCP 8131 ----
    asio::awaitable<void> converse(Connection connection);
    asio::awaitable<void> read(Connection connection, PeerPtr peer);
    asio::awaitable<void> write(Connection connection, PeerPtr peer);
    asio::awaitable<void> answer(PeerPtr peer, Packet question);
    [[nodiscard]] std::string answer_to(const std::string& cmd, const Packet& question, Peer& peer);
    [[nodiscard]] std::string order_relay(const std::string& body, Peer& peer);
    [[nodiscard]] std::string list_answer(const std::string& body);
    void send(Peer& peer, std::string bytes);

    // ---- HTTP push ----
    asio::awaitable<void> push_cars();
    asio::awaitable<bool> push_live(Car car);
    asio::awaitable<void> push_stored();
    asio::awaitable<void> push_inputs();
    asio::awaitable<void> register_for_ever();
    asio::awaitable<std::optional<std::string>> post(std::string body, std::string type);
    asio::awaitable<std::optional<std::string>> exchange(std::shared_ptr<Tcp::socket> socket,
                                                         std::string bytes);
    asio::awaitable<bool> tell(std::string body, const Car& car);
    bool acknowledged(const Car& car, const Heard& heard) const;
    [[nodiscard]] bool reaches() const { return !moods_.cut && !moods_.half_open && !gone_; }

    // ---- words ----
    [[nodiscard]] std::string emit(const std::vector<std::string>& arguments);
    [[nodiscard]] std::string reboot(const std::vector<std::string>& arguments);
    asio::awaitable<void> come_back(Span span);
    void follow_cut();
    void drop_posts();
    [[nodiscard]] std::string random_plate();

    CameraConfig config_;
    base::Clock& clock_;
    Oracle& oracle_;
    base::TaskGroup group_;
    base::Random random_;
    Moods moods_;
    Address server_address_;
    TcpServer server_;
    base::Wakeup seen_;
    std::deque<Car> live_;           // not told yet
    std::deque<Car> stored_;         // offline records, told later
    std::deque<std::string> inputs_; // not told yet
    std::map<int, Car> records_;
    std::map<std::string, std::string> list_; // plate as it came: its record
    std::set<PeerPtr> peers_;
    std::set<std::shared_ptr<Tcp::socket>> posts_;
    Counts seen_counts_;
    int plate_id_ = 0;
    int record_ = 0;
    std::int64_t last_us_ = 0; // of its cars
    bool gb18030_ = false;
    bool picture_ = false;
    bool gone_ = false;
    bool boom_up_ = false;
    int swallowed_ = 0; // answers that are not given
};

void add_cameras(const toml::table& table, std::vector<MakeMachine>& machines);

} // namespace gatehouse::sim::vzenith
