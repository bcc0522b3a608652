#include "protocols/wire/base64.hpp"
#include "protocols/wire/text.hpp"

#include <gtest/gtest.h>

namespace gatehouse::wire {
namespace {

TEST(Text, Utf8PassesUnchanged)
{
    EXPECT_EQ(to_utf8("东门进口 沪A12345 \xF0\x9F\x9A\x97"), "东门进口 沪A12345 \xF0\x9F\x9A\x97");
    EXPECT_EQ(to_utf8(""), "");
}

TEST(Text, AByteOrderMarkIsNoText)
{
    EXPECT_EQ(to_utf8("\xEF\xBB\xBFplate"), "plate");
}

TEST(Text, Gb2312AndGb18030AreReadAsWhatTheyMean)
{
    EXPECT_EQ(to_utf8("\xBB\xA6\x41\x31\x32\x33\x34\x35"), "沪A12345");
    EXPECT_EQ(to_utf8("\xB6\xAB\xC3\xC5"), "东门");
    // Outside GBK: U+3400 as four bytes of GB18030.
    EXPECT_EQ(to_utf8("\xB6\xAB\x81\x39\xEE\x39"), "东\xE3\x90\x80");
}

TEST(Text, OneRottenByteCostsOneCharacter)
{
    EXPECT_EQ(to_utf8("\xBB\xA6\xFF\x41"), "沪\xEF\xBF\xBD"
                                           "A");
    EXPECT_EQ(to_utf8("\x41\xBB"), "A\xEF\xBF\xBD"); // cut off in the middle of a character
}

TEST(Text, BehindARottenByteCharactersBeginAnew)
{
    EXPECT_EQ(to_utf8("\xBB\xA6\x81\x30 ab\xBB\xA6"), "沪\uFFFD0 ab沪") << "no fourth byte";
    EXPECT_EQ(to_utf8("a\x81\x20\xBB\xA6z"), "a\uFFFD 沪z") << "no second byte";
    EXPECT_EQ(to_utf8("\xFF\x31\xBB\xA6"), "\uFFFD1沪") << "no first byte";
    EXPECT_EQ(to_utf8("\xBB\xA6 \x81\x30\x81"), "沪 \uFFFD") << "cut off";
}

TEST(Text, WhatIsUtf8AlreadyIsNotCopied)
{
    std::string room;
    const std::string_view plain = "沪A12345", gbk = "\xBB\xA6\x41";
    EXPECT_EQ(as_utf8(plain, room).data(), plain.data());
    EXPECT_EQ(as_utf8("\xEF\xBB\xBF"
                      "a",
                      room),
              "a");
    EXPECT_TRUE(room.empty());
    EXPECT_EQ(as_utf8(gbk, room), "沪A");
    EXPECT_EQ(room, "沪A");
}

TEST(Text, WhatIsNoUtf8IsReplacedByteByByteAndTheRestStays)
{
    EXPECT_EQ(replace_invalid("沪A12345"), "沪A12345");
    EXPECT_EQ(replace_invalid("\xFF\xB2\xAA!"), "\uFFFD\uFFFD\uFFFD!");
    EXPECT_EQ(replace_invalid("沪\xE6\xB2"), "沪\uFFFD\uFFFD") << "cut off in the middle of a character";
    EXPECT_EQ(replace_invalid(""), "");
}

TEST(Text, EveryPairOfBytesYieldsUtf8)
{
    for (int first = 0; first < 256; ++first)
        for (int second = 0; second < 256; ++second) {
            const std::string bytes{'x', static_cast<char>(first), static_cast<char>(second)};
            ASSERT_TRUE(is_utf8(replace_invalid(bytes))) << first << ' ' << second;
            ASSERT_TRUE(is_utf8(to_utf8(bytes))) << first << ' ' << second;
        }
}

TEST(Text, OnlyWellFormedSequencesAreUtf8)
{
    EXPECT_TRUE(is_utf8("\xF4\x8F\xBF\xBF"));
    for (const std::string_view bad :
         {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xE4\xB8"})
        EXPECT_FALSE(is_utf8(bad));
}

TEST(Text, ARottenByteIsFoundWhereverItStandsAmongAscii)
{
    for (std::size_t length = 1; length <= 40; ++length)
        for (std::size_t at = 0; at < length; ++at) {
            std::string text(length, 'a');
            EXPECT_TRUE(is_utf8(text.substr(0, at) + "门" + text.substr(at))) << length << ' ' << at;
            text[at] = '\x80';
            EXPECT_FALSE(is_utf8(text)) << length << ' ' << at;
        }
}

TEST(Text, ALongTextSurvivesTheBufferOfTheDecoder)
{
    std::string bytes;
    std::string text;
    for (int i = 0; i < 2000; ++i) {
        bytes += "\xB6\xAB";
        text += "东";
    }
    EXPECT_EQ(to_utf8(bytes), text);
}

// RFC 4648 §10.
TEST(OneLine, CutsBetweenCharactersAndKeepsNoLineEnds)
{
    EXPECT_EQ(one_line("a\r\nb\tc", 100), "a  b c");
    EXPECT_EQ(one_line("忙忙忙", 7), "忙忙");
    EXPECT_EQ(one_line("\xc3\xa6\xc3\xa6", 100), "\u00e6\u00e6");
    EXPECT_EQ(one_line("\xb2\xbb", 100), "不") << "GB18030 is read before it is cut";
}

TEST(Base64, FollowsTheStandard)
{
    for (const auto& [bytes, text] : std::initializer_list<std::pair<std::string, std::string>>{
             {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}}) {
        EXPECT_EQ(to_base64(bytes), text);
        EXPECT_EQ(from_base64(text), bytes);
    }
}

TEST(Base64, ReadsWhatDevicesMakeOfIt)
{
    EXPECT_EQ(from_base64("data:image/jpeg;base64,Zm9v\r\nYmFy"), "foobar");
    EXPECT_EQ(from_base64("Zg"), "f");
    EXPECT_EQ(from_base64("/-8="), from_base64("/+8="));
    EXPECT_FALSE(from_base64("Zm9vY"));
    EXPECT_FALSE(from_base64("Zm==9v"));
    EXPECT_FALSE(from_base64("{}"));
}

TEST(Base64, ReadsAPictureWhereverItsLinesEnd)
{
    std::string picture;
    for (int i = 0; i < 200; ++i)
        picture += static_cast<char>(i * 7);
    const auto text = to_base64(picture);
    for (std::size_t width = 1; width < 80; ++width) {
        std::string lines;
        for (std::size_t at = 0; at < text.size(); at += width)
            lines += text.substr(at, width) + "\r\n";
        ASSERT_EQ(from_base64(lines), picture) << width;
    }
    for (std::size_t at = 0; at < text.size() - 2; ++at) {
        auto broken = text;
        broken[at] = '*';
        ASSERT_FALSE(from_base64(broken)) << at;
    }
}

} // namespace
} // namespace gatehouse::wire
