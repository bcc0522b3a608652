#include "tests/process/gateway.hpp"
#include "tests/process/until.hpp"

#include <csignal>
#include <gtest/gtest.h>

namespace gatehouse::proof {
namespace {

constexpr std::size_t code_length = 14;

// A gateway alone, as somebody finds it who has just installed it.
class FirstStart : public testing::Test {
protected:
    void launch()
    {
        gateway.launch();
        ASSERT_TRUE(until([this] { return gateway.ready(); }, 10s)) << read_text(gateway.log_file());
    }
    // Empty when the log tells none.
    std::string code() const
    {
        const auto log = read_text(gateway.log_file());
        const std::string before = "set-up code: ";
        const auto at = log.rfind(before);
        return at == std::string::npos ? std::string() : log.substr(at + before.size(), code_length);
    }
    Answer log_in(const std::string& password) const
    {
        return http_post(gateway.api_port(), "/api/v1/session",
                         R"({"name":"zhang","password":")" + password + "\"}");
    }

    Scratch scratch;
    Gateway gateway{scratch, free_port(), free_port()};
};

TEST_F(FirstStart, PrintsACodeThatMakesTheFirstAccountWhichARestartKeeps)
{
    gateway.configure("");
    ASSERT_NO_FATAL_FAILURE(launch());
    EXPECT_EQ(http_get(gateway.api_port(), "/api/v1/status").status, 401);
    EXPECT_EQ(log_in("right horse").status, 401);
    const auto first = code();
    ASSERT_EQ(first.size(), code_length) << read_text(gateway.log_file());
    const auto made = http_post(gateway.api_port(), "/api/v1/setup",
                                R"({"code":")" + first + R"(","name":"zhang","password":"right horse"})");
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_NE(made.head.find("Set-Cookie: gatehouse_session="), std::string::npos);
    gateway.process().signal(SIGTERM);
    ASSERT_TRUE(gateway.process().wait(10s).has_value());
    std::filesystem::remove(gateway.log_file());
    ASSERT_NO_FATAL_FAILURE(launch());
    EXPECT_EQ(code(), "") << "there is an account";
    EXPECT_EQ(log_in("wrong horse").status, 401);
    EXPECT_EQ(log_in("right horse").status, 200);
    const auto listed = gateway.cli({"user", "list", "--json"});
    EXPECT_NE(listed.output.find("\"zhang\""), std::string::npos) << listed.output;
    EXPECT_EQ(listed.output.find("argon2"), std::string::npos);
}

} // namespace
} // namespace gatehouse::proof
