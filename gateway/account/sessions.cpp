#include "gateway/account/sessions.hpp"

#include "gateway/account/secret_text.hpp"

#include <algorithm>

namespace gatehouse::account {

const Session& Sessions::begin(const std::string& account)
{
    std::erase_if(sessions_, [this](const auto& item) { return over(item.second); });
    const auto own = std::count_if(sessions_.begin(), sessions_.end(),
                                   [&account](const auto& item) { return item.second.account == account; });
    if (static_cast<std::size_t>(own) >= most_of_account) drop_idlest(account);
    if (sessions_.size() >= most) drop_idlest({});
    Session session;
    session.id = random_secret();
    session.csrf = random_secret();
    session.account = account;
    session.begun = session.used = clock_.now();
    auto key = session.id;
    return sessions_.insert_or_assign(std::move(key), std::move(session)).first->second;
}

const Session* Sessions::find(const std::string& id, bool active)
{
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return nullptr;
    if (over(found->second)) {
        sessions_.erase(found);
        return nullptr;
    }
    if (active) found->second.used = clock_.now();
    return &found->second;
}

void Sessions::end_all_of(const std::string& account, const std::string& kept)
{
    std::erase_if(sessions_,
                  [&](const auto& item) { return item.second.account == account && item.first != kept; });
}

bool Sessions::over(const Session& session) const
{
    const auto now = clock_.now();
    return now >= session.used + limits_.idle || now >= end_of(session);
}

void Sessions::drop_idlest(const std::string& account)
{
    auto idlest = sessions_.end();
    for (auto at = sessions_.begin(); at != sessions_.end(); ++at) {
        if (!account.empty() && at->second.account != account) continue;
        if (idlest == sessions_.end() || at->second.used < idlest->second.used) idlest = at;
    }
    if (idlest != sessions_.end()) sessions_.erase(idlest);
}

} // namespace gatehouse::account
