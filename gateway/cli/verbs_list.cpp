#include "gateway/base/read_file.hpp"
#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>

#include <fstream>

namespace gatehouse::cli {
namespace {

constexpr std::size_t entries_max = 10'000; // what the API gives at once

// What was asked for beside `first`, itself "key=value" or empty.
std::string query(const ListOptions& options, std::string first = {})
{
    for (const auto& [key, value] : {std::pair{"type", options.type}, std::pair{"list", options.list}})
        if (!value.empty()) first += (first.empty() ? "" : "&") + std::string(key) + "=" + encoded(value);
    return first.empty() ? first : "?" + first;
}

// Thousands of entries over a slow device.
constexpr std::chrono::seconds sync_patience{1800};

void print_state(const Console& console, const boost::json::value& state, bool diff)
{
    auto& out = console.out;
    out << text_of(state, "device") << " " << text_of(state, "type") << ": ";
    if (const auto problem = text_of(state, "problem"); problem != "-") {
        out << problem << "\n";
        return;
    }
    const auto size = [&](const char* name) { return texts_of(state, name).size(); };
    if (diff)
        out << size("add") << " to add, " << size("change") << " to change, " << size("remove")
            << " to remove";
    else
        out << text_of(state, "written") << " written, " << text_of(state, "removed") << " removed";
    out << ", " << text_of(state, "equal") << " as they should be";
    if (text_of(state, "strangers") != "0")
        out << ", " << text_of(state, "strangers") << " of others left alone";
    out << (text_of(state, "in_step") == "true" ? "; in step" : "; not in step") << "\n";
    for (const auto& [name, sign] :
         {std::pair{"add", "+ "}, std::pair{"change", "~ "}, std::pair{"remove", "- "}})
        if (diff)
            for (const auto& value : texts_of(state, name))
                out << "  " << sign << value << "\n";
    for (const auto& failure : items_of(state.at("failures"), ""))
        out << "  ! " << text_of(failure, "value") << ": " << text_of(failure, "reason")
            << (text_of(failure, "again") == "true" ? " (is tried again)" : "") << "\n";
}

// What an import or an undo means, list by list.
void print_changes(const Console& console, const boost::json::value& result)
{
    auto& out = console.out;
    for (const auto& change : items_of(result, "changes")) {
        out << text_of(change, "list") << ": " << text_of(change, "added_count") << " added, "
            << text_of(change, "changed_count") << " changed, " << text_of(change, "removed_count")
            << " removed, " << text_of(change, "equal_count") << " as before\n";
        for (const auto& [name, sign] :
             {std::pair{"added", "+ "}, std::pair{"changed", "~ "}, std::pair{"removed", "- "}})
            for (const auto& value : texts_of(change, name))
                out << "  " << sign << value << "\n";
    }
    for (const auto& accepted : items_of(result, "misreads")) {
        out << text_of(accepted, "value") << " is also let in when read as";
        for (const auto& read : texts_of(accepted, "reads"))
            out << " " << read;
        out << "\n";
    }
}

// What the plate is, and what the lists have of it and of those that look like it.
void print_subject(const Console& console, const boost::json::value& document)
{
    auto& out = console.out;
    const auto given = [](const boost::json::value& item, const char* name) {
        const auto text = text_of(item, name);
        return text == "-" ? std::string() : text;
    };
    if (const auto canonical = given(document, "canonical"); !canonical.empty()) {
        const auto grammar = given(document, "grammar");
        out << canonical << ": " << (grammar.empty() ? "no plate looks like that" : grammar) << "\n";
    }
    for (const auto& entry : items_of(document, "entries")) {
        out << "  on list " << text_of(entry, "list");
        if (const auto group = given(entry, "group"); !group.empty())
            out << ", group " << group
                << (text_of(entry, "in_hours") == "true" ? " (within its hours)" : " (outside its hours)");
        for (const auto& [name, word] :
             {std::pair{"valid_from", ", from "}, std::pair{"valid_to", ", until "},
              std::pair{"entries_left", ", entries left: "}})
            if (const auto text = given(entry, name); !text.empty()) out << word << text;
        out << "\n";
    }
    for (const auto& candidate : items_of(document, "candidates")) {
        out << "  looks like " << text_of(candidate, "plate") << " on";
        for (const auto& list : texts_of(candidate, "lists"))
            out << " " << list;
        out << "\n";
    }
    for (const auto& misread : texts_of(document, "misreads"))
        out << "  " << misread << " would be taken for it\n";
}

} // namespace

int list_import(const Console& console, const ListOptions& options, const std::string& file)
{
    auto text = base::read_file(file);
    if (!text) return console.cannot_read(file, text.error()), 1;
    auto first = "operator=" + encoded(options.operator_name);
    if (options.dry_run) first += "&dry_run=1";
    const auto target = "/api/v1/lists/import" + query(options, std::move(first));
    const auto reply = console.client().post(
        {.target = target, .body = std::move(*text), .type = "text/csv", .patience = long_patience});
    if (!reply) return console.unreachable(reply.error()), 1;
    const auto result = reply->json();
    if (console.json) console.print(result);
    for (const auto& line : items_of(result, "errors"))
        console.err << file << ":" << text_of(line, "line") << ": " << text_of(line, "text") << "\n";
    if (options.dry_run && !console.json) print_changes(console, result);
    if (!reply->ok()) return console.refused(*reply), 1;
    if (console.json) return 0;
    if (options.dry_run)
        console.out << text_of(result, "entries") << " entries would be imported; nothing was changed\n";
    else
        console.out << text_of(result, "imported") << " entries imported\n";
    for (const auto& list : texts_of(result, "replaced"))
        console.out << (options.dry_run ? "  would replace " : "  replaced ") << list << "\n";
    for (const auto& list : texts_of(result, "keep_out"))
        console.out << "  " << list << " keeps out whoever is on it\n";
    return 0;
}

int list_sync(const Console& console, const std::string& device, const std::string& operator_name, bool diff)
{
    auto target = "/api/v1/lists/sync?operator=" + encoded(operator_name);
    if (!device.empty()) target += "&device=" + encoded(device);
    if (diff) target += "&diff=1";
    const auto reply = console.send({.target = target, .patience = sync_patience});
    if (!reply) return 1;
    bool in_step = true;
    const auto states = items_of(*reply, "lists");
    for (const auto& state : states) {
        in_step = in_step && text_of(state, "in_step") == "true";
        if (console.json)
            console.print(state);
        else
            print_state(console, state, diff);
    }
    if (states.empty()) console.err << "gatehouse: no device keeps lists that may be written\n";
    return in_step ? 0 : 1;
}

int list_versions(const Console& console, const ListOptions& options)
{
    const auto reply = console.fetch("/api/v1/lists/versions" + query(options));
    if (!reply) return 1;
    TextTable table({"LIST", "VERSION", "ENTRIES", "SINCE", "BY", "SAYS AGAIN"});
    for (const auto& version : items_of(*reply, "versions")) {
        if (console.json)
            console.print(version);
        else
            table.add({text_of(version, "type") + "/" + text_of(version, "list"), text_of(version, "number"),
                       text_of(version, "entries"), text_of(version, "at"), text_of(version, "actor"),
                       text_of(version, "restored")});
    }
    if (!console.json) table.print(console.out);
    return 0;
}

int list_undo(const Console& console, const ListOptions& options, const std::string& list, int to)
{
    const auto slash = list.find('/');
    if (slash == std::string::npos)
        return console.err << "gatehouse: LIST is TYPE/NAME, such as plate/resident\n", 1;
    auto target = "/api/v1/lists/undo?type=" + encoded(list.substr(0, slash)) +
                  "&list=" + encoded(list.substr(slash + 1)) + "&operator=" + encoded(options.operator_name);
    if (to > 0) target += "&to=" + std::to_string(to);
    if (options.dry_run) target += "&dry_run=1";
    const auto reply = console.client().post({.target = target, .patience = long_patience});
    if (!reply) return console.unreachable(reply.error()), 1;
    const auto result = reply->json();
    for (const auto& line : items_of(result, "errors"))
        console.err << "line " << text_of(line, "line") << ": " << text_of(line, "text") << "\n";
    if (!reply->ok()) return console.refused(*reply), 1;
    if (console.json) return console.print(result), 0;
    print_changes(console, result);
    console.out << list << (options.dry_run ? " would say" : " says") << " again what version "
                << text_of(result, "restored") << " said: " << text_of(result, "entries") << " entries\n";
    return 0;
}

int list_export(const Console& console, const ListOptions& options, const std::string& file)
{
    const bool to_file = !file.empty() && file != "-";
    if (console.json && !to_file) return list_show(console, options, "");
    const auto reply = console.client().get("/api/v1/lists/export" + query(options), long_patience);
    if (!reply) return console.unreachable(reply.error()), 1;
    if (!reply->ok()) return console.refused(*reply), 1;
    if (!to_file) return console.out << reply->body, 0;
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << reply->body;
    out.close();
    if (!out) return console.err << "gatehouse: cannot write " << file << "\n", 1;
    if (console.json) console.print(boost::json::object{{"file", file}, {"bytes", reply->body.size()}});
    return 0;
}

int list_show(const Console& console, const ListOptions& options, const std::string& search)
{
    TextTable table({"VALUE", "LIST", "NAME", "FROM", "TO", "LANES", "NOTE"});
    const auto wanted = query(options, search.empty() ? "" : "q=" + encoded(search));
    for (std::size_t offset = 0;;) {
        const auto reply = console.fetch("/api/v1/lists" + wanted + (wanted.empty() ? "?" : "&") + "limit=" +
                                         std::to_string(entries_max) + "&offset=" + std::to_string(offset));
        if (!reply) return 1;
        const auto entries = items_of(*reply, "credentials");
        for (const auto& entry : entries) {
            if (console.json) {
                console.print(entry);
                continue;
            }
            table.add({text_of(entry, "value"), text_of(entry, "list"), text_of(entry, "name"),
                       text_of(entry, "valid_from"), text_of(entry, "valid_to"), text_of(entry, "lanes"),
                       text_of(entry, "note")});
        }
        offset += entries.size();
        if (entries.size() < entries_max) break;
    }
    if (!console.json) table.print(console.out);
    return 0;
}

base::Result<ControlReply> ask_about_plate(const Console& console, const PlateQuestion& question)
{
    std::string target = "/api/v1/explain?plate=" + encoded(question.plate);
    if (!question.lane.empty()) target += "&lane=" + encoded(question.lane);
    if (!question.at.empty()) target += "&at=" + encoded(question.at);
    return console.client().get(target);
}

int print_plate(const Console& console, const ControlReply& answer)
{
    if (!answer.ok()) return console.refused(answer), 1;
    const auto document = answer.json();
    if (console.json) return console.print(document), 0;
    print_subject(console, document);
    for (const auto& decision : items_of(document, "decisions")) {
        console.out << text_of(decision, "lane") << ": " << text_of(decision, "result") << " by "
                    << text_of(decision, "rule") << "\n";
        for (const auto& reason : texts_of(decision, "reasons"))
            console.out << "  " << reason << "\n";
        if (const auto instruction = text_of(decision, "instruction"); instruction != "-")
            console.out << "  For the guard: " << instruction << "\n";
    }
    return 0;
}

} // namespace gatehouse::cli
