#include "protocols/wire/form.hpp"

#include <gtest/gtest.h>

namespace gatehouse::wire {
namespace {

std::string fields_of(std::string_view form)
{
    std::string fields;
    for (FormReader reader(form); reader.next();)
        fields.append(reader.name()).append(":").append(reader.value()).append(" ");
    return fields;
}

TEST(Form, DecodesWhatIsAnEscapeAndLeavesTheRest)
{
    EXPECT_EQ(from_form("a%20b+c%"), "a b c%");
    EXPECT_EQ(from_form("%zz%4"), "%zz%4");
    EXPECT_EQ(from_form("%E6%b2%AA"), "沪");
    EXPECT_EQ(from_form("%25E6"), "%E6") << "once, not again";
    EXPECT_EQ(from_form("\xBB%A6"), "\xBB\xA6") << "the bytes, whatever they mean";
    EXPECT_EQ(from_form(""), "");
}

TEST(Form, IsReadFieldByField)
{
    EXPECT_EQ(fields_of("a=1&&b&=2&c=3=4&d="), "a:1 b: c:3=4 d: ");
    EXPECT_EQ(fields_of("n%61me=a%26b+c&x=%"), "name:a&b c x:% ");
    EXPECT_EQ(fields_of("=x&a%3Db=c%26d&e"), "a=b:c&d e: ") << "no name, no field; a mark that is meant";
    EXPECT_EQ(fields_of(""), "");
}

TEST(Form, ReadsEachFieldAsTheTextItMeant)
{
    EXPECT_EQ(fields_of("a=%BB%A6&b=%E6%B2%AA&\xBB\xA6=\xBB\xA6&c=d"), "a:沪 b:沪 沪:沪 c:d ");
}

} // namespace
} // namespace gatehouse::wire
