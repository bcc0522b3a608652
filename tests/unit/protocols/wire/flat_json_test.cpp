#include "protocols/wire/flat_json.hpp"

#include <gtest/gtest.h>

namespace gatehouse::wire {
namespace {

// What stands in an object, with lists and objects opened.
std::string shown(const JsonValue& value)
{
    std::string out;
    for (const auto& inside : value) {
        if (!out.empty()) out += ' ';
        out += inside.name;
        out += inside.is_object() ? "{" : inside.is_list() ? "[" : "=";
        out += inside.is_object() || inside.is_list() ? shown(inside) : std::string(inside.text);
        out += inside.is_object() ? "}" : inside.is_list() ? "]" : "";
    }
    return out;
}

std::string shown(std::string_view text)
{
    FlatJson document;
    return document.read(text, {}) ? "unreadable" : shown(document.root());
}

TEST(FlatJson, HoldsTheValuesOfAnObjectAsTheyWereWritten)
{
    EXPECT_EQ(shown(R"({"a":"x","b":[1,{"c":true},[]],"d":{"e":null},"f":-7})"),
              "a=x b[=1 {c=true} []] d{e=} f=-7");
    EXPECT_EQ(shown(R"({"a":1.0,"b":98.5})"), "a=1 b=98.5") << "1.0 is a whole number";
    EXPECT_EQ(shown(R"({"a\u0062":"x\/y\n"})"), "ab=x/y\n");
    EXPECT_EQ(shown("{\"a\":\"\xBB\xA6\"}"), "a=沪") << "GB2312";
}

TEST(FlatJson, LetsTheLastOfTheMembersCountThatHaveOneName)
{
    EXPECT_EQ(shown(R"({"a":{"x":1},"b":2,"a":3,"c":{"a":4},"a":5})"), "b=2 c{a=4} a=5");
    FlatJson document;
    const std::string text = R"({"a":{"x":1},"a":2})";
    ASSERT_FALSE(document.read(text, {}));
    ASSERT_NE(document.root().member("a"), nullptr);
    EXPECT_EQ(document.root().member("a")->text, "2");
    EXPECT_EQ(document.root().member("x"), nullptr) << "it is inside another";
    EXPECT_EQ(document.root().member("a")->member("x"), nullptr) << "no object";
}

TEST(FlatJson, TellsKindsApart)
{
    FlatJson document;
    const std::string text = R"({"a":"1","b":1,"c":1.5,"d":true,"e":null,"f":18446744073709551615})";
    ASSERT_FALSE(document.read(text, {}));
    using Kind = JsonValue::Kind;
    for (const auto& [name, kind] :
         {std::pair("a", Kind::text), std::pair("b", Kind::number), std::pair("c", Kind::number),
          std::pair("d", Kind::truth), std::pair("e", Kind::null), std::pair("f", Kind::number)})
        EXPECT_EQ(document.root().member(name)->kind, kind) << name;
}

TEST(FlatJson, RefusesWhatIsNotOneWholeObject)
{
    for (const auto* text : {"", "[]", "1", "{", "{\"a\":1,}", "{}{}", "{} x", "{\"a\":}"})
        EXPECT_EQ(shown(text), "unreadable") << text;
    EXPECT_EQ(shown("{} \n"), "");
    std::string deep = "{\"a\":";
    deep += std::string(32, '[') + std::string(32, ']') + '}';
    EXPECT_EQ(shown(deep), "unreadable");
}

} // namespace
} // namespace gatehouse::wire
