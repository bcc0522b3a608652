// The Modbus driver against libmodbus.
#include "tests/peers/modbus_server.hpp"
#include "tests/peers/peer_world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <modbus/modbus.h>

#include <vector>

namespace gatehouse::peers {
namespace {

using testing::HasSubstr;

class Libmodbus : public PeerWorld {
protected:
    static std::string gate(const ModbusServer& board, const std::string& keys)
    {
        return fmt::format(
            "[[device]]\nid = \"gate\"\nname = \"gate\"\nprotocol = \"modbus\"\nkind = \"barrier\"\n"
            "address = \"{}\"\npoll_every = \"50ms\"\n{}\n[[device.gate]]\nopen = 0\nclose = 1\n"
            "up = 0\ndown = 1\nloop_safety = 3\nmanual = 5\n",
            board.address(), keys);
    }
};

class LibmodbusLine : public Libmodbus, public testing::WithParamInterface<Framing> {};

TEST_P(LibmodbusLine, TellsItsEdgesAndMovesTheBoomByItsCoils)
{
    ModbusServer board(GetParam());
    ASSERT_NO_FATAL_FAILURE(begin(gate(board, "board = \"coil\"\npulse = \"200ms\"\n")));
    ASSERT_TRUE(up("gate")) << why("gate");

    board.input(5, true);
    EXPECT_THAT(next("gate", "device.input"), HasSubstr("\"active\":true")) << story();
    board.input(5, false);
    EXPECT_THAT(next("gate", "device.input", 1), HasSubstr("\"active\":false")) << story();

    const auto raised = order("barrier-open", "gate");
    EXPECT_EQ(raised.status, "done") << raised.text;
    EXPECT_EQ(board.presses(), 1);
    EXPECT_TRUE(until([&] { return !board.coil(0); }, 3s)) << "the button stays pressed";
    EXPECT_THAT(next("gate", "barrier.moved"), HasSubstr("open")) << story();
    // Refused until the loop under the boom has been clear for a second.
    proof::Reply lowered;
    EXPECT_TRUE(until([&] { return (lowered = order("barrier-close", "gate")).status != "rejected"; }, 5s));
    EXPECT_EQ(lowered.status, "done") << lowered.text;
    EXPECT_TRUE(until([&] { return !board.coil(1); }, 3s));
}

std::string name_of(const testing::TestParamInfo<Framing>& framing)
{
    if (framing.param == Framing::tcp) return "Tcp";
    return framing.param == Framing::rtu ? "Rtu" : "RtuOverTcp";
}

INSTANTIATE_TEST_SUITE_P(Framings, LibmodbusLine,
                         testing::Values(Framing::tcp, Framing::rtu_over_tcp, Framing::rtu), name_of);

TEST_F(Libmodbus, NamesTheExceptionOfABoardThatHasFewerInputs)
{
    ModbusServer board(Framing::tcp);
    ASSERT_NO_FATAL_FAILURE(begin(gate(board, "board = \"coil\"\ninputs = 16\n")));
    EXPECT_TRUE(until([&] { return link("gate") == "silent"; }, 10s)) << link("gate");
    EXPECT_THAT(why("gate"), HasSubstr("(exception 2, illegal data address)"));
}

// A pulse that a Waveshare board times itself is no word of the standard.
TEST_F(Libmodbus, FailsAnOrderThatTheBoardDoesNotKnowAndSaysWhy)
{
    ModbusServer board(Framing::tcp);
    ASSERT_NO_FATAL_FAILURE(begin(gate(board, "board = \"waveshare\"\n")));
    ASSERT_TRUE(up("gate")) << why("gate");
    const auto raised = order("barrier-open", "gate");
    EXPECT_EQ(raised.code, "device_refused");
    EXPECT_THAT(raised.text, HasSubstr("(exception 2, illegal data address)"));
    EXPECT_EQ(board.presses(), 0);
}

TEST_F(Libmodbus, ReadsInputsFromRegistersAndPressesByACommandWord)
{
    ModbusServer board(Framing::tcp);
    ASSERT_NO_FATAL_FAILURE(
        begin(gate(board, "board = \"momentary\"\ninputs_as = \"input\"\nrise_max = \"1s\"\n")));
    ASSERT_TRUE(up("gate")) << why("gate");
    board.input(5, true);
    EXPECT_THAT(next("gate", "device.input"), HasSubstr("\"active\":true")) << story();
    const auto raised = order("barrier-open", "gate");
    EXPECT_EQ(board.holding(1), 0x0500);
    EXPECT_EQ(raised.code, "not_raised") << raised.text; // no boom listens to this register
}

TEST_F(Libmodbus, IsReachedAgainAfterItHungUp)
{
    ModbusServer board(Framing::tcp);
    ASSERT_NO_FATAL_FAILURE(begin(gate(board, "board = \"coil\"\n")));
    ASSERT_TRUE(up("gate")) << why("gate");
    board.hang_up();
    EXPECT_TRUE(until([&] { return count("gate", "device.link") >= 3; }, 10s)) << story();
    EXPECT_TRUE(up("gate")) << why("gate");
}

// What a server answers to a question of unit 1, as libmodbus's client hears it; without the header.
std::string answer_of(std::uint16_t port, std::vector<std::uint8_t> question)
{
    modbus_t* client = modbus_new_tcp("127.0.0.1", port);
    question.insert(question.begin(), 1);
    modbus_set_response_timeout(client, 2,
                                0); // before it refuses a count, libmodbus listens for half a second
    std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> answer{};
    std::string text = "no answer";
    const bool sent = modbus_connect(client) == 0 &&
                      modbus_send_raw_request(client, question.data(), static_cast<int>(question.size())) > 0;
    const int size = sent ? modbus_receive_confirmation(client, answer.data()) : -1;
    const int header = modbus_get_header_length(client);
    if (size > header) text.clear();
    for (int at = header; at < size; ++at)
        text += fmt::format("{:02x} ", answer.at(static_cast<std::size_t>(at)));
    modbus_close(client);
    modbus_free(client);
    return text;
}

TEST_F(Libmodbus, IsAnsweredByTheSimulatedBoardAsByItself)
{
    ModbusServer board(Framing::tcp);
    const auto port = proof::free_port();
    proof::Estate simulated(
        scratch,
        fmt::format("[[modbus]]\nid = \"gate\"\nboard = \"coil\"\nlisten = \"127.0.0.1:{}\"\n", port),
        {{"gate", port}});
    simulated.start();
    const std::vector<std::vector<std::uint8_t>> questions{
        {1, 0, 0, 0, 8},        // coils
        {1, 0, 4, 0, 8},        // more than there are
        {2, 0, 0, 0, 8},        // inputs
        {2, 0, 1, 0, 1},        // one of them
        {2, 0, 8, 0, 1},        // none
        {2, 0, 0, 0, 0},        // nothing asked
        {2, 0, 0, 0x7, 0xd1},   // too much asked
        {4, 0, 0, 0, 8},        // the same as registers
        {4, 0, 0, 0, 126},      // too many
        {4, 0, 9, 0, 1},        // none
        {5, 0, 3, 0xff, 0},     // on
        {1, 0, 3, 0, 1},        // is on
        {5, 0, 3, 0x12, 0x34},  // neither on nor off
        {5, 0, 9, 0xff, 0},     // no such coil
        {15, 0, 0, 0, 8, 1, 0}, // all off
        {1, 0, 0, 0, 8},        // are off
        {15, 0, 4, 0, 8, 1, 0}, // more than there are
        {6, 0, 99, 0, 1},       // no such register
        {43, 14, 1, 0, 0},      // a function that neither knows
    };
    for (const auto& question : questions)
        EXPECT_EQ(answer_of(port, question), answer_of(board.port(), question))
            << "to " << fmt::format("{:02x}", fmt::join(question, " "));
}

} // namespace
} // namespace gatehouse::peers
