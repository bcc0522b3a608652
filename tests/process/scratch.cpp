#include "tests/process/scratch.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
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

std::uint16_t free_port()
{
    constexpr int lowest = 18'000;
    constexpr int highest = 31'900;
    static std::mt19937 draw(std::random_device{}());
    static std::set<std::uint16_t> given;
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
        if (bound == 0 && given.insert(port).second) return port;
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
