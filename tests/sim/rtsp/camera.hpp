#pragma once
#include "gateway/base/random.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "tests/sim/isapi/digest_guard.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/moods.hpp"
#include "tests/sim/rtsp/film.hpp"
#include "tests/sim/rtsp/packets.hpp"
#include "tests/sim/rtsp/visits.hpp"
#include "tests/sim/tcp_server.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <toml++/toml.h>

namespace gatehouse::sim::rtsp {

struct CameraConfig {
    std::string id;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; // 0: any free one
    std::string username;   // empty: no log-in asked
    std::string password;
    std::string login = "md5"; // md5 | sha256 | digest (both) | basic
    Format main;
    Format sub{.width = 640, .height = 360, .rate = 5, .gop = 10, .kbits = 500};
    bool has_sub = true;
    Span gop{2000};
    Span loop{0};           // length of the clip that is played while nothing happens; 0: none
    std::uint64_t yard = 1; // what stands there
    bool night = false;
    double rate = 0; // cars
    std::uint64_t seed = 1;
    std::size_t events_max = 0;
    Span start{0};
    std::vector<std::string> texts;
};

// What a camera's firmware, its settings or its network do to the streams, and stays until it is taken back.
struct Habits {
    bool tear = false;          // the second half of every frame is lost
    bool no_key_frames = false; // only the frames between them
    Span slow{0};               // before every answer
    // normal | none | broken (cut in the middle) | bomb (7680x4320, black) | giant (says that it is
    // 65500x65500)
    std::string snapshot = "normal";
};

// A plain camera that recognises nothing: a main and a sub stream over RTSP, RTP inside its connection, and
// GET /snapshot.jpg on the same port. Cars drive up when they are told to. io thread only.
class Camera final : public Machine {
public:
    Camera(const Ground& ground, CameraConfig config, std::shared_ptr<Studio> studio);

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
    struct Peer;
    using PeerPtr = std::shared_ptr<Peer>;
    struct Channel {
        Channel(std::string given_name, const Format& sent, Film shown, std::uint32_t source,
                const asio::any_io_executor& executor)
            : name(std::move(given_name)), format(sent), film(std::move(shown)), track(source),
              wanted(executor)
        {
        }
        std::string name;
        Format format;
        Film film;
        Track track;
        std::set<PeerPtr> listeners;
        base::Wakeup wanted;
        base::MonoTime sent_at{};
    };
    // One connection.
    struct Peer {
        explicit Peer(const asio::any_io_executor& executor) : queued(executor) {}
        std::string address;
        std::deque<std::string> out;
        std::size_t waiting = 0; // bytes in it
        base::Wakeup queued;
        bool closing = false;        // after what is in the queue
        std::string session;         // empty: nothing set up
        std::uint8_t interleave = 0; // channel of the packets
        bool wants_key = true;       // nothing else makes sense to it
    };

    // ---- what stands at the gate ----
    [[nodiscard]] Shot shot();
    void drive_up(std::string plate, Span stay);
    [[nodiscard]] std::string random_plate();

    // ---- streams ----
    asio::awaitable<void> stream(Channel& channel);
    void broadcast(Channel& channel, const Unit& unit, base::MonoTime now);
    void send_frame(Peer& peer, const std::vector<std::string>& packets, bool key);
    [[nodiscard]] Channel* channel_of(const std::string& url);

    // ---- connections ----
    asio::awaitable<void> converse(Connection connection);
    asio::awaitable<void> read(Connection connection, PeerPtr peer);
    asio::awaitable<void> write(Connection connection, PeerPtr peer);
    asio::awaitable<std::string> answer(const Request& request, PeerPtr peer);
    asio::awaitable<std::string> answer_rtsp(const Request& request, PeerPtr peer);
    asio::awaitable<std::string> answer_http(const Request& request);
    [[nodiscard]] std::string refusal(const Request& request, const PeerPtr& peer);
    [[nodiscard]] std::string basic_login() const;
    [[nodiscard]] static std::string session_of(const Peer& peer);
    [[nodiscard]] std::string set_up(const Request& request, Peer& peer);
    void queue(Peer& peer, std::string bytes);

    // ---- words ----
    [[nodiscard]] std::string emit(const std::vector<std::string>& arguments);
    [[nodiscard]] std::optional<std::string> show(const std::string& word,
                                                  const std::vector<std::string>& values);
    [[nodiscard]] std::optional<std::string> change_habit(const std::string& word, const std::string& value);
    [[nodiscard]] std::string reboot(const std::vector<std::string>& arguments);
    asio::awaitable<void> come_back(Span span);
    void follow_network();

    CameraConfig config_;
    std::shared_ptr<Studio> studio_;
    base::Clock& clock_;
    Oracle& oracle_;
    base::Random random_;
    base::TaskGroup group_;
    TcpServer server_;
    std::deque<std::unique_ptr<Channel>> channels_; // main, sub
    Film photo_;
    Moods moods_;
    Habits habits_;
    isapi::Switches login_switches_;
    isapi::DigestGuard guard_;
    Counts seen_;
    Visits visits_;
    bool night_;
    Fault fault_;
    std::optional<Shot> frozen_; // what it shows for ever
    std::uint64_t frame_ = 0;
    std::uint64_t session_ = 0;
    bool gone_ = false;
};

void add_cameras(const toml::table& table, std::vector<MakeMachine>& machines);

} // namespace gatehouse::sim::rtsp
