#include "gateway/acceptance/run.hpp"

#include "gateway/base/time_text.hpp"
#include "gateway/model/json_writer.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::acceptance {
namespace {

namespace json = boost::json;
using model::JsonWriter;

constexpr std::array words{std::pair{Item::Result::open, std::string_view("open")},
                           std::pair{Item::Result::pass, std::string_view("pass")},
                           std::pair{Item::Result::fail, std::string_view("fail")},
                           std::pair{Item::Result::not_applicable, std::string_view("na")}};

void write_time(JsonWriter& writer, std::string_view name, base::WallTime time, std::chrono::minutes offset)
{
    if (time != base::WallTime{}) writer.member(name, base::format_time(time, offset));
}

void write_item(JsonWriter& writer, const Item& item, std::chrono::minutes offset)
{
    writer.begin_object().member("id", item.id).member("group", item.group);
    writer.member("title_zh", item.title_zh).member("title_en", item.title_en);
    writer.member("kind", item.kind == Item::Kind::automatic ? "auto" : "guided");
    writer.member("result", to_string(item.result)).member("text", item.text).member("note", item.note);
    writer.key("evidence").begin_array();
    for (const auto& event : item.evidence)
        writer.value(event);
    writer.end_array().member("by", item.by);
    write_time(writer, "at", item.at, offset);
    writer.end_object();
}

std::string text_of(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

base::WallTime time_of(const json::object& object, std::string_view name)
{
    const auto time = base::parse_time(text_of(object, name), std::chrono::minutes(0));
    return time ? time->time : base::WallTime{};
}

// Calls `each` for every object of the array; a missing array has none.
template <class Each>
void for_each_object(const json::object& object, std::string_view name, Each each)
{
    const auto* member = object.if_contains(name);
    const auto* array = member == nullptr ? nullptr : member->if_array();
    if (array == nullptr) return;
    for (const auto& element : *array)
        if (element.is_object()) each(element.as_object());
}

Item read_item(const json::object& object)
{
    Item item;
    item.id = text_of(object, "id");
    item.group = text_of(object, "group");
    item.title_zh = text_of(object, "title_zh");
    item.title_en = text_of(object, "title_en");
    item.kind = text_of(object, "kind") == "auto" ? Item::Kind::automatic : Item::Kind::guided;
    item.result = result_of(text_of(object, "result")).value_or(Item::Result::open);
    item.text = text_of(object, "text");
    item.note = text_of(object, "note");
    if (const auto* evidence = object.if_contains("evidence"); evidence != nullptr && evidence->is_array())
        for (const auto& event : evidence->as_array())
            if (event.is_string()) item.evidence.emplace_back(event.as_string());
    item.by = text_of(object, "by");
    item.at = time_of(object, "at");
    return item;
}

} // namespace

std::size_t Run::count(Item::Result result) const
{
    return static_cast<std::size_t>(std::count_if(
        items.begin(), items.end(), [result](const Item& one) { return one.result == result; }));
}

Item* Run::item(std::string_view item_id)
{
    for (auto& candidate : items)
        if (candidate.id == item_id) return &candidate;
    return nullptr;
}

std::string_view to_string(Item::Result result)
{
    for (const auto& [value, word] : words)
        if (value == result) return word;
    return "open";
}

std::optional<Item::Result> result_of(std::string_view text)
{
    for (const auto& [value, word] : words)
        if (word == text) return value;
    return std::nullopt;
}

std::string document_of(const Run& run, std::chrono::minutes utc_offset)
{
    std::string text;
    JsonWriter writer(text);
    writer.begin_object().member("id", run.id);
    write_time(writer, "at", run.at, utc_offset);
    writer.member("by", run.by).member("state", run.is_signed ? "signed" : "open");
    writer.key("site").begin_object().member("id", run.site_id).member("name", run.site_name).end_object();
    writer.key("items").begin_array();
    for (const auto& item : run.items)
        write_item(writer, item, utc_offset);
    writer.end_array().key("figures").begin_object();
    for (const auto& [name, value] : run.figures)
        writer.member(name, value);
    writer.end_object().key("signatures").begin_array();
    for (const auto& signature : run.signatures)
        writer.begin_object().member("role", signature.role).member("name", signature.name).end_object();
    writer.end_array();
    write_time(writer, "signed_at", run.signed_at, utc_offset);
    writer.end_object();
    return text;
}

std::optional<Run> read_document(std::string_view text)
{
    boost::system::error_code flaw;
    const auto value = json::parse(text, flaw);
    if (flaw || !value.is_object()) return std::nullopt;
    const auto& object = value.as_object();
    Run run;
    run.id = text_of(object, "id");
    run.at = time_of(object, "at");
    run.by = text_of(object, "by");
    run.is_signed = text_of(object, "state") == "signed";
    if (const auto* site = object.if_contains("site"); site != nullptr && site->is_object()) {
        run.site_id = text_of(site->as_object(), "id");
        run.site_name = text_of(site->as_object(), "name");
    }
    for_each_object(object, "items",
                    [&run](const json::object& item) { run.items.push_back(read_item(item)); });
    if (const auto* figures = object.if_contains("figures"); figures != nullptr && figures->is_object())
        for (const auto& [name, figure] : figures->as_object())
            if (figure.is_number()) run.figures[name] = figure.to_number<double>();
    for_each_object(object, "signatures", [&run](const json::object& one) {
        run.signatures.push_back({text_of(one, "role"), text_of(one, "name")});
    });
    run.signed_at = time_of(object, "signed_at");
    if (run.id.empty()) return std::nullopt;
    return run;
}

} // namespace gatehouse::acceptance
