#include "protocols/facepush/people.hpp"

#include "protocols/wire/advice.hpp"
#include "protocols/wire/base64.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::facepush {

using device::HeldEntry;
using device::ListResult;
using model::ListEntry;

namespace {

constexpr std::size_t face_max = 2U << 20;
constexpr int page_size = 50;
constexpr int pages_max = 2'000;

ListResult done()
{
    ListResult result;
    result.done = true;
    return result;
}

constexpr wire::Advice not_taken{"the terminal refuses the person or the face; check number and picture",
                                 "设备未接受该人员或人脸；请核对编号和照片"};

ListResult not_done(const Answer& answer)
{
    ListResult result;
    result.again = static_cast<bool>(answer.error);
    // A refusal's words may name the person: only the code and our own sentence are handed on.
    result.reason = answer.error || answer.said.verdict != Verdict::refused
                        ? answer.why()
                        : wire::in_both_languages(not_taken, answer.said.code);
    result.code = answer.said.code;
    return result;
}

// They stand under a name that differs from firmware to firmware; the first without an id is none any more.
std::vector<Fields> rows_of(const Fields& fields)
{
    constexpr std::array names{"data.personInfos", "data.personInfo", "data.persons",
                               "data.records",     "data.data",       "data"};
    for (const auto* name : names) {
        auto rows = fields.elements(name);
        const auto end = std::find_if_not(
            rows.begin(), rows.end(), [](const Fields& row) { return row.has("id") || row.has("personId"); });
        rows.erase(end, rows.end());
        if (!rows.empty()) return rows;
    }
    return {};
}

ListEntry entry_of(const Fields& row)
{
    ListEntry entry;
    entry.type = ListEntry::Type::person;
    entry.value = row.any({"id", "personId"});
    entry.name = once_more_decoded(row.any({"name", "personName"}));
    return entry;
}

} // namespace

std::string unfit(const ListEntry& entry, bool dates, bool deny_list, std::size_t value_max)
{
    if (entry.type != ListEntry::Type::person) return "the terminal keeps persons only";
    if (is_stranger(entry.value) || entry.value.size() > value_max)
        return "the terminal does not take such a person id";
    if (entry.value.find(',') != std::string::npos) return "a person id with a comma would name two persons";
    if (entry.keep_out && !deny_list) return "the terminal keeps no deny list";
    if (!dates && (entry.valid_from || entry.valid_until))
        return "the terminal keeps no dates: it would let the person in for ever";
    const bool first_door = entry.outputs.empty() ||
                            std::find(entry.outputs.begin(), entry.outputs.end(), 1) != entry.outputs.end();
    return first_door ? std::string()
                      : std::string("the terminal has one door, and the person may not use it");
}

bool People::takes(ListEntry::Type type) const
{
    return type == ListEntry::Type::person;
}

HeldEntry People::as_held(const ListEntry& entry) const
{
    constexpr std::size_t id_max = 255;
    constexpr std::size_t name_max = 255;
    HeldEntry held;
    held.why_not = unfit(entry, false, false, id_max);
    if (!held.why_not.empty()) return held;
    held.entry = entry;
    held.entry->name = wire::cut(held.entry->name, name_max);
    held.entry->outputs.clear();
    held.entry->picture.clear();
    return held;
}

asio::awaitable<base::Result<std::vector<ListEntry>>> People::read(ListEntry::Type type)
{
    if (!takes(type)) co_return base::Errc::unsupported;
    std::vector<ListEntry> entries;
    for (int page = 0; page < pages_max; ++page) {
        Call call;
        call.path = "/person/findByPage";
        call.fields.emplace_back("personId", "-1");
        call.fields.emplace_back("length", std::to_string(page_size));
        call.fields.emplace_back("index", std::to_string(page));
        const auto answer = co_await terminal_.ask(std::move(call));
        if (!answer.error && answer.said.verdict == Verdict::not_there) break;
        if (answer.error) co_return answer.error;
        if (answer.wrong_password()) co_return base::Errc::unauthorised;
        if (!answer.ok()) co_return base::Errc::failed;
        const auto rows = rows_of(answer.said.fields);
        std::transform(rows.begin(), rows.end(), std::back_inserter(entries), entry_of);
        if (std::ssize(rows) < page_size) break;
    }
    co_return entries;
}

asio::awaitable<base::Result<std::optional<ListEntry>>> People::find(std::string person)
{
    Call call;
    call.path = "/person/find";
    call.fields.emplace_back("id", person);
    const auto answer = co_await terminal_.ask(std::move(call));
    std::optional<ListEntry> found;
    if (!answer.error && answer.said.verdict == Verdict::not_there) co_return found;
    if (answer.error) co_return answer.error;
    if (!answer.ok()) co_return base::Errc::failed;
    const auto& fields = answer.said.fields;
    const auto rows = rows_of(fields);
    auto entry = entry_of(rows.empty() ? fields.below("data") : rows.front());
    if (entry.value == person) found = std::move(entry);
    co_return found;
}

asio::awaitable<std::vector<ListResult>> People::write(std::vector<ListEntry> entries)
{
    std::vector<ListResult> results;
    for (auto& entry : entries) {
        auto result = co_await write_one(std::move(entry));
        co_await note("person", result);
        results.push_back(std::move(result));
    }
    co_return results;
}

asio::awaitable<ListResult> People::write_one(ListEntry entry)
{
    auto held = as_held(entry);
    ListResult result;
    result.reason = held.why_not;
    if (!held.entry) co_return result;
    const auto before = co_await find(entry.value);
    if (!before) {
        result.again = true;
        result.reason = "the terminal did not say whether it knows the person";
        co_return result;
    }
    if (!*before || !(**before == *held.entry)) {
        Call call;
        call.path = *before ? "/person/update" : "/person/create";
        call.fields.emplace_back("person", "{\"id\":" + quoted(held.entry->value) + ",\"name\":" +
                                               quoted(held.entry->name) + ",\"idcardNum\":\"\"}");
        const auto answer = co_await terminal_.ask(std::move(call));
        if (!answer.ok()) co_return not_done(answer);
    }
    if (!entry.picture.empty()) {
        auto face = co_await write_face(entry);
        if (!face.done) co_return face;
    }
    const auto after = co_await find(entry.value);
    if (after && *after && **after == *held.entry) co_return done();
    result.again = !after;
    result.reason = "the terminal said it took the person and does not show it";
    co_return result;
}

// A person has one face, by the person's own id.
asio::awaitable<ListResult> People::write_face(ListEntry entry)
{
    ListResult result;
    if (entry.picture.size() > face_max) {
        result.reason = "the picture is larger than terminals take";
        co_return result;
    }
    Call question;
    question.path = "/face/find";
    question.fields.emplace_back("personId", entry.value);
    const auto known = co_await terminal_.ask(std::move(question));
    if (known.error) co_return not_done(known);
    bool there = false;
    for (const auto& [name, value] : known.said.fields.all())
        there = there || (name.ends_with(".faceId") && value == entry.value);
    Call call;
    call.path = known.ok() && there ? "/face/update" : "/face/create";
    call.fields.emplace_back("personId", entry.value);
    call.fields.emplace_back("faceId", entry.value);
    call.fields.emplace_back("imgBase64", wire::to_base64(entry.picture));
    const auto answer = co_await terminal_.ask(std::move(call));
    if (!answer.ok()) co_return not_done(answer);
    co_return done();
}

asio::awaitable<std::vector<ListResult>> People::remove(std::vector<ListEntry> entries)
{
    std::vector<ListResult> results;
    for (auto& entry : entries) {
        ListResult result;
        result.reason = "the terminal keeps persons only";
        // "-1" would remove everybody.
        if (takes(entry.type) && !is_stranger(entry.value) && entry.value.find(',') == std::string::npos)
            result = co_await remove_one(std::move(entry.value));
        co_await note("person removed", result);
        results.push_back(std::move(result));
    }
    co_return results;
}

asio::awaitable<ListResult> People::remove_one(std::string person)
{
    Call faces;
    faces.path = "/face/deletePerson";
    faces.fields.emplace_back("personId", person);
    const auto without_face = co_await terminal_.ask(std::move(faces));
    if (without_face.error) co_return not_done(without_face);
    Call call;
    call.path = "/person/delete";
    call.fields.emplace_back("id", person);
    const auto answer = co_await terminal_.ask(std::move(call));
    if (!answer.error && answer.said.verdict == Verdict::not_there) co_return done();
    if (!answer.ok()) co_return not_done(answer);
    const auto left = co_await find(person);
    if (left && !*left) co_return done();
    ListResult result;
    result.again = !left;
    result.reason = "the terminal said it removed the person and still shows it";
    co_return result;
}

// For the audit, without whom it was about.
asio::awaitable<void> People::note(std::string what, const ListResult& result)
{
    std::string text = result.done ? std::string("ok") : result.reason;
    co_await session_.audit(std::move(what), "one person", std::move(text));
}

} // namespace gatehouse::facepush
