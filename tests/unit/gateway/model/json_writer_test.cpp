#include "gateway/base/errc.hpp"
#include "gateway/base/random.hpp"
#include "gateway/model/json_writer.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <limits>

namespace gatehouse::model {
namespace {

std::string json_of(std::string_view text)
{
    std::string out;
    JsonWriter(out).value(text);
    return out;
}

TEST(JsonWriter, PutsCommasByItself)
{
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("a", 1)
        .key("b")
        .begin_array()
        .value(true)
        .null()
        .begin_object()
        .end_object()
        .end_array();
    json.member("c", 2.5).member_if("d", "").key("e").raw("{}").end_object();
    EXPECT_EQ(out, R"({"a":1,"b":[true,null,{}],"c":2.5,"e":{}})");
}

TEST(JsonWriter, EscapesWhatJsonDoesNotAllow)
{
    EXPECT_EQ(json_of("a\"b\\c\nd\te\x01\x7f"), R"("a\"b\\c\nd\u0009e\u0001\u007f")");
    EXPECT_EQ(json_of("沪A·😀"), "\"沪A·😀\"");
}

TEST(JsonWriter, ReplacesBytesThatAreNotUtf8)
{
    EXPECT_EQ(json_of("\xff"), "\"\xEF\xBF\xBD\"");
    EXPECT_EQ(json_of("\xc0\xaf"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                 // overlong
    EXPECT_EQ(json_of("\xed\xa0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""); // surrogate
    EXPECT_EQ(json_of("a\xe6\xb2"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");               // cut short
}

TEST(JsonWriter, WritesNullForWhatIsNoNumber)
{
    std::string out;
    JsonWriter(out).begin_array().value(std::numeric_limits<double>::infinity()).value(0.1).end_array();
    EXPECT_EQ(out, "[null,0.1]");
}

TEST(JsonWriter, AlwaysWritesValidJsonWhateverTheBytes)
{
    base::Random random(3);
    for (int round = 0; round < 2'000; ++round) {
        std::string bytes(random.next() % 40, '\0');
        for (auto& byte : bytes)
            byte = static_cast<char>(random.next());
        base::error_code error;
        const auto parsed = boost::json::parse(json_of(bytes), error);
        ASSERT_FALSE(error) << error.message();
        ASSERT_EQ(json_of(std::string_view(parsed.as_string())), json_of(bytes));
    }
}

} // namespace
} // namespace gatehouse::model
