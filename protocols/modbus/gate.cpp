#include "protocols/modbus/gate.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::modbus {

using model::BarrierPosition;

namespace {

std::string_view word(BarrierPosition position)
{
    if (position == BarrierPosition::open) return "open";
    return position == BarrierPosition::closed ? "closed" : "unknown";
}

char letter(std::optional<bool> value)
{
    if (!value) return '-';
    return *value ? '1' : '0';
}

std::optional<bool> value_of(char letter)
{
    if (letter == '1') return true;
    return letter == '0' ? std::optional(false) : std::nullopt;
}

} // namespace

Gate::Gate(GateConfig gate, const Config& config)
    : gate_(std::move(gate)), stuck_after_(config.stuck_after), up_(gate_.up, config.debounce_limits),
      down_(gate_.down, config.debounce_limits), entry_(gate_.loop_entry, config.debounce_loops),
      safety_(gate_.loop_safety, config.debounce_loops), fault_(gate_.fault, config.debounce_limits),
      manual_(gate_.manual, config.debounce_limits)
{
}

void Gate::sample(const std::vector<bool>& inputs, base::MonoTime now)
{
    for (auto* contact : {&up_, &down_, &entry_, &safety_, &fault_, &manual_})
        contact->sample(inputs, now);
    find_position(now);
}

void Gate::pulsed(const std::vector<bool>& inputs, base::MonoTime now)
{
    for (auto* contact : {&entry_, &safety_, &manual_}) {
        const auto at = static_cast<std::size_t>(contact->input());
        if (!contact->wired() || at >= inputs.size() || !inputs[at]) continue;
        contact->pulsed(now);
        pulses_.insert(contact->input());
    }
}

bool Gate::wiring_fault() const
{
    return up_.active().value_or(false) && down_.active().value_or(false);
}

// Two limits tell up, down, moving, stuck and miswired; one tells its own end and nothing else (sheet §4).
void Gate::find_position(base::MonoTime now)
{
    const bool up = up_.active().value_or(false);
    const bool down = down_.active().value_or(false);
    if (up == down) {
        position_ = BarrierPosition::unknown;
        between_limits(now);
        return;
    }
    position_ = up ? BarrierPosition::open : BarrierPosition::closed;
    between_since_.reset();
    stuck_ = false;
    if (up) late_ = false;
}

void Gate::between_limits(base::MonoTime now)
{
    if (!up_.active() || !down_.active() || wiring_fault()) {
        between_since_.reset();
        stuck_ = false;
        return;
    }
    if (!between_since_) between_since_ = now;
    stuck_ = now - *between_since_ > stuck_after_;
}

std::vector<model::Body> Gate::tell(base::MonoTime now)
{
    std::vector<model::Body> news;
    tell_position(news);
    tell_input(entry_, told_entry_, news);
    tell_input(safety_, told_safety_, news);
    tell_input(manual_, told_manual_, news);
    tell_pulses(news);
    tell_passages(news, now);
    tell_faults(news);
    return news;
}

void Gate::tell_position(std::vector<model::Body>& news)
{
    // On its way from one limit to the other: news when it arrives, or when it does not.
    const bool moving = between_since_ && !stuck_;
    if (moving || position_ == told_position_) return;
    told_position_ = position_;
    model::BarrierMoved moved;
    moved.output = gate_.output;
    moved.position = position_;
    news.emplace_back(moved);
}

// The first value is a state and no event; after a loss of the link it is compared with what was told.
void Gate::tell_input(const Contact& contact, std::optional<bool>& told, std::vector<model::Body>& news) const
{
    const auto active = contact.active();
    if (!active || told == active) return;
    const bool first = !told;
    told = active;
    if (first) return;
    model::InputChanged changed;
    changed.input = contact.input();
    changed.active = *active;
    news.emplace_back(changed);
}

// Both edges of a pulse that was over before anybody looked. No debounce: the board has filtered it.
void Gate::tell_pulses(std::vector<model::Body>& news)
{
    const std::array<std::pair<const Contact*, std::optional<bool>>, 3> contacts{
        {{&entry_, told_entry_}, {&safety_, told_safety_}, {&manual_, told_manual_}}};
    for (const auto& [contact, told] : contacts) {
        if (!told || !contact->wired() || !pulses_.contains(contact->input())) continue;
        model::InputChanged changed;
        changed.input = contact->input();
        changed.active = !*told;
        news.emplace_back(changed);
        changed.active = *told;
        news.emplace_back(changed);
    }
    pulses_.clear();
}

void Gate::tell_passages(std::vector<model::Body>& news, base::MonoTime now)
{
    Passages::Seen seen;
    seen.entry = entry_.active();
    seen.safety = safety_.active();
    seen.position = position_;
    for (const auto finding : passages_.observe(seen, now)) {
        if (finding == Passages::Finding::follow_over) followed_ = false;
        if (finding == Passages::Finding::followed) followed_ = gate_.follow_through && !held_;
        const bool passed = finding == Passages::Finding::passed;
        if (!gate_.passages || (!passed && finding != Passages::Finding::backed_off)) continue;
        model::VehiclePassage passage;
        passage.passed = passed;
        news.emplace_back(std::move(passage));
    }
}

void Gate::tell_faults(std::vector<model::Body>& news)
{
    const bool contact = fault_.active().value_or(false);
    const bool boom_off = gate_.fault_means == "boom_off";
    const std::array<std::pair<std::string_view, bool>, 5> faults{{
        {"wiring", wiring_fault()},
        {"blocked", stuck_ || (contact && !boom_off)},
        {"boom_off", contact && boom_off},
        {"time_out", late_},
        {"tailgating", followed_},
    }};
    for (const auto& [name, active] : faults) {
        const auto told = told_faults_.find(name);
        if (active == (told != told_faults_.end())) continue;
        if (active)
            told_faults_.emplace(name);
        else
            told_faults_.erase(told);
        model::BarrierFault fault;
        fault.output = gate_.output;
        fault.fault = name;
        fault.active = active;
        news.emplace_back(std::move(fault));
    }
}

std::vector<model::Body> Gate::lose()
{
    for (auto* contact : {&up_, &down_, &entry_, &safety_, &fault_, &manual_})
        contact->forget();
    passages_.forget();
    pulses_.clear();
    position_ = BarrierPosition::unknown;
    between_since_.reset();
    stuck_ = false;
    followed_ = false;
    std::vector<model::Body> news;
    tell_position(news);
    return news;
}

void Gate::opened(base::MonoTime now)
{
    passages_.opened(now);
}

std::string Gate::describe() const
{
    std::string text(word(position_));
    if (wiring_fault())
        text = "both limits at once";
    else if (between_since_)
        text = stuck_ ? "stuck between its limits" : "moving";
    else if (!up_.wired() && !down_.wired())
        text = "position not wired";
    if (!safety_.wired()) return text + "; no loop under the boom";
    const auto under = safety_.raw();
    if (!under) return text + "; loop under the boom not known";
    return text + (*under ? "; somebody under the boom" : "; nobody under the boom");
}

std::string Gate::save() const
{
    std::string text(word(told_position_));
    text += ' ';
    for (const auto& told : {told_entry_, told_safety_, told_manual_})
        text += letter(told);
    for (const auto& fault : told_faults_)
        text += ' ' + fault;
    return text;
}

void Gate::load(std::string_view text)
{
    for (const auto position : {BarrierPosition::open, BarrierPosition::closed})
        if (text.starts_with(word(position))) told_position_ = position;
    const auto inputs = text.find(' ');
    if (inputs == std::string_view::npos || text.size() < inputs + 4) return;
    told_entry_ = value_of(text[inputs + 1]);
    told_safety_ = value_of(text[inputs + 2]);
    told_manual_ = value_of(text[inputs + 3]);
    text.remove_prefix(inputs + 4);
    while (text.starts_with(' ')) {
        text.remove_prefix(1);
        const auto end = std::min(text.find(' '), text.size());
        if (end > 0) told_faults_.emplace(text.substr(0, end));
        text.remove_prefix(end);
    }
    late_ = told_faults_.contains("time_out");
}

} // namespace gatehouse::modbus
