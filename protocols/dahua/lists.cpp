#include "protocols/dahua/lists.hpp"

#include "protocols/dahua/record_finder.hpp"
#include "protocols/wire/ascii.hpp"
#include "protocols/wire/base64.hpp"
#include "protocols/wire/plate_words.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::dahua {

using namespace std::chrono_literals;
using device::ListResult;
using Type = model::ListEntry::Type;

namespace {

constexpr std::size_t list_rows_max = 100'000;
constexpr std::size_t face_max = 200U << 10; // base64 (sheet §5)
constexpr auto red = "TrafficRedList";
constexpr auto black = "TrafficBlackList";
constexpr auto cards = "AccessControlCard";

// No bound, in the device's words: it wants both times.
constexpr base::WallTime always_from{946'684'800s};    // 2000-01-01
constexpr base::WallTime always_until{2'145'916'799s}; // 2037-12-31 23:59:59

std::string time_text(base::WallTime time, std::chrono::minutes utc_offset, bool compact)
{
    const auto local = std::chrono::floor<std::chrono::seconds>(time + utc_offset);
    const auto day = fmt::gmtime(std::chrono::system_clock::to_time_t(local));
    return compact ? fmt::format("{:%Y%m%d %H%M%S}", day) : fmt::format("{:%Y-%m-%d %H:%M:%S}", day);
}

// "2026-01-01 00:00:00" or "20260101 000000".
std::optional<base::WallTime> read_time(std::string text, std::chrono::minutes utc_offset)
{
    if (text.size() == 15 && text[8] == ' ') {
        for (const std::size_t at : {std::size_t{13}, std::size_t{11}})
            text.insert(at, ":");
        text.insert(6, "-").insert(4, "-");
    }
    const auto local = local_time(text);
    if (!local) return std::nullopt;
    return *local - utc_offset;
}

std::optional<base::WallTime> whole_seconds(const std::optional<base::WallTime>& time)
{
    if (!time) return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(*time);
}

ListResult done()
{
    ListResult result;
    result.done = true;
    return result;
}

ListResult not_done(const Answer& answer)
{
    ListResult result;
    result.reason = answer.why();
    result.code = answer.code;
    result.again = answer.error ? answer.error != base::Errc::unauthorised : answer.verdict == Verdict::busy;
    return result;
}

} // namespace

bool Lists::takes(Type type) const
{
    return type == Type::plate ? session_.config.has_barrier() : session_.config.has_doors();
}

device::HeldEntry Lists::as_held(const model::ListEntry& entry) const
{
    device::HeldEntry held;
    if (!takes(entry.type)) {
        held.why_not = "this device keeps no such list";
        return held;
    }
    if (entry.value.empty()) {
        held.why_not = "an entry without plate, person or card";
        return held;
    }
    if (entry.keep_out && entry.type != Type::plate) {
        held.why_not = "a terminal keeps no list of people who are to stay out";
        return held;
    }
    auto kept = entry;
    kept.picture.clear();
    kept.valid_from = whole_seconds(entry.valid_from);
    kept.valid_until = whole_seconds(entry.valid_until);
    if (entry.type == Type::plate) {
        kept.value = wire::plate_text(entry.value);
        kept.outputs.clear(); // a camera has one barrier
    } else if (static_cast<int>(kept.outputs.size()) == session_.config.outputs) {
        kept.outputs.clear(); // all of them
    }
    kept.name = std::string(wire::ascii::trim(kept.name));
    held.entry = std::move(kept);
    return held;
}

// ---- reading ----

asio::awaitable<Answer> Lists::ask_page(const std::string& list, std::size_t offset, Tree& page)
{
    auto target = fmt::format("/cgi-bin/recordFinder.cgi?action={}&name={}&count={}",
                              seeks_ ? "doSeekFind" : "find", list, seeks_ ? page_rows : find_rows);
    if (seeks_) target += fmt::format("&offset={}", offset);
    auto answer = co_await session_.get(std::move(target));
    if (answer.ok()) page = read_lines(answer.body);
    co_return answer;
}

asio::awaitable<Answer> Lists::read_list(std::string list, Type type, Rows& rows)
{
    for (std::size_t offset = 0; offset < list_rows_max;) {
        Tree page;
        auto answer = co_await ask_page(list, offset, page);
        if (seeks_ && !answer.error && !answer.ok()) {
            seeks_ = false;
            answer = co_await ask_page(list, offset, page);
        }
        if (!answer.ok()) co_return answer;
        const auto* records = find(*page, "records");
        std::size_t found = 0;
        if (records != nullptr && records->is_array())
            for (const auto& record : records->get_array())
                if (record.is_object() && ++found > 0)
                    rows.push_back(row_of(list, type, record.get_object()));
        offset += found;
        if (!seeks_ || found < page_rows) co_return answer;
    }
    co_return Answer();
}

// The older interface is known by a number, not by the absence of an error (sheet §5).
asio::awaitable<Answer> Lists::check_people()
{
    if (people_ == true) co_return Answer();
    auto answer =
        co_await session_.get("/cgi-bin/recordFinder.cgi?action=getQuerySize&name=AccessControlCard");
    if (answer.error) co_return answer;
    const auto tree = read_lines(answer.body);
    people_ = answer.ok() && (number_at(*tree, "count") || number_at(*tree, "Size"));
    if (!*people_)
        co_return garbled(
            "this firmware keeps people in the newer way, which is not spoken here; enter them on "
            "its web page");
    co_return answer;
}

asio::awaitable<Answer> Lists::read_all(Type type, Rows& rows)
{
    if (type == Type::plate) {
        const std::string allowed = red;
        const std::string denied = black;
        auto answer = co_await read_list(allowed, type, rows);
        if (!answer.ok()) co_return answer;
        co_return co_await read_list(denied, type, rows);
    }
    auto answer = co_await check_people();
    if (!answer.ok()) co_return answer;
    const std::string list = cards;
    co_return co_await read_list(list, type, rows);
}

std::vector<int> Lists::doors_of(const json::object& record) const
{
    std::vector<int> doors;
    const auto* list = find(record, "Doors");
    if (list == nullptr || !list->is_array()) return doors;
    for (std::size_t i = 0; i < list->get_array().size(); ++i)
        if (const auto door = number_at(record, fmt::format("Doors.{}", i));
            door && *door >= 0 && *door < 256)
            doors.push_back(static_cast<int>(*door) + 1);
    std::sort(doors.begin(), doors.end());
    if (static_cast<int>(doors.size()) >= session_.config.outputs) doors.clear();
    return doors;
}

Lists::Row Lists::row_of(const std::string& list, Type type, const json::object& record) const
{
    const auto offset = session_.context.utc_offset;
    Row row;
    row.list = list;
    row.record = number_at(record, "RecNo").value_or(0);
    row.entry.type = type;
    if (type == Type::plate) {
        row.entry.value = wire::plate_text(text_at(record, "PlateNumber"));
        row.entry.name = text_at(record, "MasterOfCar");
        row.entry.keep_out = list == black;
        row.entry.valid_from = read_time(text_at(record, "BeginTime"), offset);
        row.entry.valid_until = read_time(text_at(record, "CancelTime"), offset);
    } else {
        row.user = text_at(record, "UserID");
        row.card = text_at(record, "CardNo");
        row.entry.value = type == Type::card ? row.card : row.user;
        row.entry.name = text_at(record, "CardName");
        row.entry.outputs = doors_of(record);
        row.entry.valid_from = read_time(text_at(record, "ValidDateStart"), offset);
        row.entry.valid_until = read_time(text_at(record, "ValidDateEnd"), offset);
    }
    if (row.entry.valid_from && *row.entry.valid_from <= always_from) row.entry.valid_from.reset();
    if (row.entry.valid_until && *row.entry.valid_until >= always_until - 24h) row.entry.valid_until.reset();
    return row;
}

asio::awaitable<base::Result<std::vector<model::ListEntry>>> Lists::read(Type type)
{
    if (!takes(type)) co_return base::Errc::unsupported;
    Rows rows;
    const auto answer = co_await read_all(type, rows);
    if (answer.error) co_return answer.error;
    if (!answer.ok()) co_return answer.verdict == Verdict::busy ? base::Errc::busy : base::Errc::unsupported;
    std::vector<model::ListEntry> entries;
    for (auto& row : rows) {
        // A card that we wrote stands for nobody else; a person may have several records.
        const bool card_only = type == Type::person && row.user == row.card;
        const bool known = std::any_of(entries.begin(), entries.end(), [&](const auto& entry) {
            return type == Type::person && entry.value == row.entry.value;
        });
        if (!row.entry.value.empty() && !card_only && !known) entries.push_back(std::move(row.entry));
    }
    co_return entries;
}

// ---- writing ----

std::string Lists::fields_of(const model::ListEntry& entry, const Row* before) const
{
    const auto offset = session_.context.utc_offset;
    const bool plate = entry.type == Type::plate;
    const auto from = escaped(time_text(entry.valid_from.value_or(always_from), offset, !plate));
    const auto until = escaped(time_text(entry.valid_until.value_or(always_until), offset, !plate));
    if (plate)
        return fmt::format(
            "&PlateNumber={}&MasterOfCar={}&BeginTime={}&CancelTime={}&AuthorityList.OpenGate={}",
            escaped(entry.value), escaped(entry.name), from, until, !entry.keep_out);
    // A record holds a person and a card; what the entry does not name stays as it is.
    const bool is_card = entry.type == Type::card;
    const auto user = is_card ? (before != nullptr ? before->user : entry.value) : entry.value;
    const auto card = is_card ? entry.value : (before != nullptr ? before->card : std::string());
    auto text = fmt::format("&CardName={}&UserID={}&CardNo={}&CardStatus=0&CardType=0", escaped(entry.name),
                            escaped(user), escaped(card));
    auto doors = entry.outputs;
    for (int door = 1; entry.outputs.empty() && door <= session_.config.outputs; ++door)
        doors.push_back(door);
    for (std::size_t i = 0; i < doors.size(); ++i)
        text += fmt::format("&Doors[{0}]={1}&TimeSections[{0}]=255", i, doors[i] - 1);
    return text + fmt::format("&ValidDateStart={}&ValidDateEnd={}", from, until);
}

asio::awaitable<Answer> Lists::write_face(const model::ListEntry& entry)
{
    const auto photo = wire::to_base64(entry.picture);
    if (photo.size() > face_max) co_return garbled("the picture is too large for the device: 150 kB at most");
    json::object info;
    info["UserName"] = entry.name;
    json::array photos;
    photos.emplace_back(photo);
    info["PhotoData"] = std::move(photos);
    json::object body;
    body["UserID"] = entry.value;
    body["Info"] = std::move(info);
    auto text = json::serialize(body);
    co_return co_await session_.post("/cgi-bin/FaceInfoManager.cgi?action=add", std::move(text));
}

// What is on the other list, or a second time on this one, goes.
asio::awaitable<Answer> Lists::clear_others(const model::ListEntry& wanted, const std::string& list,
                                            Rows& rows)
{
    bool kept = false;
    for (std::size_t i = 0; i < rows.size();) {
        const bool same = rows[i].entry.value == wanted.value;
        const bool first = same && rows[i].list == list && !kept;
        kept = kept || first;
        if (!same || first || wanted.type != Type::plate) {
            ++i;
            continue;
        }
        auto answer = co_await erase(rows[i]);
        if (!answer.ok()) co_return answer;
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i));
    }
    co_return Answer();
}

asio::awaitable<Answer> Lists::erase(const Row& row)
{
    auto target =
        fmt::format("/cgi-bin/recordUpdater.cgi?action=remove&name={}&recno={}", row.list, row.record);
    co_return co_await session_.change(std::move(target));
}

// Inserts or updates, and keeps `rows` in step: an entry may come twice in one call.
asio::awaitable<Answer> Lists::put(const model::ListEntry& wanted, const std::string& list, Rows& rows)
{
    const auto held = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
        return row.list == list && row.entry.value == wanted.value;
    });
    if (held != rows.end()) {
        if (held->entry == wanted) co_return Answer();
        auto target =
            fmt::format("/cgi-bin/recordUpdater.cgi?action=update&name={}&recno={}", list, held->record) +
            fields_of(wanted, &*held);
        auto updated = co_await session_.change(std::move(target));
        if (updated.ok()) held->entry = wanted;
        co_return updated;
    }
    auto target = "/cgi-bin/recordUpdater.cgi?action=insert&name=" + list + fields_of(wanted, nullptr);
    auto inserted = co_await session_.change(std::move(target));
    if (!inserted.ok()) co_return inserted;
    Row row;
    row.list = list;
    row.record = number_at(*read_lines(inserted.body), "RecNo").value_or(0);
    row.user = wanted.type == Type::plate ? std::string() : wanted.value;
    row.card = wanted.type == Type::card ? wanted.value : std::string();
    row.entry = wanted;
    rows.push_back(std::move(row));
    co_return inserted;
}

asio::awaitable<ListResult> Lists::write_one(model::ListEntry entry, Rows& rows)
{
    auto held = as_held(entry);
    if (!held.entry) {
        ListResult never;
        never.reason = held.why_not;
        co_return never;
    }
    const auto wanted = std::move(*held.entry);
    const std::string list = wanted.type != Type::plate ? cards : wanted.keep_out ? black : red;
    const auto cleared = co_await clear_others(wanted, list, rows);
    if (!cleared.ok()) co_return not_done(cleared);
    const auto written = co_await put(wanted, list, rows);
    if (!written.ok()) co_return not_done(written);
    if (entry.type != Type::person || entry.picture.empty()) co_return done();
    const auto face = co_await write_face(entry);
    co_return face.ok() ? done() : not_done(face);
}

asio::awaitable<std::vector<ListResult>> Lists::write(std::vector<model::ListEntry> entries)
{
    std::vector<ListResult> results(entries.size());
    for (const auto type : {Type::plate, Type::person, Type::card}) {
        std::vector<std::size_t> ours;
        for (std::size_t i = 0; i < entries.size(); ++i)
            if (entries[i].type == type) ours.push_back(i);
        if (ours.empty()) continue;
        Rows rows;
        Answer answer;
        if (takes(type)) answer = co_await read_all(type, rows);
        for (const auto i : ours) {
            if (!answer.ok()) {
                results[i] = not_done(answer);
                continue;
            }
            auto entry = entries[i];
            results[i] = co_await write_one(std::move(entry), rows);
        }
    }
    co_await compare(entries, results);
    co_await tell("list written", results);
    co_return results;
}

// What the device keeps after all of it.
asio::awaitable<void> Lists::compare(const std::vector<model::ListEntry>& entries,
                                     std::vector<ListResult>& results)
{
    for (const auto type : {Type::plate, Type::person, Type::card}) {
        const bool any = std::any_of(entries.begin(), entries.end(),
                                     [type](const auto& entry) { return entry.type == type; });
        if (!any || !takes(type)) continue;
        Rows rows;
        const auto answer = co_await read_all(type, rows);
        for (std::size_t i = 0; i < entries.size() && answer.ok(); ++i) {
            if (entries[i].type != type || !results[i].done) continue;
            const auto held = as_held(entries[i]);
            const bool kept = std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
                return held.entry && row.entry.value == held.entry->value &&
                       row.entry.keep_out == held.entry->keep_out;
            });
            if (kept) continue;
            results[i].done = false;
            results[i].reason = "the device said OK and did not keep the entry";
        }
    }
}

asio::awaitable<ListResult> Lists::remove_one(model::ListEntry entry, Rows& rows)
{
    const auto held = as_held(entry);
    const auto value = held.entry ? held.entry->value : entry.value;
    for (std::size_t i = 0; i < rows.size();) {
        if (rows[i].entry.value != value) {
            ++i;
            continue;
        }
        const auto gone = co_await erase(rows[i]);
        if (!gone.ok()) co_return not_done(gone);
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (entry.type != Type::person) co_return done();
    // A face without its person opens nothing, so an unknown request hinders nothing.
    auto target = "/cgi-bin/FaceInfoManager.cgi?action=remove&UserID=" + escaped(value);
    const auto face = co_await session_.change(std::move(target));
    co_return face.error ? not_done(face) : done();
}

asio::awaitable<std::vector<ListResult>> Lists::remove(std::vector<model::ListEntry> entries)
{
    std::vector<ListResult> results(entries.size());
    for (const auto type : {Type::plate, Type::person, Type::card}) {
        const bool any = std::any_of(entries.begin(), entries.end(),
                                     [type](const auto& entry) { return entry.type == type; });
        if (!any) continue;
        Rows rows;
        Answer answer;
        if (takes(type)) answer = co_await read_all(type, rows);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (entries[i].type != type) continue;
            auto entry = entries[i];
            if (answer.ok())
                results[i] = co_await remove_one(std::move(entry), rows);
            else
                results[i] = not_done(answer);
        }
    }
    co_await tell("list entries removed", results);
    co_return results;
}

// For the audit; no plate, name or card.
asio::awaitable<void> Lists::tell(std::string what, const std::vector<ListResult>& results)
{
    if (!session_.context.written) co_return;
    const auto count =
        std::count_if(results.begin(), results.end(), [](const ListResult& result) { return result.done; });
    device::DeviceWrite notice;
    notice.what = std::move(what);
    notice.detail = fmt::format("{} of {} entries", count, results.size());
    notice.result = count == static_cast<std::ptrdiff_t>(results.size()) ? "ok" : "not all were taken";
    co_await session_.context.written(std::move(notice));
}

} // namespace gatehouse::dahua
