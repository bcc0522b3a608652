#include "tests/fakes/fake_modbus.hpp"

#include "tests/fakes/memory_stream.hpp"

#include <algorithm>

namespace gatehouse::fakes {

using namespace std::chrono_literals;

namespace {

unsigned octet_at(const std::string& text, std::size_t at)
{
    return static_cast<std::uint8_t>(text[at]);
}

unsigned word_at(const FakeModbus::Pdu& pdu, std::size_t at)
{
    return static_cast<unsigned>(pdu[at]) << 8U | pdu[at + 1];
}

// Sheet §1: polynomial A001 reflected, start FFFF, low byte first.
std::string checksum(const std::string& bytes)
{
    unsigned crc = 0xffff;
    for (const char c : bytes) {
        crc ^= static_cast<std::uint8_t>(c);
        for (int i = 0; i < 8; ++i) {
            const bool carry = (crc & 1U) == 1U;
            crc /= 2;
            if (carry) crc ^= 0xa001U;
        }
    }
    return {static_cast<char>(crc % 256), static_cast<char>(crc / 256)};
}

FakeModbus::Pdu refusal(const FakeModbus::Pdu& request, std::uint8_t code)
{
    return {static_cast<std::uint8_t>(request[0] + 0x80), code};
}

} // namespace

FakeModbus::FakeModbus(asio::any_io_executor executor, base::Clock& clock)
    : executor_(executor), clock_(clock), tasks_(executor)
{
    holding[0x4000] = 1;
    holding[0x8000] = 200; // V2.00
    for (std::uint16_t i = 0; i < 8; ++i)
        holding[static_cast<std::uint16_t>(0x1000 + i)] = 0;
    inputs[1] = true; // the boom is down
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> FakeModbus::connect(base::Target target)
{
    targets.push_back(std::move(target));
    if (!present) co_return asio::error::connection_refused;
    ++connections;
    auto [ours, theirs] = connected(executor_, "192.0.2.31");
    const StreamPtr stream(std::move(theirs));
    connections_.push_back(stream);
    tasks_.spawn("board", serve(stream));
    co_return std::move(ours);
}

void FakeModbus::cut()
{
    for (const auto& weak : connections_)
        if (const auto stream = weak.lock()) stream->close();
    connections_.clear();
}

void FakeModbus::stop()
{
    cut();
    tasks_.cancel();
}

void FakeModbus::restart(bool restore_relays)
{
    cut();
    if (!restore_relays) std::fill(coils.begin(), coils.end(), false);
}

std::size_t FakeModbus::count(const Pdu& pdu) const
{
    return static_cast<std::size_t>(std::count(asked.begin(), asked.end(), pdu));
}

// Every question we know has five bytes behind the unit.
asio::awaitable<void> FakeModbus::serve(StreamPtr stream)
{
    const std::size_t size = rtu ? 8 : 12;
    std::string bytes;
    std::array<std::byte, 64> chunk{};
    for (;;) {
        const auto got = co_await stream->read_some(chunk);
        if (!got) co_return;
        bytes.append(reinterpret_cast<const char*>(chunk.data()), *got);
        while (bytes.size() >= size) {
            auto frame = bytes.substr(0, size);
            bytes.erase(0, size);
            const bool goes_on = co_await answer(stream, std::move(frame));
            if (!goes_on) co_return;
        }
    }
}

asio::awaitable<bool> FakeModbus::answer(StreamPtr stream, std::string frame)
{
    const std::size_t head = rtu ? 0 : 6;
    if (rtu && checksum(frame.substr(0, 6)) != frame.substr(6)) co_return true;
    if (!rtu && (octet_at(frame, 2) != 0 || octet_at(frame, 3) != 0 || octet_at(frame, 5) != 6))
        co_return false;
    Pdu request;
    for (std::size_t i = 0; i < 5; ++i)
        request.push_back(static_cast<std::uint8_t>(frame[head + 1 + i]));
    asked.push_back(request);
    asked_at.push_back(clock_.now());
    units_asked.push_back(static_cast<int>(octet_at(frame, head)));
    if (echoes) co_await send(stream, frame);
    const bool writes = request[0] == 5 || request[0] == 6;
    if (mute || (rtu && octet_at(frame, head) != unit)) co_return true;
    if (writes && deaf_to_writes > 0) {
        --deaf_to_writes;
        co_return true;
    }
    pulse_length_ = 0ms;
    const auto reply = reply_to(request);
    co_await clock_.sleep_for(answers_after_pulse ? answers_after + pulse_length_ : answers_after);
    if (answers_lost > 0) {
        --answers_lost;
        co_return true;
    }
    const auto bytes = framed(frame, reply);
    co_await send(stream, foreign + bytes);
    if (answers_twice) co_await send(stream, bytes);
    co_return true;
}

asio::awaitable<void> FakeModbus::send(StreamPtr stream, std::string bytes)
{
    const auto view = std::as_bytes(std::span(bytes));
    (void)co_await stream->write(view);
}

std::string FakeModbus::framed(const std::string& request, const Pdu& reply) const
{
    std::string body(1, rtu ? request[0] : request[6]);
    if (names_other_unit) body[0] = static_cast<char>(0xff);
    body.append(reply.begin(), reply.end());
    if (!rtu) return request.substr(0, 4) + '\0' + static_cast<char>(body.size()) + body;
    auto sum = checksum(body);
    if (wrong_checksum) sum[0] = static_cast<char>(sum[0] + 1);
    return body + sum;
}

FakeModbus::Pdu FakeModbus::reply_to(const Pdu& request)
{
    if (busy_times > 0) {
        --busy_times;
        return refusal(request, 6);
    }
    if (const auto code = exceptions.find(request[0]); code != exceptions.end())
        return refusal(request, code->second);
    switch (request[0]) {
    case 1: return read_bits(coils, request);
    case 2: return read_bits(inputs, request);
    case 3: return read_registers(holding, request);
    case 4: return read_registers(input_registers, request);
    case 5: return write_relay(request);
    case 6: return write_register(request);
    default: return refusal(request, 1);
    }
}

FakeModbus::Pdu FakeModbus::read_bits(const std::vector<bool>& from, const Pdu& request) const
{
    const auto first = word_at(request, 1);
    const auto number = word_at(request, 3);
    if (first + number > from.size() || number == 0) return refusal(request, 2);
    Pdu reply{request[0], static_cast<std::uint8_t>((number + 7) / 8)};
    reply.resize(2U + reply[1]);
    for (unsigned i = 0; i < number; ++i)
        if (from[first + i]) reply[2 + i / 8] = static_cast<std::uint8_t>(reply[2 + i / 8] + (1U << (i % 8)));
    return reply;
}

FakeModbus::Pdu FakeModbus::read_registers(const std::map<std::uint16_t, std::uint16_t>& from,
                                           const Pdu& request) const
{
    Pdu reply{request[0], static_cast<std::uint8_t>(word_at(request, 3) * 2)};
    for (unsigned i = 0; i < word_at(request, 3); ++i) {
        const auto found = from.find(static_cast<std::uint16_t>(word_at(request, 1) + i));
        if (found == from.end()) return refusal(request, 2);
        reply.push_back(static_cast<std::uint8_t>(found->second / 256));
        reply.push_back(static_cast<std::uint8_t>(found->second % 256));
    }
    return reply;
}

FakeModbus::Pdu FakeModbus::write_relay(const Pdu& request)
{
    const auto address = word_at(request, 1);
    const auto value = word_at(request, 3);
    const auto relay = address % 256;
    if (relay >= coils.size()) return refusal(request, 2);
    if (address / 256 == 2) {
        pulse_length_ = value * 100ms;
        tasks_.spawn("pulse", pulse(relay, pulse_length_));
    } else if (address < 256 && (value == 0xff00 || value == 0)) {
        set(relay, value != 0);
    } else {
        return refusal(request, 3);
    }
    return request;
}

// Sheet §3, generic boards: register 1 is relay 0; 0100 on, 0200 off, 0500 momentary.
FakeModbus::Pdu FakeModbus::write_register(const Pdu& request)
{
    const auto number = word_at(request, 1);
    if (number == 0 || number > coils.size()) return refusal(request, 2);
    const auto relay = number - 1;
    switch (word_at(request, 3)) {
    case 0x0100: set(relay, true); break;
    case 0x0200: set(relay, false); break;
    case 0x0500: tasks_.spawn("pulse", pulse(relay, 1s)); break;
    default: return refusal(request, 3);
    }
    return request;
}

asio::awaitable<void> FakeModbus::pulse(std::size_t relay, std::chrono::milliseconds length)
{
    set(relay, true);
    co_await clock_.sleep_for(length);
    set(relay, false);
}

void FakeModbus::set(std::size_t relay, bool on)
{
    const bool pressed = on && !coils[relay];
    coils[relay] = on || (relay_sticks && coils[relay]);
    if (!has_gate || !pressed) return;
    if (relay == 0 || relay == 3) begin_travel(true);
    if (relay == 1) begin_travel(false);
    if (relay == 2) {
        ++order_;
        moving_ = 0;
    }
}

void FakeModbus::begin_travel(bool up)
{
    ++order_;
    moving_ = up ? 1 : -1;
    if (up) ++risen;
    tasks_.spawn("boom", travel_to(up, order_));
}

asio::awaitable<void> FakeModbus::travel_to(bool up, int order)
{
    if (boom_stuck) co_return;
    co_await clock_.sleep_for(100ms);
    if (order != order_) co_return;
    show_limits(false, false);
    co_await clock_.sleep_for(travel - 100ms);
    if (order != order_) co_return;
    moving_ = 0;
    show_limits(up, !up);
}

void FakeModbus::show_limits(bool up, bool down)
{
    inputs[0] = up != limits_inverted;
    inputs[1] = down != limits_inverted;
}

} // namespace gatehouse::fakes
