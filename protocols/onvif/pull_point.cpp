#include "protocols/onvif/pull_point.hpp"

#include <algorithm>

namespace gatehouse::onvif {

using namespace std::chrono_literals;
using model::LinkState;
using std::chrono::seconds;

namespace {

constexpr auto clearly = 5s;    // later than a subscription would have ended
constexpr auto first_look = 1s; // a device that has nothing to tell need not think long at the start
constexpr auto too_quick = 1s;  // an empty answer that came at once
constexpr auto proof_max = 30s; // for states that were asked for
constexpr auto tries_max = 3;   // subscriptions without an answered pull
constexpr auto between_tries = 2s;
constexpr auto unanswered_max = 3; // pulls in a row; then another subscription
constexpr auto unproven_max = 2;   // then the device tells states to new subscriptions alone

} // namespace

asio::awaitable<Answer> PullPoint::tell(Message message, bool patient)
{
    message.to = held_->address;
    message.id = session_.new_id();
    message.reference = held_->reference;
    auto place = session_.web.place_of(held_->address);
    auto answer = co_await session_.ask_at(std::move(place), std::move(message), patient);
    co_return answer;
}

asio::awaitable<Answer> PullPoint::subscribe()
{
    held_.reset();
    const auto wanted = std::chrono::duration_cast<seconds>(session_.config.subscription);
    auto message = create_pull_point(wanted);
    auto answer = co_await session_.ask(ns::tev, std::move(message));
    if (!answer.ok()) co_return answer;
    held_ = read_subscription(answer.body());
    if (!held_) co_return answer;
    granted(held_->lifetime.value_or(wanted));
    answered_ = false;
    unanswered_ = 0;
    tells_states_ = false;
    proof_due_.reset();
    prove_at_ = session_.context.clock.now() + session_.config.prove_every;
    co_return answer;
}

void PullPoint::note_proof(const Session::Brought& brought)
{
    if (brought.messages > 0) doubted_ = false;
    if (brought.states == 0) return;
    tells_states_ = true;
    if (proof_due_) unproven_ = 0;
    proof_due_.reset();
}

// States that were asked for did not come. A device that tells them to every new subscription, and to no old
// one, does not know how to repeat them and is not asked any more.
bool PullPoint::is_dead()
{
    if (!doubted_ && ++unproven_ >= unproven_max) {
        proves_ = false;
        proof_due_.reset();
        return false;
    }
    doubted_ = true;
    return true;
}

void PullPoint::granted(seconds lifetime)
{
    lifetime_ = std::max(lifetime, seconds(3));
    const auto now = session_.context.clock.now();
    renew_at_ = now + milliseconds(lifetime_) / 2;
    ends_at_ = now + lifetime_;
}

asio::awaitable<PullPoint::Ended> PullPoint::run()
{
    Ended ended;
    auto& subscriptions = session_.counter("gatehouse_onvif_subscriptions_total", "Subscriptions made anew");
    for (int in_vain = 0; in_vain < tries_max;) {
        const auto made = co_await subscribe();
        if (!held_) {
            ended.why = made.ok() ? "the device's subscription names no address" : made.why();
            if (session_.unreachable().empty() && !made.refused()) ended.state = LinkState::silent;
            co_return ended;
        }
        subscriptions.add();
        ended.why = co_await pull_all();
        if (!session_.unreachable().empty()) co_return ended;
        co_await leave();
        in_vain = answered_ ? 0 : in_vain + 1;
        session_.tell_once("subscription", "subscribed anew", ended.why);
        co_await session_.context.clock.sleep_for(between_tries);
    }
    ended.state = LinkState::silent;
    co_return ended;
}

asio::awaitable<std::string> PullPoint::pull_all()
{
    const auto longest = std::chrono::duration_cast<seconds>(session_.config.pull);
    for (;;) {
        const auto timeout = answered_ ? std::min(longest, std::max(lifetime_ / 3, first_look)) : first_look;
        const auto asked = session_.context.clock.now();
        auto answer = co_await pull_once(timeout);
        if (answer.error == base::Errc::timed_out) {
            auto why = co_await hold_out();
            if (!why.empty()) co_return why;
            continue;
        }
        if (!answer.ok()) co_return answer.why();
        answered_ = true;
        unanswered_ = 0;
        session_.recorder.take(answer.body());
        const auto brought = co_await session_.bring(answer.body());
        note_proof(brought);
        const bool overdue = states_overdue();
        if (!overdue && !doubted_) co_await session_.set_link(LinkState::up, "");
        auto why = co_await renew_when_due();
        if (!why.empty()) co_return why;
        if (overdue && is_dead()) {
            why = "the device answers but tells no states any more when asked; its events may be lost";
            std::string shown = why;
            co_await session_.set_link(LinkState::silent, std::move(shown));
            co_return why;
        }
        co_await ask_for_states();
        const bool quick = session_.context.clock.now() - asked < too_quick;
        if (brought.messages == 0 && quick) co_await session_.context.clock.sleep_for(too_quick);
    }
}

asio::awaitable<Answer> PullPoint::pull_once(seconds timeout)
{
    auto message = pull(timeout);
    auto answer = co_await tell(std::move(message), true);
    if (!answer.ok()) co_return answer;
    // Termination that moves on without us: the device needs no renewals.
    const auto left = read_lifetime(answer.body());
    const auto now = session_.context.clock.now();
    if (left && now + *left > ends_at_ + clearly) {
        pulls_prolong_ = true;
        ends_at_ = now + *left;
    }
    co_return answer;
}

// A pull was not answered. A device that prolongs the subscription is there and keeps what happens for the
// next pull.
asio::awaitable<std::string> PullPoint::hold_out()
{
    auto refused = co_await prolong();
    if (!session_.unreachable().empty()) co_return session_.unreachable();
    std::string why = "the device answers, but not the question for its events";
    std::string shown = why;
    co_await session_.set_link(LinkState::silent, std::move(shown));
    if (!refused.empty()) co_return refused;
    co_return ++unanswered_ < unanswered_max ? std::string() : why;
}

asio::awaitable<std::string> PullPoint::renew_when_due()
{
    if (session_.context.clock.now() < renew_at_) co_return std::string();
    co_return co_await prolong();
}

asio::awaitable<std::string> PullPoint::prolong()
{
    auto message = renew(std::chrono::duration_cast<seconds>(session_.config.subscription));
    const auto answer = co_await tell(std::move(message), false);
    if (answer.ok()) {
        const auto left = read_lifetime(answer.body());
        granted(left.value_or(std::chrono::duration_cast<seconds>(session_.config.subscription)));
        co_return std::string();
    }
    if (answer.reply && answer.reply->fault && pulls_prolong_) {
        granted(lifetime_);
        co_return std::string();
    }
    co_return "the subscription was not prolonged: " + answer.why();
}

// The device then repeats all its properties, which shows that the way from its events to us is whole.
asio::awaitable<void> PullPoint::ask_for_states()
{
    const auto now = session_.context.clock.now();
    if (session_.config.prove_every == 0ms || !proves_ || !(tells_states_ || doubted_) || proof_due_ ||
        now < prove_at_)
        co_return;
    prove_at_ = now + session_.config.prove_every;
    auto message = synchronise();
    const auto answer = co_await tell(std::move(message), false);
    if (!answer.ok()) {
        proves_ = !answer.reply || !answer.reply->fault; // it does not know this
        co_return;
    }
    proof_due_ = session_.context.clock.now() + proof_max;
}

bool PullPoint::states_overdue() const
{
    return proof_due_ && session_.context.clock.now() >= *proof_due_;
}

asio::awaitable<void> PullPoint::leave()
{
    if (!held_) co_return;
    auto message = unsubscribe();
    (void)co_await tell(std::move(message), false); // it ends by itself too, only later
    held_.reset();
}

} // namespace gatehouse::onvif
