#include "tests/sim/osdp/reader.hpp"

#include <algorithm>

namespace gatehouse::sim::osdp {
namespace {

const std::string public_key = "0123456789:;<=>?"; // bytes 30 to 3F
constexpr Span rather_late{350};
constexpr int poll_code = 0x60;

bool take(int& times)
{
    if (times <= 0) return false;
    --times;
    return true;
}

std::string bytes(std::initializer_list<int> list)
{
    std::string out;
    for (const int one : list)
        out += static_cast<char>(one);
    return out;
}

} // namespace

Reader::Reader(int address, std::string key, bool strict, std::size_t channels)
    : address_(address), key_(std::move(key)), strict_(strict), inputs_(channels, '\0'), on_until_(channels)
{
}

void Reader::reboot()
{
    restart();
    std::fill(on_until_.begin(), on_until_.end(), std::nullopt);
}

void Reader::restart()
{
    sealed_ = false;
    sequence_ = -1;
    last_question_.clear();
    if (told_) queue_.push_front(*std::exchange(told_, std::nullopt));
}

void Reader::set_key(std::string key)
{
    key_ = std::move(key);
    sealed_ = false;
}

void Reader::set_input(std::size_t input, bool active)
{
    if (input < inputs_.size()) inputs_[input] = active ? '\1' : '\0';
}

void Reader::set_local(bool tamper, bool power_fault)
{
    local_ = bytes({tamper ? 1 : 0, power_fault ? 1 : 0});
}

Said Reader::hear(const Question& asked, Moods& moods, base::MonoTime now)
{
    Said said;
    if (faults.absent || (moods.mute && asked.code == poll_code)) return said;
    Question question = asked;
    if (take(faults.busy)) {
        said.bytes = framed(question, {0x79, "", ""});
        return said;
    }
    if (question.sequence() != 0 && question.bytes == last_question_) { // a repeat: nothing is done again
        said.bytes = last_answer_;
    } else {
        const bool anew = question.sequence() == 0;
        if (anew) restart();
        const bool expected = anew || (sequence_ >= 0 && question.sequence() == sequence_ % 3 + 1);
        Reply reply{0x41, bytes({4}), ""};
        if (expected && !open(question)) {
            if (sealed_) return said; // a wrong MAC: dropped
            reply.data = bytes({6});
        } else if (expected) {
            if (told_) said.acked.push_back(std::exchange(told_, std::nullopt)->record);
            sequence_ = question.sequence();
            last_question_ = question.bytes;
            reply = answer(question, said, moods, now);
        }
        last_answer_ = framed(question, reply);
        said.bytes = last_answer_;
        if (!new_key_.empty()) key_ = std::exchange(new_key_, "");
        if (new_address_ >= 0) address_ = std::exchange(new_address_, -1);
    }
    if (take(faults.lost)) said.bytes.clear();
    if (take(faults.late)) said.after = rather_late;
    if (!said.bytes.empty() && take(faults.length)) said.bytes[3] = said.bytes[4] = '\xff';
    return said;
}

// Takes MAC and encryption away; true for what is in plain.
bool Reader::open(Question& question)
{
    if (!question.sealed()) return true;
    if (!sealed_ || question.data.size() < 4) return false;
    const auto covered = question.bytes.substr(0, question.bytes.size() - 4);
    const auto own = mac(covered, our_mac_);
    if (own.substr(0, 4) != question.bytes.substr(covered.size())) return false;
    question.data.resize(question.data.size() - 4);
    if (question.block[1] == '\x17') {
        const auto plain = aes_open(enc_, question.data, inverse(our_mac_));
        question.data = plain.substr(0, std::min(plain.rfind('\x80'), plain.size()));
    }
    their_mac_ = own;
    return true;
}

Reader::Reply Reader::answer(const Question& question, Said& said, Moods& moods, base::MonoTime now)
{
    if (faults.nak != 0) return {0x41, bytes({std::exchange(faults.nak, 0)}), ""};
    if (question.code == 0x76) return challenge(question);
    if (question.code == 0x77) return confirm(question);
    const bool allowed = question.sealed() || question.code == 0x61 || question.code == 0x62;
    if (strict_ && !allowed) return {0x41, bytes({6}), ""};
    switch (question.code) {
    case poll_code: return poll();
    case 0x61: return {0x45, bytes({0x5c, 0x26, 0x23, 1, 1, address_, 0, 0, 0, 1, 0, 0}), ""};
    case 0x62: {
        const auto channels = static_cast<int>(on_until_.size());
        return {0x46, bytes({1,  1, channels, 2,  2, channels, 3,
                             1,  0, 4,        4,  1, 5,        1,
                             1,  8, 1,        0,  9, 1,        key_.empty() ? 1 : 0,
                             10, 0, 1,        13, 0, 0,        16,
                             2,  0}),
                ""};
    }
    case 0x64: return {0x48, local_, ""};
    case 0x65: return {0x49, inputs_, ""};
    case 0x66: return {0x4a, outputs(now), ""};
    case 0x67: return {0x4b, std::string(1, '\0'), ""};
    case 0x68: return out(question, said, moods, now);
    case 0x69:
    case 0x6a:
    case 0x6b: return {0x40, "", ""};
    case 0x6e: return comset(question);
    case 0x75:
        if (!question.sealed() || question.data.size() != 18) return {0x41, bytes({9}), ""};
        new_key_ = question.data.substr(2);
        return {0x40, "", ""};
    default: return {0x41, bytes({3}), ""};
    }
}

Reader::Reply Reader::poll()
{
    if (queue_.empty()) return {0x40, "", ""};
    told_ = std::move(queue_.front());
    queue_.pop_front();
    return {told_->code, told_->data, ""};
}

Reader::Reply Reader::out(const Question& question, Said& said, const Moods& moods, base::MonoTime now)
{
    if (question.data.size() != 4) return {0x41, bytes({2}), ""};
    const int output = question.data[0];
    const int code = question.data[1];
    said.output = output;
    said.output_code = code;
    const bool known = static_cast<std::size_t>(output) < on_until_.size();
    if (!known || moods.command == CommandMood::refuse) return {0x41, bytes({9}), ""};
    const auto tenths =
        static_cast<unsigned char>(question.data[2]) + 256 * static_cast<unsigned char>(question.data[3]);
    auto& until = on_until_[static_cast<std::size_t>(output)];
    if (code == 1) until.reset();
    if (code == 2) until = base::MonoTime::max();
    if (code == 5) until = now + std::chrono::milliseconds(100 * tenths);
    said.moved = true;
    return {0x40, "", ""};
}

std::string Reader::outputs(base::MonoTime now)
{
    std::string out;
    for (const auto& until : on_until_)
        out += until && now < *until ? '\1' : '\0';
    return out;
}

Reader::Reply Reader::comset(const Question& question)
{
    if (question.data.size() != 5) return {0x41, bytes({2}), ""};
    new_address_ = question.data[0] & 0x7f;
    return {0x54, question.data, ""};
}

// ---- the session ----

Reader::Reply Reader::challenge(const Question& question)
{
    if (question.block.size() != 3 || question.data.size() != 8) return {0x41, bytes({2}), ""};
    const bool wants_public = question.block[2] == 0;
    if (wants_public != key_.empty()) return {0x41, bytes({9}), ""};
    const auto& key = key_.empty() ? public_key : key_;
    rnd_a_ = question.data;
    rnd_b_ = bytes({0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, address_});
    const auto derived = [&](int first, int second) {
        return aes(key, bytes({first, second}) + rnd_a_.substr(0, 6) + std::string(8, '\0'));
    };
    enc_ = derived(1, 0x82);
    mac1_ = derived(1, 1);
    mac2_ = derived(1, 2);
    const auto cuid = bytes({0x5c, 0x26, 0x23, 1, 1, address_, 0, 0});
    return {0x76, cuid + rnd_b_ + aes(enc_, rnd_a_ + rnd_b_), bytes({3, 0x12, wants_public ? 0 : 1})};
}

Reader::Reply Reader::confirm(const Question& question)
{
    sealed_ = !enc_.empty() && question.data == aes(enc_, rnd_b_ + rnd_a_);
    if (question.data.size() != 16) return {0x41, bytes({2}), ""};
    our_mac_ = enc_.empty() ? std::string(16, '\0') : aes(mac2_, aes(mac1_, question.data));
    return {0x78, our_mac_, bytes({3, 0x14, sealed_ ? 1 : 0xff})};
}

std::string Reader::mac(const std::string& covered, const std::string& start) const
{
    const auto text = padded(covered, false);
    const auto before = text.size() - 16;
    const auto chain = before == 0 ? start : aes(mac1_, text.substr(0, before), start);
    return aes(mac2_, text.substr(before), chain.substr(chain.size() - 16));
}

std::string Reader::framed(const Question& question, const Reply& reply)
{
    const bool plain = !sealed_ || !question.sealed() || reply.code == 0x79 || take(faults.plain);
    std::string block = reply.block;
    std::string data = reply.data;
    if (!plain) {
        block = bytes({2, data.empty() ? 0x16 : 0x18});
        if (!data.empty()) data = aes(enc_, padded(data, true), inverse(their_mac_));
    }
    const std::size_t check_size = question.crc() ? 2 : 1;
    const auto size = static_cast<int>(6 + block.size() + data.size() + (plain ? 0 : 4) + check_size);
    const int control = question.sequence() | (question.control & 4) | (block.empty() ? 0 : 8);
    auto out = bytes({0x53, question.address | 0x80, size % 256, size / 256, control}) + block;
    out += static_cast<char>(reply.code);
    out += data;
    if (!plain) {
        our_mac_ = mac(out, their_mac_);
        auto sent = our_mac_.substr(0, 4);
        if (take(faults.mac)) sent[0] = static_cast<char>(sent[0] ^ 0x5a);
        out += sent;
    }
    return '\xff' + out + (question.crc() ? crc(out) : checksum(out));
}

} // namespace gatehouse::sim::osdp
