#pragma once
#include "tests/fakes/fake_isapi.hpp"
#include "tests/sim/isapi/device.hpp"
#include "tests/site/day/played_machine.hpp"

#include <memory>

namespace gatehouse::site::day {

// A camera or terminal: what the simulated device tells and keeps in its log, `wire` brings to the gateway.
class PlayedCamera final : public PlayedMachine {
public:
    PlayedCamera(std::unique_ptr<sim::isapi::Device> machine, fakes::FakeIsapi& wire);

    [[nodiscard]] std::string obey(const std::string& verb, std::vector<std::string> words) override;
    void cancel() override { machine_->cancel(); }

private:
    void tell(const sim::isapi::Record& record);
    void keep_log();

    std::unique_ptr<sim::isapi::Device> machine_;
    fakes::FakeIsapi& wire_;
    std::uint64_t kept_ = 0; // the number of the last record that `wire_` has in its log
};

} // namespace gatehouse::site::day
