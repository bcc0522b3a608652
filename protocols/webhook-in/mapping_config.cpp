#include "protocols/webhook-in/config.hpp"
#include "protocols/wire/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::webhook_in {
namespace {

using wire::ascii::same_word;

constexpr std::size_t rules_max = 100;

Pointer pointer_of(const std::string& text, std::string_view key, config::Table& table)
{
    if (auto pointer = Pointer::parse(text)) return std::move(*pointer);
    table.issue(key, fmt::format("\"{}\" is no path; right would be \"/{}\" (RFC 6901: a slash before each "
                                 "name, ~1 for a slash within one)",
                                 text, text));
    return {};
}

// [[device.event]] when = {...} or [{...}, ...]; fields are texts or tables.
class RuleReader {
public:
    RuleReader(config::Table& table, std::size_t number) : table_(table), number_(number) {}

    Rule read()
    {
        Rule rule;
        std::vector<std::string> kinds;
        for (const auto& shape : shapes())
            kinds.push_back(shape.name);
        const auto kind = table_.one_of("becomes", kinds, "");
        for (const auto& shape : shapes())
            if (shape.name == kind) rule.becomes = shape.becomes;
        rule.name = table_.text("name", fmt::format("event {}", number_));
        read_conditions(rule);
        read_fields(rule);
        read_key(rule);
        read_pictures(rule);
        table_.finish();
        return rule;
    }

private:
    void read_conditions(Rule& rule)
    {
        if (!table_.has("when")) return;
        // One table or several: ask for several without letting it complain of one.
        auto silent = table_.silent();
        if (silent.tables("when").empty()) {
            auto one = table_.table("when");
            rule.when.push_back(condition(one));
            return;
        }
        for (auto& one : table_.tables("when"))
            rule.when.push_back(condition(one));
    }

    static Condition condition(config::Table& table)
    {
        Condition out;
        if (table.has("url")) {
            out.url = table.text("url");
            if (!out.url->starts_with('/'))
                table.issue("url", "right would be what follows /push/{device-id}, such as \"/heartbeat\"");
            table.finish();
            return out;
        }
        out.place = place(table);
        out.exists = table.flag("exists", true);
        out.is = table.texts("is");
        if (table.has("is") && table.has("exists")) table.issue("exists", "says nothing beside is");
        if (!table.has("is") && !table.has("exists"))
            table.issue("", "has neither is nor exists; right would be is = [\"VALUE\"] or exists = true");
        table.finish();
        return out;
    }

    // path = "/in/the/event" or body = "/from/the/root".
    static Place place(config::Table& table)
    {
        Place out;
        table.expect("path");
        table.expect("body");
        out.from_body = table.has("body");
        const std::string_view key = out.from_body ? "body" : "path";
        if (table.has("body") && table.has("path")) table.issue("body", "says the same as path: keep one");
        out.pointer = pointer_of(table.required_text(key), key, table);
        return out;
    }

    void read_fields(Rule& rule)
    {
        auto fields = table_.table("fields");
        const auto& shape = shape_of(rule.becomes);
        for (const auto& slot : shape.slots) {
            const auto name = slot.name.text();
            if (fields.has(name))
                rule.fill(field(fields, slot));
            else
                fields.expect(name);
            if (slot.required && !fields.has(name))
                fields.issue("", fmt::format("{} is missing: \"{}\" needs it", name, shape.name));
        }
        fields.finish();
    }

    static Field field(config::Table& fields, const Slot& slot)
    {
        Field out;
        out.slot = &slot;
        const auto name = slot.name.text();
        auto silent = fields.silent();
        if (const auto path = silent.text(name, "\n"); path != "\n") {
            fields.expect(name);
            out.places.push_back({pointer_of(path, name, fields), false});
            return out;
        }
        auto table = fields.table(name);
        if (table.has("value")) {
            out.missing = table.text("value");
            check_word(slot, *out.missing, "value", table);
            table.finish();
            return out;
        }
        if (table.has("paths")) {
            for (const auto& path : table.texts("paths"))
                out.places.push_back({pointer_of(path, "paths", table), false});
        } else {
            out.places.push_back(place(table));
        }
        if (out.places.empty()) table.issue("paths", "names no path");
        for (const auto& [theirs, ours] : table.text_map("values")) {
            check_word(slot, ours, "values", table);
            out.values.emplace(theirs, ours);
        }
        if (table.has("other")) check_word(slot, out.other.emplace(table.text("other")), "other", table);
        if (table.has("missing"))
            check_word(slot, out.missing.emplace(table.text("missing")), "missing", table);
        table.finish();
        if (out.places.empty() && !out.missing) out.missing.emplace();
        return out;
    }

    // What is fixed by the configuration has to be right before the first event comes.
    static void check_word(const Slot& slot, const std::string& ours, std::string_view key,
                           config::Table& table)
    {
        std::vector<std::string> allowed = slot.words;
        if (slot.type == Type::flag) allowed = {"true", "false"};
        if (allowed.empty()) return;
        if (std::any_of(allowed.begin(), allowed.end(),
                        [&](const auto& word) { return same_word(word, ours); }))
            return;
        table.issue(key, fmt::format("\"{}\" is none of {}", ours, fmt::join(allowed, ", ")));
    }

    void read_key(Rule& rule)
    {
        for (const auto& path : table_.texts("key"))
            rule.key.push_back({pointer_of(path, "key", table_), false});
        for (const auto& path : table_.texts("key_of_body"))
            rule.key.push_back({pointer_of(path, "key_of_body", table_), true});
    }

    void read_pictures(Rule& rule)
    {
        for (auto& table : table_.tables("pictures")) {
            PictureField picture;
            picture.kind = table.one_of("kind", {"scene", "plate", "face", "vehicle"}, "scene");
            picture.place = place(table);
            table.finish();
            rule.pictures.push_back(std::move(picture));
        }
    }

    config::Table& table_;
    std::size_t number_;
};

// "+08:00" as minutes.
std::chrono::minutes read_zone(config::Table& table, std::chrono::minutes fallback)
{
    if (!table.has("zone")) return fallback;
    const auto text = table.text("zone");
    TimeRules utc;
    utc.zone = std::chrono::minutes(0);
    const bool right = text.size() == 6 && (text[0] == '+' || text[0] == '-');
    const auto noon = right ? read_time("2026-01-01 12:00:00" + text, utc) : std::nullopt;
    const auto plain = read_time("2026-01-01 12:00:00", utc);
    if (noon && plain) return std::chrono::duration_cast<std::chrono::minutes>(*plain - *noon);
    table.issue("zone", "\"" + text + "\" is no offset; right would be \"+08:00\"");
    return fallback;
}

} // namespace

Mapping read_mapping(config::Table& table, std::chrono::minutes utc_offset)
{
    Mapping mapping;
    auto body = table.table("body");
    const auto format = body.one_of("format", {"auto", "json", "form"}, "auto");
    if (format == "json") mapping.format = Format::json;
    if (format == "form") mapping.format = Format::form;
    if (body.has("unwrap")) mapping.unwrap = pointer_of(body.text("unwrap"), "unwrap", body);
    mapping.events = pointer_of(body.text("events"), "events", body);
    mapping.times.zone = read_zone(body, utc_offset);
    mapping.times.epoch_is_local = body.one_of("epoch", {"utc", "local"}, "utc") == "local";
    mapping.picture_size_max = static_cast<std::size_t>(
        body.integer("picture_size_max", static_cast<std::int64_t>(mapping.picture_size_max), 1024, 8 << 20));
    body.finish();

    auto rules = table.tables("event");
    if (rules.size() > rules_max) table.issue("event", fmt::format("more than {} of them", rules_max));
    for (auto& rule : rules)
        mapping.rules.push_back(RuleReader(rule, mapping.rules.size() + 1).read());
    if (mapping.rules.empty())
        table.warning("",
                      "has no [[device.event]] yet: posts are only recorded (device capture) and refused");
    return mapping;
}

} // namespace gatehouse::webhook_in
