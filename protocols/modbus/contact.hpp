#pragma once
#include "gateway/base/clock.hpp"
#include "protocols/modbus/config.hpp"

#include <optional>
#include <vector>

namespace gatehouse::modbus {

// One contact as the polls show it: its polarity put right, and debounced. Not wired, or not read since the
// link came: it has no value. Pure.
class Contact {
public:
    Contact(std::optional<Wired> wired, milliseconds debounce) : wired_(wired), debounce_(debounce) {}

    void sample(const std::vector<bool>& inputs, base::MonoTime now);
    // It was active for less than a poll: whoever waits for it to be quiet waits anew.
    void pulsed(base::MonoTime now);
    void forget();

    [[nodiscard]] bool wired() const { return wired_.has_value(); }
    [[nodiscard]] int input() const { return wired_ ? wired_->input : 0; }
    // Debounced; the first sample counts at once.
    [[nodiscard]] std::optional<bool> active() const { return stable_; }
    // The last sample, as it was: who must not hurt anybody does not wait for the second one.
    [[nodiscard]] std::optional<bool> raw() const { return raw_; }
    // Since when every sample was inactive. Nothing: the last one was not, or there was none.
    [[nodiscard]] std::optional<base::MonoTime> inactive_since() const { return inactive_since_; }
    [[nodiscard]] std::optional<base::MonoTime> sampled_at() const { return sampled_at_; }

private:
    std::optional<Wired> wired_;
    milliseconds debounce_;
    std::optional<bool> stable_;
    std::optional<bool> raw_;
    std::optional<base::MonoTime> differs_since_;
    std::optional<base::MonoTime> inactive_since_;
    std::optional<base::MonoTime> sampled_at_;
};

} // namespace gatehouse::modbus
