// Golden bytes are those of the standard's Annex E and of recordings, as the fact sheet and its vectors have
// them.
#include "protocols/osdp/card.hpp"
#include "protocols/osdp/secure_channel.hpp"

#include <gtest/gtest.h>

namespace gatehouse::osdp {
namespace {

Bytes hex(std::string_view text)
{
    Bytes bytes;
    std::string digits;
    for (const char c : text) {
        if (c == ' ') continue;
        digits.push_back(c);
        if (digits.size() < 2) continue;
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits, nullptr, 16)));
        digits.clear();
    }
    return bytes;
}

Frame framed(const Command& command, std::uint8_t control)
{
    Frame frame;
    frame.control = control;
    frame.code = command.code;
    frame.data = command.data;
    return frame;
}

Block block(std::string_view text)
{
    return *parse_key(text);
}

TEST(OsdpFrame, IsWrittenWithCrcAndWithChecksum)
{
    EXPECT_EQ(encode(framed(plain_command(code::poll), 0x06)), hex("ff 53 00 08 00 06 60 89 cc"));
    EXPECT_EQ(encode(framed(plain_command(code::poll), 0x02)), hex("ff 53 00 07 00 02 60 44"));
    EXPECT_EQ(encode(framed(ask_identity(), 0x04)), hex("ff 53 00 09 00 04 61 00 c0 66"));
}

TEST(OsdpFrame, IsReadAsARealReaderSentIt)
{
    const auto parsed = parse_frame(hex("53 80 14 00 06 45 00 0e e3 10 10 00 00 74 97 23 06 06 1b 88"));
    ASSERT_TRUE(parsed.frame);
    EXPECT_TRUE(parsed.frame->from_reader());
    EXPECT_EQ(parsed.frame->reader(), 0);
    EXPECT_EQ(parsed.frame->sequence(), 2);
    const auto reply = decode_reply(parsed.frame->code, parsed.frame->data);
    const auto* identity = std::get_if<Identity>(&reply);
    ASSERT_NE(identity, nullptr);
    EXPECT_EQ(identity->vendor, "000ee3");
    EXPECT_EQ(identity->firmware, "35.6.6");
}

TEST(OsdpFrame, IsFoundBehindMarksNoiseAndBrokenFrames)
{
    const auto ack = hex("53 80 08 00 05 40 68 9f");
    for (const auto* before :
         {"", "ff", "ff ff", "00 53 12", "53 80 ff ff 04", "53 80 10 00 04", "53 80 08 00 05 40 68 9e"}) {
        auto input = hex(before);
        const auto skipped = input.size();
        input.insert(input.end(), ack.begin(), ack.end());
        const auto found = find_frame(input);
        ASSERT_TRUE(found) << before;
        EXPECT_EQ(found->skipped, skipped);
        EXPECT_EQ(found->size, ack.size());
    }
}

TEST(OsdpFrame, SaysWhatIsWrongWithIt)
{
    EXPECT_EQ(parse_frame({}).flaw, Flaw::incomplete);
    EXPECT_EQ(parse_frame(hex("53 e5 08 00 04")).flaw, Flaw::incomplete);
    EXPECT_EQ(parse_frame(hex("53 e5 08 00 04 40 00 00")).flaw, Flaw::bad_check);
    EXPECT_EQ(parse_frame(hex("53 e5 ff ff 04 40 e7 a1")).flaw, Flaw::bad_length);
    EXPECT_EQ(parse_frame(hex("53 e5 06 00 04 40 e7 a1")).flaw, Flaw::bad_length);
    EXPECT_EQ(parse_frame(hex("53 e5 09 00 09 02 19 40 5b")).flaw, Flaw::bad_block);
    EXPECT_EQ(parse_frame(hex("53 e5 09 00 09 02 16 40 5e")).flaw, Flaw::bad_block);
}

TEST(OsdpCommands, AreThoseOfTheStandard)
{
    EXPECT_EQ(output_pulse(0, 30).data, hex("00 05 1e 00"));
    EXPECT_EQ(output_off(1).data, hex("01 01 00 00"));
    EXPECT_EQ(led_permanent(Color::red).data, hex("00 00 00 00 00 00 00 00 00 01 01 00 01 01"));
    EXPECT_EQ(led_temporary(Color::green, 300).data, hex("00 00 02 01 00 02 02 2c 01 00 00 00 00 00"));
    EXPECT_EQ(beep(1).data, hex("00 02 02 01 01"));
    EXPECT_EQ(show_text("Hi\x80", 3).data, hex("00 03 03 01 01 03 48 69 3f"));
    EXPECT_EQ(show_text(std::string(200, 'x'), 3).data.size(), 38u);
    EXPECT_EQ(set_key(block("000102030405060700010203040506ff")).data,
              hex("01 10 000102030405060700010203040506ff"));
}

TEST(OsdpReplies, AreReadAndNeverBelievedBeyondTheirSize)
{
    const auto card = decode_reply(code::raw, hex("00 01 1a 00 80 81 cd 40"));
    ASSERT_TRUE(std::holds_alternative<CardBits>(card));
    EXPECT_EQ(std::get<CardBits>(card).count, 26u);
    EXPECT_TRUE(std::holds_alternative<Broken>(decode_reply(code::raw, hex("00 01 1a 00 80 81"))));
    EXPECT_TRUE(std::holds_alternative<Broken>(decode_reply(code::raw, hex("00 01 ff ff 80 81"))));
    EXPECT_EQ(std::get<CardText>(decode_reply(code::fmt, hex("00 00 03 31 32 33"))).text, "123");
    EXPECT_TRUE(std::holds_alternative<Broken>(decode_reply(code::fmt, hex("00 00 09 31 32 33"))));
    EXPECT_EQ(std::get<Keys>(decode_reply(code::keypad, hex("00 04 31 30 7f 0d"))).digits, "10*#");
    EXPECT_TRUE(std::get<LocalStatus>(decode_reply(code::lstatr, hex("01 00"))).tamper);
    EXPECT_EQ(std::get<Heads>(decode_reply(code::rstatr, hex("02"))).status, hex("02"));
    EXPECT_TRUE(std::holds_alternative<Broken>(decode_reply(code::ccrypt, hex("00"))));
    EXPECT_TRUE(std::holds_alternative<Other>(decode_reply(0x90, hex("00"))));
    const auto capabilities = std::get<Capabilities>(decode_reply(code::pdcap, hex("09 01 01 0a c2 01 ff")));
    ASSERT_NE(capabilities.find(9), nullptr);
    EXPECT_EQ(capabilities.find(9)->number, 1);
    EXPECT_EQ(capabilities.find(2), nullptr);
}

// ---- cards ----

CardBits bits(unsigned count, std::string_view text)
{
    CardBits card;
    card.count = count;
    card.bits = hex(text);
    return card;
}

// Facility 1, number 922: p 00000001 0000001110011010 p; six ones.
TEST(OsdpCard, Of26BitsIsTheNumberBetweenItsParityBits)
{
    const auto card = bits(26, "80 81 cd 40");
    EXPECT_EQ(card_text(card, CardFormat::number), "66458");
    EXPECT_EQ(card_text(card, CardFormat::facility), "001,00922");
    EXPECT_EQ(card_text(card, CardFormat::bits), "8081cd40/26");
}

TEST(OsdpCard, WithAWrongParityBitIsNoCard)
{
    EXPECT_EQ(card_text(bits(26, "00 81 cd 40"), CardFormat::number), std::nullopt);
    EXPECT_EQ(card_text(bits(26, "80 81 cd 00"), CardFormat::number), std::nullopt);
    EXPECT_EQ(card_text(bits(26, "00 81 cd 7f"), CardFormat::bits), "0081cd40/26"); // leftovers go
}

TEST(OsdpCard, OfAnyOtherLengthIsAllItsBits)
{
    EXPECT_EQ(card_text(bits(32, "00 00 01 00"), CardFormat::number), "256");
    EXPECT_EQ(card_text(bits(56, "04 a2 24 5a 11 22 33"), CardFormat::number), "1304176920437299");
    EXPECT_EQ(card_text(bits(72, "01 02 03 04 05 06 07 08 09"), CardFormat::number), "010203040506070809/72");
}

TEST(OsdpCard, GetsAPseudonymOfTheSameLength)
{
    for (const unsigned count : {26U, 34U, 37U, 5U, 128U}) {
        CardBits card;
        card.count = count;
        card.bits = card_bits(count, 3);
        ASSERT_EQ(card.bits.size(), (count + 7) / 8);
        EXPECT_TRUE(card_text(card, CardFormat::number)) << count;
        if (count <= 64) {
            EXPECT_EQ(card_text(card, CardFormat::number), "3") << count;
        }
    }
}

// ---- the secure channel ----

const auto rnd_a = hex("b0b1b2b3b4b5b6b7");
const auto rnd_b = hex("a0a1a2a3a4a5a6a7");

TEST(OsdpSecureChannel, MakesTheKeysAndCryptogramsOfAnnexE)
{
    EXPECT_EQ(default_key(), block("303132333435363738393a3b3c3d3e3f"));
    const auto keys = session_keys(default_key(), rnd_a);
    EXPECT_EQ(keys.mac1, block("5e86c676603bdee2d8beafe178637332"));
    EXPECT_EQ(keys.mac2, block("6fda86e857777e81132035758239172e"));
    EXPECT_EQ(keys.enc, block("bf8dc2a8329acb8c67c6d0cd9a451682"));
    EXPECT_EQ(reader_cryptogram(keys, rnd_a, rnd_b), block("fde5d2f428ec16312471ea3c02bd7796"));
    const auto ours = panel_cryptogram(keys, rnd_a, rnd_b);
    EXPECT_EQ(ours, block("26d3356e07762d262801fc8e6665a891"));
    EXPECT_EQ(first_mac(keys, ours), block("b2a30057eb98ba2229ec1f875662b524"));
}

TEST(OsdpSecureChannel, SealsAsOthersDo)
{
    const auto sealed = [](const Command& command) {
        SecureChannel channel(SessionKeys{}, Block{}); // all zeros
        auto frame = framed(command, 0x06);
        channel.seal(frame);
        return encode(frame);
    };
    EXPECT_EQ(sealed(plain_command(code::poll)), hex("ff 53 00 0e 00 0e 02 15 60 4b 32 76 77 73 b6"));
    EXPECT_EQ(sealed(ask_identity()),
              hex("ff 53 00 1e 00 0e 02 17 61 d1 4e b7 ad 98 2c c5 f9 aa 25 31 8a 7e ae d6 "
                  "26 9a e9 95 73 19 83"));
    EXPECT_EQ(
        sealed(set_key(block("00010203040506070001020304050607"))),
        hex("ff 53 00 2e 00 0e 02 17 75 f0 dd ec 9a 0e d8 ce 4c 80 ba f5 d5 5c 18 43 6f 91 89 fd 66 c9 f2 23 "
            "dc 04 14 86 d8 33 57 df 98 6c 1d 4b c2 b2 f2"));
}

TEST(OsdpSecureChannel, BelievesNoOtherMac)
{
    SecureChannel channel(SessionKeys{}, Block{});
    auto poll = framed(plain_command(code::poll), 0x06);
    channel.seal(poll);
    auto reply = *parse_frame(hex("53 e5 0d 00 09 02 16 40 00 00 00 00 5a")).frame;
    EXPECT_FALSE(channel.open(reply));
    reply.block = 0;
    EXPECT_FALSE(channel.open(reply));
}

TEST(OsdpSecureChannel, TakesKeysOf32DigitsOnly)
{
    EXPECT_TRUE(parse_key("303132333435363738393A3B3C3D3E3F"));
    for (const auto* text :
         {"", "3031", "303132333435363738393a3b3c3d3e3g", "303132333435363738393a3b3c3d3e3f00"})
        EXPECT_FALSE(parse_key(text)) << text;
}

TEST(OsdpSecureChannel, DerivesAReadersKeyFromItsIdentity)
{
    // AES-128 of 0102030405060708fefdfcfbfaf9f8f7 under a key of zeros.
    EXPECT_EQ(derive_key(Block{}, hex("0102030405060708")), block("89aeb2f397164b8104ae5b78e2539fd8"));
}

} // namespace
} // namespace gatehouse::osdp
