#pragma once
#include "gateway/model/command.hpp"
#include "gateway/store/store.hpp"

#include <set>
#include <string>

namespace gatehouse::command {

// Whether the site, a lane or a device is armed: alerts that only count while nobody is expected ask here.
// All of it is armed until somebody disarms a part; the state survives restarts. Carries out the orders arm
// and disarm. io thread only.
class Arming {
public:
    Arming(store::Store& store, base::Clock& clock);

    // At the start, before the first order.
    asio::awaitable<base::Result<void>> load();
    // With a lane or a device that part alone, otherwise the whole site. The state is on disk when it
    // resumes.
    asio::awaitable<model::Outcome> carry_out(model::Command order);
    // Neither the site nor the device nor the lane is disarmed; either may be empty.
    [[nodiscard]] bool armed(const std::string& device, const std::string& lane) const;
    // "site", "lane/ID" and "device/ID" that are disarmed.
    [[nodiscard]] const std::set<std::string>& disarmed() const { return disarmed_; }

private:
    store::Store& store_;
    base::Clock& clock_;
    std::set<std::string> disarmed_; // bounded by what the configuration has had
};

} // namespace gatehouse::command
