#include "vision/worker/door.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gatehouse::vision {
namespace {

// Family, port and address of an endpoint: what must agree, without the fields that need not.
std::string key_of(const sockaddr* address, socklen_t size)
{
    const auto bytes = [](const auto& field) {
        return std::string(reinterpret_cast<const char*>(&field), sizeof field);
    };
    if (address->sa_family == AF_INET && size >= sizeof(sockaddr_in)) {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        return bytes(v4.sin_family) + bytes(v4.sin_port) + bytes(v4.sin_addr);
    }
    if (address->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, address, sizeof v6);
        return bytes(v6.sin6_family) + bytes(v6.sin6_port) + bytes(v6.sin6_addr);
    }
    return {};
}

thread_local std::vector<std::string> allowed;

} // namespace

base::Result<Door> Door::to(const std::string& host, std::uint16_t port)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), fmt::to_string(port).c_str(), &hints, &found) != 0)
        return base::Errc::unreachable;
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
    auto before = std::exchange(allowed, {});
    for (const auto* entry = found; entry; entry = entry->ai_next)
        allowed.push_back(key_of(entry->ai_addr, entry->ai_addrlen));
    return Door(std::move(before));
}

Door::~Door()
{
    if (open_) allowed = std::move(before_);
}

Door::Door(Door&& other) noexcept
    : before_(std::move(other.before_)), open_(std::exchange(other.open_, false))
{
}

} // namespace gatehouse::vision

// Stands before the C library's: libavformat is bound to it by the dynamic linker.
extern "C" int connect(int socket, const sockaddr* address, socklen_t size)
{
    using namespace gatehouse::vision;
    if (!address || size < sizeof(sa_family_t) ||
        std::ranges::find(allowed, key_of(address, size)) == allowed.end()) {
        errno = EACCES;
        return -1;
    }
    return static_cast<int>(syscall(SYS_connect, socket, address, size));
}
