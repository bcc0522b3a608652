#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/wakeup.hpp"
#include "protocols/vzenith/config.hpp"
#include "protocols/vzenith/frame.hpp"
#include "protocols/vzenith/json_text.hpp"

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::vzenith {

// What came over TCP: a JSON object and the bytes behind it.
struct Received {
    std::string cmd;
    Document body; // never null
    std::string pictures;
};

// One TCP 8131 connection: frames out in order, answers found by command and sequence, everything else handed
// on as an event. Whole frames are what shows that the camera lives. io thread only.
class Line {
public:
    Line(const Config& config, asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics);

    void open(std::unique_ptr<base::ByteStream> stream);
    // Everybody who waits for an answer is told that the line is closed.
    void drop();
    [[nodiscard]] bool connected() const { return stream_ != nullptr; }
    // Address of the camera as last connected to; empty before that.
    [[nodiscard]] const std::string& peer() const { return peer_; }
    // How many there have been: what was set up on one is not on the next.
    [[nodiscard]] int connections() const { return connections_; }
    // Reads, writes and sends heartbeats until the connection ends; why, in one plain sentence.
    asio::awaitable<std::string> run();

    // Asks and waits for the answer, or for one named otherwise. Errors: closed, timed_out.
    asio::awaitable<base::Result<Received>> ask(json::object question, std::string answer_cmd = {});
    // Sends what has no answer. The flag turns true when the bytes were handed to the system.
    std::shared_ptr<const bool> tell(const json::object& order);

    std::function<asio::awaitable<void>(Received)> on_event; // set before run()
    std::function<void()> on_heard;                          // a whole frame came
    std::function<void(const Frame&)> on_frame;              // for the recorder

private:
    struct Waiting {
        Waiting(const asio::any_io_executor& executor, std::uint8_t number)
            : sequence(number), changed(executor)
        {
        }
        std::uint8_t sequence;
        std::vector<std::string> cmds;
        std::optional<base::Result<Received>> answer;
        base::Wakeup changed;
    };
    using WaitingPtr = std::shared_ptr<Waiting>;
    struct Outgoing {
        std::string bytes;
        std::shared_ptr<bool> sent;
    };

    asio::awaitable<std::string> read();
    asio::awaitable<std::string> write();
    asio::awaitable<std::string> beat();
    asio::awaitable<void> take(Frame frame);
    asio::awaitable<base::Result<Received>> answer_of(WaitingPtr waiting);
    [[nodiscard]] WaitingPtr find(const Received& received, std::uint8_t sequence) const;
    std::shared_ptr<bool> queue(std::string bytes);
    void count_flaw(FrameFlaw flaw);

    const Config& config_;
    asio::any_io_executor executor_;
    base::Clock& clock_;
    base::Metrics& metrics_;
    std::unique_ptr<base::ByteStream> stream_;
    std::list<WaitingPtr> waiting_;
    std::deque<Outgoing> outgoing_;
    base::Wakeup queued_;
    base::MonoTime heard_at_{};
    std::uint8_t sequence_ = 0;
    int connections_ = 0;
    std::string peer_;
};

} // namespace gatehouse::vzenith
