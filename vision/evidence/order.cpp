#include "vision/evidence/order.hpp"

#include "protocols/wire/json_document.hpp"
#include "protocols/wire/text.hpp"
#include "vision/evidence/flaw.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace gatehouse::vision::evidence {
namespace {

namespace json = boost::json;

constexpr std::array<std::pair<std::string_view, Purpose>, 4> purposes{{
    {"alert", Purpose::alert},
    {"report", Purpose::report},
    {"export", Purpose::handover},
    {"test", Purpose::test},
}};
constexpr std::array<std::pair<std::string_view, Recipient>, 4> recipients{{
    {"staff", Recipient::staff},
    {"police", Recipient::police},
    {"centre", Recipient::centre},
    {"public", Recipient::everybody},
}};
constexpr std::size_t plate_bytes_max = 32;
constexpr std::int64_t bytes_most = std::int64_t{8} * 1024 * 1024;

template <class Table, class Value>
std::string_view word_of(const Table& table, Value value)
{
    for (const auto& [word, meaning] : table)
        if (meaning == value) return word;
    return {};
}

template <class Table, class Value>
bool read_word(const json::value& from, const Table& table, Value& into)
{
    if (!from.is_string()) return false;
    const std::string_view word = from.get_string();
    const auto row =
        std::find_if(table.begin(), table.end(), [&](const auto& one) { return one.first == word; });
    if (row == table.end()) return false;
    into = row->second;
    return true;
}

bool read_region(const json::value& from, std::optional<cv::Rect2d>& into)
{
    if (!from.is_array() || from.get_array().size() != 4) return false;
    std::array<double, 4> shares{};
    for (std::size_t i = 0; i < shares.size(); ++i) {
        boost::system::error_code why;
        shares.at(i) = from.get_array()[i].to_number<double>(why);
        if (why || !(shares.at(i) >= 0 && shares.at(i) <= 1)) return false;
    }
    const auto [x, y, width, height] = shares;
    constexpr double rounding = 1e-6; // of whoever wrote six digits or single precision
    if (width <= 0 || height <= 0 || x == 1 || y == 1 || x + width > 1 + rounding ||
        y + height > 1 + rounding)
        return false;
    into.emplace(x, y, width, height);
    return true;
}

template <class Number>
bool read_number(const json::value& from, std::int64_t least, std::int64_t most, Number& into)
{
    boost::system::error_code why;
    const auto number = from.to_number<std::int64_t>(why);
    if (why || number < least || number > most) return false;
    into = static_cast<Number>(number);
    return true;
}

bool read_line(const json::value& from, std::size_t bytes_max, std::string& into)
{
    if (!from.is_string() || from.get_string().size() > bytes_max) return false;
    into = wire::one_line(std::string_view(from.get_string()), bytes_max);
    return true;
}

bool read_lines(const json::value& from, std::vector<std::string>& into)
{
    if (!from.is_array() || from.get_array().size() > lines_max) return false;
    return std::all_of(from.get_array().begin(), from.get_array().end(), [&](const json::value& line) {
        return read_line(line, line_bytes_max, into.emplace_back());
    });
}

// What is wrong with a member.
std::optional<Flaw> read_member(std::string_view name, const json::value& value, Order& order)
{
    const auto flaw_unless = [](bool read, Flaw flaw) { return read ? std::nullopt : std::optional(flaw); };
    if (name == "purpose") return flaw_unless(read_word(value, purposes, order.purpose), Flaw::purpose);
    if (name == "recipient")
        return flaw_unless(read_word(value, recipients, order.recipient), Flaw::recipient);
    if (name == "crop") return flaw_unless(read_region(value, order.crop), Flaw::region);
    if (name == "keep_plate")
        return flaw_unless(read_line(value, plate_bytes_max, order.keep_plate), Flaw::text);
    if (name == "keep_plate_box") return flaw_unless(read_region(value, order.keep_plate_box), Flaw::region);
    if (name == "text") return flaw_unless(read_lines(value, order.text), Flaw::text);
    if (name == "bytes_max")
        return flaw_unless(read_number(value, bytes_least, bytes_most, order.bytes_max), Flaw::budget);
    if (name == "width_max") return flaw_unless(read_number(value, 160, 8192, order.width_max), Flaw::width);
    return Flaw::unknown_member;
}

} // namespace

std::string_view to_string(Purpose purpose)
{
    return word_of(purposes, purpose);
}

std::string_view to_string(Recipient recipient)
{
    return word_of(recipients, recipient);
}

base::Result<Order> read_order(std::string_view text)
{
    wire::JsonDocument document;
    boost::system::error_code why;
    const auto size = document.parse(text, {}, why);
    if (why || size != text.size() || !document.root.is_object()) return Flaw::no_json;
    Order order;
    for (const auto& member : document.root.get_object())
        if (const auto flaw = read_member(member.key(), member.value(), order)) return *flaw;
    return order;
}

} // namespace gatehouse::vision::evidence
