#pragma once
#include "protocols/facepush/terminal.hpp"

namespace gatehouse::facepush {

// Takes what a terminal of family A calls us with. Success is answered when the record is on disk, or
// understood and not wanted; 503: it keeps the record and repeats it. What can never be taken is refused a
// few times and then answered with success, because terminals repeat a refused record without end.
class PushDesk {
public:
    PushDesk(Session& session, Terminal& terminal) : session_(session), terminal_(terminal) {}

    asio::awaitable<device::PushReply> take(device::PushRequest request);

    // When anything came last, a heartbeat, and a record.
    std::optional<base::MonoTime> last_push;
    std::optional<base::MonoTime> last_heartbeat;
    std::optional<base::MonoTime> last_record;

private:
    asio::awaitable<device::PushReply> identify(Fields fields);
    asio::awaitable<void> heartbeat(Fields fields);
    asio::awaitable<void> add_pictures(model::Event& event, Reading reading);
    [[nodiscard]] bool from_terminal(const std::string& remote) const;
    [[nodiscard]] bool is_ours(const std::string& device_key);
    [[nodiscard]] device::PushReply success() const;
    device::PushReply refuse(unsigned status, const std::string& reason, const std::string& why);

    Session& session_;
    Terminal& terminal_;
    std::string last_refusal_;
    int refusals_ = 0; // alike, in a row
};

} // namespace gatehouse::facepush
