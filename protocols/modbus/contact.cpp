#include "protocols/modbus/contact.hpp"

namespace gatehouse::modbus {
namespace {

// Polls keep their beat, and not to the millisecond: a poll that is due together with the end of the wait
// ends it, or half of all edges would wait for one more.
milliseconds all_but_a_tenth(milliseconds debounce)
{
    return debounce - debounce / 10;
}

} // namespace

void Contact::sample(const std::vector<bool>& inputs, base::MonoTime now)
{
    if (!wired_ || static_cast<std::size_t>(wired_->input) >= inputs.size()) return;
    const bool active = inputs[static_cast<std::size_t>(wired_->input)] != wired_->normally_closed;
    raw_ = active;
    sampled_at_ = now;
    if (active)
        inactive_since_.reset();
    else if (!inactive_since_)
        inactive_since_ = now;
    if (!stable_) stable_ = active;
    if (*stable_ == active) {
        differs_since_.reset();
        return;
    }
    if (!differs_since_) differs_since_ = now;
    if (now - *differs_since_ < all_but_a_tenth(debounce_)) return;
    stable_ = active;
    differs_since_.reset();
}

void Contact::pulsed(base::MonoTime now)
{
    if (inactive_since_) inactive_since_ = now;
}

void Contact::forget()
{
    stable_.reset();
    raw_.reset();
    differs_since_.reset();
    inactive_since_.reset();
    sampled_at_.reset();
}

} // namespace gatehouse::modbus
