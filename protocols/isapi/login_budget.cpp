#include "protocols/isapi/login_budget.hpp"

#include <algorithm>

namespace gatehouse::isapi {

using namespace std::chrono_literals;

namespace {

constexpr auto price = 100s;
constexpr auto at_once = 3;
constexpr auto rest_for = 5min;

} // namespace

void LoginBudget::spend(base::MonoTime now)
{
    spent_until_ = std::max(spent_until_, now) + price;
}

void LoginBudget::rest(base::MonoTime now)
{
    resting_until_ = now + rest_for;
}

base::MonoTime LoginBudget::next() const
{
    return std::max(spent_until_ - (at_once - 1) * price, resting_until_);
}

} // namespace gatehouse::isapi
