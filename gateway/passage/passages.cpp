#include "gateway/passage/passages.hpp"

#include "gateway/model/enum_text.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::passage {

using namespace std::chrono_literals;
using base::Errc;
using base::Result;

namespace {

constexpr auto memory_owner = "gateway";
constexpr auto occupancy_key = "passages/occupancy";
constexpr std::string_view lane_key = "passages/lane/";
constexpr std::array<std::string_view, 2> recalled_types{"vehicle.passage", "access.passage"};
// What was received may still be on its way to the disk.
constexpr auto on_its_way = 1s;
constexpr std::size_t recall_page = 1000;
constexpr int inside_max = 1'000'000;

bool is_possible(const std::optional<int>& number)
{
    return !number || (*number >= 0 && *number <= inside_max);
}

std::string text_of(const Correction& correction)
{
    std::string text;
    if (correction.vehicles) text += "vehicles " + std::to_string(*correction.vehicles) + ' ';
    if (correction.persons) text += "persons " + std::to_string(*correction.persons) + ' ';
    return text + correction.reason;
}

} // namespace

Passages::Passages(Ports ports, const std::vector<config::LaneConfig>& lanes, Options options)
    : ports_(std::move(ports)), options_(options), estate_(lanes),
      follower_({.executor = ports_.executor,
                 .clock = ports_.clock,
                 .store = ports_.store,
                 .failures = ports_.metrics.counter("gatehouse_passage_commit_failures_total",
                                                    "Pages of passages that could not be committed"),
                 .what = "passages"})
{
}

asio::awaitable<Result<void>> Passages::load()
{
    const auto cursors = co_await ports_.store.cursors();
    if (!cursors) co_return cursors.error();
    auto memory = co_await ports_.store.memory(memory_owner);
    if (!memory) co_return memory.error();
    for (const auto type : recalled_types) {
        std::string named(type);
        const auto recalled = co_await recall(std::move(named));
        if (!recalled) co_return recalled.error();
    }
    std::erase_if(*memory, [](const auto& kept) { return !kept.first.starts_with("passages/"); });
    saved_ = std::move(*memory);
    last_commit_ = ports_.clock.now();
    for (const auto& cursor : *cursors) {
        if (cursor.reader != reader || cursor.priority != model::Priority::event) continue;
        position_ = committed_ = cursor.seq;
        restore_memory();
        count({});
        co_return Result<void>();
    }
    // A new journal, or one whose cursors were lost: what it has was told and counted before.
    restore_memory();
    count({});
    const auto end = ports_.store.last_seq();
    store::Change nothing;
    co_return co_await commit(std::move(nothing), end);
}

// Newest first, in pages: a start does not keep them.
asio::awaitable<Result<void>> Passages::recall(std::string type)
{
    store::EventFilter filter;
    filter.type_prefix = std::move(type);
    filter.newest_first = true;
    filter.limit = recall_page;
    for (std::size_t recalled = 0; recalled < options_.recalled_max;) {
        const auto page = co_await ports_.store.events(filter);
        if (!page) co_return page.error();
        for (const auto& entry : *page)
            estate_.recall(entry->event);
        if (page->size() < recall_page) break;
        recalled += page->size();
        filter.before = page->back()->seq;
    }
    co_return Result<void>();
}

void Passages::restore_memory()
{
    for (const auto& lane : estate_.lanes())
        estate_.load(lane, saved_[std::string(lane_key) + lane]);
    occupancy_ = {};
    occupancy_.load(saved_[occupancy_key]);
}

asio::awaitable<void> Passages::run()
{
    store::Follower::Step one = [this] { return step(); };
    co_await follower_.run(std::move(one));
}

asio::awaitable<Result<std::int64_t>> Passages::step()
{
    co_await follower_.turn_free();
    const store::Follower::Turn turn(follower_);
    std::vector<Told> told;
    const auto position = co_await read_page(told);
    if (!position) co_return position.error();
    position_ = *position;
    store::Change change;
    add(change, std::move(told));
    const auto ahead = position_ - committed_;
    const bool due = ahead > 0 && (ports_.clock.now() - last_commit_ >= options_.cursor_every ||
                                   ahead >= static_cast<std::int64_t>(options_.page));
    if (change.events.empty() && !due) co_return position_;
    const auto committed = co_await commit(std::move(change), position_);
    if (!committed) co_return committed.error();
    co_return position_;
}

// How far the journal was read. Passages are made of events alone: alerts are passed over.
asio::awaitable<Result<std::int64_t>> Passages::read_page(std::vector<Told>& told)
{
    const auto upto = std::max(ports_.store.last_seq(), position_);
    auto read_upto = upto;
    if (upto > position_) {
        const auto page = co_await ports_.store.read_after(position_, model::Priority::event, options_.page);
        if (!page) co_return page.error();
        for (const auto& entry : *page)
            estate_.observe(*entry, told);
        if (page->size() >= options_.page)
            read_upto = page->back()->seq;
        else if (!page->empty())
            read_upto = std::max(read_upto, page->back()->seq);
    }
    // Only at the end of the journal is it now.
    if (read_upto >= ports_.store.last_seq()) estate_.advance(ports_.clock.wall() - on_its_way, told);
    co_return read_upto;
}

void Passages::add(store::Change& change, std::vector<Told> told)
{
    for (auto& [due, event] : told) {
        occupancy_.count(event);
        event.id = ports_.ids.next();
        change.events.push_back(std::move(event));
    }
}

void Passages::add_memory(store::Change& change, const std::string& key, std::string value)
{
    const auto known = saved_.find(key);
    if (known != saved_.end() && known->second == value) return;
    store::MemoryPut put;
    put.device = memory_owner;
    put.key = key;
    put.value = std::move(value);
    change.memory.push_back(std::move(put));
}

asio::awaitable<Result<void>> Passages::commit(store::Change change, std::int64_t position)
{
    for (const auto priority : {model::Priority::alert, model::Priority::event}) {
        store::CursorMove move;
        move.reader = reader;
        move.priority = priority;
        move.seq = position;
        change.cursors.push_back(std::move(move));
    }
    for (auto& [lane, text] : estate_.take_changed())
        add_memory(change, std::string(lane_key) + lane, std::move(text));
    add_memory(change, occupancy_key, occupancy_.save());
    const auto memory = change.memory;
    const auto events = change.events;
    last_commit_ = ports_.clock.now();
    const auto outcome = co_await ports_.store.commit(std::move(change));
    if (!outcome) {
        go_back();
        co_return outcome.error();
    }
    position_ = committed_ = position;
    for (const auto& put : memory)
        saved_[put.key] = put.value;
    estate_.keep_presence();
    count(events);
    co_return Result<void>();
}

// What is not on disk has not happened.
void Passages::go_back()
{
    position_ = committed_;
    estate_.take_back_presence();
    restore_memory();
}

void Passages::count(const std::vector<model::Event>& events)
{
    for (const auto& event : events) {
        const auto* passage = std::get_if<model::Passage>(&event.body);
        if (passage == nullptr) continue;
        const base::Labels labels{{"lane", event.lane},
                                  {"state", std::string(model::to_string(passage->state))}};
        ports_.metrics.counter("gatehouse_passages_total", "Movements that have ended", labels).add();
    }
    const auto tell = [this](const char* kind, int number) {
        const base::Labels labels{{"kind", kind}};
        ports_.metrics.gauge("gatehouse_occupancy", "Vehicles and persons in the estate", labels).set(number);
    };
    tell("vehicles", occupancy_.vehicles);
    tell("persons", occupancy_.persons);
}

asio::awaitable<Result<Occupancy>> Passages::correct(Correction correction)
{
    const bool says = correction.vehicles || correction.persons;
    if (correction.actor.empty() || !says || !is_possible(correction.vehicles) ||
        !is_possible(correction.persons))
        co_return Errc::bad_input;
    co_await follower_.turn_free();
    const store::Follower::Turn turn(follower_);
    const auto now = ports_.clock.wall();
    occupancy_.vehicles = correction.vehicles.value_or(occupancy_.vehicles);
    occupancy_.persons = correction.persons.value_or(occupancy_.persons);
    occupancy_.corrected_at = now;
    occupancy_.corrected_by = correction.actor;
    store::AuditRecord audit;
    audit.at = now;
    audit.actor = correction.actor;
    audit.action = "occupancy-set";
    audit.target = "estate";
    audit.detail = text_of(correction);
    audit.result = "done";
    store::Change change;
    change.audit.push_back(std::move(audit));
    const auto committed = co_await commit(std::move(change), position_);
    if (!committed) co_return committed.error();
    co_return occupancy_;
}

} // namespace gatehouse::passage
