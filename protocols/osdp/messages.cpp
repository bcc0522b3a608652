#include "protocols/osdp/messages.hpp"

#include "protocols/wire/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::osdp {
namespace {

constexpr std::size_t text_max = 32;
constexpr unsigned bits_max = 1024;

std::uint8_t low(unsigned value)
{
    return static_cast<std::uint8_t>(value & 0xffU);
}

std::uint8_t high(unsigned value)
{
    return static_cast<std::uint8_t>(value >> 8U & 0xffU);
}

Bytes bytes_of(View view)
{
    return {view.begin(), view.end()};
}

Reply identity(View data)
{
    if (data.size() < 12) return Broken{code::pdid};
    Identity out;
    out.vendor = fmt::format("{:02x}{:02x}{:02x}", data[0], data[1], data[2]);
    out.model = data[3];
    out.version = data[4];
    for (std::size_t i = 0; i < 4; ++i)
        out.serial |= static_cast<std::uint32_t>(data[5 + i]) << (8 * i);
    out.firmware = fmt::format("{}.{}.{}", data[9], data[10], data[11]);
    return out;
}

Reply capabilities(View data)
{
    Capabilities out;
    for (std::size_t i = 0; i + 2 < data.size(); i += 3)
        out.all.push_back({data[i], data[i + 1], data[i + 2]});
    return out;
}

std::vector<bool> flags(View data)
{
    std::vector<bool> out;
    for (const auto byte : data)
        out.push_back(byte != 0);
    return out;
}

Reply card_bits(View data)
{
    if (data.size() < 5) return Broken{code::raw};
    CardBits out;
    out.reader = data[0];
    out.wiegand = data[1] == 1;
    out.count = data[2] | static_cast<unsigned>(data[3]) << 8U;
    const auto bits = data.subspan(4);
    const auto needed = (out.count + 7) / 8;
    if (out.count == 0 || out.count > bits_max || bits.size() < needed) return Broken{code::raw};
    out.bits = bytes_of(bits.first(needed));
    return out;
}

Reply card_text(View data)
{
    if (data.size() < 4) return Broken{code::fmt};
    const auto text = data.subspan(3);
    if (data[2] == 0 || text.size() < data[2]) return Broken{code::fmt};
    CardText out;
    out.reader = data[0];
    for (const auto byte : text.first(data[2]))
        if (byte > 0x20 && byte < 0x7f) out.text.push_back(static_cast<char>(byte));
    if (out.text.empty()) return Broken{code::fmt};
    return out;
}

Reply keys(View data)
{
    if (data.size() < 3 || data[1] == 0 || data.size() < 2U + data[1]) return Broken{code::keypad};
    Keys out;
    out.reader = data[0];
    for (const auto byte : data.subspan(2, data[1])) {
        if (byte >= '0' && byte <= '9') out.digits.push_back(static_cast<char>(byte));
        if (byte == 0x7f || byte == '*') out.digits.push_back('*');
        if (byte == 0x0d || byte == '#') out.digits.push_back('#');
    }
    return out;
}

Reply challenged(View data)
{
    if (data.size() < 32) return Broken{code::ccrypt};
    Challenged out;
    out.cuid = bytes_of(data.first(8));
    out.rnd_b = bytes_of(data.subspan(8, 8));
    out.cryptogram = bytes_of(data.subspan(16, 16));
    return out;
}

Command led(Bytes middle)
{
    Command command;
    command.code = code::led;
    command.data = std::move(middle);
    command.data.insert(command.data.begin(), {0, 0}); // first reader head, first LED
    return command;
}

struct Named {
    std::uint8_t code;
    std::string_view name;
};

constexpr Named commands[] = {
    {0x60, "POLL"},       {0x61, "ID"},     {0x62, "CAP"},       {0x64, "LSTAT"},        {0x65, "ISTAT"},
    {0x66, "OSTAT"},      {0x67, "RSTAT"},  {0x68, "OUT"},       {0x69, "LED"},          {0x6a, "BUZ"},
    {0x6b, "TEXT"},       {0x6e, "COMSET"}, {0x73, "BIOREAD"},   {0x74, "BIOMATCH"},     {0x75, "KEYSET"},
    {0x76, "CHLNG"},      {0x77, "SCRYPT"}, {0x7b, "ACURXSIZE"}, {0x7c, "FILETRANSFER"}, {0x80, "MFG"},
    {0xa1, "XWR"},        {0xa2, "ABORT"},  {0xa3, "PIVDATA"},   {0xa4, "GENAUTH"},      {0xa5, "CRAUTH"},
    {0xa7, "KEEPACTIVE"},
};
constexpr Named replies[] = {
    {0x40, "ACK"},    {0x41, "NAK"},      {0x45, "PDID"},    {0x46, "PDCAP"},  {0x48, "LSTATR"},
    {0x49, "ISTATR"}, {0x4a, "OSTATR"},   {0x4b, "RSTATR"},  {0x50, "RAW"},    {0x51, "FMT"},
    {0x53, "KEYPAD"}, {0x54, "COM"},      {0x76, "CCRYPT"},  {0x78, "RMAC_I"}, {0x79, "BUSY"},
    {0x7a, "FTSTAT"}, {0x83, "GENAUTHR"}, {0x84, "CRAUTHR"}, {0x90, "MFGREP"}, {0xb1, "XRD"},
};

// One plain sentence in each language, with what to do (pains 7); a new reason is one row here.
struct Refusal {
    std::uint8_t reason = 0;
    std::string_view english;
    std::string_view chinese;
};

constexpr std::array refusals{
    Refusal{1, "the reader received the command damaged; check A, B, termination and noise",
            "读卡器收到的命令有误；请检查 A/B 接线、终端电阻和干扰"},
    Refusal{2, "the reader finds the command's length wrong; update its firmware, or report the model",
            "读卡器认为命令长度不对；请升级固件，或反馈型号"},
    Refusal{3, "the reader does not know this command; update its firmware, or do without",
            "读卡器不支持此命令；请升级固件，仍不行则此型号无此功能"},
    Refusal{4,
            "the reader expected another sequence number; check whether it restarted, and leave one panel on "
            "the line",
            "读卡器的命令序号对不上；请检查它是否重启过，线上只留一个控制器"},
    Refusal{5, "the reader does not support this security; set security = \"off\" or use another reader",
            "读卡器不支持此加密方式；请设置 security = \"off\"，或更换读卡器"},
    Refusal{6, "the reader wants a secure channel; give it a key, or correct the key",
            "读卡器要求安全通道；请为它配置密钥，已配置的请核对"},
    Refusal{7, "the reader does not take this kind of biometric data; use another reader for it",
            "读卡器不支持此类生物特征；请改用支持的读卡器"},
    Refusal{8, "the reader does not take this biometric format; use another reader for it",
            "读卡器不支持此生物特征格式；请改用支持的读卡器"},
    Refusal{9, "the reader cannot carry this out; check the number of the output",
            "读卡器无法执行；请核对输出编号"},
};

constexpr Refusal any_other{0, "the reader refuses for a reason of its own; report the model",
                            "读卡器拒绝，原因码非标准；请反馈型号"};

} // namespace

Command plain_command(std::uint8_t code)
{
    Command command;
    command.code = code;
    return command;
}

Command ask_identity()
{
    Command command;
    command.code = code::id;
    command.data = {0};
    return command;
}

Command ask_capabilities()
{
    Command command;
    command.code = code::cap;
    command.data = {0};
    return command;
}

Command output_pulse(std::uint8_t output, std::uint16_t tenths)
{
    Command command;
    command.code = code::out;
    command.data = {output, 5, low(tenths), high(tenths)};
    return command;
}

Command output_off(std::uint8_t output)
{
    Command command;
    command.code = code::out;
    command.data = {output, 1, 0, 0};
    return command;
}

Command led_permanent(Color color)
{
    const auto name = static_cast<std::uint8_t>(color);
    return led({0, 0, 0, 0, 0, 0, 0, 1, 1, 0, name, name});
}

Command led_temporary(Color color, std::uint16_t tenths)
{
    const auto name = static_cast<std::uint8_t>(color);
    return led({2, 1, 0, name, name, low(tenths), high(tenths), 0, 0, 0, 0, 0});
}

Command beep(std::uint8_t count)
{
    Command command;
    command.code = code::buzzer;
    command.data = {0, 2, 2, 1, count};
    return command;
}

Command show_text(const std::string& text, std::uint8_t seconds)
{
    Command command;
    command.code = code::text;
    const auto size = static_cast<std::uint8_t>(std::min(text.size(), text_max));
    command.data = {0, 3, seconds, 1, 1, size};
    for (const char c : text.substr(0, size))
        command.data.push_back(c >= 0x20 && c < 0x7f ? static_cast<std::uint8_t>(c) : std::uint8_t{'?'});
    return command;
}

Command set_key(View key)
{
    Command command;
    command.code = code::keyset;
    command.data = {1, low(static_cast<unsigned>(key.size()))};
    command.data.insert(command.data.end(), key.begin(), key.end());
    return command;
}

Command challenge(View rnd_a)
{
    Command command;
    command.code = code::challenge;
    command.data = bytes_of(rnd_a);
    return command;
}

Command answer_challenge(View panel_cryptogram)
{
    Command command;
    command.code = code::cryptogram;
    command.data = bytes_of(panel_cryptogram);
    return command;
}

const Capability* Capabilities::find(std::uint8_t function) const
{
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.function == function; });
    return at == all.end() ? nullptr : &*at;
}

Reply decode_reply(std::uint8_t reply, View data)
{
    switch (reply) {
    case code::ack: return Ack{};
    case code::nak: return Nak{data.empty() ? std::uint8_t{0} : data[0]};
    case code::busy: return Busy{};
    case code::pdid: return identity(data);
    case code::pdcap: return capabilities(data);
    case code::lstatr:
        if (data.size() < 2) return Broken{reply};
        return LocalStatus{data[0] != 0, data[1] != 0};
    case code::istatr: return Inputs{flags(data)};
    case code::ostatr: return Outputs{flags(data)};
    case code::rstatr: return Heads{bytes_of(data)};
    case code::raw: return card_bits(data);
    case code::fmt: return card_text(data);
    case code::keypad: return keys(data);
    case code::ccrypt: return challenged(data);
    case code::rmac:
        if (data.size() < 16) return Broken{reply};
        return FirstMac{bytes_of(data.first(16))};
    default: return Other{reply};
    }
}

std::string describe_nak(std::uint8_t reason)
{
    const auto* found = std::find_if(refusals.begin(), refusals.end(),
                                     [reason](const Refusal& row) { return row.reason == reason; });
    const auto& row = found == refusals.end() ? any_other : *found;
    return wire::in_both_languages({row.english, row.chinese}, fmt::format("NAK {}", reason));
}

std::string_view name_of(std::uint8_t code, bool from_reader)
{
    const auto find = [code](const auto& table) {
        const auto at = std::find_if(std::begin(table), std::end(table),
                                     [code](const Named& named) { return named.code == code; });
        return at == std::end(table) ? std::string_view() : at->name;
    };
    return from_reader ? find(replies) : find(commands);
}

} // namespace gatehouse::osdp
