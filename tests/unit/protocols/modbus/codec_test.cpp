#include "protocols/modbus/mbap.hpp"
#include "protocols/modbus/rtu.hpp"

#include <gtest/gtest.h>

namespace gatehouse::modbus {
namespace {

Request request(Function function, std::uint16_t address, std::uint16_t value)
{
    Request out;
    out.function = function;
    out.address = address;
    out.value = value;
    return out;
}

const Request eight_inputs = request(Function::read_inputs, 0, 8);
const Request eight_coils = request(Function::read_coils, 0, 8);
const Request coil_0_on = request(Function::write_coil, 0, coil_on);

// Frames of the manuals of 8-channel relay boards (sheet's golden frames).
TEST(RtuFrame, IsWhatTheManualsShow)
{
    EXPECT_EQ(rtu_frame(1, coil_0_on), (Bytes{0x01, 0x05, 0x00, 0x00, 0xff, 0x00, 0x8c, 0x3a}));
    EXPECT_EQ(rtu_frame(1, request(Function::write_coil, 0, coil_off)),
              (Bytes{0x01, 0x05, 0x00, 0x00, 0x00, 0x00, 0xcd, 0xca}));
    EXPECT_EQ(rtu_frame(1, request(Function::write_coil, 0x0200, 7)),
              (Bytes{0x01, 0x05, 0x02, 0x00, 0x00, 0x07, 0x8d, 0xb0}));
    EXPECT_EQ(rtu_frame(1, request(Function::write_coil, 0x0201, 8)),
              (Bytes{0x01, 0x05, 0x02, 0x01, 0x00, 0x08, 0x9c, 0x74}));
    EXPECT_EQ(rtu_frame(1, eight_coils), (Bytes{0x01, 0x01, 0x00, 0x00, 0x00, 0x08, 0x3d, 0xcc}));
    EXPECT_EQ(rtu_frame(1, eight_inputs), (Bytes{0x01, 0x02, 0x00, 0x00, 0x00, 0x08, 0x79, 0xcc}));
    EXPECT_EQ(rtu_frame(1, request(Function::read_holding, 0x1000, 8)),
              (Bytes{0x01, 0x03, 0x10, 0x00, 0x00, 0x08, 0x40, 0xcc}));
    EXPECT_EQ(rtu_frame(1, request(Function::write_register, 0x1000, 1)),
              (Bytes{0x01, 0x06, 0x10, 0x00, 0x00, 0x01, 0x4c, 0xca}));
}

TEST(RtuReply, TellsBitsLowFirst)
{
    const auto found = find_reply(Bytes{0x01, 0x02, 0x01, 0x05, 0x61, 0x8b}, 1, eight_inputs);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->reply.bits, (std::vector<bool>{true, false, true, false, false, false, false, false}));
    EXPECT_EQ(found->skipped, 0u);
    EXPECT_EQ(found->size, 6u);
}

TEST(RtuReply, IsARefusalWithItsCode)
{
    const auto found = find_reply(Bytes{0x01, 0x85, 0x02, 0xc3, 0x51}, 1, coil_0_on);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->reply.exception, Exception::address);
    EXPECT_EQ(describe(found->reply.exception), "the board has no such relay or input; check relays, inputs "
                                                "and the first addresses, manuals often count from 1 / "
                                                "板卡没有此继电器或输入；请核对路数和起始地址，说明书常从 1 "
                                                "开始编号 (exception 2, illegal data address)");
}

TEST(RtuReply, IsFoundAmongTheFramesOfOthersAndNoise)
{
    const Bytes line{0x00, 0x01,                                     // noise
                     0x02, 0x05, 0x00, 0x00, 0xff, 0x00, 0x8c, 0x09, // another board's
                     0x01, 0x02, 0x00, 0x00, 0x00, 0x08, 0x79, 0xcc, // another master's question to our board
                     0x01, 0x01, 0x01, 0x01, 0x90, 0x48,             // the answer to another question
                     0x01, 0x02, 0x01, 0x05, 0x61, 0x8b, 0xff};
    const auto found = find_reply(line, 1, eight_inputs);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->skipped, 24u);
    EXPECT_TRUE(found->reply.bits[2]);
}

TEST(RtuReply, DoesNotCountWithAWrongChecksumAWrongLengthOrHalfOfIt)
{
    EXPECT_FALSE(find_reply(Bytes{0x01, 0x02, 0x01, 0x05, 0x61, 0x8c}, 1, eight_inputs));
    EXPECT_FALSE(find_reply(Bytes{0x01, 0x02, 0x01, 0x05, 0x61}, 1, eight_inputs));
    EXPECT_FALSE(find_reply(Bytes{0x01, 0x02, 0x01, 0x05, 0x61, 0x8b}, 2, eight_inputs));
    EXPECT_FALSE(
        find_reply(Bytes{0x01, 0x02, 0x01, 0x05, 0x61, 0x8b}, 1, request(Function::read_inputs, 0, 16)));
    EXPECT_FALSE(find_reply({}, 1, eight_inputs));
}

TEST(RtuReply, OfAWriteIsItsExactEcho)
{
    const Bytes echo{0x01, 0x05, 0x00, 0x00, 0xff, 0x00, 0x8c, 0x3a};
    EXPECT_TRUE(find_reply(echo, 1, coil_0_on));
    // The late echo of "off" does not confirm "on", nor one relay another.
    EXPECT_FALSE(find_reply(echo, 1, request(Function::write_coil, 0, coil_off)));
    EXPECT_FALSE(find_reply(echo, 1, request(Function::write_coil, 1, coil_on)));
}

TEST(MbapFrame, IsWhatTheManualsShow)
{
    EXPECT_EQ(mbap_frame(0x1234, 1, coil_0_on),
              (Bytes{0x12, 0x34, 0x00, 0x00, 0x00, 0x06, 0x01, 0x05, 0x00, 0x00, 0xff, 0x00}));
    EXPECT_EQ(mbap_frame(0x1235, 1, eight_inputs),
              (Bytes{0x12, 0x35, 0x00, 0x00, 0x00, 0x06, 0x01, 0x02, 0x00, 0x00, 0x00, 0x08}));
}

TEST(MbapFrame, IsTakenFromTheFrontWhenItIsWhole)
{
    const Bytes answer{0x12, 0x35, 0x00, 0x00, 0x00, 0x04, 0x01, 0x02, 0x01, 0x02};
    for (std::size_t size = 0; size < answer.size(); ++size)
        EXPECT_EQ(next_mbap(View(answer).first(size)).consumed, 0u) << size;
    auto two = answer;
    two.insert(two.end(), answer.begin(), answer.end());
    const auto step = next_mbap(two);
    EXPECT_EQ(step.consumed, 10u);
    EXPECT_EQ(step.transaction, 0x1235);
    EXPECT_EQ(step.unit, 1);
    const auto reply = parse_reply(eight_inputs, step.pdu);
    ASSERT_TRUE(reply);
    EXPECT_TRUE(reply->bits[1]);
}

TEST(MbapFrame, ThatIsNoneIsSeenAsForeign)
{
    EXPECT_TRUE(next_mbap(Bytes{0x01, 0x02, 0x01, 0x05, 0x61, 0x8b, 0x00}).foreign); // RTU
    EXPECT_TRUE(next_mbap(Bytes{0x12, 0x35, 0x00, 0x00, 0xff, 0xff, 0x01}).foreign); // endless
    EXPECT_TRUE(next_mbap(Bytes{0x12, 0x35, 0x00, 0x00, 0x00, 0x01, 0x01}).foreign); // nothing in it
}

TEST(Pdu, OfRegistersIsBigEndian)
{
    const auto reply =
        parse_reply(request(Function::read_holding, 0x8000, 2), Bytes{0x03, 0x04, 0x00, 0xc8, 0x12, 0x34});
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->registers, (std::vector<std::uint16_t>{200, 0x1234}));
}

} // namespace
} // namespace gatehouse::modbus
