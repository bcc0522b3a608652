#include "gateway/access/list_turn.hpp"

#include "gateway/base/timeout.hpp"

#include <algorithm>

namespace gatehouse::access {
namespace {

using config::ListPolicy;
using model::ListEntry;

constexpr std::size_t batch_max = 200;

} // namespace

// Removals first: they are what somebody may be waiting for, and a full device needs the room.
asio::awaitable<void> ListTurn::settle(bool write)
{
    if (!co_await read()) co_return;
    if (write) {
        for (const auto& [value, row] : ListLedger::Rows(ledger.rows()))
            ledger.forget_failure(value);
        if (!co_await clear_faces()) co_return;
    }
    state.diff = difference();
    if (write) {
        auto removals = state.diff.remove;
        auto additions = state.diff.add;
        additions.insert(additions.end(), state.diff.change.begin(), state.diff.change.end());
        const bool something = !removals.empty() || !additions.empty();
        co_await change(std::move(removals), true);
        co_await change(std::move(additions), false);
        if (something && !co_await read()) co_return;
        disbelieve(difference());
    }
    take_stock();
}

// A face goes with its person, who comes back without one where he is wanted.
asio::awaitable<bool> ListTurn::clear_faces()
{
    Entries holders;
    for (const auto& entry : there_)
        if (faces.withdrawn.contains(entry.value)) holders.push_back(entry);
    if (!holders.empty()) {
        co_await change(std::move(holders), true);
        if (!co_await read()) co_return false;
    }
    for (const auto& [person, since] : faces.withdrawn)
        if (!is_there(person)) faces_gone.insert(person);
    co_return true;
}

// What a device says that it has done counts only when it is found there.
void ListTurn::disbelieve(const ListDiff& left)
{
    const auto& rows = ledger.rows();
    const auto unexplained = [&](const std::string& value) {
        const auto row = rows.find(value);
        return row == rows.end() || row->second.reason.empty();
    };
    for (const auto* entries : {&left.add, &left.change})
        for (const auto& entry : *entries)
            if (unexplained(entry.value))
                ledger.failed(entry.value, "the device said that it took it, and does not have it", "", true);
    for (const auto& entry : left.remove)
        if (unexplained(entry.value))
            ledger.failed(entry.value, "the device said that it removed it, and still has it", "", true);
}

asio::awaitable<bool> ListTurn::read()
{
    auto work = port->read(state.type);
    auto there = co_await base::with_timeout(clock_, call_limit, std::move(work));
    if (there) {
        there_ = std::move(*there);
        co_return true;
    }
    state.problem = "its list cannot be read: " + there.error().message();
    co_return false;
}

asio::awaitable<void> ListTurn::change(Entries entries, bool removal)
{
    for (std::size_t from = 0; from < entries.size(); from += batch_max) {
        const auto first = entries.begin() + static_cast<std::ptrdiff_t>(from);
        const auto size = std::min(batch_max, entries.size() - from);
        const Entries batch(first, first + static_cast<std::ptrdiff_t>(size));
        auto work = carry_out(port.get(), batch, removal);
        const auto results = co_await base::with_timeout(clock_, call_limit, std::move(work));
        if (results && results->size() == batch.size()) {
            note(batch, *results, removal);
            continue;
        }
        device::ListResult lost;
        lost.again = true;
        lost.reason = results ? "the device's answer does not fit the order" : results.error().message();
        const Results all(batch.size(), lost);
        note(batch, all, removal);
        co_return; // what comes after it would fare the same; it is still in the difference
    }
}

void ListTurn::note(const Entries& entries, const Results& results, bool removal)
{
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto& result = results[i];
        const auto& value = entries[i].value;
        if (!result.done) {
            ledger.failed(value, result.reason, result.code, result.again);
            counters_.failures.add();
            continue;
        }
        counters_.written.add();
        if (removal) {
            ledger.removed(value);
            ++state.removed;
        } else {
            ledger.wrote(value);
            ++state.written;
        }
    }
}

// Asks the driver, so it stays on its thread.
ListDiff ListTurn::difference() const
{
    auto diff = compare(wanted, there_, *port, ledger, policy);
    diff.unfit.insert(diff.unfit.end(), left_out.begin(), left_out.end());
    return diff;
}

// Strangers that may stay count for neither side.
void ListTurn::take_stock()
{
    Entries should;
    std::set<std::string> ours;
    for (const auto& entry : wanted)
        if (auto held = port->as_held(entry); held.entry) {
            ours.insert(held.entry->value);
            should.push_back(std::move(*held.entry));
        }
    Entries does;
    for (const auto& entry : there_)
        if (policy == ListPolicy::all || ours.contains(entry.value) || ledger.holds(entry.value))
            does.push_back(entry);
    state.digest_ours = digest_of(should);
    state.digest = digest_of(does);
    for (const auto& [value, row] : ledger.rows())
        if (!row.reason.empty()) state.failures.push_back({value, row.reason, row.code, row.again});
    for (const auto& unfit : state.diff.unfit)
        state.failures.push_back({unfit.value, unfit.why, "", false});
    for (const auto& person : faces.marked)
        if (!is_there(person)) faces_gone.insert(person); // with the person
}

bool ListTurn::is_there(const std::string& value) const
{
    return std::any_of(there_.begin(), there_.end(),
                       [&value](const ListEntry& entry) { return entry.value == value; });
}

asio::awaitable<base::Result<std::vector<device::ListResult>>>
carry_out(device::ListPort* port, std::vector<ListEntry> entries, bool removal)
{
    auto work = removal ? port->remove(std::move(entries)) : port->write(std::move(entries));
    co_return co_await std::move(work);
}

} // namespace gatehouse::access
