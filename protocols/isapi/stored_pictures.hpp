#pragma once
#include "protocols/isapi/session.hpp"

#include <string>

namespace gatehouse::isapi {

// Fetches the picture that a device keeps with a record of its log (sheet §7). What cannot be had is counted
// and never holds the record up.
class StoredPictures {
public:
    explicit StoredPictures(Session& session) : session_(session) {}

    // A new look at the log: a device that gave no answer is asked again.
    void begin() { answers_ = true; }
    // `mapped` gets its picture, if it has one and the device gives it.
    asio::awaitable<void> fetch(Mapped& mapped);

private:
    [[nodiscard]] std::string path_of(const Mapped& mapped) const;

    Session& session_;
    bool answers_ = true;
};

} // namespace gatehouse::isapi
