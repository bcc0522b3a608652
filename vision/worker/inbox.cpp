#include "vision/worker/inbox.hpp"

#include "gateway/base/log.hpp"

#include <array>
#include <cerrno>
#include <string>

#include <sys/socket.h>

namespace gatehouse::vision {
namespace {

// Takes the whole frames from the front of `pending`; false when what stands there is none.
bool take_frames(std::string& pending, const std::function<void(ToWorker)>& take)
{
    std::size_t consumed = 0;
    for (;;) {
        auto step = decode_frame(std::string_view(pending).substr(consumed));
        if (step.flaw) return false;
        if (step.consumed == 0) break;
        consumed += step.consumed;
        if (!step.frame) continue;
        auto message = decode_to_worker(std::move(*step.frame));
        if (message)
            take(std::move(*message));
        else
            base::log::warn("message of the gateway is not understood");
    }
    pending.erase(0, consumed);
    return true;
}

} // namespace

void read_inbox(int socket, const std::function<void(ToWorker)>& take)
{
    std::string pending;
    std::array<char, 65'536> chunk;
    for (;;) {
        const auto got = recv(socket, chunk.data(), chunk.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return;
        pending.append(chunk.data(), static_cast<std::size_t>(got));
        if (!take_frames(pending, take)) {
            base::log::error("the gateway's words are no frames of this version");
            return;
        }
    }
}

} // namespace gatehouse::vision
