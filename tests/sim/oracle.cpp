#include "tests/sim/oracle.hpp"

#include "tests/sim/text.hpp"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

namespace gatehouse::sim {
namespace {

template <class Clock>
std::int64_t nanoseconds()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

} // namespace

Oracle::Oracle(const std::string& path) : file_(std::fopen(path.c_str(), "we"))
{
    if (file_ == nullptr) throw std::runtime_error("cannot write the oracle file " + path);
}

Oracle::~Oracle()
{
    if (file_ == nullptr) return;
    flush();
    std::fclose(file_);
}

void Oracle::created(const std::string& device, const std::string& record, std::string_view type, bool keyed,
                     const std::string& name_in_log)
{
    if (file_ == nullptr) return;
    fmt::format_to(std::back_inserter(text_),
                   R"({{"e":"created","device":"{}","record":"{}","type":"{}","keyed":{})", device, record,
                   type, keyed);
    if (!name_in_log.empty()) fmt::format_to(std::back_inserter(text_), R"(,"log":"{}")", name_in_log);
    finish_line();
}

void Oracle::line(const char* what, const std::string& device, const std::string& record)
{
    if (file_ == nullptr) return;
    fmt::format_to(std::back_inserter(text_), R"({{"e":"{}","device":"{}","record":"{}")", what, device,
                   record);
    finish_line();
}

void Oracle::command(const Command& c)
{
    if (file_ == nullptr) return;
    fmt::format_to(
        std::back_inserter(text_),
        R"({{"e":"command","device":"{}","output":"{}","action":"{}","moved":{},"peer":"{}","path":"{}")",
        c.device, c.output, json_escaped(c.action), c.moved, c.peer, json_escaped(c.path));
    finish_line();
    flush();
}

void Oracle::finish_line()
{
    fmt::format_to(std::back_inserter(text_), ",\"mono\":{},\"wall\":{}}}\n",
                   nanoseconds<std::chrono::steady_clock>(), nanoseconds<std::chrono::system_clock>());
    constexpr std::size_t enough = 1U << 18U;
    if (text_.size() > enough) flush();
}

void Oracle::flush()
{
    if (file_ == nullptr || text_.empty()) return;
    std::fwrite(text_.data(), 1, text_.size(), file_);
    std::fflush(file_);
    text_.clear();
}

} // namespace gatehouse::sim
