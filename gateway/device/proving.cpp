#include "gateway/device/proving.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <utility>

namespace gatehouse::device {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using base::Errc;
using base::Result;

namespace {

constexpr auto piece_span = 2s;              // of a recording that ends with its event
constexpr std::size_t raw_max = 256U * 1024; // the end of it, for a person to read
constexpr std::size_t page = 200;
constexpr auto quiet_after = 5s;    // the device has told all that it kept
constexpr auto backfill_max = 180s; // a device whose log is asked every minute, and again
constexpr auto stamp_doubt = 1s;    // devices date what happens with whole seconds

// What somebody at the gate can cause, and see; not what the device says of itself.
bool is_happening(const model::Body& body)
{
    return std::holds_alternative<model::VehiclePassage>(body) ||
           std::holds_alternative<model::AccessAttempt>(body) ||
           std::holds_alternative<model::BarrierMoved>(body) ||
           std::holds_alternative<model::DoorState>(body) || std::holds_alternative<model::Tamper>(body) ||
           std::holds_alternative<model::Duress>(body) || std::holds_alternative<model::InputChanged>(body) ||
           std::holds_alternative<model::Detection>(body);
}

} // namespace

std::string_view to_string(CutReport::Phase phase)
{
    switch (phase) {
    case CutReport::Phase::waiting: return "waiting";
    case CutReport::Phase::cut: return "cut";
    case CutReport::Phase::backfill: return "backfill";
    case CutReport::Phase::done: return "done";
    case CutReport::Phase::none: break;
    }
    return "none";
}

Proving::Proving(store::Store& store, base::Clock& clock, Supervisor& supervisor)
    : store_(store), clock_(clock), supervisor_(supervisor)
{
}

asio::awaitable<Result<Proof>> Proving::next_event(std::string device, std::chrono::seconds span)
{
    if (!supervisor_.status(device)) co_return Errc::not_found;
    if (!waiting_.insert(device).second) co_return Errc::busy;
    struct Waiting {
        std::set<std::string>& all;
        std::string id;
        ~Waiting() { all.erase(id); }
    };
    const Waiting waiting{waiting_, device};
    bool over = false;
    auto event = await_entry(device, clock_.now() + span, over);
    auto recording = record_until(device, over);
    auto both = co_await (std::move(event) && std::move(recording));
    auto& [entry, raw] = both;
    if (!entry) co_return entry.error();
    Proof proof;
    proof.entry = std::move(*entry);
    proof.raw = std::move(raw);
    co_return proof;
}

asio::awaitable<Result<model::EntryPtr>> Proving::await_entry(std::string device, base::MonoTime until,
                                                              bool& over)
{
    struct AtEnd {
        bool& flag;
        ~AtEnd() { flag = true; }
    };
    const AtEnd end{over};
    store::EventFilter filter;
    filter.device = device;
    filter.after = store_.last_seq();
    filter.limit = page;
    while (clock_.now() < until) {
        const auto entries = co_await store_.events(filter);
        if (!entries) co_return entries.error();
        for (const auto& entry : *entries) {
            filter.after = entry->seq;
            if (!entry->event.history && is_happening(entry->event.body)) co_return entry;
        }
        if (entries->empty()) co_await clock_.wait(store_.appended(), until);
    }
    co_return Errc::timed_out;
}

// In pieces, because nobody knows when the event will come: the piece it came in and the one before.
asio::awaitable<std::string> Proving::record_until(std::string device, const bool& over)
{
    std::string before;
    std::string now;
    while (!over) {
        before = std::exchange(now, {});
        auto piece = co_await supervisor_.capture(device, piece_span);
        if (!piece) break; // its language records nothing, or somebody else records
        now = std::move(*piece);
    }
    before += now;
    if (before.size() > raw_max) before.erase(0, before.size() - raw_max);
    co_return before;
}

Result<base::WallTime> Proving::cut(const std::string& device, std::chrono::seconds span)
{
    const auto known = cuts_.find(device);
    if (known != cuts_.end() && clock_.wall() < known->second.until) return Errc::busy;
    // Looked up first: the link may be back, and what it missed in the journal, before a later clock says so.
    Cut cut;
    cut.from = clock_.wall();
    cut.until = cut.from + span;
    cut.seq = store_.last_seq();
    const auto done = supervisor_.cut(device, span);
    if (!done) return done.error();
    std::erase_if(cuts_, [this](const auto& one) { return !supervisor_.status(one.first); });
    cuts_[device] = cut;
    return cut.until;
}

asio::awaitable<Result<CutReport>> Proving::report(std::string device)
{
    const auto status = supervisor_.status(device);
    if (!status) co_return Errc::not_found;
    CutReport report;
    const auto known = cuts_.find(device);
    if (known != cuts_.end()) {
        const auto cut = known->second;
        store::EventFilter filter;
        filter.device = device;
        filter.after = cut.seq;
        filter.limit = page;
        const auto entries = co_await store_.events(filter);
        if (!entries) co_return entries.error();
        auto newest = cut.until;
        for (const auto& entry : *entries) {
            const auto& event = entry->event;
            if (!is_happening(event.body) || event.occurred_at < cut.from - stamp_doubt ||
                event.occurred_at >= cut.until || event.received_at < cut.until)
                continue;
            newest = std::max(newest, event.received_at);
            report.brought.push_back(entry);
        }
        const auto now = clock_.wall();
        const bool told_all = !report.brought.empty() && now - newest >= quiet_after;
        report.phase = now < cut.until                               ? CutReport::Phase::cut
                       : told_all || now - cut.until >= backfill_max ? CutReport::Phase::done
                                                                     : CutReport::Phase::backfill;
    }
    if (waiting_.contains(device)) report.phase = CutReport::Phase::waiting;
    co_return report;
}

} // namespace gatehouse::device
