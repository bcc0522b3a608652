#include "vision/worker/arguments.hpp"

#include <charconv>
#include <string_view>

namespace gatehouse::vision {
namespace {

constexpr std::uint64_t memory_min = std::uint64_t{64} << 20; // below it the networks cannot be loaded

bool parse_bytes(std::string_view text, std::uint64_t& bytes)
{
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, bytes);
    return error == std::errc{} && rest == end && bytes >= memory_min;
}

} // namespace

base::Result<Arguments> parse_arguments(std::span<const char* const> words)
{
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        const bool more = i + 1 < words.size();
        if (word == "--version")
            arguments.version = true;
        else if (word == "--models" && more)
            arguments.models = words[++i];
        else if (word != "--memory-max" || !more || !parse_bytes(words[++i], arguments.memory_max))
            return base::Errc::bad_input;
    }
    if (!arguments.version && arguments.models.empty()) return base::Errc::bad_input;
    return arguments;
}

} // namespace gatehouse::vision
