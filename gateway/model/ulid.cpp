#include "gateway/model/ulid.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::model {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

} // namespace

std::string UlidSource::next()
{
    const auto wall =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, clock_.wall().time_since_epoch().count()));
    if (wall > time_) {
        time_ = wall;
        high_ = static_cast<std::uint16_t>(random_.next());
        low_ = random_.next() >> 1U; // head room for the increments of this millisecond
    } else if (++low_ == 0) {
        ++high_;
    }
    std::string text(26, '0');
    auto time = time_;
    for (int i = 9; i >= 0; --i, time >>= 5U)
        text[static_cast<std::size_t>(i)] = alphabet[time & 31U];
    // 80 bits of randomness as 16 groups of 5, least significant last.
    auto low = low_;
    std::uint32_t high = high_;
    for (int i = 25; i >= 10; --i) {
        text[static_cast<std::size_t>(i)] = alphabet[low & 31U];
        low = (low >> 5U) | (static_cast<std::uint64_t>(high & 31U) << 59U);
        high >>= 5U;
    }
    return text;
}

bool is_ulid(std::string_view text)
{
    return text.size() == 26 && std::all_of(text.begin(), text.end(), [](char c) {
               return alphabet.find(c) != std::string_view::npos;
           });
}

} // namespace gatehouse::model
