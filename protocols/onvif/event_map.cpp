#include "protocols/onvif/event_map.hpp"

#include "protocols/onvif/topics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace gatehouse::onvif {
namespace {

using Becomes = Topic::Becomes;
using model::DoorPosition;

int number_at_end(std::string_view token)
{
    const auto last = token.find_last_not_of("0123456789");
    const auto digits = last == std::string_view::npos ? token : token.substr(last + 1);
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() ? number : 0;
}

// The names that makers give to "it is so" (sheet §5).
std::optional<bool> state_of(const Notification& from)
{
    constexpr std::array names{"State", "IsMotion", "IsTamper",  "IsInside",       "LogicalState",
                               "Value", "active",   "triggered", "Failed",         "Critical",
                               "alert", "Enabled",  "Active",    "IsSoundDetected"};
    for (const auto* name : names)
        if (const auto found = truth(from.of_data(name))) return found;
    // An object's number is no state, though it may be 0 or 1.
    if (from.data.size() == 1 && from.data.front().name != "ObjectId") return truth(from.data.front().value);
    return std::nullopt;
}

std::string any_source(const Notification& from, std::initializer_list<std::string_view> names)
{
    for (const auto name : names)
        if (auto found = from.of_source(name); !found.empty()) return found;
    return {};
}

int channel_of(const Notification& from)
{
    return number_at_end(any_source(
        from, {"VideoSourceToken", "VideoSourceConfigurationToken", "VideoSource", "Source", "sensor"}));
}

// FNV-1a: repeats are recognised by it, and no card stands in it.
std::string digest_of(const Notification& from)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    const auto add = [&](std::string_view text) {
        for (const char c : text)
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
        hash = (hash ^ 0xffU) * 0x100000001b3ULL;
    };
    add(from.topic);
    add(from.time_text);
    for (const auto* items : {&from.source, &from.data})
        for (const auto& item : *items) {
            add(item.name);
            add(item.value);
        }
    return fmt::format("{:016x}", hash);
}

// One notification on its way to an event.
class Mapper {
public:
    Mapper(const Notification& from, const Names& names) : from_(from), names_(names) {}

    Mapped result()
    {
        out_.text = from_.topic;
        out_.operation = from_.operation;
        auto topic = topic_of(from_.topic);
        if (!topic && from_.topic.starts_with("RuleEngine/")) topic = by_items();
        if (!topic) return refused(Refusal::unknown_topic);
        fill(*topic);
        if (out_.refusal != Refusal::none) return std::move(out_);
        if (out_.condition.meaning.empty() && from_.operation != Operation::none &&
            from_.operation != Operation::changed)
            return refused(Refusal::state_only);
        out_.event.device_time = from_.time;
        if (from_.time) out_.event.device_key = digest_of(from_);
        return std::move(out_);
    }

private:
    // Makers whose one topic tells many things: the name of the item says which.
    std::optional<Topic> by_items() const
    {
        for (const auto& item : from_.data)
            if (truth(item.value))
                if (auto found = topic_by_words(item.name)) return found;
        return std::nullopt;
    }

    Mapped refused(Refusal refusal)
    {
        out_.refusal = refusal;
        return std::move(out_);
    }

    void fill(const Topic& topic)
    {
        switch (topic.becomes) {
        case Becomes::detection: return detection(topic);
        case Becomes::tamper: return tamper(std::string(topic.word));
        case Becomes::health: return health(topic.word, state());
        case Becomes::enabled: {
            auto on = state();
            if (on) on = !*on;
            return health(topic.word, on);
        }
        case Becomes::input: return input();
        case Becomes::relay: return relay();
        case Becomes::granted: return attempt(true);
        case Becomes::denied: return attempt(false);
        case Becomes::duress: return duress();
        case Becomes::door_contact:
        case Becomes::door_lock:
        case Becomes::door_mode:
        case Becomes::door_alarm: return door(topic.becomes);
        case Becomes::door_tamper: return tamper("door " + std::to_string(door_number()));
        case Becomes::door_fault: return health("door " + std::to_string(door_number()), state());
        case Becomes::restarted: return restarted();
        case Becomes::setting: out_.refusal = Refusal::setting; return;
        case Becomes::repeated: out_.refusal = Refusal::told_before; return;
        case Becomes::asks: out_.refusal = Refusal::asks; return;
        }
    }

    // true or false, or the words of a door's tamper and fault. A property that is gone is over.
    std::optional<bool> state()
    {
        if (from_.operation == Operation::deleted) return false;
        if (const auto found = state_of(from_)) return found;
        const auto word = from_.of_data("State");
        if (word == "TamperDetected" || word == "FaultDetected") return true;
        if (word == "NotInTamper" || word == "NoFault" || word == "NotInFault") return false;
        return std::nullopt;
    }

    bool lasting(std::string meaning, std::optional<bool> active, bool at_start)
    {
        if (!active) {
            out_.refusal = Refusal::no_value;
            return false;
        }
        out_.condition.meaning = std::move(meaning);
        out_.condition.source = from_.property();
        out_.condition.value = *active ? "1" : "0";
        out_.condition.resting = "0";
        out_.condition.at_start = at_start;
        return true;
    }

    void detection(const Topic& topic)
    {
        model::Detection body;
        body.what = topic.word;
        body.target = topic.target;
        body.channel = channel_of(from_);
        const auto kind = ascii::lower(from_.of_data("classTypes"));
        if (kind == "human" || kind == "vehicle") body.target = kind;
        const auto active = state();
        // A line that is crossed has no end, only the object that crossed it.
        const bool momentary = !active && !from_.of_data("ObjectId").empty();
        // Motion is the same whichever rule saw it; areas and lines are different places.
        const auto rule = body.what == "motion" ? std::string() : any_source(from_, {"Rule", "RuleName"});
        auto meaning = fmt::format("detection/{}/{}/{}/{}", body.what, body.target, body.channel, rule);
        if (!momentary && !lasting(std::move(meaning), active, false)) return;
        body.active = momentary || *active;
        out_.event.body = std::move(body);
    }

    void tamper(std::string part)
    {
        const auto active = state();
        if (!lasting("tamper/" + part, active, true)) return;
        model::Tamper body;
        body.part = std::move(part);
        body.active = *active;
        out_.event.body = std::move(body);
    }

    void health(std::string_view what, std::optional<bool> broken)
    {
        if (!lasting("health/" + std::string(what), broken, true)) return;
        model::DeviceHealth body;
        body.what = what;
        body.ok = !*broken;
        body.detail = from_.topic;
        out_.event.body = std::move(body);
    }

    void input()
    {
        const auto token = any_source(from_, {"InputToken", "AlarmInToken", "port", "Token"});
        if (token == "-1") { // Axis: any port at all
            out_.refusal = Refusal::told_before;
            return;
        }
        const auto active = state();
        model::InputChanged body;
        body.input = names_.input(token);
        if (!lasting("input/" + token, active, false)) return;
        body.active = *active;
        out_.event.body = body;
    }

    void relay()
    {
        const auto active = state();
        out_.refusal = active ? Refusal::relay : Refusal::no_value;
        out_.relay = any_source(from_, {"RelayToken", "Token"});
        out_.relay_active = active.value_or(false);
    }

    void restarted()
    {
        model::DeviceHealth body;
        body.what = "power";
        body.detail = "the device was restarted";
        out_.condition.meaning = "restarted";
        out_.condition.source = from_.property();
        out_.condition.value = from_.data.empty() ? "" : from_.data.front().value;
        out_.condition.history_only = true;
        if (out_.condition.value.empty()) out_.refusal = Refusal::no_value;
        out_.event.body = std::move(body);
    }

    // ---- doors ----

    const AccessPoint* access_point() const
    {
        const auto token = from_.of_source("AccessPointToken");
        const auto found = std::find_if(names_.access_points.begin(), names_.access_points.end(),
                                        [&](const auto& point) { return point.token == token; });
        return found == names_.access_points.end() ? nullptr : &*found;
    }

    int door_number() const
    {
        const auto token = from_.of_source("DoorToken");
        if (!token.empty()) return names_.door(token);
        const auto* point = access_point();
        return point != nullptr ? names_.door(point->door) : 0;
    }

    int reader_number() const
    {
        const auto* point = access_point();
        return point != nullptr ? static_cast<int>(point - names_.access_points.data()) + 1 : 0;
    }

    static std::string reason_of(std::string_view code)
    {
        struct Row {
            std::string_view code;
            std::string_view word;
        };
        // ONVIF Access Control specification, reasons of AccessDenied.
        constexpr std::array rows{
            Row{"CredentialNotEnabled", "no_permission"}, Row{"CredentialNotActive", "schedule"},
            Row{"CredentialExpired", "expired"},          Row{"InvalidPIN", "wrong_password"},
            Row{"NotPermittedAtThisTime", "schedule"},    Row{"Unauthorized", "no_permission"},
        };
        const auto colon = code.rfind(':');
        if (colon != std::string_view::npos) code.remove_prefix(colon + 1);
        for (const auto& row : rows)
            if (code == row.code) return std::string(row.word);
        return "other";
    }

    void attempt(bool granted)
    {
        model::AccessAttempt body;
        body.granted = granted;
        const bool anonymous = from_.topic.ends_with("/Anonymous");
        const bool unknown = from_.topic.find("/CredentialNotFound") != std::string::npos;
        body.credential = anonymous ? "unknown" : "card";
        body.card = from_.of_data("Card");
        if (body.card.empty()) body.card = from_.of_data("CredentialToken");
        body.person = from_.of_data("CredentialHolderName");
        body.door = door_number();
        body.reader = reader_number();
        if (!granted) body.reason = unknown ? "unknown_credential" : reason_of(from_.of_data("Reason"));
        if (const auto* point = access_point(); point != nullptr && point->from != point->to)
            out_.event.direction = point->to ? model::Direction::in : model::Direction::out;
        out_.event.body = std::move(body);
    }

    void duress()
    {
        model::Duress body;
        body.door = door_number();
        body.person = from_.of_data("CredentialHolderName");
        out_.event.body = std::move(body);
    }

    struct DoorWord {
        Becomes of;
        std::string_view word;
        DoorPosition position;
    };

    // What a word of a door's state means; nothing for one that another message tells better.
    static std::optional<DoorPosition> position_of(Becomes of, std::string_view word)
    {
        constexpr std::array rows{
            DoorWord{Becomes::door_contact, "Open", DoorPosition::opened},
            DoorWord{Becomes::door_contact, "Closed", DoorPosition::closed},
            DoorWord{Becomes::door_contact, "Fault", DoorPosition::unknown},
            DoorWord{Becomes::door_lock, "Locked", DoorPosition::locked},
            DoorWord{Becomes::door_lock, "Unlocked", DoorPosition::unlocked},
            DoorWord{Becomes::door_alarm, "Normal", DoorPosition::normal},
            DoorWord{Becomes::door_alarm, "DoorForcedOpen", DoorPosition::forced_open},
            DoorWord{Becomes::door_alarm, "DoorOpenTooLong", DoorPosition::held_open},
            DoorWord{Becomes::door_mode, "Locked", DoorPosition::normal},
            DoorWord{Becomes::door_mode, "Unlocked", DoorPosition::remain_open},
            DoorWord{Becomes::door_mode, "LockedOpen", DoorPosition::remain_open},
            DoorWord{Becomes::door_mode, "Blocked", DoorPosition::remain_closed},
            DoorWord{Becomes::door_mode, "LockedDown", DoorPosition::remain_closed},
            DoorWord{Becomes::door_mode, "DoubleLocked", DoorPosition::remain_closed},
        };
        for (const auto& row : rows)
            if (row.of == of && row.word == word) return row.position;
        return std::nullopt;
    }

    static std::string_view resting_word(Becomes of)
    {
        if (of == Becomes::door_contact) return "Closed";
        return of == Becomes::door_alarm ? "Normal" : "Locked";
    }

    void door(Becomes of)
    {
        const auto word = from_.of_data("State");
        const int number = door_number();
        const auto position = position_of(of, word);
        if (!position) {
            out_.refusal = word == "Accessed" ? Refusal::told_before : Refusal::no_value;
            return;
        }
        out_.condition.source = from_.property();
        out_.condition.meaning = out_.condition.source;
        out_.condition.value = word;
        out_.condition.resting = resting_word(of);
        out_.condition.at_start = true;
        model::DoorState body;
        body.door = number;
        body.position = *position;
        out_.event.body = body;
    }

    const Notification& from_;
    const Names& names_;
    Mapped out_;
};

} // namespace

int Names::door(std::string_view token) const
{
    for (std::size_t n = 0; n < doors.size(); ++n)
        if (doors[n].token == token) return static_cast<int>(n) + 1;
    return 0;
}

int Names::input(std::string_view token) const
{
    const auto found = std::find(inputs.begin(), inputs.end(), token);
    if (found != inputs.end()) return static_cast<int>(found - inputs.begin()) + 1;
    return number_at_end(token);
}

std::string_view to_string(Refusal refusal)
{
    switch (refusal) {
    case Refusal::none: return "none";
    case Refusal::unknown_topic: return "unknown_topic";
    case Refusal::no_value: return "no_value";
    case Refusal::state_only: return "state_only";
    case Refusal::setting: return "setting";
    case Refusal::told_before: return "told_before";
    case Refusal::asks: return "asks";
    case Refusal::relay: return "relay";
    }
    return "none";
}

Mapped map(const Notification& notification, const Names& names)
{
    return Mapper(notification, names).result();
}

} // namespace gatehouse::onvif
