#include "tests/sim/isapi/switches.hpp"

#include "tests/sim/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <variant>

namespace gatehouse::sim::isapi {
namespace {

using Member =
    std::variant<bool Switches::*, Span Switches::*, std::size_t Switches::*, std::string Switches::*>;

struct Named {
    std::string_view name;
    Member member;
};

const std::array<Named, 53> table{{
    {"heartbeat", &Switches::heartbeat},
    {"boundary", &Switches::boundary},
    {"split", &Switches::split},
    {"chunked", &Switches::chunked},
    {"part_length", &Switches::part_length},
    {"never_inactive", &Switches::never_inactive},
    {"empty_post_count", &Switches::empty_post_count},
    {"mute", &Switches::mute},
    {"line_feed_only", &Switches::line_feed_only},
    {"blank_line", &Switches::blank_line},
    {"crowded_parts", &Switches::crowded_parts},
    {"retransmit", &Switches::retransmit},
    {"streams_max", &Switches::streams_max},
    {"push_raw", &Switches::push_raw},
    {"half_open", &Switches::half_open},
    {"answer_delay", &Switches::answer_delay},
    {"auth", &Switches::auth},
    {"nonce_life", &Switches::nonce_life},
    {"lock_after", &Switches::lock_after},
    {"lock_for", &Switches::lock_for},
    {"clock_skew", &Switches::clock_skew},
    {"zone", &Switches::zone},
    {"zone_stamp", &Switches::zone_stamp},
    {"pictures", &Switches::pictures},
    {"picture_bytes", &Switches::picture_bytes},
    {"scenes", &Switches::scenes},
    {"event_bytes", &Switches::event_bytes},
    {"empty_picture", &Switches::empty_picture},
    {"reorder_parts", &Switches::reorder_parts},
    {"same_uuid_twice", &Switches::same_uuid_twice},
    {"bare", &Switches::bare},
    {"truncate", &Switches::truncate},
    {"gb2312", &Switches::gb2312},
    {"bad_json", &Switches::bad_json},
    {"no_plate", &Switches::no_plate},
    {"no_uuid", &Switches::no_uuid},
    {"plate_tag", &Switches::plate_tag},
    {"device_opens", &Switches::device_opens},
    {"retry", &Switches::retry},
    {"retry_delay", &Switches::retry_delay},
    {"answer_timeout", &Switches::answer_timeout},
    {"forget_hosts_on_reboot", &Switches::forget_hosts_on_reboot},
    {"pending_max", &Switches::pending_max},
    {"overflow_drops", &Switches::overflow_drops},
    {"barrier", &Switches::barrier},
    {"barrier_path", &Switches::barrier_path},
    {"barrier_wired", &Switches::barrier_wired},
    {"barrier_travel", &Switches::barrier_travel},
    {"barrier_auto_close", &Switches::barrier_auto_close},
    {"door", &Switches::door},
    {"door_limited", &Switches::door_limited},
    {"door_relock", &Switches::door_relock},
    {"plates_path", &Switches::plates_path},
}};

const Named* find(std::string_view name)
{
    const auto matches = [&](const Named& n) { return n.name == name; };
    if (const auto at = std::find_if(table.begin(), table.end(), matches); at != table.end()) return &*at;
    return nullptr;
}

bool assign(bool& target, std::string_view value)
{
    target = value == "true" || value == "on";
    return target || value == "false" || value == "off";
}

bool assign(Span& target, std::string_view value)
{
    const auto span = parse_span(value);
    if (span) target = *span;
    return span.has_value();
}

bool assign(std::size_t& target, std::string_view value)
{
    return std::from_chars(value.data(), value.data() + value.size(), target).ptr ==
           value.data() + value.size();
}

bool assign(std::string& target, std::string_view value)
{
    target = value;
    return true;
}

} // namespace

bool is_switch(std::string_view name)
{
    return find(name) != nullptr;
}

std::optional<std::string> set_switch(Switches& switches, std::string_view name, std::string_view value)
{
    const Named* named = find(name);
    if (named == nullptr) return "no switch is called " + std::string(name);
    const bool fits = std::visit([&](auto member) { return assign(switches.*member, value); }, named->member);
    if (fits) return std::nullopt;
    return std::string(name) + " cannot be " + std::string(value);
}

} // namespace gatehouse::sim::isapi
