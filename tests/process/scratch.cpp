#include "tests/process/scratch.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>

namespace gatehouse::proof {

Scratch::Scratch()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "gatehouse-proof.XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = pattern;
}

Scratch::~Scratch()
{
    if (std::getenv("GATEHOUSE_KEEP") != nullptr || ::testing::Test::HasFailure()) {
        std::printf("kept: %s\n", path_.c_str());
        return;
    }
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

namespace {

// Other tests run beside this one: whoever holds the abstract socket of that name has the port, until its
// process ends.
bool reserve(std::uint16_t port)
{
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const auto text = "gatehouse-port-" + std::to_string(port);
    std::memcpy(name.sun_path + 1, text.data(), text.size()); // a leading zero byte: no file
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    const int holder = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(holder, reinterpret_cast<const sockaddr*>(&name), size) == 0) return true; // stays open
    ::close(holder);
    return false;
}

} // namespace

std::uint16_t free_port()
{
    constexpr int lowest = 18'000;
    constexpr int highest = 31'900;
    static std::mt19937 draw(std::random_device{}());
    std::uniform_int_distribution<int> ports(lowest, highest);
    for (int tries = 0; tries < 1000; ++tries) {
        const auto port = static_cast<std::uint16_t>(ports(draw));
        const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int bound = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        ::close(probe);
        if (bound == 0 && reserve(port)) return port;
    }
    throw std::runtime_error("no free port");
}

void write_file(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

std::string read_text(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::uint64_t seed_of_run()
{
    const char* given = std::getenv("GATEHOUSE_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device{}();
    std::printf("GATEHOUSE_SEED=%llu\n", static_cast<unsigned long long>(seed));
    return seed;
}

bool long_run()
{
    return std::getenv("GATEHOUSE_LONG") != nullptr;
}

} // namespace gatehouse::proof
