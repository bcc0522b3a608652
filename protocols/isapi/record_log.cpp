#include "protocols/isapi/record_log.hpp"

#include <fmt/format.h>

#include <charconv>
#include <sstream>

namespace gatehouse::isapi {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t known_max = 1024;
constexpr std::size_t passages_max = 128; // more than a lane sees between two polls

// 0 for anything but a whole number.
template <class T>
T number(std::string_view text)
{
    T value{};
    const auto end = text.data() + text.size();
    const auto found = std::from_chars(text.data(), end, value);
    return found.ec == std::errc{} && found.ptr == end ? value : T{};
}

base::WallTime time_of(std::string_view text)
{
    return base::WallTime(std::chrono::milliseconds(number<std::int64_t>(text)));
}

} // namespace

RecordLog::RecordLog(device::Memory& memory) : memory_(memory), known_(known_max), linked_(passages_max)
{
    if (const auto text = memory.find("backfill/epoch")) epoch_ = number<unsigned>(*text);
    if (const auto text = memory.find("backfill/position")) {
        std::istringstream in(*text);
        std::string serial, device, ours, shift;
        in >> serial >> device >> ours >> shift;
        position_.serial = number<std::uint64_t>(serial);
        position_.device_time = time_of(device);
        position_.our_time = time_of(ours);
        position_.shift = std::chrono::milliseconds(number<std::int64_t>(shift));
        highest_ = position_.serial;
        highest_time_ = position_.true_time();
    }
    if (const auto text = memory.find("backfill/passages")) {
        std::istringstream in(*text);
        std::string line;
        while (std::getline(in, line)) {
            const auto tab = line.find('\t');
            if (tab != std::string::npos) link_passage(line.substr(0, tab), line.substr(tab + 1));
        }
    }
}

// A lower number with a later time: records of one epoch grow in both. Neighbours may overtake each other on
// the way, so a small step back proves nothing unless the count begins anew.
bool RecordLog::observe_live(std::uint64_t serial, base::WallTime occurred_at)
{
    const bool lower = serial < highest_ && (highest_ - serial > 16 || serial <= 3);
    if (lower && occurred_at > highest_time_ + 2s) {
        begin_epoch();
        highest_ = serial;
        highest_time_ = occurred_at;
        return true;
    }
    if (serial >= highest_) {
        highest_ = serial;
        highest_time_ = occurred_at;
    }
    return false;
}

void RecordLog::begin_epoch()
{
    ++epoch_;
    highest_ = 0;
    highest_time_ = {};
    position_.serial = 0;
}

asio::awaitable<base::Result<void>> RecordLog::save_epoch()
{
    return memory_.put("backfill/epoch", std::to_string(epoch_));
}

asio::awaitable<base::Result<void>> RecordLog::move_to(LogPosition position)
{
    position_ = position;
    if (position.serial > highest_) {
        highest_ = position.serial;
        highest_time_ = position.true_time();
    }
    return memory_.put("backfill/position",
                       fmt::format("{} {} {} {}", position.serial,
                                   position.device_time.time_since_epoch().count(),
                                   position.our_time.time_since_epoch().count(), position.shift.count()));
}

void RecordLog::mark(const std::string& key)
{
    if (!key.empty()) known_.insert(key);
}

bool RecordLog::link_passage(const std::string& passage_key, const std::string& device_key)
{
    if (passage_key.empty() || passage_key == device_key || !linked_.insert(passage_key)) return false;
    passages_.emplace_back(passage_key, device_key);
    if (passages_.size() > passages_max) passages_.pop_front();
    return true;
}

std::optional<std::string> RecordLog::device_key_of(const std::string& passage_key) const
{
    for (const auto& [passage, key] : passages_)
        if (passage == passage_key) return key;
    return std::nullopt;
}

asio::awaitable<base::Result<void>> RecordLog::save_passages()
{
    std::string text;
    for (const auto& [passage, key] : passages_)
        text += passage + '\t' + key + '\n';
    return memory_.put("backfill/passages", std::move(text));
}

} // namespace gatehouse::isapi
