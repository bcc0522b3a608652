#include "tests/sim/modbus/frames.hpp"

namespace gatehouse::sim::modbus {
namespace {

int byte_at(const std::string& bytes, std::size_t at)
{
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

std::string byte(int value)
{
    return std::string(1, static_cast<char>(value));
}

std::string checksum(const std::string& bytes)
{
    const auto sum = crc(bytes);
    return byte(sum & 0xff) + byte(sum >> 8); // low byte first
}

std::optional<Question> take_tcp(std::string& buffer)
{
    constexpr std::size_t header = 7;
    if (buffer.size() < header) return std::nullopt;
    const auto length = static_cast<std::size_t>(word_at(buffer, 4));
    if (word_at(buffer, 2) != 0 || length < 2 || length > 254) {
        buffer.clear();
        return std::nullopt;
    }
    if (buffer.size() < 6 + length) return std::nullopt;
    Question question;
    question.transaction = word_at(buffer, 0);
    question.unit = byte_at(buffer, 6);
    question.pdu = buffer.substr(header, length - 1);
    buffer.erase(0, 6 + length);
    return question;
}

// Reads and writes of one have six bytes and a checksum; writes of several say how long they are.
std::optional<Question> take_rtu(std::string& buffer)
{
    const int function = byte_at(buffer, 1);
    std::size_t size = 8;
    if (function == 0x0f || function == 0x10) {
        if (buffer.size() < 7) return std::nullopt;
        size = 9 + static_cast<std::size_t>(byte_at(buffer, 6));
    }
    if (buffer.size() < size) return std::nullopt;
    const auto body = buffer.substr(0, size - 2);
    if (buffer.substr(size - 2, 2) != checksum(body)) {
        buffer.clear(); // out of step: a real board waits for silence
        return std::nullopt;
    }
    Question question;
    question.unit = byte_at(body, 0);
    question.pdu = body.substr(1);
    buffer.erase(0, size);
    return question;
}

} // namespace

std::uint16_t crc(const std::string& bytes)
{
    unsigned sum = 0xffff;
    for (const char c : bytes) {
        sum ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            sum = (sum & 1U) != 0 ? sum >> 1U ^ 0xa001U : sum >> 1U;
    }
    return static_cast<std::uint16_t>(sum);
}

std::optional<Question> take_question(Framing framing, std::string& buffer)
{
    return framing == Framing::tcp ? take_tcp(buffer) : take_rtu(buffer);
}

std::string frame(Framing framing, const Question& question, const std::string& answer, bool damaged)
{
    if (framing == Framing::tcp) {
        const int transaction = damaged ? question.transaction ^ 0x5a5a : question.transaction;
        return word(transaction) + word(0) + word(static_cast<int>(answer.size()) + 1) + byte(question.unit) +
               answer;
    }
    const auto body = byte(question.unit) + answer;
    auto bytes = body + checksum(body);
    if (damaged) bytes.back() = static_cast<char>(bytes.back() ^ 0x5a);
    return bytes;
}

int word_at(const std::string& pdu, std::size_t at)
{
    return byte_at(pdu, at) * 256 + byte_at(pdu, at + 1);
}

std::string word(int value)
{
    return byte(value >> 8) + byte(value & 0xff);
}

} // namespace gatehouse::sim::modbus
