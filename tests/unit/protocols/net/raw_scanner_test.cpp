#include "protocols/net/raw_scanner.hpp"

#include <gtest/gtest.h>

namespace gatehouse::net {
namespace {

class WholeDocument : public testing::TestWithParam<std::string> {};

TEST_P(WholeDocument, EndsExactlyWhereItEnds)
{
    const std::string document = GetParam();
    RawScanner scanner(document.front() == '<' ? RawScanner::Kind::xml : RawScanner::Kind::json);
    for (std::size_t i = 0; i < document.size(); ++i) {
        ASSERT_FALSE(scanner.done()) << i;
        ASSERT_EQ(scanner.feed(document.substr(i, 1)), 1U);
    }
    EXPECT_TRUE(scanner.done());
    EXPECT_EQ(scanner.feed("<next/>"), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Documents, WholeDocument,
    testing::Values("<?xml version=\"1.0\"?>\n<a><b x='>'/><!-- </a> --><c>1</c><![CDATA[</a>]]></a>", "<a/>",
                    "<!DOCTYPE a><a b=\"/\">text</a>", "{\"a\":\"}\\\"{\",\"b\":[1,{\"c\":2}]}", "{}",
                    // GB18030: second bytes that read as a backslash and as braces; UTF-8: a real escape
                    // after a character.
                    "{\"a\":\"\xC4\x5C\",\"b\":\"\x83\x7D\xB0\x5C\"}", "{\"a\":\"\xE6\xB2\xAA\\\"}\"}"));

TEST(RawScanner, RubbishNeverEndsAndNeverFails)
{
    RawScanner scanner(RawScanner::Kind::xml);
    const std::string text = "<<<>><!-->><?";
    EXPECT_EQ(scanner.feed(text), text.size());
    EXPECT_FALSE(scanner.done());
}

} // namespace
} // namespace gatehouse::net
