#include "gateway/alert/alert_board.hpp"

#include <algorithm>

// What time alone does to the alerts.
namespace gatehouse::alert {

using model::Alert;

void AlertBoard::tick(WallTime now, std::vector<Transition>& out)
{
    quiet_.forget_ended(now);
    end_storms(now, out);
    release(now, out);
    escalate(now, out);
    close_old(now, out);
    std::erase_if(closed_,
                  [&](const auto& one) { return now - one.second.changed_at >= limits_.reopen_within; });
}

void AlertBoard::end_storms(WallTime now, std::vector<Transition>& out)
{
    if (open() * 10 < limits_.open_max * 8) clear(Key{"alert_storm", own_device, ""}, now, out);
    bursts_.forget(now);
    std::vector<Key> quiet_again;
    for (const auto& [key, id] : by_key_)
        if (key.kind == "alert_burst" && !bursts_.lasts(key.device, now)) quiet_again.push_back(key);
    for (const auto& key : quiet_again)
        clear(key, now, out);
}

// What nothing keeps quiet any more calls somebody, if it still lasts.
void AlertBoard::release(WallTime now, std::vector<Transition>& out)
{
    std::vector<std::string> done;
    for (auto& [id, alert] : alerts_) {
        if (alert.state != State::suppressed || suppressor(alert, now)) continue;
        if (is_in_burst(alert)) continue;
        const bool was_called = alert.due_ack != WallTime{};
        if (alert.lasts) {
            start_clock(alert, now);
            out.push_back(move(alert, State::raised, By{}, now));
        } else if (was_called && is_urgent(alert.severity)) {
            out.push_back(move(alert, State::cleared, By{}, now)); // still waits for its person
        } else {
            done.push_back(id);
        }
    }
    for (const auto& id : done)
        out.push_back(end(id, State::closed, By{.note = "抑制期间已恢复"}, now));
}

void AlertBoard::escalate(WallTime now, std::vector<Transition>& out)
{
    for (auto& [id, alert] : alerts_) {
        const auto due = escalation_due(alert);
        if (!due || now < *due) continue;
        const auto whom = escalation(alert.severity)[static_cast<std::size_t>(alert.level++)];
        alert.assigned = model::to_string(whom);
        out.push_back(move(alert, State::escalated, By{.note = alert.assigned}, now));
    }
}

void AlertBoard::close_old(WallTime now, std::vector<Transition>& out)
{
    std::vector<const Alert*> resting; // for the clock alone: not urgent, and the cause is gone
    for (const auto& [id, alert] : alerts_)
        if (is_in(over, alert.state) && !is_urgent(alert.severity)) resting.push_back(&alert);
    std::sort(resting.begin(), resting.end(),
              [](const Alert* a, const Alert* b) { return a->changed_at < b->changed_at; });
    auto kept = alerts_.size() - open();
    std::vector<std::string> done;
    for (const Alert* alert : resting) {
        if (now - alert->changed_at < limits_.auto_close && kept <= limits_.resting_max) break;
        done.push_back(alert->id);
        --kept;
    }
    for (const auto& id : done)
        out.push_back(end(id, State::closed, By{.note = "已恢复，自动关闭"}, now));
}

} // namespace gatehouse::alert
