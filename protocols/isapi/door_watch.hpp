#pragma once
#include "protocols/isapi/session.hpp"

#include <map>

namespace gatehouse::isapi {

// Compares what events told of the doors with what an access controller says of them (AcsWorkStatus), where
// the model can say it. Part of StateWatch.
class DoorWatch {
public:
    explicit DoorWatch(Session& session) : session_(session) {}

    asio::awaitable<void> look();
    asio::awaitable<void> forget();

private:
    asio::awaitable<void> compare_mode(int door, DoorWork::Mode mode);
    asio::awaitable<void> compare_contact(int door, DoorWork::Contact contact);
    asio::awaitable<void> report(int door, model::DoorPosition position);

    Session& session_;
    bool readable_ = true; // until the model says that it knows no such question
    std::map<int, DoorWork::Mode> modes_;
};

} // namespace gatehouse::isapi
