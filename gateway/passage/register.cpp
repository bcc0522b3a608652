#include "gateway/passage/register.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::passage {

using namespace std::chrono_literals;
using base::Result;

namespace {

constexpr std::size_t register_page = 512;
constexpr auto commit_every = 1s;
constexpr std::int64_t far_behind = 4096;
// Between the pages of an index that is being filled: half of the time belongs to others.
constexpr auto breath = 20ms;
constexpr std::size_t reads_max = 4096;
constexpr std::array<std::string_view, 2> passage_types{"vehicle.", "access."};

store::PassageRow row_of(const model::Entry& entry)
{
    store::PassageRow row;
    row.place = {.at = entry.event.occurred_at, .seq = entry.seq};
    row.direction = entry.event.direction;
    row.lane = entry.event.lane;
    return row;
}

store::PassageRow row_of(const model::Entry& entry, const model::VehiclePassage& read)
{
    auto row = row_of(entry);
    row.let_in = row.passed = read.passed;
    row.plate = read.plate.text;
    return row;
}

store::PassageRow row_of(const model::Entry& entry, const model::AccessAttempt& read)
{
    auto row = row_of(entry);
    row.vehicle = false;
    row.let_in = row.passed = read.granted;
    row.person = read.person;
    return row;
}

// Somebody whom nobody read.
store::PassageRow row_of(const model::Entry& entry, const model::Passage& passage)
{
    auto row = row_of(entry);
    row.vehicle = passage.vehicle;
    row.plate = passage.plate.text;
    row.person = passage.person;
    return row;
}

// The reads of one movement, the one that tells it best first: of the plate that won the vote, and let in.
std::vector<model::Passage::Part> reads_of(const model::Passage& passage)
{
    std::vector<model::Passage::Part> reads;
    for (const auto& part : passage.parts)
        if (part.role == "read") reads.push_back(part);
    const auto worth = [&](const model::Passage::Part& part) {
        return (part.plate.text == passage.plate.text ? 2 : 0) + (part.listed ? 1 : 0);
    };
    std::stable_sort(reads.begin(), reads.end(),
                     [&](const auto& one, const auto& two) { return worth(one) > worth(two); });
    return reads;
}

} // namespace

Register::Register(Ports ports)
    : ports_(ports),
      follower_({.executor = ports_.executor,
                 .clock = ports_.clock,
                 .store = ports_.store,
                 .failures = ports_.metrics.counter("gatehouse_passage_index_failures_total",
                                                    "Pages that the index of passages did not take"),
                 .what = "the index of passages"})
{
}

asio::awaitable<void> Register::run()
{
    store::Follower::Step one = [this] { return step(); };
    co_await follower_.run(std::move(one));
}

asio::awaitable<Result<std::int64_t>> Register::step()
{
    co_await follower_.turn_free();
    const store::Follower::Turn turn(follower_);
    auto done = co_await take_up();
    if (done) done = co_await read_page();
    if (done && is_due()) done = co_await commit();
    if (!done) {
        taken_up_ = false;
        co_return done.error();
    }
    if (ports_.store.last_seq() - position_ > far_behind) co_await ports_.clock.sleep_for(breath);
    co_return position_;
}

// From where the index stands. One that has seen another journal, before a restore, begins anew.
asio::awaitable<Result<void>> Register::take_up()
{
    if (taken_up_) co_return Result<void>();
    batch_ = {};
    const auto known = co_await ports_.index.position();
    if (!known) co_return known.error();
    store::EventFilter at;
    at.after = known->seq - 1;
    at.limit = 1;
    const auto found = co_await ports_.store.events(at);
    if (!found) co_return found.error();
    const bool other_id =
        !found->empty() && found->front()->seq == known->seq && found->front()->event.id != known->id;
    const bool another = known->seq > ports_.store.last_seq() || (known->seq > 0 && other_id);
    if (another) {
        const auto cleared = co_await ports_.index.clear();
        if (!cleared) co_return cleared.error();
    }
    batch_.read_upto = another ? store::PassagePosition() : *known;
    position_ = batch_.read_upto.seq;
    last_commit_ = ports_.clock.now();
    taken_up_ = true;
    co_return Result<void>();
}

// Reads and movements are events alone: alerts are passed over.
asio::awaitable<Result<void>> Register::read_page()
{
    const auto upto = std::max(ports_.store.last_seq(), position_);
    if (upto == position_) co_return Result<void>();
    const auto page = co_await ports_.store.read_after(position_, model::Priority::event, register_page);
    if (!page) co_return page.error();
    for (const auto& entry : *page) {
        const auto noted = co_await note(*entry);
        if (!noted) co_return noted.error();
        batch_.read_upto.seq = entry->seq;
        batch_.read_upto.id = entry->event.id;
    }
    position_ = page->size() < register_page ? std::max(upto, batch_.read_upto.seq) : page->back()->seq;
    co_return Result<void>();
}

bool Register::is_due() const
{
    return batch_.changes.size() >= register_page ||
           (!batch_.changes.empty() && ports_.clock.now() - last_commit_ >= commit_every);
}

asio::awaitable<Result<void>> Register::commit()
{
    last_commit_ = ports_.clock.now();
    auto batch = std::exchange(batch_, {});
    batch_.read_upto = batch.read_upto;
    co_return co_await ports_.index.apply(std::move(batch));
}

asio::awaitable<Result<void>> Register::note(const model::Entry& entry)
{
    const auto add = [&](store::PassageRow row) {
        remember(entry.event.id, row.place);
        batch_.changes.emplace_back(std::move(row));
    };
    if (const auto* vehicle = std::get_if<model::VehiclePassage>(&entry.event.body))
        add(row_of(entry, *vehicle));
    if (const auto* attempt = std::get_if<model::AccessAttempt>(&entry.event.body))
        add(row_of(entry, *attempt));
    if (const auto* passage = std::get_if<model::Passage>(&entry.event.body))
        co_return co_await note_movement(entry, *passage);
    co_return Result<void>();
}

// Of all its reads one stays; what the camera of the lane beside it saw of the same vehicle is none of its
// own.
asio::awaitable<Result<void>> Register::note_movement(const model::Entry& entry,
                                                      const model::Passage& passage)
{
    const bool passed = passage.state == model::PassageState::passed;
    store::PassageMerge merge;
    merge.passed = passed;
    bool has_kept = false;
    for (const auto& read : reads_of(passage)) {
        const auto place = co_await place_of(read.id);
        if (!place) co_return place.error();
        if (!*place) continue;
        if (has_kept)
            merge.dropped.push_back(**place);
        else
            merge.kept = **place;
        has_kept = true;
    }
    for (const auto& part : passage.parts) {
        if (part.role != "echo") continue;
        const auto place = co_await place_of(part.id);
        if (!place) co_return place.error();
        if (*place) merge.dropped.push_back(**place);
    }
    if (has_kept || !merge.dropped.empty()) batch_.changes.emplace_back(std::move(merge));
    if (!has_kept && passed) batch_.changes.emplace_back(row_of(entry, passage));
    co_return Result<void>();
}

asio::awaitable<Result<std::optional<store::PassagePlace>>> Register::place_of(std::string id)
{
    using Place = std::optional<store::PassagePlace>;
    const auto known = reads_.find(id);
    if (known != reads_.end()) co_return Place(known->second);
    store::EventFilter filter; // read before the last start
    filter.id = std::move(id);
    const auto found = co_await ports_.store.events(filter);
    if (!found) co_return found.error();
    if (found->empty()) co_return Place();
    const auto& entry = *found->front();
    co_return Place(store::PassagePlace{.at = entry.event.occurred_at, .seq = entry.seq});
}

void Register::remember(const std::string& id, store::PassagePlace place)
{
    if (!reads_.emplace(id, place).second) return;
    reads_order_.push_back(id);
    if (reads_order_.size() <= reads_max) return;
    reads_.erase(reads_order_.front());
    reads_order_.pop_front();
}

asio::awaitable<Result<void>> Register::tidy(const config::RetentionConfig& retention)
{
    const auto now = ports_.clock.wall();
    store::PassageCutoffs cutoffs;
    cutoffs.passages = {.at = now, .seq = ports_.store.last_seq() + 1};
    cutoffs.traffic = now - std::chrono::days(retention.alerts_days);
    for (const auto type : passage_types) {
        store::EventFilter oldest;
        oldest.type_prefix = type;
        oldest.limit = 1;
        const auto found = co_await ports_.store.events(oldest);
        if (!found) co_return found.error();
        if (found->empty() || found->front()->seq >= cutoffs.passages.seq) continue;
        cutoffs.passages = {.at = found->front()->event.received_at, .seq = found->front()->seq};
    }
    co_return co_await ports_.index.forget(cutoffs);
}

} // namespace gatehouse::passage
