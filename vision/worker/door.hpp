#pragma once
#include "gateway/base/errc.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::vision {

// The only way out of this process: while a door lives, the thread that made it may connect to that host and
// port and to nothing else; a thread without a door connects to nowhere. It stands in front of connect(2)
// itself (door.cpp defines it before the C library's), so a camera that redirects us to another address in
// the estate, or libav that follows a playlist, ends in EACCES. The C library's own resolver does not pass
// through here and still asks. Doors nest: the one made last counts, and with its end the one before it
// counts again.
class Door {
public:
    // Resolves the host; blocks as long as the resolver does. Errors: unreachable (the name is not known).
    [[nodiscard]] static base::Result<Door> to(const std::string& host, std::uint16_t port);
    ~Door();
    Door(Door&& other) noexcept;
    Door& operator=(Door&&) = delete;

private:
    explicit Door(std::vector<std::string> before) : before_(std::move(before)) {}
    std::vector<std::string> before_;
    bool open_ = true;
};

} // namespace gatehouse::vision
