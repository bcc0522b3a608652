#include "protocols/zkteco/people.hpp"

#include "protocols/wire/ascii.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>

namespace gatehouse::zkteco {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using base::Errc;
using device::HeldEntry;
using device::ListResult;
using model::ListEntry;

namespace ascii = wire::ascii;

namespace {

constexpr std::size_t pin_max = 14;
constexpr std::size_t card_max = 10;
constexpr std::size_t name_max = 24; // bytes

bool is_pin(const std::string& text)
{
    return !text.empty() && text.size() <= pin_max && text.find_first_not_of('0') != std::string::npos &&
           std::all_of(text.begin(), text.end(), ascii::is_name_char);
}

bool is_card(const std::string& text)
{
    return !text.empty() && text.size() <= card_max && text.front() != '0' &&
           std::all_of(text.begin(), text.end(), ascii::is_digit);
}

// Whole letters of UTF-8 up to the device's length, and nothing that could end a field.
std::string fitting(std::string_view name)
{
    std::string out(name.substr(0, name_max));
    while (!out.empty() && !wire::is_utf8(out))
        out.pop_back();
    for (auto& c : out)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    return out;
}

std::string card_of(std::string_view text)
{
    const auto begin = text.find_first_not_of('0');
    return begin == std::string_view::npos ? std::string() : std::string(text.substr(begin));
}

HeldEntry never(std::string why)
{
    HeldEntry held;
    held.why_not = std::move(why);
    return held;
}

ListResult failed(std::string reason, bool again, std::string code = {})
{
    ListResult result;
    result.again = again;
    result.reason = std::move(reason);
    result.code = std::move(code);
    return result;
}

} // namespace

bool People::takes(ListEntry::Type type) const
{
    return type == ListEntry::Type::person || type == ListEntry::Type::card;
}

HeldEntry People::as_held(const ListEntry& entry) const
{
    if (!takes(entry.type)) return never("the device knows no plates");
    if (entry.keep_out) return never("the device has no list of persons to keep out");
    // It would open for ever what is to end.
    if (entry.valid_from || entry.valid_until)
        return never("the device cannot be told when a right begins or ends");
    if (entry.type == ListEntry::Type::person && !is_pin(entry.value))
        return never("the device takes person ids of at most 14 letters, digits, - and _");
    if (entry.type == ListEntry::Type::card && !is_card(entry.value))
        return never("the device takes card numbers of at most 10 digits without leading zeros");
    const int last = entry.outputs.empty() ? 1 : entry.outputs.back();
    const bool all_there =
        entry.outputs.empty() || (entry.outputs.front() >= 1 && last <= session_.config.doors);
    if (!all_there) return never("the device has no such door");
    HeldEntry held;
    held.entry = entry;
    held.entry->name = fitting(entry.name);
    held.entry->picture.clear();
    const bool every = static_cast<int>(entry.outputs.size()) == session_.config.doors;
    if (every || !session_.access()) held.entry->outputs.clear();
    return held;
}

int People::mask_of(const std::vector<int>& doors) const
{
    int mask = 0;
    for (int door = 1; door <= session_.config.doors; ++door)
        if (doors.empty() || std::find(doors.begin(), doors.end(), door) != doors.end())
            mask |= 1 << (door - 1);
    return mask;
}

std::vector<int> People::doors_of(std::string_view mask) const
{
    const auto bits = number(mask).value_or(0);
    std::vector<int> doors;
    for (int door = 1; door <= session_.config.doors; ++door)
        if (((bits >> (door - 1)) & 1) != 0) doors.push_back(door);
    return doors;
}

// ---- reading ----

asio::awaitable<base::Result<People::Users>> People::read_users()
{
    if (session_.dialect == Dialect::unknown) co_return Errc::unreachable;
    if (session_.access()) co_return co_await read_access();
    co_return co_await read_attendance();
}

// They come as lines of OPERLOG, before or after the command's result.
asio::awaitable<base::Result<People::Users>> People::read_attendance()
{
    std::map<std::string, Fields> found;
    struct Off {
        PushDesk& desk;
        ~Off() { desk.users = nullptr; }
    };
    if (desk_.users != nullptr) co_return Errc::busy;
    desk_.users = &found;
    const Off off{desk_};
    std::string text = "DATA QUERY USERINFO";
    const auto answer = co_await session_.send(std::move(text));
    if (answer.fate != Answer::Fate::done) co_return Errc::timed_out;
    if (answer.code < 0) co_return Errc::failed;
    // Until nothing has come for as long as it takes to call twice.
    for (std::size_t seen = found.size() + 1; seen != found.size();) {
        seen = found.size();
        co_await session_.context.clock.sleep_for(session_.fetch_max());
    }
    Users users;
    for (const auto& [pin, fields] : found) {
        User user;
        user.pin = pin;
        user.name = field(fields, "name");
        user.card = card_of(field(fields, "card"));
        user.staff = number(field(fields, "pri")).value_or(0) != 0;
        users.emplace(pin, std::move(user));
    }
    const auto& facts = session_.status.facts;
    const auto told = facts.find("persons");
    const auto expected = told == facts.end() ? std::nullopt : number(told->second);
    // Half a list would look like deletions.
    if (expected && static_cast<std::int64_t>(users.size()) < *expected) co_return Errc::damaged;
    co_return users;
}

asio::awaitable<base::Result<People::Users>> People::read_access()
{
    std::string text = "DATA QUERY tablename=user,fielddesc=*,filter=*";
    const auto answer = co_await session_.send(std::move(text), true);
    if (answer.fate != Answer::Fate::done || !answer.complete) co_return Errc::timed_out;
    if (answer.code < 0) co_return Errc::failed;
    std::string rights_text = "DATA QUERY tablename=userauthorize,fielddesc=*,filter=*";
    const auto rights = co_await session_.send(std::move(rights_text), true);
    if (rights.fate != Answer::Fate::done || !rights.complete) co_return Errc::timed_out;
    if (rights.code < 0) co_return Errc::failed;
    Users users;
    for (const auto& row : answer.rows) {
        User user;
        user.pin = field(row, "pin");
        user.name = field(row, "name");
        user.card = card_of(field(row, "cardno"));
        user.staff = number(field(row, "privilege")).value_or(0) != 0;
        if (!user.pin.empty()) users.emplace(user.pin, std::move(user));
    }
    for (const auto& row : rights.rows) {
        const auto at = users.find(std::string(field(row, "pin")));
        if (at != users.end()) at->second.doors = doors_of(field(row, "authorizedoorid"));
    }
    // A user without a right opens nothing: as good as not there.
    std::erase_if(users, [](const auto& one) { return one.second.doors.empty() && !one.second.staff; });
    co_return users;
}

asio::awaitable<base::Result<std::vector<ListEntry>>> People::read(ListEntry::Type type)
{
    if (!takes(type)) co_return Errc::unsupported;
    const auto users = co_await read_users();
    if (!users) co_return users.error();
    std::vector<ListEntry> entries;
    for (const auto& [pin, user] : *users) {
        const bool card = type == ListEntry::Type::card;
        // A card that is nobody's is no person.
        if (user.staff || (card && user.card.empty()) || (!card && user.card == pin)) continue;
        ListEntry entry;
        entry.type = type;
        entry.value = card ? user.card : pin;
        entry.name = user.name;
        if (static_cast<int>(user.doors.size()) != session_.config.doors) entry.outputs = user.doors;
        entries.push_back(std::move(entry));
    }
    co_return entries;
}

// ---- writing ----

std::string People::plan_write(const ListEntry& entry, const Users& users,
                               std::vector<std::string>& commands) const
{
    const auto held = as_held(entry);
    if (!held.entry) return held.why_not;
    const bool card = entry.type == ListEntry::Type::card;
    std::string pin = entry.value;
    // A card that somebody holds already stays his.
    if (card)
        for (const auto& [number, user] : users)
            if (user.card == entry.value) pin = number;
    const auto there = users.find(pin);
    if (there != users.end() && there->second.staff)
        return "this user may change the device's settings and is not touched";
    if (card && pin != entry.value) {
        // Name and password are his, too: only where his card opens is ours to say.
        if (session_.access())
            commands.push_back(
                "DATA UPDATE userauthorize Pin=" + pin +
                "\tAuthorizeTimezoneId=1\tAuthorizeDoorId=" + std::to_string(mask_of(held.entry->outputs)));
        return {};
    }
    std::string kept_card = there == users.end() ? std::string() : there->second.card;
    if (card) kept_card = entry.value;
    const auto& name = held.entry->name;
    if (!session_.access()) {
        // Without Passwd: what is not named stays as it is.
        commands.push_back("DATA UPDATE USERINFO PIN=" + pin + "\tName=" + name +
                           "\tPri=0\tCard=" + kept_card + "\tGrp=1");
        return {};
    }
    commands.push_back("DATA UPDATE user CardNo=" + kept_card + "\tPin=" + pin +
                       "\tGroup=0\tStartTime=0\tEndTime=0\tName=" + name + "\tPrivilege=0");
    commands.push_back("DATA UPDATE userauthorize Pin=" + pin + "\tAuthorizeTimezoneId=1\tAuthorizeDoorId=" +
                       std::to_string(mask_of(held.entry->outputs)));
    return {};
}

std::string People::plan_remove(const ListEntry& entry, const Users& users,
                                std::vector<std::string>& commands) const
{
    const bool card = entry.type == ListEntry::Type::card;
    for (const auto& [pin, user] : users) {
        if (card ? user.card != entry.value : pin != entry.value) continue;
        if (user.staff) return "this user may change the device's settings and is not touched";
        const std::string table = session_.access() ? "user Pin=" : "USERINFO PIN=";
        if (card && pin != entry.value) {
            // Somebody's card: he stays.
            commands.push_back(
                session_.access()
                    ? "DATA UPDATE user CardNo=\tPin=" + pin +
                          "\tGroup=0\tStartTime=0\tEndTime=0\tName=" + user.name + "\tPrivilege=0"
                    : "DATA UPDATE USERINFO PIN=" + pin + "\tName=" + user.name + "\tPri=0\tCard=\tGrp=1");
            continue;
        }
        if (session_.access()) commands.push_back("DATA DELETE userauthorize Pin=" + pin);
        commands.push_back("DATA DELETE " + table + pin);
    }
    return {};
}

asio::awaitable<ListResult> People::result_of(std::vector<OrderPtr> orders)
{
    ListResult result;
    result.done = true;
    for (auto& order : orders) {
        if (order == nullptr) {
            result = failed("too many commands wait for the device", true);
            continue;
        }
        const auto answer = co_await session_.commands.answer(std::move(order), session_.fetch_max(),
                                                              session_.config.command_max);
        if (answer.ok() || !result.done) continue;
        const bool again = answer.fate != Answer::Fate::done;
        result = failed(answer.why(), again, again ? std::string() : std::to_string(answer.code));
    }
    co_return result;
}

asio::awaitable<std::vector<ListResult>> People::carry_out(std::vector<ListEntry> entries, bool removing)
{
    std::vector<ListResult> results;
    const auto users = co_await read_users();
    if (!users) {
        results.assign(entries.size(),
                       failed("the device's own list cannot be read: " + users.error().message(), true));
        co_return results;
    }
    // All of them at once: a device fetches many lines with one call.
    std::vector<std::vector<OrderPtr>> orders(entries.size());
    std::vector<std::string> refusals(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        std::vector<std::string> commands;
        refusals[i] =
            removing ? plan_remove(entries[i], *users, commands) : plan_write(entries[i], *users, commands);
        for (auto& command : commands)
            orders[i].push_back(session_.commands.post(std::move(command)));
    }
    std::size_t done = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        auto result = failed(refusals[i], false);
        if (refusals[i].empty()) result = co_await result_of(std::move(orders[i]));
        done += result.done ? 1 : 0;
        results.push_back(std::move(result));
    }
    // Nobody's name or number: that is personal.
    std::string detail =
        std::to_string(entries.size()) + (removing ? " entries to remove" : " entries to write");
    std::string told = done == entries.size() ? std::string("ok") : std::to_string(done) + " done";
    co_await session_.audit("persons", std::move(detail), std::move(told));
    co_return results;
}

asio::awaitable<std::vector<ListResult>> People::write(std::vector<ListEntry> entries)
{
    return carry_out(std::move(entries), false);
}

asio::awaitable<std::vector<ListResult>> People::remove(std::vector<ListEntry> entries)
{
    return carry_out(std::move(entries), true);
}

} // namespace gatehouse::zkteco
