#include "gateway/access/list_sync.hpp"

#include "gateway/access/consents.hpp"
#include "gateway/access/csv_list.hpp"
#include "gateway/access/visits.hpp"
#include "gateway/base/local_time.hpp"
#include "gateway/base/log.hpp"
#include "gateway/base/timeout.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fmt/format.h>

namespace gatehouse::access {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using base::Errc;
using base::kv;
using config::ListPolicy;
using model::ListEntry;
using Entries = std::vector<ListEntry>;

constexpr std::array types{ListEntry::Type::plate, ListEntry::Type::person, ListEntry::Type::card};
constexpr auto first_retry = 60s;
constexpr auto longest_retry = 3600s;
constexpr auto quiet_hour = 3h; // of site time: nobody waits at the gate for a busy terminal
constexpr auto idle_round = 60s;
constexpr auto removal_max = 24h; // domain.md P-04
constexpr auto removal_round = 1h;
constexpr const char* overdue = "overdue"; // in a device's memory: that it has been reported

// No device has this id: of the configuration's letters it lacks the colon.
std::string memory_of(const std::string& device)
{
    return "lists:" + device;
}

Entries of_type(const Entries& all, ListEntry::Type type)
{
    Entries some;
    for (const auto& entry : all)
        if (entry.type == type) some.push_back(entry);
    return some;
}

std::vector<ListDiff::Unfit> left_out_of(const WantedList& wanted, ListEntry::Type type)
{
    std::vector<ListDiff::Unfit> some;
    for (const auto& left : wanted.left_out)
        if (left.type == type) some.push_back({left.value, left.why});
    return some;
}

std::set<std::string> values_of(const Entries& all, ListEntry::Type type)
{
    std::set<std::string> values;
    for (const auto& entry : all)
        if (entry.type == type) values.insert(entry.value);
    return values;
}

FacesThere faces_at(const std::string& device, const std::vector<store::FaceMark>& marks,
                    const Consents& consents, base::WallTime now)
{
    FacesThere faces;
    for (const auto& mark : marks) {
        if (mark.device != device) continue;
        faces.marked.insert(mark.person);
        if (const auto since = consents.withdrawn(mark.person, face_purpose, now))
            faces.withdrawn.emplace(mark.person, *since);
    }
    return faces;
}

// Of distinct persons (domain.md P-14), and what is said when there are so many.
constexpr std::array face_limits{std::pair{"faces_many", std::size_t{80'000}},
                                 std::pair{"faces_to_file", std::size_t{100'000}}};

std::string removals_text(std::size_t late)
{
    if (late == 0) return "all removals have arrived";
    return fmt::format("{} entries that were removed from the lists are still held after 24 h", late);
}

// Run on the worker.
asio::awaitable<WantedList> wanted_on_worker(std::string device, ListTerms terms,
                                             std::vector<store::Credential> credentials,
                                             std::vector<store::EntryUse> uses, base::WallTime now)
{
    Visits visits;
    visits.load(uses);
    std::erase_if(credentials,
                  [&visits](const store::Credential& credential) { return is_used_up(credential, visits); });
    co_return wanted_at(device, terms, credentials, now);
}

ListPolicy policy_of(const config::SiteConfig& site, const std::string& device)
{
    for (const auto& candidate : site.devices)
        if (candidate.id == device) return candidate.lists;
    return ListPolicy::off;
}

} // namespace

ListSync::ListSync(Ports ports)
    : ports_(std::move(ports)), changed_(ports_.executor),
      freed_(ports_.executor), counters_{
                                   ports_.metrics.counter("gatehouse_list_entries_written_total",
                                                          "list entries that devices have taken or removed"),
                                   ports_.metrics.counter(
                                       "gatehouse_list_entries_failed_total",
                                       "list entries that a device did not take or remove")}
{
}

void ListSync::lists_changed()
{
    all_behind();
    changed_.notify();
}

void ListSync::device_came(const std::string& device)
{
    if (policy_of(ports_.site(), device) == ListPolicy::off) return;
    const bool compared = compared_.contains(device) && !failed_.contains(device);
    if (compared) return;
    behind_.insert(device);
    changed_.notify();
}

void ListSync::all_behind()
{
    for (const auto& device : ports_.site().devices)
        if (device.lists != ListPolicy::off) behind_.insert(device.id);
}

std::vector<std::string> ListSync::devices() const
{
    std::vector<std::string> found;
    for (const auto& device : ports_.site().devices)
        if (ports_.lists_of(device.id) != nullptr) found.push_back(device.id);
    std::sort(found.begin(), found.end());
    return found;
}

base::WallTime ListSync::next_night() const
{
    return base::next_local(ports_.clock.wall(), ports_.site().utc_offset, quiet_hour);
}

asio::awaitable<void> ListSync::run()
{
    // One that is away takes minutes to say so, and must not hold up the others.
    co_await (call_up() && watch_removals() && work() && work() && work() && work());
}

asio::awaitable<void> ListSync::call_up()
{
    night_ = next_night();
    for (;;) {
        if (ports_.clock.wall() >= night_) {
            all_behind();
            night_ = next_night();
        }
        for (const auto& [device, when] : due_)
            if (when <= ports_.clock.now()) behind_.insert(device);
        if (!behind_.empty()) changed_.notify();
        co_await rest();
    }
}

asio::awaitable<void> ListSync::work()
{
    for (;;) {
        if (behind_.empty()) {
            co_await changed_.wait();
            continue;
        }
        const auto device = *behind_.begin();
        behind_.erase(behind_.begin());
        due_.erase(device);
        co_await sync_in_background(device);
    }
}

asio::awaitable<void> ListSync::rest()
{
    auto until = ports_.clock.now() + idle_round;
    for (const auto& [device, when] : due_)
        until = std::min(until, when);
    co_await ports_.clock.wait(changed_, until);
}

asio::awaitable<void> ListSync::sync_in_background(std::string device)
{
    const auto states = co_await sync(device, true, "gateway");
    if (states.error() == Errc::not_found || states.error() == Errc::conflict) {
        compared_.erase(device); // not running now: device_came() tells
        co_return;
    }
    bool well = bool(states);
    if (states)
        for (const auto& state : *states) {
            well = well && state.problem.empty();
            for (const auto& failure : state.failures)
                well = well && !failure.again;
        }
    if (well) {
        failed_.erase(device);
        co_return;
    }
    const int times = std::min(failed_[device]++, 6);
    due_[device] =
        ports_.clock.now() + std::min<base::MonoTime::duration>(first_retry * (1 << times), longest_retry);
}

asio::awaitable<base::Result<std::vector<ListState>>> ListSync::sync(std::string device, bool write,
                                                                     std::string actor)
{
    const auto claimed = co_await claim(device); // its driver may be another one afterwards
    const auto port = ports_.lists_of(device);
    if (port == nullptr) co_return Errc::not_found;
    const auto policy = policy_of(ports_.site(), device);
    if (write && policy == ListPolicy::off) co_return Errc::conflict;
    const auto all = co_await wanted(device);
    if (!all) co_return all.error();
    const auto memory = co_await ports_.store.memory(memory_of(device));
    if (!memory) co_return memory.error();
    const auto records = co_await ports_.store.consents();
    if (!records) co_return records.error();
    const auto marks = co_await ports_.store.faces();
    if (!marks) co_return marks.error();
    std::vector<ListState> states;
    for (const auto type : types) {
        if (!port->takes(type)) continue;
        ListTurn turn(ports_.clock, counters_);
        if (type == ListEntry::Type::person)
            turn.faces = faces_at(device, *marks, Consents(*records), ports_.clock.wall());
        turn.state.device = device;
        turn.state.type = type;
        turn.port = port;
        turn.policy = policy;
        turn.wanted = of_type(all->entries, type);
        turn.left_out = left_out_of(*all, type);
        const auto kept = memory->find(std::string(to_string(type)));
        const std::string before = kept == memory->end() ? std::string() : kept->second;
        turn.ledger = ListLedger(before);
        co_await turn.settle(write);
        if (write) {
            const auto kept_now = co_await keep_ledger(&turn, before, actor);
            if (!kept_now) co_return kept_now.error();
        }
        states.push_back(std::move(turn.state));
    }
    if (write) compared_.insert(device);
    co_return states;
}

asio::awaitable<std::shared_ptr<void>> ListSync::claim(std::string device)
{
    while (busy_.contains(device))
        co_await freed_.wait();
    busy_.insert(device);
    co_return std::shared_ptr<void>(nullptr, [this, device](void*) {
        busy_.erase(device);
        freed_.notify();
    });
}

asio::awaitable<void> ListSync::watch_removals()
{
    for (;;) {
        std::vector<std::string> devices;
        for (const auto& device : ports_.site().devices)
            if (device.lists != ListPolicy::off) devices.push_back(device.id);
        for (const auto& device : devices)
            co_await look_at_removals(device);
        co_await count_faces();
        co_await ports_.clock.sleep_for(removal_round);
    }
}

// By our own books: the device need not be there.
asio::awaitable<void> ListSync::look_at_removals(std::string device)
{
    const auto claimed = co_await claim(device);
    const auto all = co_await wanted(device);
    const auto memory = co_await ports_.store.memory(memory_of(device));
    const auto records = co_await ports_.store.consents();
    const auto marks = co_await ports_.store.faces();
    if (!all || !memory || !records || !marks) co_return; // an hour later again
    store::Change change;
    std::size_t late = 0;
    for (const auto type : types) {
        const auto kept = memory->find(std::string(to_string(type)));
        if (kept == memory->end()) continue;
        ListLedger ledger(kept->second);
        late += ledger.note_leaving(values_of(all->entries, type), ports_.clock.wall(), removal_max);
        if (auto text = ledger.text(); text != kept->second)
            change.memory.push_back({memory_of(device), kept->first, std::move(text)});
    }
    const auto now = ports_.clock.wall();
    const auto faces = faces_at(device, *marks, Consents(*records), now);
    for (const auto& [person, since] : faces.withdrawn)
        if (now - since >= removal_max) ++late;
    const auto told = memory->find(overdue);
    const bool known = told != memory->end() && !told->second.empty();
    if (known != (late > 0)) {
        // Told before it is noted: told twice is better than never.
        co_await ports_.report(device, late == 0, removals_text(late));
        change.memory.push_back({memory_of(device), overdue, late > 0 ? "told" : ""});
    }
    if (change.memory.empty()) co_return;
    const auto written = co_await ports_.store.commit(std::move(change));
    if (!written)
        base::log::warn("late removals not noted", kv("device", device), kv("why", written.error()));
}

asio::awaitable<base::Result<WantedList>> ListSync::wanted(std::string device)
{
    auto credentials = co_await ports_.store.credentials();
    if (!credentials) co_return credentials.error();
    auto uses = co_await ports_.store.entry_uses();
    if (!uses) co_return uses.error();
    const auto& site = ports_.site();
    ListTerms terms{.lanes = site.lanes, .access = site.access, .utc_offset = site.utc_offset};
    auto work = wanted_on_worker(std::move(device), std::move(terms), std::move(*credentials),
                                 std::move(*uses), ports_.clock.wall());
    co_return co_await asio::co_spawn(ports_.worker, std::move(work), asio::use_awaitable);
}

asio::awaitable<base::Result<std::vector<ListSync::Enrolment>>>
ListSync::enrol(std::string person, std::string picture, std::string actor)
{
    const auto agreed = co_await check_consent(person, actor);
    if (!agreed) co_return agreed.error();
    std::vector<Enrolment> enrolments;
    const auto all = devices();
    for (const auto& device : all) {
        auto enrolment = co_await enrol_at(device, person, picture, actor);
        if (!enrolment) co_return enrolment.error();
        if (*enrolment) enrolments.push_back(std::move(**enrolment));
    }
    if (enrolments.empty()) co_return Errc::not_found;
    co_await count_faces();
    co_return enrolments;
}

asio::awaitable<base::Result<void>> ListSync::check_consent(std::string person, std::string actor)
{
    const auto records = co_await ports_.store.consents();
    if (!records) co_return records.error();
    if (Consents(*records).covers(person, face_purpose, ports_.clock.wall())) co_return base::Result<void>();
    store::Change change;
    change.audit.push_back(
        {ports_.clock.wall(), std::move(actor), "face-enrol", std::move(person), "no consent", "refused"});
    const auto kept = co_await ports_.store.commit(std::move(change));
    if (!kept) co_return kept.error();
    co_return Errc::unauthorised;
}

// Nothing: the device takes no faces, may not be written, or is not to hold the person.
asio::awaitable<base::Result<std::optional<ListSync::Enrolment>>>
ListSync::enrol_at(std::string device, std::string person, std::string picture, std::string actor)
{
    std::optional<Enrolment> enrolment;
    const auto claimed = co_await claim(device);
    const auto port = ports_.lists_of(device);
    const bool may =
        port != nullptr && port->takes_faces() && policy_of(ports_.site(), device) != ListPolicy::off;
    if (!may) co_return enrolment;
    const auto all = co_await wanted(device);
    if (!all) co_return all.error();
    const auto entry = std::find_if(all->entries.begin(), all->entries.end(), [&](const ListEntry& each) {
        return each.type == ListEntry::Type::person && each.value == person && !each.keep_out;
    });
    if (entry == all->entries.end()) co_return enrolment;
    // Noted before it is sent: a face that nobody knows of could not be taken back.
    store::Change noted;
    noted.faces.push_back({.device = device, .person = person});
    const auto kept = co_await ports_.store.commit(std::move(noted));
    if (!kept) co_return kept.error();
    Entries one{*entry};
    one.front().picture = std::move(picture);
    auto work = carry_out(port.get(), std::move(one), false);
    const auto results = co_await base::with_timeout(ports_.clock, ListTurn::call_limit, std::move(work));
    enrolment.emplace();
    enrolment->device = device;
    enrolment->done = results && results->size() == 1 && results->front().done;
    if (!enrolment->done)
        enrolment->reason = !results           ? results.error().message()
                            : results->empty() ? "the device does not answer"
                                               : results->front().reason;
    const auto written = co_await note_enrolment(*enrolment, std::move(person), std::move(actor));
    if (!written) co_return written.error();
    co_return enrolment;
}

// The person is ours there from now on, so that a removal from the lists is a removal there.
asio::awaitable<base::Result<void>> ListSync::note_enrolment(Enrolment enrolment, std::string person,
                                                             std::string actor)
{
    const std::string type(to_string(ListEntry::Type::person));
    const auto memory = co_await ports_.store.memory(memory_of(enrolment.device));
    if (!memory) co_return memory.error();
    const auto kept = memory->find(type);
    ListLedger ledger(kept == memory->end() ? std::string() : kept->second);
    if (enrolment.done) ledger.wrote(person);
    store::Change change;
    change.memory.push_back({memory_of(enrolment.device), type, ledger.text()});
    change.audit.push_back({ports_.clock.wall(), std::move(actor), "face-enrol", std::move(person),
                            enrolment.device, enrolment.done ? "done" : "failed"});
    const auto written = co_await ports_.store.commit(std::move(change));
    if (!written) co_return written.error();
    co_return base::Result<void>();
}

asio::awaitable<void> ListSync::count_faces()
{
    const auto marks = co_await ports_.store.faces();
    const auto memory = co_await ports_.store.memory(memory_of(""));
    if (!marks || !memory) co_return; // an hour later again
    std::set<std::string> persons;
    for (const auto& mark : *marks)
        persons.insert(mark.person);
    ports_.metrics.gauge("gatehouse_faces_enrolled", "persons whose face a terminal of this site may hold")
        .set(static_cast<double>(persons.size()));
    for (const auto& [what, limit] : face_limits) {
        const bool reached = persons.size() >= limit;
        const auto told = memory->find(what);
        if (reached == (told != memory->end() && !told->second.empty())) continue;
        model::SystemNotice notice;
        notice.what = what;
        notice.ok = !reached;
        notice.detail = fmt::format("{} faces enrolled", persons.size());
        co_await ports_.notice(std::move(notice));
        store::Change change;
        change.memory.push_back({memory_of(""), what, reached ? "told" : ""});
        const auto kept = co_await ports_.store.commit(std::move(change));
        if (!kept) base::log::warn("number of faces not noted", kv("why", kept.error()));
    }
}

asio::awaitable<base::Result<void>> ListSync::keep_ledger(ListTurn* turn, std::string before,
                                                          std::string actor)
{
    auto text = turn->ledger.text();
    const auto& state = turn->state;
    const bool wrote = state.written + state.removed > 0;
    if (text == before && !wrote && turn->faces_gone.empty()) co_return base::Result<void>();
    store::Change change;
    for (const auto& person : turn->faces_gone)
        change.faces.push_back({.device = state.device, .person = person, .gone = true});
    change.memory.push_back({memory_of(state.device), std::string(to_string(state.type)), std::move(text)});
    store::AuditRecord record;
    record.at = ports_.clock.wall();
    record.actor = std::move(actor);
    record.action = "list-sync";
    record.target = state.device;
    record.detail = fmt::format("{}: {} written, {} removed, {} failed", to_string(state.type), state.written,
                                state.removed, state.failures.size());
    record.result = state.in_step() ? "ok" : "not in step";
    change.audit.push_back(std::move(record));
    const auto kept = co_await ports_.store.commit(std::move(change));
    if (!kept) co_return kept.error();
    co_return base::Result<void>();
}

} // namespace gatehouse::access
