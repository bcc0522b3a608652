#pragma once
#include "protocols/vzenith/commands.hpp"
#include "protocols/vzenith/plate_list.hpp"
#include "protocols/vzenith/push_desk.hpp"
#include "protocols/vzenith/record_log.hpp"

#include <deque>
#include <string>
#include <vector>

namespace gatehouse::vzenith {

// One camera: composes the parts of its session and runs their conversation for ever. Made by make_driver().
class VzenithDriver final : public device::Driver {
public:
    VzenithDriver(Config config, device::DriverContext context);

    asio::awaitable<void> run() override;
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    [[nodiscard]] bool claims(const device::PushRequest& request) const override
    {
        return desk_.claims(request);
    }
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override { return session_.status; }
    [[nodiscard]] std::vector<std::string> replay(std::string_view bytes) override;
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override;
    [[nodiscard]] device::ListPort* lists() override { return session_.config.connect ? &list_ : nullptr; }

private:
    asio::awaitable<void> leave();
    asio::awaitable<void> reconnect_for_ever();
    asio::awaitable<void> watch_pushes_for_ever();
    // From the connection to the error that ends it; the reason in one sentence.
    asio::awaitable<std::string> converse();
    asio::awaitable<std::string> talk();
    asio::awaitable<std::string> identify();
    asio::awaitable<std::string> subscribe();
    asio::awaitable<void> keep_house();
    asio::awaitable<void> judge();
    asio::awaitable<void> stay_online();
    asio::awaitable<void> take(Received received);
    // Brings live results to the journal; the line is read on while it stands still.
    asio::awaitable<void> bring();
    [[nodiscard]] bool pushes_alive() const;

    // ---- clock ----
    asio::awaitable<std::string> measure_clock();
    asio::awaitable<std::string> correct_clock();
    asio::awaitable<void> keep_clock();
    asio::awaitable<void> report_clock(bool corrected);

    asio::awaitable<model::Outcome> synchronise();

    Session session_;
    PushDesk desk_;
    RecordLog records_;
    Commands commands_;
    PlateList list_;
    std::deque<model::Event> waiting_; // live results of TCP; bounded
    base::Wakeup came_;
};

} // namespace gatehouse::vzenith
