#pragma once
#include "protocols/onvif/session.hpp"

#include <optional>
#include <string>

namespace gatehouse::onvif {

// One subscription after the other, for as long as the device lets us (sheet §5): pulls, renewals, the proof
// that it still tells anything, and giving the slot back. The only way events come.
class PullPoint {
public:
    explicit PullPoint(Session& session) : session_(session) {}

    struct Ended {
        model::LinkState state = model::LinkState::down; // silent: it answers, but its events do not come
        std::string why;
    };
    // Subscribes, says that the link is up after the first answered pull, and returns when the device is gone
    // or gives no events. Ends by cancellation without giving the slot back: see leave().
    asio::awaitable<Ended> run();
    // Gives the slot back: devices have few, and a lost one blocks until its time is over.
    asio::awaitable<void> leave();

private:
    asio::awaitable<Answer> subscribe();
    // Until the subscription is of no use any more; why.
    asio::awaitable<std::string> pull_all();
    asio::awaitable<Answer> pull_once(std::chrono::seconds timeout);
    // Empty, or why another subscription is needed.
    asio::awaitable<std::string> renew_when_due();
    asio::awaitable<std::string> prolong();
    asio::awaitable<std::string> hold_out();
    asio::awaitable<void> ask_for_states();
    void note_proof(const Session::Brought& brought);
    [[nodiscard]] bool states_overdue() const;
    [[nodiscard]] bool is_dead();
    asio::awaitable<Answer> tell(Message message, bool patient);
    void granted(std::chrono::seconds lifetime);

    Session& session_;
    std::optional<Subscription> held_;
    std::chrono::seconds lifetime_{60};
    base::MonoTime renew_at_{};
    base::MonoTime ends_at_{};
    bool pulls_prolong_ = false; // the device extends it by itself and faults on a renewal
    bool answered_ = false;      // a pull of this subscription was
    int unanswered_ = 0;         // pulls in a row, although the device is there

    // The second watchdog (pains 1): a subscription may die while its pulls are answered.
    bool tells_states_ = false; // it did at the start, so it can be asked again
    std::optional<base::MonoTime> proof_due_;
    base::MonoTime prove_at_{};
    bool doubted_ = false; // states were asked for, and nothing has come since
    int unproven_ = 0;     // in a row
    bool proves_ = true;
};

} // namespace gatehouse::onvif
