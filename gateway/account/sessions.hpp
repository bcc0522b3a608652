#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/config/site.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace gatehouse::account {

// That somebody is logged in. In memory only: a restart asks everybody again.
struct Session {
    std::string id;   // what the cookie holds
    std::string csrf; // what a page of ours shows with every change
    std::string account;
    base::MonoTime begun{};
    base::MonoTime used{};
};

// Who is logged in. Bounded: with too many there, the one that was idle longest gives way. io thread only.
class Sessions {
public:
    static constexpr std::size_t most = 256;
    static constexpr std::size_t most_of_account = 8;

    explicit Sessions(const base::Clock& clock) : clock_(clock) {}
    void use(const config::SessionConfig& limits) { limits_ = limits; }

    // Always with an id that nobody had before.
    const Session& begin(const std::string& account);
    // Null when there is none, or its time is over. `active`: somebody is there, which keeps it alive.
    [[nodiscard]] const Session* find(const std::string& id, bool active);
    [[nodiscard]] base::MonoTime end_of(const Session& session) const { return session.begun + limits_.max; }
    [[nodiscard]] std::chrono::seconds idle() const
    {
        return std::chrono::duration_cast<std::chrono::seconds>(limits_.idle);
    }
    void end(const std::string& id) { sessions_.erase(id); }
    // But for the one with the id `kept`.
    void end_all_of(const std::string& account, const std::string& kept = {});
    [[nodiscard]] std::size_t size() const { return sessions_.size(); }

private:
    [[nodiscard]] bool over(const Session& session) const;
    void drop_idlest(const std::string& account); // empty: of any account

    const base::Clock& clock_;
    config::SessionConfig limits_;
    std::map<std::string, Session> sessions_; // by id
};

} // namespace gatehouse::account
