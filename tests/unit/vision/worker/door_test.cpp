#include "vision/worker/door.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gatehouse::vision {
namespace {

// Listens on loopback and answers nobody.
class Listener {
public:
    explicit Listener(std::uint32_t address = INADDR_LOOPBACK) : socket_(::socket(AF_INET, SOCK_STREAM, 0))
    {
        here_.sin_family = AF_INET;
        here_.sin_addr.s_addr = htonl(address);
        socklen_t size = sizeof here_;
        EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&here_), size), 0);
        EXPECT_EQ(listen(socket_, 8), 0);
        getsockname(socket_, reinterpret_cast<sockaddr*>(&here_), &size);
    }
    ~Listener() { close(socket_); }
    [[nodiscard]] std::uint16_t port() const { return ntohs(here_.sin_port); }
    // 0, or the error.
    [[nodiscard]] int knock() const
    {
        const int from = ::socket(AF_INET, SOCK_STREAM, 0);
        const int outcome =
            connect(from, reinterpret_cast<const sockaddr*>(&here_), sizeof here_) == 0 ? 0 : errno;
        close(from);
        return outcome;
    }

private:
    int socket_;
    sockaddr_in here_{};
};

TEST(Door, LeadsNowhereBeforeItIsMade)
{
    EXPECT_EQ(Listener().knock(), EACCES);
}

TEST(Door, LeadsToItsHostAndPortOnly)
{
    const Listener camera;
    const Listener other_port;
    const Listener other_address(INADDR_LOOPBACK + 1);
    const auto door = Door::to("127.0.0.1", camera.port());
    ASSERT_TRUE(door);
    EXPECT_EQ(camera.knock(), 0);
    EXPECT_EQ(other_port.knock(), EACCES);
    EXPECT_EQ(other_address.knock(), EACCES);
}

TEST(Door, LeadsToWhateverAddressItsNameHas)
{
    const Listener camera;
    const auto door = Door::to("localhost", camera.port());
    ASSERT_TRUE(door);
    EXPECT_EQ(camera.knock(), 0);
}

TEST(Door, IsItsThreadsAlone)
{
    const Listener camera;
    const auto door = Door::to("127.0.0.1", camera.port());
    int elsewhere = 0;
    std::thread([&] { elsewhere = camera.knock(); }).join();
    EXPECT_EQ(elsewhere, EACCES);
}

TEST(Door, ClosesWithItsEndAndLeavesTheOneBeforeItOpen)
{
    const Listener first;
    const Listener second;
    {
        const auto outer = Door::to("127.0.0.1", first.port());
        {
            const auto inner = Door::to("127.0.0.1", second.port());
            EXPECT_EQ(second.knock(), 0);
            EXPECT_EQ(first.knock(), EACCES);
        }
        EXPECT_EQ(first.knock(), 0);
        EXPECT_EQ(second.knock(), EACCES);
    }
    EXPECT_EQ(first.knock(), EACCES);
}

} // namespace
} // namespace gatehouse::vision
