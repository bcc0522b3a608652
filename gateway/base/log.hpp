#pragma once
#include <boost/system/error_code.hpp>
#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace gatehouse::base {

// One named value of a log line.
struct Field {
    std::string_view key;
    std::string value;
};

template <class T>
Field kv(std::string_view key, const T& value)
{
    if constexpr (std::is_convertible_v<const T&, boost::system::error_code>)
        return {key, boost::system::error_code(value).message()};
    else if constexpr (std::is_convertible_v<const T&, std::string_view>)
        return {key, std::string(std::string_view(value))};
    else
        return {key, fmt::to_string(value)};
}

// A fixed sentence with its values in fields, one line on stderr; journald keeps it. Levels: error = someone
// must act, warn = we cope, info = a state changed (never per event), debug = the rest. No plate, card or
// face value above debug.
namespace log {

enum class Level { debug, info, warn, error };

void set_level(Level level);
[[nodiscard]] Level level();
// "debug", "info", "warn", "error"; false for anything else.
bool parse_level(std::string_view text, Level& level);
void write(Level level, std::string_view sentence, std::initializer_list<Field> fields);

template <class... F>
void debug(std::string_view sentence, F&&... fields)
{
    if (level() <= Level::debug) write(Level::debug, sentence, {std::forward<F>(fields)...});
}
template <class... F>
void info(std::string_view sentence, F&&... fields)
{
    write(Level::info, sentence, {std::forward<F>(fields)...});
}
template <class... F>
void warn(std::string_view sentence, F&&... fields)
{
    write(Level::warn, sentence, {std::forward<F>(fields)...});
}
template <class... F>
void error(std::string_view sentence, F&&... fields)
{
    write(Level::error, sentence, {std::forward<F>(fields)...});
}

} // namespace log
} // namespace gatehouse::base
