#include "gateway/alert/alerts.hpp"

#include "gateway/store/journal_page.hpp"

#include <algorithm>

namespace gatehouse::alert {

using base::Result;

namespace {

constexpr auto memory_owner = "gateway";

std::string memory_key(std::string_view rule)
{
    return "rules/" + std::string(rule);
}

bool is_own(const model::Entry& entry)
{
    return std::holds_alternative<model::AlertChanged>(entry.event.body);
}

} // namespace

Alerts::Alerts(Ports ports, Rules rules, Options options)
    : ports_(std::move(ports)), options_(options), rules_(std::move(rules)), board_(options.limits),
      follower_({.executor = ports_.executor,
                 .clock = ports_.clock,
                 .store = ports_.store,
                 .failures = ports_.metrics.counter("gatehouse_alert_commit_failures_total",
                                                    "Pages of the rules that could not be committed"),
                 .what = "alerts"}),
      open_gauge_(ports_.metrics.gauge("gatehouse_alerts_open", "Alerts whose condition lasts")),
      suppressed_gauge_(
          ports_.metrics.gauge("gatehouse_alerts_suppressed", "Alerts for which nobody is called")),
      stormed_gauge_(
          ports_.metrics.gauge("gatehouse_alerts_stormed", "Alerts counted in alert_storm since the start")),
      repeats_gauge_(
          ports_.metrics.gauge("gatehouse_alert_repeats", "Repeats of open alerts since the start"))
{
}

asio::awaitable<Result<void>> Alerts::load()
{
    const auto cursors = co_await ports_.store.cursors();
    if (!cursors) co_return cursors.error();
    const auto memory = co_await ports_.store.memory(memory_owner);
    if (!memory) co_return memory.error();
    const auto restored = co_await load_alerts();
    if (!restored) co_return restored.error();

    for (const auto& rule : rules_) {
        const auto found = memory->find(memory_key(rule->name()));
        if (found == memory->end()) continue;
        rule->load(found->second);
        saved_[found->first] = found->second;
    }
    std::optional<std::int64_t> position;
    for (const auto& cursor : *cursors)
        if (cursor.reader == reader) position = std::min(position.value_or(cursor.seq), cursor.seq);
    last_commit_ = ports_.clock.now();
    if (position) {
        position_ = committed_ = *position;
        co_return Result<void>();
    }
    // A new journal, or one whose cursors were lost: old entries would raise their alerts again.
    position_ = ports_.store.last_seq();
    co_return co_await commit(store::Change());
}

asio::awaitable<Result<void>> Alerts::load_alerts()
{
    const auto& limits = options_.limits;
    using Which = store::AlertFilter::Which;
    for (const auto which : {Which::open, Which::suppressed, Which::closed}) {
        store::AlertFilter filter;
        filter.which = which;
        filter.since = ports_.clock.wall() - limits.reopen_within;
        filter.limit =
            which == Which::closed ? limits.closed_max : 2 * (limits.open_max + limits.resting_max);
        auto alerts = co_await ports_.store.alerts(filter);
        if (!alerts) co_return alerts.error();
        for (auto& alert : *alerts)
            board_.restore(std::move(alert));
    }
    auto silences = co_await ports_.store.silences(Quiet::silences_max);
    if (!silences) co_return silences.error();
    board_.quiet().restore(std::move(*silences));
    board_.quiet().forget_ended(ports_.clock.wall());
    co_return Result<void>();
}

asio::awaitable<void> Alerts::run()
{
    store::Follower::Step one = [this] { return step(); };
    co_await follower_.run(std::move(one));
}

asio::awaitable<Result<std::int64_t>> Alerts::step()
{
    co_await follower_.turn_free();
    const store::Follower::Turn turn(follower_);
    const auto page = co_await next_page(ports_.store.last_seq());
    if (!page) co_return page.error();

    const auto position_before = position_;
    const auto now = ports_.clock.wall();
    const bool tick_due = is_tick_due();
    const auto findings = observe(*page, tick_due);
    // Most entries mean nothing: the snapshot is taken only when there is something to take back.
    std::optional<AlertBoard> board_before;
    if (tick_due || !findings.empty() || board_.has_counted()) board_before = board_;
    std::vector<Transition> transitions;
    for (const auto& finding : findings)
        board_.apply(finding, now, transitions);
    if (tick_due) board_.tick(now, transitions);
    position_ = read_upto_;
    store::Change change;
    add(change, std::move(transitions));
    add_memory(change);
    if (!worth_a_commit(change)) co_return position_;
    const auto committed = co_await commit(std::move(change));
    if (committed) co_return position_;
    go_back(board_before ? *board_before : board_, position_before);
    co_return committed.error();
}

asio::awaitable<Result<std::vector<model::EntryPtr>>> Alerts::next_page(std::int64_t upto)
{
    auto page = co_await store::read_page(ports_.store, position_, upto, options_.page);
    if (!page) co_return page.error();
    read_upto_ = page->upto;
    co_return std::move(page->entries);
}

bool Alerts::is_tick_due()
{
    // Only at the end of the journal is it now: entries still to be read may end what seems to last.
    if (read_upto_ < ports_.store.last_seq()) return false;
    if (last_tick_ && ports_.clock.now() - *last_tick_ < store::Follower::beat) return false;
    last_tick_ = ports_.clock.now();
    return true;
}

std::vector<Finding> Alerts::observe(const std::vector<model::EntryPtr>& page, bool tick_due)
{
    std::vector<Finding> findings;
    const auto take = [&findings](std::vector<Finding> more) {
        findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                        std::make_move_iterator(more.end()));
    };
    for (const auto& entry : page) {
        if (is_own(*entry)) continue;
        for (const auto& rule : rules_)
            take(rule->observe(*entry));
    }
    if (!tick_due) return findings;
    const auto now = ports_.clock.wall();
    for (const auto& rule : rules_)
        take(rule->tick(now));
    return findings;
}

bool Alerts::worth_a_commit(const store::Change& change) const
{
    if (!change.events.empty() || !change.memory.empty()) return true;
    const auto waited = ports_.clock.now() - last_commit_;
    if (board_.has_counted() && waited >= options_.counts_every) return true;
    const auto ahead = position_ - committed_;
    return ahead > 0 &&
           (waited >= options_.cursor_every || ahead >= static_cast<std::int64_t>(options_.page));
}

void Alerts::add(store::Change& change, std::vector<Transition> transitions)
{
    const auto now = ports_.clock.wall();
    const bool synced = !ports_.clock_synced || ports_.clock_synced();
    for (auto& [alert, step, key] : transitions) {
        model::Event event;
        event.id = ports_.ids.next();
        event.device = alert.device;
        event.device_key = std::move(key);
        event.lane = alert.lane;
        event.occurred_at = now;
        event.received_at = now;
        event.clock_quality = synced ? model::ClockQuality::synced : model::ClockQuality::unsynced;
        change.alerts.push_back(alert);
        change.alert_steps.push_back(step);
        event.body = model::AlertChanged{std::move(alert), std::move(step)};
        change.events.push_back(std::move(event));
    }
}

void Alerts::add_memory(store::Change& change)
{
    for (const auto& rule : rules_) {
        if (!rule->take_changed()) continue;
        auto text = rule->save();
        const auto known = saved_.find(memory_key(rule->name()));
        if (known == saved_.end() ? text.empty() : known->second == text) continue;
        store::MemoryPut put;
        put.device = memory_owner;
        put.key = memory_key(rule->name());
        put.value = std::move(text);
        change.memory.push_back(std::move(put));
    }
}

asio::awaitable<Result<void>> Alerts::commit(store::Change change)
{
    const auto position = position_;
    for (const auto priority : {model::Priority::alert, model::Priority::event}) {
        store::CursorMove move;
        move.reader = reader;
        move.priority = priority;
        move.seq = position;
        change.cursors.push_back(std::move(move));
    }
    // Rows of repeats first: a transition of the same alert, later in the list, is the newer row.
    auto rows = board_.take_counted();
    rows.insert(rows.end(), change.alerts.begin(), change.alerts.end());
    change.alerts = std::move(rows);
    const auto memory = change.memory;
    last_commit_ = ports_.clock.now();
    const auto outcome = co_await ports_.store.commit(std::move(change));
    if (!outcome) co_return outcome.error();
    committed_ = position;
    for (const auto& put : memory)
        saved_[put.key] = put.value;
    open_gauge_.set(static_cast<double>(board_.open()));
    suppressed_gauge_.set(static_cast<double>(board_.suppressed()));
    stormed_gauge_.set(static_cast<double>(board_.stormed()));
    repeats_gauge_.set(static_cast<double>(board_.repeats()));
    co_return Result<void>();
}

void Alerts::go_back(const AlertBoard& board, std::int64_t position)
{
    board_ = board;
    position_ = position;
    last_tick_.reset(); // what it found has not happened
    for (const auto& rule : rules_) {
        const auto known = saved_.find(memory_key(rule->name()));
        rule->load(known == saved_.end() ? std::string_view() : std::string_view(known->second));
    }
}

void Alerts::use(const config::SiteConfig& site)
{
    board_.quiet().use(site.maintenance, site.utc_offset);
    // Plain cameras recognise nothing: the plates are what our vision worker reads.
    std::set<std::string> plain;
    for (const auto& device : site.devices)
        if (device.kind == "camera") plain.insert(device.id);
    AlertBoard::Lanes lanes;
    for (const auto& lane : site.lanes) {
        auto& devices = lanes[lane.id];
        devices.insert(lane.readers.begin(), lane.readers.end());
        if (!lane.barrier_device.empty()) devices.insert(lane.barrier_device);
        const auto is_plain = [&plain](const std::string& device) { return plain.contains(device); };
        if (std::any_of(lane.readers.begin(), lane.readers.end(), is_plain)) devices.insert(own_device);
    }
    board_.use_lanes(std::move(lanes));
}

void Alerts::reload(Rules rules)
{
    std::map<std::string, std::string> remembered;
    for (const auto& rule : rules_)
        remembered[std::string(rule->name())] = rule->save();
    rules_ = std::move(rules);
    for (const auto& rule : rules_) {
        const auto found = remembered.find(std::string(rule->name()));
        if (found != remembered.end()) rule->load(found->second);
    }
}

} // namespace gatehouse::alert
