#include "tests/site/day/people.hpp"

#include "gateway/alert/life.hpp"
#include "gateway/cli/control_client.hpp"
#include "tests/sim/estate.hpp"
#include "tests/sim/estate_node.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace gatehouse::site::day {
namespace {

Deed read_deed(const toml::table& table)
{
    Deed deed;
    for (const auto& [key, node] : table) {
        if (key == "at")
            deed.at = sim::moment_of(node);
        else if (key == "plates")
            deed.plates = sim::texts_of(node);
        else
            deed.words[std::string(key.str())] = sim::text_of(node);
    }
    if (deed.word("who").empty() || deed.word("does").empty())
        sim::fail(table, "it must be said who does what");
    return deed;
}

// The newest of that kind, at that device if one is named.
std::string alert_of(const Site& site, const Deed& deed)
{
    const model::Alert* newest = nullptr;
    for (const auto& [id, alert] : site.disk.platters.alert_table) {
        const bool meant = alert.kind == deed.word("alert") &&
                           (deed.word("device").empty() || alert.device == deed.word("device"));
        if (meant && (newest == nullptr || newest->raised_at < alert.raised_at)) newest = &alert;
    }
    return newest == nullptr ? "none" : newest->id;
}

// A table of plates as people keep it in a spreadsheet.
std::string csv_of(const Deed& deed)
{
    std::string text = "plate,entries\n";
    for (const auto& plate : deed.plates) {
        sim::ScriptedEvent told;
        told.words = {plate};
        // As many as the range has; a plate without one comes back with the next telling.
        const auto first = told.words_of(0);
        for (std::size_t n = 0; n == 0 || told.words_of(n) != first; ++n)
            text += told.words_of(n).front() + "," + deed.word("entries") + "\n";
    }
    return text;
}

api::Request request_of(const Site& site, const Deed& deed)
{
    const auto does = deed.word("does");
    api::Request request;
    request.method = "POST";
    if (does == "list") {
        request.path = "/api/v1/lists/import?type=plate&list=" + deed.word("list") +
                       "&operator=" + cli::encoded(deed.word("who"));
        request.body = csv_of(deed);
        return request;
    }
    boost::json::object body{{"operator", deed.word("who")}};
    for (const auto* name : {"role", "note", "result", "number", "reason", "kind", "device", "lane"})
        if (const auto word = deed.word(name); !word.empty()) body[name] = word;
    if (does == "silence") {
        request.path = "/api/v1/silences";
        body["minutes"] = std::stoi(deed.word("minutes"));
    } else if (does == "open-gate" || does == "close-gate") {
        request.path = "/api/v1/commands";
        body["action"] = does.substr(0, does.find('-'));
    } else if (does == "all-clear") {
        request.path = "/api/v1/fire/clear";
    } else if (alert::verb(does) != nullptr) {
        request.path = "/api/v1/alerts/" + alert_of(site, deed) + "/" + does;
    } else {
        throw std::runtime_error("nobody can do this: " + does);
    }
    request.body = boost::json::serialize(body);
    return request;
}

} // namespace

std::string Deed::word(const std::string& name) const
{
    const auto found = words.find(name);
    return found == words.end() ? std::string() : found->second;
}

People load_people(const std::string& file)
{
    const auto root = toml::parse_file(file);
    People people;
    for (const auto& [key, node] : root) {
        const auto* list = node.as_array();
        if (list == nullptr) sim::fail(node, "only lists of tables belong here");
        for (const auto& element : *list) {
            const auto* table = element.as_table();
            if (table == nullptr) sim::fail(element, "a table belongs here");
            if (key == "person")
                people.deeds.push_back(read_deed(*table));
            else if (key == "uplink")
                people.outages.push_back(
                    {sim::moment_of(*table->get("away")), sim::moment_of(*table->get("back"))});
            else
                sim::fail(element, "only [[person]] and [[uplink]] belong here");
        }
    }
    return people;
}

std::string carry_out(Site& site, const Deed& deed)
{
    const auto response = site.ask(request_of(site, deed));
    if (response.status != 200) return std::to_string(response.status);
    const auto body = boost::json::parse(response.body);
    const auto* status = body.is_object() ? body.as_object().if_contains("status") : nullptr;
    const bool order = deed.word("does").ends_with("-gate");
    if (!order || status == nullptr) return "done";
    const std::string outcome(status->as_string());
    return outcome == "confirmed" || outcome == "accepted" ? "done" : outcome;
}

} // namespace gatehouse::site::day
