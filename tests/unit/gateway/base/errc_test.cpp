#include "gateway/base/errc.hpp"
#include "gateway/base/log.hpp"
#include "gateway/base/secret.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace gatehouse::base {
namespace {

TEST(Errors, HaveASentenceEach)
{
    std::set<std::string> messages;
    for (int code = static_cast<int>(Errc::timed_out); code <= static_cast<int>(Errc::failed); ++code)
        messages.insert(make_error_code(static_cast<Errc>(code)).message());
    EXPECT_EQ(messages.size(), static_cast<std::size_t>(Errc::failed));
    EXPECT_EQ(messages.count("unknown error"), 0U);
}

TEST(Errors, TravelInAResultAndCompareWithTheirCode)
{
    const Result<int> result = Errc::busy;
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), Errc::busy);
    EXPECT_NE(result.error(), Errc::failed);
}

TEST(Secrets, PrintAsStars)
{
    std::ostringstream out;
    out << Secret("hunter2");
    EXPECT_EQ(out.str(), "***");
}

TEST(LogLevels, AreReadByNameOnly)
{
    log::Level level = log::Level::info;
    EXPECT_TRUE(log::parse_level("debug", level));
    EXPECT_EQ(level, log::Level::debug);
    EXPECT_FALSE(log::parse_level("verbose", level));
    EXPECT_EQ(level, log::Level::debug);
}

} // namespace
} // namespace gatehouse::base
