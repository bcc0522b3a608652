#include "tests/site/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace gatehouse::site {
namespace {

using Breaches = std::vector<std::string>;

// The journal: each record once, numbers and ids ascending.
void judge_journal(const Site& site, Breaches& found)
{
    std::set<std::pair<std::string, std::string>> records;
    const model::Entry* before = nullptr;
    for (const auto& entry : site.disk.platters.journal) {
        if (before != nullptr && entry->seq <= before->seq)
            found.push_back(fmt::format("sequence number {} comes after {}", entry->seq, before->seq));
        before = entry.get();
        if (entry->event.device_key.empty()) continue;
        if (!records.emplace(entry->event.device, entry->event.device_key).second)
            found.push_back(
                fmt::format("record {} of {} is kept twice", entry->event.device_key, entry->event.device));
    }
    std::set<std::string> ids;
    for (const auto& entry : site.disk.platters.journal)
        if (!ids.insert(entry->event.id).second) found.push_back("id used twice: " + entry->event.id);
}

// Accepted means kept; and what the terminal has in its log is kept in the end, however the stream did.
void judge_kept(const Site& site, Breaches& found)
{
    std::set<std::string> kept;
    std::map<std::string, int> passages;
    for (const auto& entry : site.disk.platters.journal) {
        if (entry->event.device == "probe-1") kept.insert(entry->event.device_key);
        if (entry->event.device == "face-1" && entry->type.starts_with("access."))
            ++passages[entry->event.device_record];
    }
    for (const auto& key : site.scripted.accepted)
        if (!kept.contains(key)) found.push_back("accepted and not kept: " + key);
    if (!site.scripted.waiting.empty())
        found.push_back(fmt::format("{} records still wait in a well site", site.scripted.waiting.size()));
    for (const auto serial : site.face_records) {
        const auto times = passages[std::to_string(serial)];
        if (times != 1) found.push_back(fmt::format("terminal record {} is kept {} times", serial, times));
    }
}

// Every entry reached the centre, once per id, under its own number.
void judge_delivered(const Site& site, Breaches& found)
{
    for (const auto& entry : site.disk.platters.journal) {
        const auto received = site.centre.by_id.find(entry->event.id);
        if (received == site.centre.by_id.end())
            found.push_back(fmt::format("entry {} ({}) was never delivered", entry->seq, entry->type));
        else if (received->second != entry->seq)
            found.push_back(fmt::format("id {} arrived under number {}", entry->event.id, received->second));
    }
    if (site.centre.by_id.size() > site.disk.platters.journal.size())
        found.emplace_back("the centre knows ids that are not in the journal");
    if (!site.disk.platters.dead_letter_table.empty()) found.emplace_back("something was given up");
}

// Each opening needs a listed plate that was read just before; each read pays for one.
void judge_gates(const Site& site, const Leniency& leniency, Breaches& found)
{
    constexpr auto tolerance = 6s; // whole seconds in device clocks, and an offset within policy
    std::set<std::string> spent;
    for (const auto& opening : site.openings) {
        bool paid = false;
        for (const auto& read : site.reads) {
            if (read.plate != Site::listed_plate || read.at > opening.at) continue;
            if (!leniency.clock_stepped && opening.at - read.at > Site::open_within + tolerance) continue;
            if (!spent.insert(read.uuid).second && !leniency.bytes_corrupted) continue;
            paid = true;
            break;
        }
        if (!paid)
            found.push_back(fmt::format(
                "the gate opened at {} s without a read that allows it",
                std::chrono::duration_cast<std::chrono::seconds>(opening.at.time_since_epoch()).count()));
    }
}

// No order stays without an end.
void judge_commands(const Site& site, Breaches& found)
{
    for (const auto& record : site.disk.platters.command_table)
        if (!record.outcome) found.push_back("command without an outcome: " + record.command.id);
}

} // namespace

std::vector<std::string> breaches(const Site& site, const Leniency& leniency)
{
    Breaches found;
    judge_journal(site, found);
    judge_kept(site, found);
    judge_delivered(site, found);
    judge_gates(site, leniency, found);
    judge_commands(site, found);
    return found;
}

} // namespace gatehouse::site
