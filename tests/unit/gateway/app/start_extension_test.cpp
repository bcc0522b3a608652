#include "gateway/app/start_extension.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace gatehouse::app {
namespace {

// systemd's end of NOTIFY_SOCKET.
class NotifySocket {
public:
    NotifySocket() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
        ::setenv("NOTIFY_SOCKET", path_.c_str(), 1);
    }
    ~NotifySocket()
    {
        ::unsetenv("NOTIFY_SOCKET");
        ::close(socket_);
        ::unlink(path_.c_str());
    }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    // Waits for the next message.
    [[nodiscard]] std::string next() const
    {
        std::array<char, 256> message{};
        const auto size = ::recv(socket_, message.data(), message.size(), 0);
        return {message.data(), static_cast<std::size_t>(std::max<ssize_t>(0, size))};
    }

private:
    std::string path_ = testing::TempDir() + "gatehouse-notify-" + std::to_string(::getpid());
    int socket_ = -1;
};

TEST(StartExtension, AsksForTimeAgainAndAgainWhileTheStartIsBusy)
{
    const NotifySocket systemd;
    const StartExtension extension(std::chrono::milliseconds(10));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(systemd.next(), "EXTEND_TIMEOUT_USEC=30000");
}

} // namespace
} // namespace gatehouse::app
