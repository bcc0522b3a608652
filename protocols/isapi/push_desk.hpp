#pragma once
#include "gateway/base/wakeup.hpp"
#include "protocols/isapi/multipart.hpp"
#include "protocols/isapi/session.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::isapi {

// Takes what a device posts to us (HTTP listening, sheet §5). 200 means: on disk, or understood and not
// wanted. 503: the device keeps it and sends it again. 400 only for what can never be taken, and not for
// ever, because some devices repeat a refused post without end.
class PushDesk {
public:
    explicit PushDesk(Session& session) : session_(session) {}

    asio::awaitable<device::PushReply> take(device::PushRequest request);

private:
    // A first post whose second is awaited; everybody who posted it waits for the same outcome.
    struct Pending {
        explicit Pending(asio::any_io_executor executor) : changed(std::move(executor)) {}
        Mapped mapped;
        base::Wakeup changed;
        bool claimed = false; // somebody brings it to the journal
        bool finished = false;
        base::Result<void> outcome;
    };
    using PendingPtr = std::shared_ptr<Pending>;

    [[nodiscard]] bool from_device(const std::string& remote) const;
    std::vector<Mapped> events_of(const SplitPost& post, bool& understood, std::string& why);
    asio::awaitable<base::Result<void>> keep(Mapped mapped);
    asio::awaitable<base::Result<void>> await_second(Mapped mapped);
    asio::awaitable<base::Result<void>> bring(PendingPtr pending);
    asio::awaitable<base::Result<void>> outcome_of(PendingPtr pending);
    asio::awaitable<base::Result<void>> offer(Mapped mapped);
    device::PushReply refuse(const std::string& why);

    Session& session_;
    std::map<std::string, PendingPtr> pending_; // by device_key; bounded
    std::string last_refusal_;
    int refusals_ = 0; // of the same kind in a row
};

} // namespace gatehouse::isapi
