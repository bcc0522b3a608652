#pragma once
#include "protocols/isapi/commands.hpp"

#include <map>

namespace gatehouse::isapi {

// Reads where the barrier stands, regularly, so that a state is not only derived from edges that may have
// been missed (pains 14). Reports changes only.
class StateWatch {
public:
    StateWatch(Session& session, Commands& commands) : session_(session), commands_(commands) {}

    // A child of the conversation; does nothing for devices without a barrier.
    asio::awaitable<void> run();

private:
    asio::awaitable<void> look(int output);

    Session& session_;
    Commands& commands_;
    std::map<int, model::BarrierPosition> known_;
};

} // namespace gatehouse::isapi
