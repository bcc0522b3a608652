// What a reader says, and what becomes of it (sheet §4, §6).
#include "protocols/osdp/reader.hpp"

#include "protocols/osdp/cases.hpp"

#include <fmt/format.h>

namespace gatehouse::osdp {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t keys_max = 32;
constexpr auto fresh_max = 5s; // beyond, nobody stands before the reader any more: opens nothing
constexpr auto dated_max = 1s; // beyond, when it happened is not known

} // namespace

void Reader::hear(const Reply& reply)
{
    std::visit(Cases{
                   [&](const Ack&) {},
                   [&](const LocalStatus& status) {
                       session_.set_tamper(session_.name_of("case", config_), status.tamper);
                       session_.set_health(session_.name_of("power", config_), !status.power_fault,
                                           status.power_fault ? "the reader reports a power fault"
                                                              : "the reader's power is right again");
                   },
                   [&](const Inputs& inputs) { hear_inputs(inputs); },
                   [&](const Heads& heads) { hear_heads(heads); },
                   [&](const CardBits& card) { hear_card(card); },
                   [&](const CardText& card) { report_attempt("card", card.text); },
                   [&](const Keys& keys) { hear_keys(keys); },
                   [&](const Outputs&) {}, // changes as we order it, and nothing tells the door from it
                   [&](const Nak&) { count_refusal("nak"); },
                   [&](const Broken&) { count_refusal("broken"); },
                   [&](const auto&) { count_refusal("other"); },
               },
               reply);
}

void Reader::hear_card(const CardBits& card)
{
    auto text = card_text(card, config_.card);
    if (!text) {
        count_refusal("parity");
        return;
    }
    report_attempt("card", std::move(*text));
}

void Reader::report_attempt(std::string_view credential, std::string card)
{
    model::AccessAttempt attempt;
    attempt.credential = credential;
    attempt.card = std::move(card);
    attempt.door = config_.door;
    attempt.reader = config_.number;
    // A lane is decided for the whole line: at any other door its decision would open the wrong one.
    if (!config_.decided_here) attempt.reason = "other";
    model::Event event;
    event.device_key = session_.next_key(config_.number);
    event.direction = config_.direction;
    event.history = !asked_within(fresh_max);
    event.time_trusted = asked_within(dated_max);
    event.body = std::move(attempt);
    session_.report(std::move(event));
    told_at_ = session_.context.clock.now();
}

void Reader::hear_keys(const Keys& keys)
{
    if (config_.keypad == Keypad::ignored) return;
    const auto now = session_.context.clock.now();
    if (!keys_.empty() && now - key_at_ > session_.config.keys_within) end_keys();
    key_at_ = now;
    for (const char key : keys.digits) {
        if (key == '*') keys_.clear();
        if (key == '#' && !keys_.empty()) {
            const bool as_card = config_.keypad == Keypad::as_card;
            report_attempt("code", as_card ? std::exchange(keys_, {}) : std::string());
            keys_.clear();
        }
        if (key >= '0' && key <= '9' && keys_.size() < keys_max) keys_.push_back(key);
    }
}

// Typed, and not finished with #.
void Reader::end_keys()
{
    keys_.clear();
    if (config_.keypad == Keypad::told)
        report_attempt("code", "");
    else
        count_refusal("unfinished_keys");
}

void Reader::hear_inputs(const Inputs& inputs)
{
    const bool first = !inputs_;
    for (std::size_t i = 0; i < inputs.active.size(); ++i) {
        const bool active = inputs.active[i];
        const bool before = !first && i < inputs_->size() && (*inputs_)[i];
        const bool contact = config_.door_contact == static_cast<int>(i);
        if (contact && (first || before != active)) {
            model::DoorState door;
            door.door = config_.door;
            door.position = active != config_.contact_normally_closed ? model::DoorPosition::opened
                                                                      : model::DoorPosition::closed;
            session_.report(door);
        }
        if (contact || before == active) continue;
        model::InputChanged changed;
        changed.input = config_.number * 100 + static_cast<int>(i);
        changed.active = active;
        session_.report(changed);
    }
    inputs_ = inputs.active;
}

void Reader::hear_heads(const Heads& heads)
{
    bool tamper = false;
    bool missing = false;
    for (const auto status : heads.status) {
        tamper = tamper || status == 2;
        missing = missing || status == 1;
    }
    session_.set_tamper(session_.name_of("reader", config_), tamper);
    session_.set_health(session_.name_of("reader head", config_), !missing,
                        missing ? "the reader reports that its head is not connected"
                                : "the reader's head is back");
}

void Reader::count_refusal(const char* reason)
{
    session_.counter("gatehouse_osdp_refused_total", "Answers that became no event, by reason", reason).add();
}

} // namespace gatehouse::osdp
