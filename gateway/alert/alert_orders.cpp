#include "gateway/alert/alerts.hpp"

// What people and staff channels do about alerts: one transaction each, in turn with the rules.
namespace gatehouse::alert {

using base::Errc;
using base::error_code;
using base::Result;

namespace {

std::optional<store::AuditRecord> audit_of(std::string actor, std::string action, std::string target,
                                           std::string detail)
{
    store::AuditRecord audit;
    audit.actor = std::move(actor);
    audit.action = std::move(action);
    audit.target = std::move(target);
    audit.detail = std::move(detail);
    return audit;
}

std::string detail_of(const Order& order)
{
    std::string detail = order.result;
    for (const auto& part : {order.number, order.note})
        if (!part.empty()) detail += (detail.empty() ? "" : ": ") + part;
    return detail;
}

} // namespace

asio::awaitable<error_code> Alerts::in_turn(std::optional<store::AuditRecord> audit, Work work)
{
    co_await follower_.turn_free();
    const store::Follower::Turn turn(follower_);
    const auto board_before = board_;
    const auto position_before = position_;
    const auto now = ports_.clock.wall();
    store::Change change;
    auto why = work(now, change);
    if (audit) {
        // Closed long ago: known to the store means refused, not unknown.
        if (why == Errc::not_found) why = co_await judge(why, audit->target);
        audit->at = now;
        audit->result = why ? "refused: " + why.message() : "done";
        change.audit.push_back(std::move(*audit));
    } else if (why) {
        co_return why;
    }
    const auto committed = co_await commit(std::move(change));
    if (committed) co_return why;
    go_back(board_before, position_before);
    co_return why ? why : committed.error();
}

asio::awaitable<error_code> Alerts::judge(error_code why, const std::string& id)
{
    const auto kept = co_await ports_.store.alert(id);
    co_return kept && kept->has_value() ? error_code(Errc::conflict) : why;
}

asio::awaitable<Result<model::Alert>> Alerts::carry_out(Order order)
{
    auto audit = audit_of(order.actor, "alert-" + order.verb, order.id, detail_of(order));
    model::Alert after;
    Work work = [this, &order, &after](WallTime now, store::Change& change) -> error_code {
        auto made = board_.carry_out(order, now);
        if (!made) return made.error();
        after = made->alert;
        add(change, {std::move(*made)});
        return {};
    };
    const auto why = co_await in_turn(std::move(audit), std::move(work));
    if (why) co_return why;
    co_return after;
}

asio::awaitable<Result<model::Alert>> Alerts::note_dispatched(std::string id, std::string channel,
                                                              std::string whom)
{
    model::Alert after;
    Work work = [this, &id, &channel, &whom, &after](WallTime now, store::Change& change) -> error_code {
        auto made = board_.dispatch(id, channel, whom, now);
        if (!made) return made.error();
        after = made->alert;
        add(change, {std::move(*made)});
        return {};
    };
    std::optional<store::AuditRecord> no_audit; // no person did it
    const auto why = co_await in_turn(std::move(no_audit), std::move(work));
    if (why) co_return why;
    co_return after;
}

asio::awaitable<Result<model::Silence>> Alerts::silence(model::Silence wanted)
{
    wanted.id = ports_.ids.next();
    auto audit = audit_of(wanted.author, "alert-silence", wanted.id, wanted.reason);
    Work work = [this, &wanted](WallTime now, store::Change& change) -> error_code {
        auto made = board_.quiet().add(wanted, now);
        if (!made) return made.error();
        wanted = *made;
        change.silences.push_back(std::move(*made));
        return {};
    };
    const auto why = co_await in_turn(std::move(audit), std::move(work));
    if (why) co_return why;
    co_return wanted;
}

asio::awaitable<Result<model::Silence>> Alerts::end_silence(std::string id, std::string actor)
{
    auto audit = audit_of(actor, "alert-silence-end", id, "");
    model::Silence stopped;
    Work work = [this, &id, &actor, &stopped](WallTime now, store::Change& change) -> error_code {
        if (actor.empty()) return Errc::bad_input;
        auto made = board_.quiet().end(id, now);
        if (!made) return made.error();
        stopped = *made;
        change.silences.push_back(std::move(*made));
        return {};
    };
    const auto why = co_await in_turn(std::move(audit), std::move(work));
    if (why) co_return why;
    co_return stopped;
}

asio::awaitable<Result<model::Handover>> Alerts::hand_over(std::string author, std::string text)
{
    model::Handover note;
    note.id = ports_.ids.next();
    note.author = author;
    note.text = text;
    auto audit = audit_of(author, "alert-handover", note.id, "");
    Work work = [this, &note](WallTime now, store::Change& change) -> error_code {
        if (note.author.empty() || note.text.empty()) return Errc::bad_input;
        note.at = now;
        note.open_alerts = static_cast<int>(board_.alerts().size());
        change.handovers.push_back(note);
        return {};
    };
    const auto why = co_await in_turn(std::move(audit), std::move(work));
    if (why) co_return why;
    co_return note;
}

} // namespace gatehouse::alert
