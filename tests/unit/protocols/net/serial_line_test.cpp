#include "protocols/net/device_connector.hpp"
#include "protocols/net/serial_line.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

namespace gatehouse::net {
namespace {

using Parity = base::SerialLine::Parity;

TEST(SerialAddress, NamesTheLineAndItsSettings)
{
    const auto line = parse_serial("serial:///dev/ttyUSB0?baud=19200&parity=even&stop=2");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->device, "/dev/ttyUSB0");
    EXPECT_EQ(line->baud, 19200u);
    EXPECT_EQ(line->parity, Parity::even);
    EXPECT_EQ(line->stop_bits, 2u);
}

TEST(SerialAddress, NeedsNoSettingsForTheUsualOnes)
{
    const auto line = parse_serial("serial:///dev/serial/by-id/usb-1a86-if00");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->device, "/dev/serial/by-id/usb-1a86-if00");
    EXPECT_EQ(line->baud, 9600u);
    EXPECT_EQ(line->parity, Parity::none);
    EXPECT_EQ(line->stop_bits, 1u);
}

TEST(SerialAddress, IsRefusedWhenAnythingInItIsNotUnderstood)
{
    for (const auto* wrong : {"", "serial:", "serial:///", "serial://host/dev/ttyUSB0", "tcp:///dev/ttyUSB0",
                              "serial:///dev/ttyUSB0?baud=fast", "serial:///dev/ttyUSB0?baud=0",
                              "serial:///dev/ttyUSB0?parity=mark", "serial:///dev/ttyUSB0?stop=3",
                              "serial:///dev/ttyUSB0?bits=7", "serial:///dev/ttyUSB0#1"})
        EXPECT_FALSE(parse_serial(wrong)) << wrong;
}

// The far end of a pseudo terminal stands for the board.
struct Terminal {
    Terminal() : board(::posix_openpt(O_RDWR | O_NOCTTY))
    {
        (void)::grantpt(board);
        (void)::unlockpt(board);
        device = ::ptsname(board);
    }
    ~Terminal() { ::close(board); }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    int board;
    std::string device;
};

std::vector<std::byte> bytes_of(std::initializer_list<int> values)
{
    std::vector<std::byte> bytes;
    for (const int value : values)
        bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

asio::awaitable<void> converse(asio::any_io_executor executor, std::string device, int board,
                               std::vector<std::byte>& heard)
{
    DeviceConnector connector(executor);
    base::Target target;
    target.serial.emplace();
    target.serial->device = std::move(device);
    auto stream = co_await connector.connect(target);
    EXPECT_TRUE(stream) << stream.error().message();
    if (!stream) co_return;
    // A line feed, a carriage return and an end-of-file sign: a terminal would change them.
    const auto question = bytes_of({0x01, 0x0a, 0x0d, 0x04, 0x11, 0xff});
    const auto sent = co_await (*stream)->write(question);
    EXPECT_TRUE(sent);
    std::array<std::byte, 64> room{};
    const auto size = ::read(board, room.data(), room.size());
    EXPECT_EQ(std::vector(room.begin(), room.begin() + size), question);
    EXPECT_EQ(::write(board, question.data(), question.size()), static_cast<ssize_t>(question.size()));
    while (heard.size() < question.size()) {
        const auto got = co_await (*stream)->read_some(room);
        if (!got) break;
        heard.insert(heard.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(*got));
    }
    EXPECT_EQ((*stream)->peer(), "");
}

TEST(SerialLine, CarriesEveryByteUnchanged)
{
    Terminal terminal;
    asio::io_context io;
    std::vector<std::byte> heard;
    asio::co_spawn(io, converse(io.get_executor(), terminal.device, terminal.board, heard),
                   [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
    io.run();
    EXPECT_EQ(heard, bytes_of({0x01, 0x0a, 0x0d, 0x04, 0x11, 0xff}));
}

TEST(SerialLine, ThatIsNotThereIsAnError)
{
    asio::io_context io;
    base::SerialLine line;
    line.device = "/dev/no-such-line";
    EXPECT_FALSE(open_serial(io.get_executor(), line));
}

} // namespace
} // namespace gatehouse::net
