#include "vision/worker/outbox.hpp"

#include "gateway/base/log.hpp"

#include <cerrno>

#include <sys/socket.h>

namespace gatehouse::vision {

void Outbox::send(const FromWorker& message)
{
    auto bytes = encode(message);
    if (!bytes) {
        base::log::error("message to the gateway is too large", base::kv("kind", message.index()));
        return;
    }
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return closed_ || !full(); });
    if (closed_) return;
    bytes_ += bytes->size();
    waiting_.push_back(std::move(*bytes));
    work_.notify_one();
}

void Outbox::run()
{
    for (;;) {
        std::string next;
        {
            std::unique_lock lock(mutex_);
            work_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
            if (closed_) return;
            next = std::move(waiting_.front());
            waiting_.pop_front();
            bytes_ -= next.size();
        }
        room_.notify_all();
        if (!write_all(next)) return close();
    }
}

void Outbox::close()
{
    {
        const std::scoped_lock lock(mutex_);
        closed_ = true;
    }
    work_.notify_all();
    room_.notify_all();
}

bool Outbox::write_all(std::string_view bytes) const
{
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

} // namespace gatehouse::vision
