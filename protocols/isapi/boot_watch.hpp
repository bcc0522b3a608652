#pragma once
#include "protocols/isapi/session.hpp"

namespace gatehouse::isapi {

// Notices that the device has restarted since the last conversation: by its up-time, also while the gateway
// was away, or, where the model does not tell it, by its not having been there at all in between.
class BootWatch {
public:
    explicit BootWatch(Session& session) : session_(session) {}

    // The device did not answer.
    void missed() { missed_ = true; }
    // To be asked once a conversation.
    asio::awaitable<bool> restarted();

private:
    Session& session_;
    bool missed_ = false;
};

} // namespace gatehouse::isapi
