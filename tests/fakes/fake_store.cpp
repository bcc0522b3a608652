#include "tests/fakes/fake_store.hpp"

#include "gateway/model/envelope.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace gatehouse::fakes {

using base::Errc;
using base::Result;
using model::EntryPtr;

namespace {

// 64 hex characters that differ for different bytes: enough for a test, and no cryptography to link.
bool shows(const model::Event& event, const std::string& hash)
{
    return std::any_of(event.pictures.begin(), event.pictures.end(),
                       [&hash](const model::Picture& picture) { return picture.sha256 == hash; });
}

std::string fake_hash(const std::string& bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    std::uint64_t state = 0xcbf29ce484222325ULL;
    for (int word = 0; word < 4; ++word) {
        for (const char c : bytes)
            state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
        state ^= static_cast<std::uint64_t>(word) + bytes.size();
        for (int nibble = 0; nibble < 16; ++nibble)
            text += digits[(state >> (4U * static_cast<unsigned>(nibble))) & 15U];
    }
    return text;
}

} // namespace

FakeStore::FakeStore(asio::any_io_executor io, std::chrono::minutes utc_offset)
    : io_(io), utc_offset_(utc_offset), appended_(io), released_(io)
{
}

void FakeStore::fail_commits(Errc why, int times)
{
    failures_.push_back(Failure{.why = why, .times = times});
}

void FakeStore::hold()
{
    held_ = true;
}

void FakeStore::release()
{
    held_ = false;
    released_.notify();
}

std::int64_t FakeStore::cursor(const std::string& reader, model::Priority priority) const
{
    const auto found = cursor_table.find({reader, priority});
    return found == cursor_table.end() ? 0 : found->second;
}

asio::awaitable<void> FakeStore::yield()
{
    co_await asio::post(io_, asio::use_awaitable);
}

store::Appended FakeStore::append(model::Event event)
{
    const std::string key = event.device_key.empty() ? event.id : event.device_key;
    const auto [place, fresh] = seen_.try_emplace({event.device, key}, last_seq_ + 1);
    if (!fresh) return store::Appended{.repeated = true, .seq = place->second, .entry = nullptr};
    for (auto& picture : event.pictures) {
        if (!picture.bytes) continue;
        picture.sha256 = fake_hash(*picture.bytes);
        picture.size = picture.bytes->size();
        pictures[picture.sha256] = *picture.bytes;
        picture.bytes.reset();
    }
    auto entry = std::make_shared<model::Entry>();
    entry->seq = ++last_seq_;
    entry->type = model::type_of(event.body);
    entry->priority = model::kind_of(event.body).priority;
    entry->boot_id = "01FAKEB00T0000000000000000";
    entry->data = model::data_json(event, utc_offset_);
    entry->event = std::move(event);
    journal.push_back(entry);
    return store::Appended{.repeated = false, .seq = entry->seq, .entry = entry};
}

void FakeStore::put_command(store::CommandRecord record)
{
    const auto same = [&record](const store::CommandRecord& other) {
        return other.command.id == record.command.id;
    };
    // Newest first: it is there for its outcome, a moment after its intent.
    const auto found = std::find_if(command_table.rbegin(), command_table.rend(), same);
    if (found == command_table.rend())
        command_table.push_back(std::move(record));
    else
        *found = std::move(record);
}

void FakeStore::put(store::Change& change)
{
    for (auto& alert : change.alerts)
        alert_table[alert.id] = std::move(alert);
    for (auto& step : change.alert_steps)
        alert_step_table.try_emplace({step.alert, step.seq}, std::move(step));
    for (auto& silence : change.silences)
        silence_table[silence.id] = std::move(silence);
    for (auto& handover : change.handovers)
        handover_table.push_back(std::move(handover));
    for (const auto& move : change.cursors) {
        auto& position = cursor_table[{move.reader, move.priority}];
        position = std::max(position, move.seq);
    }
    for (auto& record : change.commands)
        put_command(std::move(record));
    for (auto& letter : change.dead_letters)
        dead_letter_table.push_back(std::move(letter));
    for (auto& put : change.memory)
        memory_table[put.device][put.key] = std::move(put.value);
    for (auto& record : change.audit)
        audit_table.push_back(std::move(record));
    for (auto& list : change.lists) {
        std::erase_if(credential_table, [&list](const store::Credential& c) {
            return c.type == list.type && c.list == list.list;
        });
        for (auto& credential : list.credentials)
            credential_table.push_back(std::move(credential));
    }
    for (auto& version : change.versions) {
        version.number = 1;
        for (const auto& other : version_table)
            if (other.type == version.type && other.list == version.list) ++version.number;
        version_table.push_back(std::move(version));
    }
    for (auto& consent : change.consents) {
        std::erase_if(consent_table, [&](const auto& other) {
            return other.person == consent.person && other.purpose == consent.purpose &&
                   other.given_at == consent.given_at;
        });
        consent_table.push_back(std::move(consent));
    }
    for (const auto& mark : change.faces) {
        if (mark.gone)
            face_table.erase({mark.device, mark.person});
        else
            face_table.emplace(mark.device, mark.person);
    }
    for (auto& use : change.entry_uses) {
        const bool known =
            std::any_of(entry_use_table.begin(), entry_use_table.end(), [&](const auto& other) {
                return other.device == use.device && other.device_key == use.device_key;
            });
        if (!known) entry_use_table.push_back(std::move(use));
    }
    for (auto& account : change.accounts)
        account_table[account.name] = std::move(account);
    for (const auto& name : change.accounts_removed)
        account_table.erase(name);
    for (auto& token : change.tokens)
        token_table[token.id] = std::move(token);
    for (const auto& id : change.tokens_removed)
        token_table.erase(id);
}

asio::awaitable<Result<std::vector<store::Appended>>> FakeStore::commit(store::Change change)
{
    ++commits_;
    co_await yield();
    while (held_)
        co_await released_.wait();
    if (!failures_.empty()) {
        const Errc why = failures_.front().why;
        if (--failures_.front().times <= 0) failures_.pop_front();
        co_return why;
    }
    for (const auto& event : change.events)
        if (event.device.empty() || (event.device_key.empty() && event.id.empty())) co_return Errc::bad_input;
    std::vector<store::Appended> outcome;
    const auto before = last_seq_;
    for (auto& event : change.events)
        outcome.push_back(append(std::move(event)));
    put(change);
    if (last_seq_ != before) appended_.notify();
    co_return outcome;
}

asio::awaitable<Result<std::vector<EntryPtr>>>
FakeStore::read_after(std::int64_t after, model::Priority priority, std::size_t limit)
{
    co_await yield();
    std::vector<EntryPtr> found;
    const auto later = [](std::int64_t seq, const EntryPtr& entry) { return seq < entry->seq; };
    for (auto at = std::upper_bound(journal.begin(), journal.end(), after, later);
         at != journal.end() && found.size() < limit; ++at)
        if ((*at)->priority == priority) found.push_back(*at);
    co_return found;
}

asio::awaitable<Result<std::vector<store::CursorMove>>> FakeStore::cursors()
{
    co_await yield();
    std::vector<store::CursorMove> all;
    for (const auto& [key, seq] : cursor_table)
        all.push_back(store::CursorMove{.reader = key.first, .priority = key.second, .seq = seq});
    co_return all;
}

asio::awaitable<Result<store::Backlog>> FakeStore::backlog(std::string reader)
{
    co_await yield();
    store::Backlog waiting;
    for (const auto& entry : journal) {
        if (entry->seq <= cursor(reader, entry->priority)) continue;
        if (!waiting.oldest) waiting.oldest = entry->event.received_at;
        ++(entry->priority == model::Priority::alert ? waiting.alerts : waiting.entries);
    }
    co_return waiting;
}

asio::awaitable<Result<std::vector<EntryPtr>>> FakeStore::events(store::EventFilter filter)
{
    co_await yield();
    std::vector<EntryPtr> found;
    for (const auto number : filter.numbers)
        std::copy_if(journal.begin(), journal.end(), std::back_inserter(found),
                     [number](const EntryPtr& entry) { return entry->seq == number; });
    if (!filter.numbers.empty()) co_return found;
    if (!filter.picture.empty()) {
        const auto newest = std::find_if(journal.rbegin(), journal.rend(), [&filter](const EntryPtr& entry) {
            return shows(entry->event, filter.picture);
        });
        if (newest != journal.rend()) found.push_back(*newest);
        co_return found;
    }
    const auto wanted = [&filter](const EntryPtr& entry) {
        if (!filter.id.empty()) return entry->event.id == filter.id;
        return entry->seq > filter.after && (filter.before == 0 || entry->seq < filter.before) &&
               (filter.device.empty() || entry->event.device == filter.device) &&
               entry->type.starts_with(filter.type_prefix);
    };
    std::copy_if(journal.begin(), journal.end(), std::back_inserter(found), wanted);
    if (filter.newest_first) std::reverse(found.begin(), found.end());
    if (found.size() > std::min<std::size_t>(filter.limit, 1000))
        found.resize(std::min<std::size_t>(filter.limit, 1000));
    co_return found;
}

asio::awaitable<Result<std::vector<model::Alert>>> FakeStore::alerts(store::AlertFilter filter)
{
    co_await yield();
    std::vector<model::Alert> found;
    using Which = store::AlertFilter::Which;
    using State = model::Alert::State;
    for (const auto& [id, alert] : alert_table) {
        const bool lately_closed = alert.state == State::closed && alert.changed_at >= filter.since;
        const bool open = alert.state != State::closed && alert.state != State::rejected &&
                          alert.state != State::suppressed;
        if (filter.which == Which::all || (filter.which == Which::open && open) ||
            (filter.which == Which::suppressed && alert.state == State::suppressed) ||
            (filter.which == Which::closed && lately_closed))
            found.push_back(alert);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.raised_at > b.raised_at; });
    if (found.size() > filter.limit) found.resize(filter.limit);
    co_return found;
}

asio::awaitable<Result<std::optional<model::Alert>>> FakeStore::alert(std::string id)
{
    co_await yield();
    std::optional<model::Alert> found;
    if (const auto place = alert_table.find(id); place != alert_table.end()) found = place->second;
    co_return found;
}

asio::awaitable<Result<std::vector<model::AlertStep>>> FakeStore::alert_steps(std::string id)
{
    co_await yield();
    std::vector<model::AlertStep> found;
    for (const auto& [key, step] : alert_step_table)
        if (key.first == id) found.push_back(step);
    co_return found;
}

asio::awaitable<Result<std::vector<store::AlertLife>>> FakeStore::alert_lives(store::AlertSpan span)
{
    co_await yield();
    std::vector<store::AlertLife> found;
    for (auto at = alert_table.upper_bound(span.after); at != alert_table.end() && found.size() < span.limit;
         ++at) {
        const auto& alert = at->second;
        const bool open =
            alert.state != model::Alert::State::closed && alert.state != model::Alert::State::rejected;
        if (alert.raised_at >= span.to ||
            (!open && alert.changed_at < span.from && alert.due_clear < span.from))
            continue;
        store::AlertLife life;
        life.alert = alert;
        for (const auto& [key, step] : alert_step_table)
            if (key.first == alert.id) life.steps.push_back(step);
        found.push_back(std::move(life));
    }
    co_return found;
}

asio::awaitable<Result<std::vector<model::Silence>>> FakeStore::silences(std::size_t limit)
{
    co_await yield();
    std::vector<model::Silence> found;
    for (const auto& [id, silence] : silence_table)
        if (found.size() < limit) found.push_back(silence);
    co_return found;
}

asio::awaitable<Result<std::vector<model::Handover>>> FakeStore::handovers(std::size_t limit)
{
    co_await yield();
    std::vector<model::Handover> found(handover_table.rbegin(), handover_table.rend());
    if (found.size() > limit) found.resize(limit);
    co_return found;
}

asio::awaitable<Result<std::optional<store::CommandRecord>>> FakeStore::command(std::string id)
{
    co_await yield();
    std::optional<store::CommandRecord> found;
    for (const auto& record : command_table)
        if (record.command.id == id) found = record;
    co_return found;
}

asio::awaitable<Result<std::vector<store::CommandRecord>>> FakeStore::open_commands()
{
    co_await yield();
    std::vector<store::CommandRecord> found;
    for (const auto& record : command_table)
        if (!record.outcome) found.push_back(record);
    co_return found;
}

asio::awaitable<Result<std::vector<store::CommandRecord>>> FakeStore::recent_commands(std::size_t limit)
{
    co_await yield();
    std::vector<store::CommandRecord> found(command_table.rbegin(), command_table.rend());
    if (found.size() > limit) found.resize(limit);
    co_return found;
}

asio::awaitable<Result<std::vector<store::Credential>>> FakeStore::credentials()
{
    co_await yield();
    co_return credential_table;
}

asio::awaitable<Result<std::vector<store::EntryUse>>> FakeStore::entry_uses()
{
    co_await yield();
    co_return entry_use_table;
}

asio::awaitable<Result<std::vector<store::Consent>>> FakeStore::consents()
{
    co_await yield();
    co_return consent_table;
}

asio::awaitable<Result<std::vector<store::Account>>> FakeStore::accounts()
{
    co_await yield();
    std::vector<store::Account> found;
    for (const auto& [name, account] : account_table)
        found.push_back(account);
    co_return found;
}

asio::awaitable<Result<std::vector<store::ApiToken>>> FakeStore::tokens()
{
    co_await yield();
    std::vector<store::ApiToken> found;
    for (const auto& [id, token] : token_table)
        found.push_back(token);
    co_return found;
}

asio::awaitable<Result<std::vector<store::FaceMark>>> FakeStore::faces()
{
    co_await yield();
    std::vector<store::FaceMark> marks;
    for (const auto& [device, person] : face_table)
        marks.push_back({.device = device, .person = person});
    co_return marks;
}

asio::awaitable<Result<std::vector<store::ListVersion>>> FakeStore::list_versions()
{
    co_await yield();
    std::vector<store::ListVersion> newest_first(version_table.rbegin(), version_table.rend());
    for (auto& version : newest_first)
        version.csv.clear();
    co_return newest_first;
}

asio::awaitable<Result<std::optional<store::ListVersion>>>
FakeStore::list_version(store::Credential::Type type, std::string list, int number)
{
    co_await yield();
    std::optional<store::ListVersion> found;
    for (const auto& version : version_table)
        if (version.type == type && version.list == list && version.number == number) found = version;
    co_return found;
}

asio::awaitable<Result<std::vector<store::DeadLetter>>> FakeStore::dead_letters(std::string reader,
                                                                                std::size_t limit)
{
    co_await yield();
    std::vector<store::DeadLetter> found;
    for (auto letter = dead_letter_table.rbegin(); letter != dead_letter_table.rend() && found.size() < limit;
         ++letter)
        if (reader.empty() || letter->reader == reader) found.push_back(*letter);
    co_return found;
}

asio::awaitable<Result<std::map<std::string, std::string>>> FakeStore::memory(std::string device)
{
    co_await yield();
    std::map<std::string, std::string> found;
    if (const auto place = memory_table.find(device); place != memory_table.end()) found = place->second;
    co_return found;
}

asio::awaitable<Result<std::map<std::string, base::WallTime>>> FakeStore::last_events()
{
    co_await yield();
    std::map<std::string, base::WallTime> newest;
    for (const auto& entry : journal)
        newest[entry->event.device] = entry->event.received_at;
    co_return newest;
}

asio::awaitable<Result<std::string>> FakeStore::picture(std::string sha256)
{
    co_await yield();
    const auto found = pictures.find(sha256);
    if (found == pictures.end()) co_return Errc::not_found;
    std::string bytes = found->second;
    co_return bytes;
}

asio::awaitable<Result<store::DiskReport>> FakeStore::housekeep(base::WallTime)
{
    co_await yield();
    co_return disk_report;
}

void FakeStore::use_retention(config::RetentionConfig policy, std::vector<std::string> held_by)
{
    retention = policy;
    readers = std::move(held_by);
}

asio::awaitable<Result<void>> FakeStore::backup(std::filesystem::path)
{
    co_await yield();
    co_return Result<void>();
}

asio::awaitable<Result<std::vector<audit::Row>>> FakeStore::audit(audit::Filter filter)
{
    co_await yield();
    std::vector<audit::Row> rows;
    for (const auto& record : audit_table) {
        const auto seq = static_cast<std::int64_t>(&record - audit_table.data()) + 1;
        const bool wanted = seq > filter.after && (filter.action.empty() || filter.action == record.action);
        if (wanted) rows.push_back({.seq = seq, .record = record, .prev = {}, .hash = {}});
    }
    if (filter.newest_first) std::reverse(rows.begin(), rows.end());
    if (rows.size() > filter.limit) rows.resize(filter.limit);
    co_return rows;
}

asio::awaitable<Result<audit::Report>> FakeStore::check_audit(std::optional<audit::Head>)
{
    co_await yield();
    co_return audit_report;
}

asio::awaitable<Result<audit::Head>> FakeStore::note_audit_head()
{
    co_await yield();
    audit_noted = static_cast<std::int64_t>(audit_table.size());
    const audit::Head head{.seq = audit_noted, .hash = {}};
    co_return head;
}

asio::awaitable<void> FakeStore::close()
{
    co_await yield();
    closed = true;
}

} // namespace gatehouse::fakes
