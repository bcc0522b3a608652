#include "gateway/audit/head_note.hpp"

#include "gateway/audit/chain.hpp"
#include "gateway/base/sha256.hpp"

#include <charconv>

namespace gatehouse::audit {
namespace {

constexpr std::string_view opening = "gatehouse audit head 1 ";

} // namespace

std::string text_of(const HeadNote& note)
{
    auto text = std::string(opening) + to_text(note.head) + " " +
                std::to_string(note.at.time_since_epoch().count()) + "\n";
    const auto sum = base::sha256_hex(text);
    return text + sum + "\n";
}

std::optional<HeadNote> parse_note(std::string_view text)
{
    if (!text.starts_with(opening)) return std::nullopt;
    const auto line = text.substr(opening.size(), text.find('\n') - opening.size());
    const auto blank = line.find(' ');
    const auto head = parse_head(line.substr(0, blank));
    if (!head || blank == std::string_view::npos) return std::nullopt;
    std::int64_t at = 0;
    std::from_chars(line.data() + blank + 1, line.data() + line.size(), at);
    HeadNote note{.head = *head, .at = base::WallTime(std::chrono::milliseconds(at))};
    if (text != text_of(note)) return std::nullopt; // the checksum is among it
    return note;
}

} // namespace gatehouse::audit
