#include "gateway/api/passage_filter.hpp"

#include "gateway/access/plate_search.hpp"
#include "gateway/base/time_text.hpp"

#include <charconv>
#include <memory>

namespace gatehouse::api {
namespace {

// Nothing when the text is neither of the words.
bool read_choice(const std::string& text, std::string_view yes, std::string_view no,
                 std::optional<bool>& choice)
{
    if (text.empty()) return true;
    if (text != yes && text != no) return false;
    choice = text == yes;
    return true;
}

bool read_whole(std::string_view text, std::int64_t& number)
{
    const auto [end, reason] = std::from_chars(text.data(), text.data() + text.size(), number);
    return reason == std::errc() && end == text.data() + text.size() && number >= 0;
}

} // namespace

base::Result<base::WallTime> read_time(const std::string& text, std::chrono::minutes utc_offset)
{
    if (text.empty()) return base::WallTime();
    const auto parsed = base::parse_time(text, utc_offset);
    if (!parsed) return parsed.error();
    return parsed->time;
}

std::string cursor_of(const store::PassagePlace& place)
{
    return std::to_string(place.at.time_since_epoch().count()) + "-" + std::to_string(place.seq);
}

base::Result<store::PassagePlace> read_cursor(std::string_view text)
{
    std::int64_t ms = 0;
    std::int64_t seq = 0;
    const auto dash = text.find('-');
    if (dash == std::string_view::npos || !read_whole(text.substr(0, dash), ms) ||
        !read_whole(text.substr(dash + 1), seq))
        return base::Errc::bad_input;
    return store::PassagePlace{.at = base::WallTime(std::chrono::milliseconds(ms)), .seq = seq};
}

store::PassageQuery read_passage_query(const std::function<std::string(const std::string&)>& text,
                                       std::chrono::minutes utc_offset, std::string& flaw)
{
    store::PassageQuery query;
    query.person = text("person");
    query.lane = text("lane");
    if (!read_choice(text("kind"), "vehicle", "person", query.vehicle)) flaw = "kind is vehicle or person";
    if (!read_choice(text("result"), "open", "deny", query.let_in)) flaw = "result is open or deny";
    const auto from = read_time(text("from"), utc_offset);
    const auto to = read_time(text("to"), utc_offset);
    if (!from || !to) {
        flaw = "from and to are times such as 2026-01-01T08:05:00+08:00";
        return query;
    }
    query.from = *from;
    query.to = *to;
    const auto plate = text("q");
    if (plate.size() > access::PlateSearch::text_max) flaw = "q is a part of a plate";
    if (plate.empty() || !flaw.empty()) return query;
    const auto search = std::make_shared<const access::PlateSearch>(plate, text("fuzzy") == "1");
    query.plate = [search](std::string_view read) { return search->matches(read); };
    return query;
}

} // namespace gatehouse::api
