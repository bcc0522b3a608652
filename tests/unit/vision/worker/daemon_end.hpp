#pragma once
#include "vision/link/messages.hpp"

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace gatehouse::vision {

// The daemon's end of the worker's socket. Blocks, for twenty seconds at most.
class DaemonEnd {
public:
    DaemonEnd()
    {
        int ends[2] = {-1, -1};
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) throw std::runtime_error("no socket pair");
        ours_ = ends[0];
        theirs_ = ends[1];
        const timeval patience{.tv_sec = 20, .tv_usec = 0};
        setsockopt(ours_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    ~DaemonEnd()
    {
        close(ours_);
        if (theirs_ >= 0) close(theirs_);
    }
    DaemonEnd(const DaemonEnd&) = delete;
    DaemonEnd& operator=(const DaemonEnd&) = delete;

    [[nodiscard]] int ours() const { return ours_; }
    [[nodiscard]] int theirs() const { return theirs_; }
    // Another process has it.
    void close_theirs() { close(std::exchange(theirs_, -1)); }
    void hang_up() const { shutdown(ours_, SHUT_RDWR); }

    void say(const ToWorker& message) const { say_bytes(encode(message).value()); }
    void say_bytes(std::string_view bytes) const
    {
        while (!bytes.empty()) {
            const auto sent = send(ours_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("the worker is gone");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    // The next message of this kind that fits; others are passed over. Throws when the worker is gone or
    // silent.
    template <class M>
    M hear(const std::function<bool(const M&)>& fits = [](const M&) { return true; })
    {
        for (;;) {
            const auto step = decode_frame(pending_);
            if (step.consumed == 0) {
                if (!receive()) throw std::runtime_error("the worker says nothing");
                continue;
            }
            pending_.erase(0, step.consumed);
            auto message = decode_from_worker(*step.frame).value();
            if (auto* found = std::get_if<M>(&message); found && fits(*found)) return std::move(*found);
        }
    }
    // Reads on until the other end is closed; false when it stays open.
    [[nodiscard]] bool ends()
    {
        while (receive()) {
        }
        return ended_;
    }

private:
    bool receive()
    {
        char chunk[65'536];
        const auto got = recv(ours_, chunk, sizeof chunk, 0);
        ended_ = got == 0 || (got < 0 && errno == ECONNRESET);
        if (got <= 0) return false;
        pending_.append(chunk, static_cast<std::size_t>(got));
        return true;
    }

    int ours_ = -1;
    int theirs_ = -1;
    bool ended_ = false;
    std::string pending_;
};

} // namespace gatehouse::vision
