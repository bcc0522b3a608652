#include "gateway/access/list_push.hpp"

#include "gateway/base/time_text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>
#include <tuple>

namespace gatehouse::access {
namespace {

namespace json = boost::json;
using store::Credential;

struct Flaw {
    std::string text;
};

std::string text_member(const json::object& entry, std::string_view name)
{
    const auto* value = entry.if_contains(name);
    if (value == nullptr || value->is_null()) return {};
    const auto* text = value->if_string();
    if (text == nullptr) throw Flaw{"every " + std::string(name) + " must be a text"};
    return {text->data(), text->size()};
}

std::optional<base::WallTime> time_member(const json::object& entry, std::string_view name,
                                          std::chrono::minutes utc_offset)
{
    const auto text = text_member(entry, name);
    if (text.empty()) return std::nullopt;
    const auto parsed = base::parse_time(text, utc_offset);
    if (!parsed)
        throw Flaw{"every " + std::string(name) + " must be a time such as 2026-01-01T00:00:00+08:00"};
    return parsed->time;
}

std::vector<std::string> lanes_of(const json::object& entry)
{
    std::vector<std::string> lanes;
    const auto* value = entry.if_contains("lanes");
    if (value == nullptr || value->is_null()) return lanes;
    if (!value->is_array()) throw Flaw{"every lanes must be an array of lane ids"};
    for (const auto& lane : value->as_array()) {
        if (!lane.is_string()) throw Flaw{"every lanes must be an array of lane ids"};
        lanes.emplace_back(lane.as_string());
    }
    return lanes;
}

Credential entry_of(const json::value& value, const std::string& list, std::chrono::minutes utc_offset)
{
    Credential entry;
    entry.list = list;
    if (const auto* plate = value.if_string()) {
        entry.value = std::string(*plate);
        return entry;
    }
    const auto* members = value.if_object();
    if (members == nullptr) throw Flaw{"every entry must be a plate or an object with one"};
    entry.value = text_member(*members, "plate");
    entry.name = text_member(*members, "name");
    entry.note = text_member(*members, "note");
    entry.valid_from = time_member(*members, "valid_from", utc_offset);
    entry.valid_to = time_member(*members, "valid_to", utc_offset);
    entry.lanes = lanes_of(*members);
    return entry;
}

std::string argument(const std::map<std::string, std::string>& args, const std::string& name)
{
    const auto found = args.find(name);
    return found == args.end() ? std::string() : found->second;
}

ListPush::Mode mode_of(const std::string& word)
{
    if (word.empty() || word == "add") return ListPush::Mode::add;
    if (word == "remove") return ListPush::Mode::remove;
    if (word == "replace") return ListPush::Mode::replace;
    throw Flaw{"args.mode must be add, remove or replace"};
}

json::array entries_in(const std::string& text)
{
    boost::system::error_code error;
    json::parse_options limits;
    limits.max_depth = 4;
    const auto document = json::parse(text, error, {}, limits);
    if (error || !document.is_array()) throw Flaw{"args.entries must be an array of plates"};
    if (document.as_array().size() > ListPush::entries_max)
        throw Flaw{"at most " + std::to_string(ListPush::entries_max) + " entries at once"};
    return document.as_array();
}

bool same(const Credential& a, const Credential& b)
{
    return std::tie(a.name, a.valid_from, a.valid_to, a.lanes, a.note) ==
           std::tie(b.name, b.valid_from, b.valid_to, b.lanes, b.note);
}

// The entry in the words of list files; nothing, and why, when it is none.
struct Judged {
    std::optional<Credential> entry;
    std::string why;
};

Judged judge(const Credential& entry, const CsvOptions& options)
{
    auto parsed = parse_list(write_list({entry}, options.utc_offset), options);
    Judged judged;
    if (!parsed.errors.empty())
        judged.why = parsed.errors.front().text;
    else if (parsed.credentials.size() != 1)
        judged.why = "no plate";
    else
        judged.entry = std::move(parsed.credentials.front());
    return judged;
}

// What becomes of one entry of the list; `list` by plate.
std::string apply(ListPush::Mode mode, Credential entry, std::map<std::string, Credential>& list)
{
    const auto held = list.find(entry.value);
    if (mode == ListPush::Mode::remove) return list.erase(entry.value) > 0 ? "removed" : "missing";
    if (held != list.end() && same(held->second, entry)) return "unchanged";
    const bool known = held != list.end();
    if (known) { // a push says nothing of these, and without its group an entry would open more than before
        entry.group = held->second.group;
        entry.reason = held->second.reason;
        entry.instruction = held->second.instruction;
        entry.entries = held->second.entries;
    }
    auto value = entry.value;
    list.insert_or_assign(std::move(value), std::move(entry));
    return known ? "changed" : "added";
}

} // namespace

bool PushPlan::changes() const
{
    return dropped > 0 || std::any_of(results.begin(), results.end(), [](const std::string& result) {
               return result == "added" || result == "changed" || result == "removed";
           });
}

ReadPush read_push(const std::map<std::string, std::string>& args, std::chrono::minutes utc_offset)
{
    ReadPush read;
    try {
        read.push.mode = mode_of(argument(args, "mode"));
        if (const auto list = argument(args, "list"); !list.empty()) read.push.list = list;
        for (const auto& value : entries_in(argument(args, "entries")))
            read.push.entries.push_back(entry_of(value, read.push.list, utc_offset));
    } catch (const Flaw& flaw) {
        read.flaw = flaw.text;
    }
    if (read.flaw.empty() && read.push.entries.empty()) read.flaw = "args.entries names no plate";
    return read;
}

PushPlan plan(const ListPush& push, std::vector<Credential> existing, CsvOptions options)
{
    options.type = Credential::Type::plate;
    PushPlan made;
    std::map<std::string, Credential> list;
    std::set<std::string> wanted;
    for (auto& entry : existing)
        list.emplace(entry.value, std::move(entry));
    for (std::size_t i = 0; i < push.entries.size(); ++i) {
        auto judged = judge(push.entries[i], options);
        if (!judged.entry) {
            made.rejected.push_back({i + 1, std::move(judged.why)});
            made.results.emplace_back("rejected");
            continue;
        }
        wanted.insert(judged.entry->value);
        made.results.push_back(apply(push.mode, std::move(*judged.entry), list));
    }
    for (auto& [value, entry] : list) {
        if (push.mode != ListPush::Mode::replace || wanted.contains(value))
            made.entries.push_back(std::move(entry));
        else
            ++made.dropped;
    }
    return made;
}

} // namespace gatehouse::access
