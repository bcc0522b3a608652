#include "protocols/osdp/recorder.hpp"

#include "protocols/osdp/card.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace gatehouse::osdp {
namespace {

constexpr std::size_t size_max = 1024 * 1024;

// Whether what the frame carries says nothing about a person and nothing about a key.
bool harmless(const Frame& frame)
{
    constexpr std::uint8_t from_panel[] = {code::poll,          code::id,           code::cap,
                                           code::local_status,  code::input_status, code::output_status,
                                           code::reader_status, code::out,          code::led,
                                           code::buzzer,        code::comset};
    constexpr std::uint8_t from_reader[] = {code::ack,    code::nak,    code::pdid,   code::pdcap,
                                            code::lstatr, code::istatr, code::ostatr, code::rstatr,
                                            code::com,    code::busy};
    const auto in = [&](const auto& table) {
        return std::find(std::begin(table), std::end(table), frame.code) != std::end(table);
    };
    return frame.from_reader() ? in(from_reader) : in(from_panel);
}

} // namespace

void Recorder::begin()
{
    on_ = true;
    cut_ = false;
    text_.clear();
    cards_.clear();
}

void Recorder::take(const Frame& frame)
{
    if (!on_) return;
    const char* mark = frame.from_reader() ? "<" : ">";
    const char* seal = frame.sealed() ? " # sealed" : "";
    keep(fmt::format("{} {:02x}{}", mark, fmt::join(encode(redacted(frame)), " "), seal));
}

void Recorder::note(const std::string& sentence)
{
    if (on_) keep("# " + sentence);
}

void Recorder::keep(const std::string& line)
{
    cut_ = cut_ || text_.size() + line.size() > size_max;
    if (!cut_) text_ += line + '\n';
}

Frame Recorder::redacted(Frame frame)
{
    if (frame.sealed()) {
        frame.block = 0;
        frame.mac.clear();
    }
    if (harmless(frame)) return frame;
    const bool reader = frame.from_reader();
    if (reader && frame.code == code::raw)
        rename_card(frame);
    else if (reader && (frame.code == code::keypad || frame.code == code::fmt))
        std::fill(frame.data.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                           frame.data.size(), frame.code == code::fmt ? 3 : 2)),
                  frame.data.end(), std::uint8_t{'0'});
    else
        std::fill(frame.data.begin(), frame.data.end(), std::uint8_t{0});
    return frame;
}

void Recorder::rename_card(Frame& frame)
{
    const auto reply = decode_reply(frame.code, frame.data);
    const auto* card = std::get_if<CardBits>(&reply);
    if (card == nullptr) {
        std::fill(frame.data.begin(), frame.data.end(), std::uint8_t{0});
        return;
    }
    const auto number = cards_.try_emplace(card->bits, cards_.size() + 1).first->second;
    const auto bits = card_bits(card->count, number);
    frame.data.resize(4);
    frame.data.insert(frame.data.end(), bits.begin(), bits.end());
}

std::string Recorder::end()
{
    on_ = false;
    if (cut_) text_ += "# the rest was left out\n";
    cards_.clear();
    return std::exchange(text_, {});
}

} // namespace gatehouse::osdp
