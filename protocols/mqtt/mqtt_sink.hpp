#pragma once
#include "gateway/base/backoff.hpp"
#include "gateway/base/certificates.hpp"
#include "gateway/base/wakeup.hpp"
#include "gateway/model/ulid.hpp"
#include "gateway/upstream/sink.hpp"
#include "protocols/mqtt/config.hpp"
#include "protocols/mqtt/device_states.hpp"
#include "protocols/mqtt/documents.hpp"
#include "protocols/mqtt/link.hpp"
#include "protocols/mqtt/order_desk.hpp"
#include "protocols/mqtt/topics.hpp"

#include <deque>
#include <map>
#include <optional>

namespace gatehouse::mqtt {

// One MQTT upstream: keeps a link up, says who we are, hands entries over one by one and takes orders. The
// dispatcher calls deliver(); the app runs run(). io thread only.
class MqttSink final : public upstream::Sink {
public:
    MqttSink(std::string name, Config config, upstream::SinkContext context);
    ~MqttSink() override;

    asio::awaitable<void> run() override;
    [[nodiscard]] bool ready() const override { return ready_; }
    [[nodiscard]] std::size_t window() const override;
    [[nodiscard]] double backlog_rate() const override { return config_.rate_max; }
    void deliver(model::EntryPtr entry, bool replay, OnVerdict done) override;
    void device_changed(const std::string& device, const device::DeviceStatus& status) override;

private:
    // Why a conversation ended, and how long to wait before the next.
    enum class End { lost, refused, bad_version, taken_over, certificates };
    struct Ending {
        End end = End::lost;
        std::string why;
    };
    struct Open {
        OnVerdict done;
        base::MonoTime since{};
    };

    asio::awaitable<void> serve();
    asio::awaitable<Ending> converse();
    asio::awaitable<Ending> introduce();
    asio::awaitable<Ending> watch();
    asio::awaitable<void> goodbye(std::string why);
    // Waits until something changed or `when` has come.
    asio::awaitable<void> changed_or(base::MonoTime when);
    asio::awaitable<void> count_session();
    asio::awaitable<void> examine_certificates();
    [[nodiscard]] std::chrono::milliseconds pause_after(const Ending& ending, std::chrono::nanoseconds lived);
    [[nodiscard]] bool fought_over(const Ending& ending, std::chrono::nanoseconds lived);
    [[nodiscard]] std::chrono::milliseconds yield_to_rival();
    [[nodiscard]] LinkOptions link_options();
    [[nodiscard]] LinkHandlers link_handlers();
    void link_down(const std::string& why);
    void publish_stat();
    void send(std::string topic, std::string payload, bool retained, std::string correlation, OnVerdict done);
    void settle(std::uint64_t id, upstream::Verdict verdict);
    void publish_state(bool online, OnVerdict done);
    asio::awaitable<void> refresh_states();
    void publish_info();
    void publish_device(const DeviceStates::Due& due, const DeviceStates::Devices& devices);
    [[nodiscard]] std::optional<std::string> unfit(const std::string& topic,
                                                   const std::string& payload) const;
    [[nodiscard]] GatewayState gateway_state(bool online, std::string reason) const;
    [[nodiscard]] Stamp stamp();
    void warn_of_expiry(int days, const std::string& file);

    std::string name_;
    Config config_;
    upstream::SinkContext context_;
    Topics topics_;
    model::UlidSource ids_;
    base::Backoff backoff_;
    base::Wakeup changed_;
    base::Counter& reconnects_;
    base::Counter& states_dropped_;
    base::Gauge& up_;
    bool use_v5_ = true;
    std::int64_t session_ = 0;

    // state of the present link
    std::optional<Greeting> greeting_;
    std::optional<int> subscribed_;
    std::optional<Ending> lost_;
    bool goodbye_done_ = false;
    bool ready_ = false;
    std::size_t receive_maximum_ = 65535;
    std::size_t packet_max_ = 0;
    DeviceStates states_;
    std::string retained_;            // the device ids remembered last
    std::optional<bool> info_synced_; // the clock's state as `info` has it
    base::MonoTime info_due_{};
    std::optional<upstream::Verdict> birth_;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, Open> open_; // by id, so the oldest is first; bounded by the window
    std::deque<base::MonoTime> takeovers_;
    std::size_t cut_links_ = 0; // accepted by the broker and soon cut, one after the other

    base::CertificateReport certificates_;
    bool certificates_changed_ = false;
    base::ExpiryWarning expiry_;
    base::MonoTime greeted_at_{};
    base::MonoTime certificates_due_{};
    base::MonoTime heartbeat_due_{};
    base::MonoTime stat_due_{};

    OrderDesk desk_;
    asio::thread_pool worker_{1}; // everything of Paho's that may block; joined before the members above go
    std::unique_ptr<Link> link_;
};

} // namespace gatehouse::mqtt
