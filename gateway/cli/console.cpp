#include "gateway/cli/console.hpp"

#include "gateway/cli/text_width.hpp"
#include "gateway/model/json_writer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace gatehouse::cli {
namespace {

// Boost.JSON writes 0.97 as 9.7E-1; people read this.
void write(model::JsonWriter& json, const boost::json::value& value)
{
    if (const auto* object = value.if_object()) {
        json.begin_object();
        for (const auto& [key, member] : *object) {
            json.key(key);
            write(json, member);
        }
        json.end_object();
    } else if (const auto* array = value.if_array()) {
        json.begin_array();
        for (const auto& element : *array)
            write(json, element);
        json.end_array();
    } else if (const auto* text = value.if_string()) {
        json.value(std::string_view(*text));
    } else if (const auto* number = value.if_double()) {
        json.value(*number);
    } else {
        json.raw(boost::json::serialize(value));
    }
}

std::string json_text(const boost::json::value& value)
{
    std::string text;
    model::JsonWriter json(text);
    write(json, value);
    return text;
}

} // namespace

void Console::unreachable(base::error_code why) const
{
    err << "gatehouse: cannot reach the gateway at " << socket << ": " << why.message()
        << " (is gatehouse.service running, and may you use the socket?)\n";
}

void Console::refused(const ControlReply& reply) const
{
    err << "gatehouse: " << reply.problem() << "\n";
}

void Console::cannot_read(const std::string& file, base::error_code why) const
{
    err << "gatehouse: cannot read " << file << ": " << why.message() << "\n";
}

std::optional<boost::json::value> Console::fetch(const std::string& target) const
{
    const auto reply = client().get(target);
    if (!reply) return unreachable(reply.error()), std::nullopt;
    if (!reply->ok()) return refused(*reply), std::nullopt;
    return reply->json();
}

std::optional<boost::json::value> Console::send(Order order) const
{
    const auto reply = client().post(std::move(order));
    if (!reply) return unreachable(reply.error()), std::nullopt;
    if (!reply->ok()) return refused(*reply), std::nullopt;
    return reply->json();
}

void Console::say_if_cut(std::size_t shown, std::size_t asked) const
{
    if (shown >= asked) err << "gatehouse: these are the newest " << shown << "; there may be more\n";
}

void Console::print(const boost::json::value& value) const
{
    out << json_text(value) << "\n";
}

std::string text_of(const boost::json::value& object, std::string_view key)
{
    const auto* members = object.if_object();
    const auto* value = members == nullptr ? nullptr : members->if_contains(key);
    if (value == nullptr || value->is_null()) return "-";
    if (const auto* text = value->if_string()) return text->empty() ? "-" : std::string(*text);
    return json_text(*value);
}

boost::json::array items_of(const boost::json::value& value, std::string_view key)
{
    if (const auto* array = value.if_array()) return *array;
    const auto* members = value.if_object();
    const auto* inner = members == nullptr ? nullptr : members->if_contains(key);
    if (inner != nullptr && inner->is_array()) return inner->as_array();
    return {};
}

std::vector<std::string> texts_of(const boost::json::value& value, std::string_view key)
{
    std::vector<std::string> texts;
    for (const auto& item : items_of(value, key))
        if (const auto* text = item.if_string()) texts.emplace_back(*text);
    return texts;
}

void TextTable::print(std::ostream& out) const
{
    std::vector<std::size_t> widths(rows_.front().size(), 0);
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i]));
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
            out << row[i];
            if (i + 1 < row.size()) out << std::string(widths[i] - width_of(row[i]) + 2, ' ');
        }
        out << "\n";
    }
}

} // namespace gatehouse::cli
