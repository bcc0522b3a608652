#pragma once
#include "protocols/zkteco/access_link.hpp"
#include "protocols/zkteco/commands.hpp"
#include "protocols/zkteco/log_watch.hpp"
#include "protocols/zkteco/people.hpp"
#include "protocols/zkteco/push_desk.hpp"
#include "protocols/zkteco/session.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::zkteco {

// One device: composes the parts of its session and watches whether it calls. It connects to us, never we to
// it. Made by make_driver().
class ZktecoDriver final : public device::Driver {
public:
    ZktecoDriver(Config config, device::DriverContext context);

    asio::awaitable<void> run() override;
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    [[nodiscard]] bool claims(const device::PushRequest& request) const override;
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override;
    [[nodiscard]] std::vector<std::string> replay(std::string_view bytes) override;
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override;
    [[nodiscard]] device::ListPort* lists() override { return &people_; }

private:
    asio::awaitable<void> watch();
    [[nodiscard]] device::TestStep test_clock() const;
    [[nodiscard]] device::TestStep test_registration() const;

    Session session_;
    LogWatch log_;
    AccessLink access_;
    PushDesk desk_;
    Commands commands_;
    People people_;
};

} // namespace gatehouse::zkteco
