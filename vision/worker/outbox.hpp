#pragma once
#include "vision/link/messages.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>

namespace gatehouse::vision {

// What the worker has to say, on its way to the daemon. Bounded: whoever says more waits, and pictures are
// passed over meanwhile; nothing that was found is thrown away. A daemon that reads nothing for long finds no
// Pong and ends us. Its thread leaves when the daemon is gone.
class Outbox {
public:
    // Writes to the connected stream socket; does not own it.
    explicit Outbox(int socket) : socket_(socket) {}

    // Any thread. A message beyond the frame's bounds is let go and logged: it says that a bound of ours is
    // wrong.
    void send(const FromWorker& message);
    // The thread that writes, until close() or until the other end is gone.
    void run();
    // Whoever waits returns.
    void close();

private:
    static constexpr std::size_t bytes_max = std::size_t{24} << 20;
    static constexpr std::size_t messages_max = 256;

    [[nodiscard]] bool full() const { return waiting_.size() >= messages_max || bytes_ >= bytes_max; }
    bool write_all(std::string_view bytes) const;

    int socket_;
    std::mutex mutex_;
    std::condition_variable room_;
    std::condition_variable work_;
    std::deque<std::string> waiting_; // under mutex_, as all below
    std::size_t bytes_ = 0;
    bool closed_ = false;
};

} // namespace gatehouse::vision
