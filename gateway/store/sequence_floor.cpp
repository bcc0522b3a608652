#include "gateway/store/sequence_floor.hpp"

#include "gateway/store/file.hpp"
#include "gateway/store/media_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace gatehouse::store {
namespace {

constexpr std::int64_t numbers_ahead = 4000;

std::string body_of(const SequenceFloor::State& state)
{
    return fmt::format("gatehouse sequence 1 reserved={} last={} log={}\n", state.reserved, state.last,
                       state.log_used ? 1 : 0);
}

SequenceFloor::State parse(const std::string& text)
{
    SequenceFloor::State state;
    long long reserved = 0;
    long long last = 0;
    int log_used = 1;
    if (std::sscanf(text.c_str(), "gatehouse sequence 1 reserved=%lld last=%lld log=%d", &reserved, &last,
                    &log_used) != 3)
        return {};
    state = {.known = true, .reserved = reserved, .last = last, .log_used = log_used != 0};
    const auto body = body_of(state);
    return text == body + sha256_hex(body) + "\n" ? state : SequenceFloor::State{};
}

} // namespace

SequenceFloor::SequenceFloor(std::filesystem::path file) : file_(std::move(file))
{
    if (const auto text = read_file(file_)) state_ = parse(*text);
}

base::Result<void> SequenceFloor::write(State state)
{
    state.known = true;
    const auto body = body_of(state);
    if (auto written = write_atomically(file_, body + sha256_hex(body) + "\n"); !written) return written;
    state_ = state;
    return {};
}

base::Result<void> SequenceFloor::use(std::int64_t seq)
{
    if (state_.known && state_.log_used && seq <= state_.reserved) return {};
    State next = state_;
    next.log_used = true;
    if (seq > next.reserved) next.reserved = seq + numbers_ahead;
    return write(next);
}

base::Result<void> SequenceFloor::log_emptied(std::int64_t last)
{
    if (state_.known && !state_.log_used && state_.last == last) return {};
    State next = state_;
    next.reserved = std::max(next.reserved, last);
    next.last = last;
    next.log_used = false;
    return write(next);
}

} // namespace gatehouse::store
