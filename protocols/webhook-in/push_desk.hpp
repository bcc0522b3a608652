#pragma once
#include "protocols/webhook-in/session.hpp"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::webhook_in {

// Takes what the device posts. The configured reply means: on disk, or understood and not wanted, or refused
// so often that refusing it again is of no use. 503: the device keeps it and sends it again. 400: nothing in
// it was understood. 401 and 403: not the device's.
class PushDesk {
public:
    explicit PushDesk(Session& session) : session_(session), gatekeeper_(session.config.auth) {}

    asio::awaitable<device::PushReply> take(device::PushRequest request);

private:
    [[nodiscard]] bool from_device(const std::string& remote) const;
    device::PushReply turn_away(const Verdict& verdict);
    void doubt(const Verdict& verdict);
    asio::awaitable<device::PushReply> admit(device::PushRequest request, Verdict verdict,
                                             base::WallTime received);
    asio::awaitable<base::Result<void>> keep(std::vector<Mapped> found, const Verdict& verdict,
                                             base::WallTime received);
    // Counts and tells what each came to; the first reason when nothing at all was understood.
    std::string look_through(const std::vector<Mapped>& found);
    device::PushReply refuse(const std::string& why);
    [[nodiscard]] device::PushReply acknowledge() const;

    Session& session_;
    Gatekeeper gatekeeper_;
    std::map<std::string, int> refusals_; // by reason; bounded
};

} // namespace gatehouse::webhook_in
