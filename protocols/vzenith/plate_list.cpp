#include "protocols/vzenith/plate_list.hpp"

#include "protocols/vzenith/words.hpp"
#include "protocols/wire/advice.hpp"
#include "protocols/wire/plate_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::vzenith {

using device::HeldEntry;
using device::ListResult;
using model::ListEntry;

namespace {

constexpr auto plates_key = "list/plates";
// What stands for "no bound": the camera keeps the old one when the field is left out.
constexpr auto always_from = "2000-01-01 00:00:00";
constexpr auto always_until = "2099-12-31 23:59:59";

constexpr wire::Advice not_taken{"the camera did not take it; its list may be full, remove what nobody needs",
                                 "相机未接受该条目；名单可能已满，请删除不用的条目"};

ListResult not_done(std::string reason, bool again, std::string code = {})
{
    ListResult result;
    result.again = again;
    result.reason = std::move(reason);
    result.code = std::move(code);
    return result;
}

ListResult done()
{
    ListResult result;
    result.done = true;
    return result;
}

json::object list_order(const char* operation)
{
    json::object order;
    order["cmd"] = "white_list_operator";
    order["operator_type"] = operation;
    return order;
}

// What the camera said of an entry.
ListResult judged(const JsonValue& answer)
{
    const auto state = text_member(answer, "state");
    if (state == "succeed") return done();
    const auto code = number_member(answer, "state_code").value_or(0);
    auto reason = code != 0 && code != 200 ? sentence_of(code) : wire::in_both_languages(not_taken);
    return not_done(std::move(reason), code == 408 || code == 500,
                    state.empty() ? std::to_string(code) : state);
}

std::optional<base::WallTime> bound(const std::string& text, const char* none,
                                    std::chrono::minutes utc_offset)
{
    if (text.empty() || text == none) return std::nullopt;
    const auto time = read_local_time(text);
    return time ? wall_time(*time, utc_offset) : std::nullopt;
}

} // namespace

PlateList::PlateList(Session& session) : session_(session)
{
    const auto kept = session.context.memory.find(plates_key);
    std::string_view text = kept ? std::string_view(*kept) : std::string_view();
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        if (end > 0) plates_.emplace(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool PlateList::takes(ListEntry::Type type) const
{
    return session_.config.connect && type == ListEntry::Type::plate;
}

HeldEntry PlateList::as_held(const ListEntry& entry) const
{
    HeldEntry held;
    const auto refuse = [&](const char* why) {
        held.why_not = why;
        return held;
    };
    if (entry.type != ListEntry::Type::plate) return refuse("the camera's list holds plates only");
    if (wire::plate_text(entry.value).empty())
        return refuse("an entry without a plate would mean the whole list");
    if (!to_gbk(entry.value)) return refuse("the plate has characters that the camera cannot write");
    if (entry.keep_out) return refuse("the camera's list lets in and cannot keep out");
    const bool opens_some =
        !entry.outputs.empty() && (session_.config.outputs > 1 || entry.outputs.front() != 1);
    if (opens_some) return refuse("the camera's list cannot tell its outputs apart");
    held.entry.emplace();
    held.entry->value = wire::plate_text(entry.value);
    const auto whole = [](const std::optional<base::WallTime>& time) -> std::optional<base::WallTime> {
        if (!time) return std::nullopt;
        return std::chrono::floor<std::chrono::seconds>(*time);
    };
    held.entry->valid_from = whole(entry.valid_from);
    held.entry->valid_until = whole(entry.valid_until);
    return held;
}

asio::awaitable<base::Result<std::vector<ListEntry>>> PlateList::read(ListEntry::Type type)
{
    if (!takes(type)) co_return base::Errc::unsupported;
    std::vector<ListEntry> entries;
    const auto plates = plates_;
    for (const auto& plate : plates) {
        auto found = co_await find(plate);
        if (!found) co_return found.error();
        std::move(found->begin(), found->end(), std::back_inserter(entries));
    }
    co_return entries;
}

asio::awaitable<base::Result<std::vector<ListEntry>>> PlateList::find(std::string plate)
{
    auto question = list_order("select");
    question["sub_type"] = "plate";
    question["plate"] = plate;
    const auto answer = co_await session_.line.ask(std::move(question));
    if (!answer) co_return answer.error();
    std::vector<ListEntry> entries;
    const auto* records = answer->body->member("dldb_rec");
    const bool listed = records != nullptr && records->is_list();
    // No list may mean that there is no such plate; a camera that is busy or refuses says so by its code.
    const auto code = number_member(*answer->body, "state_code").value_or(200);
    if (!listed && code != 200 && code != 404) co_return base::Errc::unavailable;
    if (!listed) co_return entries;
    for (const auto& record : *records)
        if (auto entry = entry_of(record); entry && entry->value == plate)
            entries.push_back(std::move(*entry));
    co_return entries;
}

// One that is switched off is none: it is written again.
std::optional<ListEntry> PlateList::entry_of(const JsonValue& record) const
{
    if (!record.is_object() || number_member(record, "enable").value_or(1) == 0) return std::nullopt;
    ListEntry entry;
    entry.value = wire::plate_text(text_member(record, "plate"));
    const auto offset = session_.context.utc_offset;
    entry.valid_from = bound(text_member(record, "enable_time"), always_from, offset);
    entry.valid_until = bound(text_member(record, "overdue_time"), always_until, offset);
    return entry;
}

asio::awaitable<std::vector<ListResult>> PlateList::write(std::vector<ListEntry> entries)
{
    std::vector<ListResult> results;
    // Remembered before they are written: what may be on the camera must be found again.
    for (const auto& entry : entries)
        if (const auto held = as_held(entry).entry) plates_.insert(held->value);
    const auto saved = co_await save();
    for (const auto& entry : entries) {
        if (!saved) {
            results.push_back(not_done("what is on the camera cannot be noted here", true));
            continue;
        }
        ListEntry copy = entry;
        auto result = co_await write_one(std::move(copy));
        results.push_back(std::move(result));
    }
    co_await audit("allow list: entries written", results);
    co_return results;
}

asio::awaitable<ListResult> PlateList::write_one(ListEntry entry)
{
    const auto held = as_held(entry);
    if (!held.entry) co_return not_done(held.why_not, false);
    const auto offset = session_.context.utc_offset;
    const auto& from = held.entry->valid_from;
    const auto& until = held.entry->valid_until;
    json::object record;
    record["plate"] = held.entry->value;
    record["enable"] = 1;
    record["need_alarm"] = 0;
    record["create_time"] = local_text(session_.context.clock.wall(), offset);
    record["enable_time"] = from ? local_text(*from, offset) : std::string(always_from);
    record["overdue_time"] = until ? local_text(*until, offset) : std::string(always_until);
    record["time_seg_enable"] = 0;
    auto order = list_order("update_or_add");
    order["dldb_rec"] = std::move(record);
    const auto answer = co_await session_.line.ask(std::move(order));
    if (!answer) co_return not_done("the camera did not answer: " + answer.error().message(), true);
    co_return judged(*answer->body);
}

asio::awaitable<std::vector<ListResult>> PlateList::remove(std::vector<ListEntry> entries)
{
    std::vector<ListResult> results;
    for (const auto& entry : entries) {
        ListEntry copy = entry;
        auto result = co_await remove_one(std::move(copy));
        if (result.done) plates_.erase(wire::plate_text(entry.value));
        results.push_back(std::move(result));
    }
    const auto saved = co_await save();
    if (!saved) session_.tell_once("list", "plates on a camera's list not noted", saved.error().message());
    co_await audit("allow list: entries removed", results);
    co_return results;
}

asio::awaitable<ListResult> PlateList::remove_one(ListEntry entry)
{
    const auto plate = wire::plate_text(entry.value);
    // Sheet §8: without a plate the camera deletes everything.
    if (entry.type != ListEntry::Type::plate || plate.empty())
        co_return not_done("an entry without a plate would mean the whole list", false);
    auto order = list_order("delete");
    order["plate"] = plate;
    const auto answer = co_await session_.line.ask(std::move(order));
    if (!answer) co_return not_done("the camera did not answer: " + answer.error().message(), true);
    auto result = judged(*answer->body);
    if (result.done) co_return result;
    const auto left = co_await find(plate);
    if (left && left->empty()) co_return done();
    co_return result;
}

asio::awaitable<base::Result<void>> PlateList::save()
{
    std::string text;
    for (const auto& plate : plates_)
        text += plate + '\n';
    co_return co_await session_.context.memory.put(plates_key, std::move(text));
}

asio::awaitable<void> PlateList::audit(std::string what, std::vector<ListResult> results)
{
    const auto good =
        std::count_if(results.begin(), results.end(), [](const ListResult& one) { return one.done; });
    if (results.empty()) co_return;
    auto detail = fmt::format("{} of {}", good, results.size());
    std::string result = good == static_cast<std::ptrdiff_t>(results.size()) ? "ok" : "not all were taken";
    co_await session_.audit(std::move(what), std::move(detail), std::move(result));
}

} // namespace gatehouse::vzenith
