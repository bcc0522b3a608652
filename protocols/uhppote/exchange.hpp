#pragma once
#include "gateway/base/wakeup.hpp"
#include "gateway/device/driver.hpp"
#include "protocols/uhppote/config.hpp"
#include "protocols/uhppote/packet.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace gatehouse::uhppote {

// How the board answered one request; `error` when it did not.
struct Reply {
    base::error_code error;
    bool sent = false; // whether the request may have reached the board
    Packet packet;     // of the same code and board
    [[nodiscard]] bool ok() const { return !error; }
    // One plain sentence why there is no answer.
    [[nodiscard]] std::string why() const;
};

// Requests and their answers, one at a time, as the board can take them (sheet §1). Answers are believed only
// from the configured address, of the configured board, to the question that was asked. io thread only.
class Exchange {
public:
    Exchange(const Config& config, const device::DriverContext& context);

    // A question: asked up to three times.
    asio::awaitable<Reply> ask(Packet request);
    // Changes something: sent once, and before all questions that wait.
    asio::awaitable<Reply> order(Packet request);

    std::function<void(const Packet&)> heard; // each answer

private:
    class Turn;
    asio::awaitable<void> wait_for_turn(const Turn& turn);
    asio::awaitable<Reply> attempt(Packet request);
    asio::awaitable<Reply> over_udp(Packet request);
    asio::awaitable<Reply> over_tcp(Packet request);
    [[nodiscard]] base::Result<std::unique_ptr<base::DatagramPort>> open_port() const;
    asio::awaitable<base::Result<Packet>> answer_at(base::DatagramPort& port, Code code);
    asio::awaitable<base::Result<Packet>> answer_in(base::ByteStream& stream, Code code);
    // The answer, or nothing when the bytes are something else; that is counted.
    [[nodiscard]] bool accept(std::span<const std::byte> bytes, Code code, Packet& answer);
    void refuse(const std::string& reason);

    const Config& config_;
    const device::DriverContext& context_;
    std::deque<std::uint64_t> turns_; // the first one has it
    std::uint64_t last_turn_ = 0;
    base::Wakeup turn_over_;
};

} // namespace gatehouse::uhppote
