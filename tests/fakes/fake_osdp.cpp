#include "tests/fakes/fake_osdp.hpp"

#include "tests/fakes/memory_stream.hpp"
#include "tests/fakes/text.hpp"

#include <algorithm>

#include <openssl/evp.h>

namespace gatehouse::fakes {

using namespace std::chrono_literals;

namespace {

using Reply = FakeReader::Reply;

std::string text_of(const FakeReader::Bytes& bytes)
{
    return {bytes.begin(), bytes.end()};
}

// Sheet §2: polynomial 1021, start 1D0F, no reflection, low byte first.
std::string crc(const std::string& bytes)
{
    std::uint16_t sum = 0x1d0f;
    for (const char c : bytes)
        for (int bit = 7; bit >= 0; --bit) {
            const bool in = (static_cast<std::uint8_t>(c) >> bit & 1) != 0;
            const bool top = (sum & 0x8000) != 0;
            sum = static_cast<std::uint16_t>(sum * 2);
            if (in != top) sum = static_cast<std::uint16_t>(sum ^ 0x1021);
        }
    return {static_cast<char>(sum % 256), static_cast<char>(sum / 256)};
}

std::string sum(const std::string& bytes)
{
    unsigned total = 0;
    for (const char c : bytes)
        total += static_cast<std::uint8_t>(c);
    return std::string(1, static_cast<char>((256 - total % 256) % 256));
}

std::string cipher(const EVP_CIPHER* type, const std::string& key, const std::string& iv,
                   const std::string& in, bool encrypt)
{
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    const auto* k = reinterpret_cast<const unsigned char*>(key.data());
    const auto* v = iv.empty() ? nullptr : reinterpret_cast<const unsigned char*>(iv.data());
    EVP_CipherInit_ex(context, type, nullptr, k, v, encrypt ? 1 : 0);
    EVP_CIPHER_CTX_set_padding(context, 0);
    std::string out(in.size() + 16, '\0');
    int size = 0;
    EVP_CipherUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                     reinterpret_cast<const unsigned char*>(in.data()), static_cast<int>(in.size()));
    EVP_CIPHER_CTX_free(context);
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::string ecb(const std::string& key, const std::string& in)
{
    return cipher(EVP_aes_128_ecb(), key, "", in, true);
}

std::string padded(std::string text, bool always)
{
    if (!always && text.size() % 16 == 0) return text;
    text += '\x80';
    text.resize((text.size() + 15) / 16 * 16);
    return text;
}

std::string inverse(std::string text)
{
    for (char& c : text)
        c = static_cast<char>(~c);
    return text;
}

std::string mac(const FakeReader& reader, const std::string& covered, std::string start)
{
    const auto text = padded(covered, false);
    if (text.size() > 16)
        start = cipher(EVP_aes_128_cbc(), reader.s_mac1, start, text.substr(0, text.size() - 16), true);
    return cipher(EVP_aes_128_cbc(), reader.s_mac2, start.substr(start.size() - 16),
                  text.substr(text.size() - 16), true);
}

std::string session_key(const FakeReader& reader, const std::string& mark)
{
    return ecb(reader.key, mark + reader.rnd_a.substr(0, 6) + std::string(8, '\0'));
}

const std::string cuid = "\x01\x02\x03\x04\x05\x06\x07\x08";
const std::string rnd_b = "ABCDEFGH";

Reply nak(std::uint8_t reason)
{
    return {0x41, {reason}};
}

Reply flags(std::uint8_t code, const std::vector<bool>& on)
{
    Reply reply{code, {}};
    for (const bool one : on)
        reply.data.push_back(one ? 1 : 0);
    return reply;
}

Reply challenged(FakeReader& reader, const FakeReader::Told& told, std::string& block)
{
    const bool wants_default = block.size() > 2 && block[2] == 0;
    if (told.data.size() != 8) return nak(2);
    reader.rnd_a = text_of(told.data);
    block = std::string("\x03\x12") + (reader.holds_default ? '\0' : '\1');
    if (wants_default != reader.holds_default) return nak(6);
    reader.s_enc = session_key(reader, "\x01\x82");
    reader.s_mac1 = session_key(reader, "\x01\x01");
    reader.s_mac2 = session_key(reader, "\x01\x02");
    const auto all = cuid + rnd_b + ecb(reader.s_enc, reader.rnd_a + rnd_b);
    return {0x76, FakeReader::Bytes(all.begin(), all.end())};
}

Reply confirmed(FakeReader& reader, const FakeReader::Told& told, std::string& block)
{
    const bool right = text_of(told.data) == ecb(reader.s_enc, rnd_b + reader.rnd_a);
    block = std::string("\x03\x14") + (right ? '\1' : '\xff');
    reader.r_mac = ecb(reader.s_mac2, ecb(reader.s_mac1, text_of(told.data)));
    reader.sealed = right;
    if (right) ++reader.sessions;
    return {0x78, FakeReader::Bytes(reader.r_mac.begin(), reader.r_mac.end())};
}

} // namespace

void FakeReader::card26(unsigned facility, unsigned number)
{
    const unsigned value = facility << 16U | number;
    unsigned bits = value << 1U;
    const auto ones = [](unsigned word) {
        int n = 0;
        for (; word != 0; word /= 2)
            n += static_cast<int>(word % 2);
        return n;
    };
    if (ones(bits >> 13U) % 2 == 1) bits |= 1U << 25U;
    if (ones(bits & 0x1fffU) % 2 == 0) bits |= 1U;
    bits <<= 6U;
    Bytes data{0, 1, 26, 0};
    for (int shift = 24; shift >= 0; shift -= 8)
        data.push_back(static_cast<std::uint8_t>(bits >> shift));
    events.push_back({0x50, data});
}

void FakeReader::keys(const std::string& digits)
{
    Bytes data{0, static_cast<std::uint8_t>(digits.size())};
    for (const char c : digits)
        data.push_back(c == '*' ? 0x7f : c == '#' ? 0x0d : static_cast<std::uint8_t>(c));
    events.push_back({0x53, data});
}

void FakeReader::reboot()
{
    sealed = false;
    last_sequence = -1;
    last_request.clear();
}

int FakeReader::count(std::uint8_t code) const
{
    return static_cast<int>(std::count_if(told.begin(), told.end(),
                                          [&](const Told& t) { return t.code == code && !t.repeated; }));
}

FakeReader::Bytes FakeReader::last(std::uint8_t code) const
{
    for (auto at = told.rbegin(); at != told.rend(); ++at)
        if (at->code == code) return at->data;
    return {};
}

FakeOsdp::FakeOsdp(asio::any_io_executor executor, base::Clock& clock)
    : executor_(executor), clock_(clock), tasks_(executor)
{
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> FakeOsdp::connect(base::Target target)
{
    targets.push_back(std::move(target));
    if (!present) co_return asio::error::connection_refused;
    ++connections;
    auto [ours, theirs] = connected(executor_, "192.0.2.31");
    const StreamPtr stream(std::move(theirs));
    connections_.push_back(stream);
    tasks_.spawn("line", serve(stream));
    co_return std::move(ours);
}

void FakeOsdp::cut()
{
    for (const auto& weak : connections_)
        if (const auto stream = weak.lock()) stream->close();
    connections_.clear();
}

void FakeOsdp::stop()
{
    cut();
    tasks_.cancel();
}

asio::awaitable<void> FakeOsdp::serve(StreamPtr stream)
{
    std::string bytes;
    std::array<std::byte, 64> chunk{};
    for (;;) {
        const auto got = co_await stream->read_some(chunk);
        if (!got) co_return;
        bytes.append(reinterpret_cast<const char*>(chunk.data()), *got);
        for (;;) {
            if (!bytes.empty() && bytes[0] == '\xff') bytes.erase(0, 1);
            if (bytes.size() < 6) break;
            const std::size_t size = byte_at(bytes, 2) + byte_at(bytes, 3) * 256;
            if (bytes.size() < size) break;
            auto frame = bytes.substr(0, size);
            bytes.erase(0, size);
            tasks_.spawn("frame", hear(stream, std::move(frame)));
        }
    }
}

asio::awaitable<void> FakeOsdp::hear(StreamPtr stream, std::string frame)
{
    if (echoes) {
        const auto echo = std::as_bytes(std::span(frame));
        (void)co_await stream->write(echo);
    }
    const auto at = readers.find(byte_at(frame, 1));
    if (at == readers.end() || !at->second.present) co_return;
    auto& reader = at->second;
    if (reader.deaf > 0) {
        --reader.deaf;
        co_return;
    }
    const auto reply = answer(reader, frame);
    const bool late = reader.late_answers > 0;
    if (late) --reader.late_answers;
    co_await clock_.sleep_for(late ? 350ms : reader.answers_after);
    if (reader.answers_lost > 0) {
        --reader.answers_lost;
        co_return;
    }
    if (reply.empty()) co_return;
    const auto whole = reader.noise + reader.marks + reply;
    const auto view = std::as_bytes(std::span(whole));
    (void)co_await stream->write(view);
}

std::string FakeOsdp::answer(FakeReader& reader, const std::string& frame)
{
    const auto control = byte_at(frame, 4);
    const bool with_crc = (control & 4U) != 0;
    const auto body_end = frame.size() - (with_crc ? 2 : 1);
    const auto body = frame.substr(0, body_end);
    if ((with_crc ? crc(body) : sum(body)) != frame.substr(body_end)) return {};

    FakeReader::Told told;
    told.sequence = static_cast<std::uint8_t>(control & 3U);
    told.at = clock_.now();
    std::string block;
    std::size_t code_at = 5;
    if ((control & 8U) != 0) {
        block = frame.substr(5, byte_at(frame, 5));
        code_at += block.size();
    }
    told.sealed = block.size() == 2;
    told.code = static_cast<std::uint8_t>(frame[code_at]);
    auto data = body.substr(code_at + 1);
    if (told.code == 0x60 && reader.deaf_to_polls) return {};

    std::uint8_t reply_sequence = told.sequence;
    const auto finish = [&](const Reply& reply, std::string reply_block) {
        std::string out{0x53, static_cast<char>(0x80 + byte_at(frame, 1)), 0, 0,
                        static_cast<char>(reply_sequence | (control & 4U) | (reply_block.empty() ? 0U : 8U))};
        out += reply_block + static_cast<char>(reply.code);
        auto content = text_of(reply.data);
        const bool seal = reply_block.size() == 2;
        if (seal && reply_block[1] == '\x18' && !content.empty())
            content =
                cipher(EVP_aes_128_cbc(), reader.s_enc, inverse(reader.c_mac), padded(content, true), true);
        out += content;
        const auto size = out.size() + (seal ? 4 : 0) + (with_crc ? 2 : 1);
        out[2] = static_cast<char>(size % 256);
        out[3] = static_cast<char>(size / 256);
        if (seal) {
            reader.r_mac = mac(reader, out, reader.c_mac);
            auto sent = reader.r_mac.substr(0, 4);
            if (reader.wrong_macs > 0) sent[0] = static_cast<char>(sent[0] + 1);
            out += sent;
        }
        return out + (with_crc ? crc(out) : sum(out));
    };

    if (reader.busy_for_ever || reader.busy_times > 0) {
        if (reader.busy_times > 0) --reader.busy_times;
        return finish({0x79, {}}, "");
    }
    if (told.sequence != 0 && frame == reader.last_request) {
        told.repeated = true;
        reader.told.push_back(told);
        if (reader.wrong_macs > 0 && --reader.wrong_macs == 0 && reader.sealed) {
            reader.last_answer = finish({0x40, {}}, std::string("\x02\x16"));
        }
        return reader.last_answer;
    }
    if (told.sequence == 0)
        reader.sealed = false;
    else if (told.sequence != reader.last_sequence % 3 + 1 || reader.last_sequence < 0) {
        reader.told.push_back(told);
        if (reader.naks_with_zero) reply_sequence = 0;
        return finish(nak(4), "");
    }
    if (told.sealed) {
        if (!reader.sealed) {
            reader.told.push_back(told);
            return finish(nak(6), "");
        }
        const auto own = mac(reader, body.substr(0, body.size() - 4), reader.r_mac);
        if (own.substr(0, 4) != body.substr(body.size() - 4)) return {};
        reader.c_mac = own;
        data = data.substr(0, data.size() - 4);
        if (block[1] == '\x17') {
            data = cipher(EVP_aes_128_cbc(), reader.s_enc, inverse(reader.r_mac), data, false);
            data = data.substr(0, data.rfind('\x80'));
        }
    }
    told.data.assign(data.begin(), data.end());
    reader.told.push_back(told);
    reader.last_request = frame;
    reader.last_sequence = told.sequence;

    const bool handshake = told.code == 0x76 || told.code == 0x77;
    auto reply = nak(6);
    if (handshake)
        reply = told.code == 0x76 ? challenged(reader, told, block) : confirmed(reader, told, block);
    else if (!reader.wants_seal || told.sealed || told.code == 0x61 || told.code == 0x62)
        reply = reply_to(reader, told, block);
    if (handshake && reply.code == 0x41) block.clear();
    if (!handshake) block.clear();
    if (told.sealed) {
        const bool data18 = !reply.data.empty() || reader.empty_blocks;
        block = data18 ? "\x02\x18" : "\x02\x16";
        if (reader.plain_answers > 0) {
            --reader.plain_answers;
            block.clear();
        }
    }
    reader.last_answer = finish(reply, block);
    if (!reader.next_key.empty()) {
        reader.key = std::exchange(reader.next_key, {});
        reader.holds_default = false;
    }
    return reader.last_answer;
}

Reply FakeOsdp::reply_to(FakeReader& reader, const FakeReader::Told& told, std::string&)
{
    if (const auto refusal = reader.refusals.find(told.code);
        refusal != reader.refusals.end() && reader.refusals_max > 0) {
        --reader.refusals_max;
        return nak(refusal->second);
    }
    switch (told.code) {
    case 0x60: {
        if (reader.events.empty()) return {0x40, {}};
        const auto event = reader.events.front();
        reader.events.pop_front();
        return event;
    }
    case 0x61: return {0x45, {0x00, 0x06, 0x8e, 1, 2, 0x39, 0x30, 0, 0, 3, 4, 5}};
    case 0x62: return {0x46, reader.capabilities};
    case 0x64: return {0x48, {std::uint8_t(reader.tamper), std::uint8_t(reader.power_fault)}};
    case 0x65: return flags(0x49, reader.inputs);
    case 0x66: return reader.outputs_readable ? flags(0x4a, reader.outputs) : nak(3);
    case 0x67: return {0x4b, {reader.head}};
    case 0x68: return out(reader, told);
    case 0x69:
    case 0x6a:
    case 0x6b: return {0x40, {}};
    case 0x75:
        if (!told.sealed || told.data.size() != 18 || told.data[0] != 1) return nak(9);
        reader.next_key.assign(told.data.begin() + 2, told.data.end());
        return {0x40, {}};
    default: return nak(3);
    }
}

Reply FakeOsdp::out(FakeReader& reader, const FakeReader::Told& told)
{
    if (told.data.size() != 4) return nak(2);
    const std::size_t output = told.data[0];
    if (output >= reader.outputs.size()) return nak(9);
    if (told.data[1] == 1) reader.outputs[output] = false;
    if (told.data[1] == 5 && !reader.output_dead)
        tasks_.spawn("pulse", pulse(reader, output, (told.data[2] + told.data[3] * 256) * 100ms));
    if (told.data[1] == 5 && !reader.output_dead) reader.outputs[output] = true;
    return {0x40, {}};
}

asio::awaitable<void> FakeOsdp::pulse(FakeReader& reader, std::size_t output,
                                      std::chrono::milliseconds length)
{
    co_await clock_.sleep_for(length);
    reader.outputs[output] = false;
}

} // namespace gatehouse::fakes
