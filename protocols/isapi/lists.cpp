#include "protocols/isapi/lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace gatehouse::isapi {

using base::Errc;
using device::HeldEntry;
using device::ListResult;
using model::ListEntry;
using Type = ListEntry::Type;

namespace {

constexpr std::size_t entries_max = 100'000; // beyond what any device stores
constexpr std::size_t plate_max = 32;
constexpr std::size_t person_max = 32;
constexpr std::size_t card_max = 20;

bool only(std::string_view text, std::string_view letters)
{
    return text.find_first_not_of(letters) == std::string_view::npos;
}

bool is_digits(std::string_view text)
{
    return !text.empty() && only(text, "0123456789");
}

std::string holder_of(std::string_view card)
{
    return "C" + std::string(card);
}

bool is_holder(std::string_view person)
{
    return person.starts_with('C') && is_digits(person.substr(1));
}

bool unknown_there(const Answer& answer)
{
    return !answer.error && (answer.judgement.verdict == Verdict::unknown_url ||
                             answer.judgement.verdict == Verdict::not_supported);
}

// The device has understood and said no: another way may do.
bool refused(const Answer& answer)
{
    return !answer.error && !answer.ok() && answer.judgement.verdict != Verdict::busy &&
           answer.judgement.verdict != Verdict::sessions_full &&
           answer.judgement.verdict != Verdict::low_privilege;
}

ListResult not_done(std::string reason)
{
    ListResult result;
    result.reason = std::move(reason);
    return result;
}

ListResult result_of(const Answer& answer)
{
    ListResult result;
    result.done = answer.ok() || (!answer.error && answer.judgement.verdict == Verdict::reboot_required);
    if (result.done) return result;
    result.again = !refused(answer);
    result.reason = answer.why();
    if (const auto status = parse_response_status(answer.body)) result.code = status->sub_code;
    return result;
}

base::error_code error_of(const Answer& answer)
{
    if (answer.error) return answer.error;
    if (unknown_there(answer)) return Errc::unsupported;
    return answer.judgement.verdict == Verdict::busy ? Errc::busy : Errc::failed;
}

} // namespace

// ---- what a device would make of an entry; pure ----

bool Lists::takes(Type type) const
{
    return type == Type::plate ? session_.config.has_barrier() : session_.config.has_doors();
}

std::vector<int> Lists::doors_of(const ListEntry& entry) const
{
    std::vector<int> doors;
    for (int door = 1; door <= session_.config.outputs; ++door) {
        const bool named = std::find(entry.outputs.begin(), entry.outputs.end(), door) != entry.outputs.end();
        if (entry.outputs.empty() || named) doors.push_back(door);
    }
    return doors;
}

std::string Lists::why_not(const ListEntry& entry) const
{
    if (!takes(entry.type)) return "this kind of device keeps no such list";
    const auto& value = entry.value;
    const bool printable = std::all_of(
        value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
    const auto doors = doors_of(entry);
    if (doors.empty())
        return fmt::format("none of its outputs is at this device; outputs = {}", session_.config.outputs);
    switch (entry.type) {
    case Type::plate:
        if (value.empty() || value.size() > plate_max || !printable) return "the device takes no such plate";
        if (doors.size() != static_cast<std::size_t>(session_.config.outputs))
            return "the device's list opens all its barriers, not some of them";
        break;
    case Type::person:
        if (value.empty() || value.size() > person_max || !printable)
            return "the device takes person ids of 1 to 32 letters and digits";
        if (is_holder(value)) return "\"C\" and digits stands for a card without a person";
        break;
    case Type::card:
        if (!is_digits(value) || value.size() > card_max)
            return "the device takes card numbers of 1 to 20 digits";
        break;
    }
    if (entry.picture.size() > face_max) return "the picture is larger than 200 kB";
    return {};
}

ListEntry Lists::as_kept(ListEntry entry) const
{
    const auto offset = session_.context.utc_offset;
    if (entry.type == Type::plate) return plate_as_kept(std::move(entry), offset);
    auto doors = doors_of(entry);
    const bool all = doors.size() == static_cast<std::size_t>(session_.config.outputs);
    // A terminal may have doors that are not connected: rights there mean nothing to us.
    if (doors.empty()) entry.keep_out = true;
    entry.outputs = all ? std::vector<int>() : std::move(doors);
    return person_as_kept(std::move(entry), offset);
}

HeldEntry Lists::as_held(const ListEntry& entry) const
{
    HeldEntry held;
    held.why_not = why_not(entry);
    if (!held.why_not.empty()) return held;
    held.entry = as_kept(entry);
    return held;
}

// ---- reading ----

std::string Lists::search_id() const
{
    return fmt::format("{:016x}", session_.context.random.next());
}

asio::awaitable<Answer> Lists::send_json(std::string method, std::string_view target, std::string body)
{
    std::string where(target);
    co_return co_await session_.send(std::move(method), std::move(where), std::move(body),
                                     "application/json");
}

// `plate`: this one; empty: all.
asio::awaitable<Lists::Rows<PlateRow>> Lists::plates(std::string plate)
{
    std::vector<PlateRow> found;
    const auto id = search_id();
    for (int position = 0; found.size() < entries_max;) {
        auto target = fmt::format(fmt::runtime(plate_search_target), session_.config.channel);
        auto body = plate_search_body(id, position, plate);
        const auto answer =
            co_await session_.send("POST", std::move(target), std::move(body), "application/xml");
        if (!answer.ok()) co_return error_of(answer);
        auto page = parse_plate_list(answer.body, session_.context.utc_offset);
        if (!page) co_return page.error();
        for (auto& row : page->rows)
            if (plate.empty() || row.entry.value == plate) found.push_back(std::move(row));
        position += page->matches;
        if (!page->more) break;
    }
    co_return found;
}

asio::awaitable<Lists::Rows<ListEntry>> Lists::persons()
{
    std::vector<ListEntry> found;
    const auto id = search_id();
    for (int position = 0; found.size() < entries_max;) {
        auto body = person_search_body(id, position);
        const auto answer = co_await send_json("POST", person_search_target, std::move(body));
        if (!answer.ok()) co_return error_of(answer);
        auto page = parse_person_list(answer.body, session_.context.utc_offset);
        if (!page) co_return page.error();
        for (auto& person : page->rows)
            found.push_back(as_kept(std::move(person)));
        position += page->matches;
        if (!page->more) break;
    }
    co_return found;
}

asio::awaitable<Lists::Rows<CardRow>> Lists::cards()
{
    std::vector<CardRow> found;
    const auto id = search_id();
    for (int position = 0; found.size() < entries_max;) {
        auto body = card_search_body(id, position);
        const auto answer = co_await send_json("POST", card_search_target, std::move(body));
        if (!answer.ok()) co_return error_of(answer);
        auto page = parse_card_list(answer.body);
        if (!page) co_return page.error();
        std::move(page->rows.begin(), page->rows.end(), std::back_inserter(found));
        position += page->matches;
        if (!page->more) break;
    }
    co_return found;
}

// A card opens what its person may open.
asio::awaitable<Lists::Rows<ListEntry>> Lists::cards_with_owners()
{
    auto rows = co_await cards();
    if (!rows) co_return rows.error();
    auto owners = co_await persons();
    if (!owners) co_return owners.error();
    std::map<std::string, ListEntry> by_id;
    for (auto& owner : *owners)
        by_id[owner.value] = std::move(owner);
    std::vector<ListEntry> found;
    for (auto& row : *rows) {
        const auto owner = by_id.find(row.person);
        ListEntry entry;
        if (owner != by_id.end())
            entry = owner->second;
        else
            entry.keep_out = true; // nobody's: it opens nothing
        entry.type = Type::card;
        entry.value = std::move(row.number);
        found.push_back(std::move(entry));
    }
    co_return found;
}

asio::awaitable<base::Result<std::vector<ListEntry>>> Lists::read(Type type)
{
    if (!takes(type)) co_return Errc::unsupported;
    if (type == Type::card) co_return co_await cards_with_owners();
    std::vector<ListEntry> found;
    if (type == Type::person) {
        auto people = co_await persons();
        if (!people) co_return people.error();
        for (auto& person : *people)
            if (!is_holder(person.value)) found.push_back(std::move(person));
        co_return found;
    }
    std::string every;
    auto rows = co_await plates(std::move(every));
    if (!rows) co_return rows.error();
    for (auto& row : *rows)
        found.push_back(std::move(row.entry));
    co_return found;
}

// ---- writing ----

asio::awaitable<std::vector<ListResult>> Lists::write(std::vector<ListEntry> entries)
{
    std::vector<ListResult> results;
    for (auto& entry : entries) {
        auto result = co_await write_one(std::move(entry));
        results.push_back(std::move(result));
    }
    co_await audit("written", results);
    co_return results;
}

asio::awaitable<ListResult> Lists::write_one(ListEntry entry)
{
    auto held = as_held(entry);
    if (!held.entry) co_return not_done(std::move(held.why_not));
    auto kept = std::move(*held.entry);
    if (kept.type == Type::plate) {
        const auto answer = co_await write_plate(std::move(kept));
        co_return result_of(answer);
    }
    const auto person = kept.type == Type::card ? holder_of(kept.value) : kept.value;
    const auto number = kept.type == Type::card ? kept.value : std::string();
    kept.value = person;
    auto answer = co_await write_person(std::move(kept));
    if (!answer.ok()) co_return result_of(answer);
    if (!number.empty()) answer = co_await write_card(number, person);
    if (!answer.ok() || entry.picture.empty() || !number.empty()) co_return result_of(answer);
    answer = co_await write_face(person, std::move(entry.picture));
    auto result = result_of(answer);
    if (!result.done) result.reason = "the person is there, the face was not taken: " + result.reason;
    co_return result;
}

// The two spellings of newer and older firmware; what was understood is remembered.
asio::awaitable<Answer> Lists::write_plate(ListEntry entry)
{
    Answer answer;
    for (int i = 0; i < 2; ++i) {
        auto target = fmt::format(fmt::runtime(plate_record_target), session_.config.channel);
        auto body = plate_record_body(entry, words_, session_.context.utc_offset);
        answer = co_await send_json("PUT", target, std::move(body));
        if (answer.error || answer.judgement.verdict != Verdict::invalid) break;
        words_ = words_ == PlateWords::allow_list ? PlateWords::white_list : PlateWords::allow_list;
    }
    co_return answer;
}

// SetUp adds or changes; firmware without it wants to be told which.
asio::awaitable<Answer> Lists::write_person(ListEntry entry)
{
    const auto doors = entry.keep_out ? std::vector<int>() : doors_of(entry);
    const auto body = person_body(entry, doors, session_.context.utc_offset);
    auto answer = co_await send_json("PUT", person_set_target, body);
    if (!unknown_there(answer)) co_return answer;
    answer = co_await send_json("POST", person_add_target, body);
    if (refused(answer)) answer = co_await send_json("PUT", person_change_target, body);
    co_return answer;
}

// A number that hangs on somebody else has to be taken away first.
asio::awaitable<Answer> Lists::write_card(std::string number, std::string person)
{
    const auto body = card_body(number, person);
    auto answer = co_await send_json("POST", card_add_target, body);
    if (!refused(answer)) co_return answer;
    auto away = card_delete_body(number);
    const auto removed = co_await send_json("PUT", card_delete_target, std::move(away));
    if (!removed.ok()) co_return answer;
    answer = co_await send_json("POST", card_add_target, body);
    co_return answer;
}

asio::awaitable<Answer> Lists::write_face(std::string person, std::string jpeg)
{
    const auto body = face_body(person, jpeg);
    std::string target(face_add_target);
    std::string type(face_content_type);
    auto answer = co_await session_.send("POST", std::move(target), body, std::move(type));
    if (!refused(answer)) co_return answer;
    // There is one already.
    std::string change(face_change_target);
    std::string same_type(face_content_type);
    answer = co_await session_.send("PUT", std::move(change), body, std::move(same_type));
    co_return answer;
}

// ---- removing ----

asio::awaitable<std::vector<ListResult>> Lists::remove(std::vector<ListEntry> entries)
{
    std::vector<ListResult> results;
    for (auto& entry : entries) {
        auto result = co_await remove_one(std::move(entry));
        results.push_back(std::move(result));
    }
    co_await audit("removed", results);
    co_return results;
}

asio::awaitable<ListResult> Lists::remove_one(ListEntry entry)
{
    ListResult gone;
    gone.done = true;
    entry.outputs.clear();
    entry.picture.clear();
    if (!why_not(entry).empty()) co_return gone; // such a thing is not there
    if (entry.type == Type::plate) co_return co_await remove_plate(std::move(entry.value));
    if (entry.type == Type::card) {
        auto body = card_delete_body(entry.value);
        const auto card = co_await send_json("PUT", card_delete_target, std::move(body));
        if (card.error) co_return result_of(card);
        entry.value = holder_of(entry.value);
    }
    const auto answer = co_await remove_person(std::move(entry.value));
    auto result = result_of(answer);
    const bool not_there = result.code.ends_with("NotExist");
    co_return not_there ? gone : result;
}

// OK means accepted: what counts is that it is not found any more.
asio::awaitable<ListResult> Lists::remove_plate(std::string plate)
{
    ListResult gone;
    gone.done = true;
    const auto rows = co_await plates(plate);
    if (!rows) co_return not_done("whether the plate is there cannot be read: " + rows.error().message());
    if (rows->empty()) co_return gone;
    std::vector<std::string> ids;
    for (const auto& row : *rows)
        if (!row.id.empty()) ids.push_back(row.id);
    auto target = fmt::format(fmt::runtime(plate_delete_target), session_.config.channel);
    auto body = plate_delete_body(ids, plate);
    const auto answer = co_await send_json("PUT", target, std::move(body));
    if (!answer.ok()) co_return result_of(answer);
    const auto left = co_await plates(plate);
    if (left && left->empty()) co_return gone;
    auto result = not_done("the device said OK and still has the plate");
    result.again = true;
    co_return result;
}

// With face and cards: terminals differ in whether these go with the person.
asio::awaitable<Answer> Lists::remove_person(std::string person)
{
    auto face = face_delete_body(person);
    auto answer = co_await send_json("PUT", face_delete_target, std::move(face));
    if (answer.error) co_return answer;
    auto cards_away = cards_of_person_delete_body(person);
    answer = co_await send_json("PUT", card_delete_target, std::move(cards_away));
    if (answer.error) co_return answer;
    auto body = person_delete_body(person);
    answer = co_await send_json("PUT", person_delete_target, std::move(body));
    co_return answer;
}

// Once for all of them, without anybody's name.
asio::awaitable<void> Lists::audit(std::string what, std::vector<ListResult> results)
{
    if (results.empty() || !session_.context.written) co_return;
    const auto failed = std::count_if(results.begin(), results.end(), [](const auto& r) { return !r.done; });
    device::DeviceWrite notice;
    notice.what = "list";
    notice.detail = fmt::format("{} of {} entries {}", static_cast<std::ptrdiff_t>(results.size()) - failed,
                                results.size(), what);
    notice.result = failed == 0 ? "ok" : fmt::format("{} not {}", failed, what);
    co_await session_.context.written(std::move(notice));
}

} // namespace gatehouse::isapi
