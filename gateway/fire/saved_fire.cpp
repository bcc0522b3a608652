#include "gateway/fire/saved_fire.hpp"

#include <array>
#include <charconv>

namespace gatehouse::fire {
namespace {

base::WallTime time_of(std::string_view text)
{
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return base::WallTime(std::chrono::milliseconds(value));
}

std::string text_of(base::WallTime time)
{
    return std::to_string(time.time_since_epoch().count());
}

} // namespace

std::string saved_fire(const Fire& fire, base::WallTime cleared_at)
{
    return text_of(cleared_at) + ' ' + fire.id + ' ' + text_of(fire.since) + ' ' + fire.input;
}

std::pair<Fire, base::WallTime> parse_fire(std::string_view text)
{
    std::array<std::string_view, 4> field;
    for (auto& part : field) {
        part = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
    }
    return {Fire{std::string(field[1]), time_of(field[2]), std::string(field[3])}, time_of(field[0])};
}

} // namespace gatehouse::fire
