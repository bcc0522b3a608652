#include "gateway/base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace gatehouse::base::log {
namespace {

spdlog::logger& logger()
{
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>("gatehouse",
                                                     std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
        made->set_level(spdlog::level::info);
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum native(Level level)
{
    switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: break;
    }
    return spdlog::level::err;
}

// Values come from devices: quotes and control bytes must not forge a second line or field.
void append_value(std::string& line, std::string_view value)
{
    line += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\')
            line += '\\', line += c;
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            line += c;
    }
    line += '"';
}

} // namespace

void set_level(Level level)
{
    logger().set_level(native(level));
}

Level level()
{
    switch (logger().level()) {
    case spdlog::level::debug: return Level::debug;
    case spdlog::level::info: return Level::info;
    case spdlog::level::warn: return Level::warn;
    default: return Level::error;
    }
}

bool parse_level(std::string_view text, Level& level)
{
    if (text == "debug")
        level = Level::debug;
    else if (text == "info")
        level = Level::info;
    else if (text == "warn")
        level = Level::warn;
    else if (text == "error")
        level = Level::error;
    else
        return false;
    return true;
}

void write(Level level, std::string_view sentence, std::initializer_list<Field> fields)
{
    if (!logger().should_log(native(level))) return;
    std::string line(sentence);
    for (const auto& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        append_value(line, field.value);
    }
    logger().log(native(level), spdlog::string_view_t(line.data(), line.size()));
}

} // namespace gatehouse::base::log
