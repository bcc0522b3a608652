#include "protocols/net/auth_guard.hpp"

#include <algorithm>

namespace gatehouse::net {

std::chrono::milliseconds AuthGuard::wait_after(int failures) const
{
    if (failures <= 1) return first_;
    return failures == 2 ? longest_ / 2 : longest_;
}

void AuthGuard::failed()
{
    ++failures_;
    proven_ = false;
}

void AuthGuard::refused(base::MonoTime now)
{
    rejected_ = true;
    refused_at_ = now;
    blocked_until_ = now + wait_after(failures_);
}

void AuthGuard::trial(base::MonoTime now)
{
    blocked_until_ = now + wait_after(failures_ + 1);
}

void AuthGuard::hold(base::MonoTime until)
{
    rejected_ = true;
    blocked_until_ = std::max(blocked_until_, until);
}

void AuthGuard::accepted()
{
    rejected_ = false;
    proven_ = true;
    failures_ = 0;
}

void AuthGuard::reset()
{
    *this = AuthGuard(first_, longest_);
}

} // namespace gatehouse::net
