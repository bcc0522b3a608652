#include "protocols/net/auth_guard.hpp"

#include <algorithm>

namespace gatehouse::net {

void AuthGuard::refused(base::MonoTime now)
{
    rejected_ = true;
    proven_ = false;
    refused_at_ = now;
    blocked_until_ = now + wait_;
    wait_ = std::min(wait_ * 2, longest_);
}

void AuthGuard::trial(base::MonoTime now)
{
    blocked_until_ = now + wait_;
}

void AuthGuard::accepted()
{
    rejected_ = false;
    proven_ = true;
    wait_ = first_;
}

void AuthGuard::reset()
{
    *this = AuthGuard(first_, longest_);
}

} // namespace gatehouse::net
