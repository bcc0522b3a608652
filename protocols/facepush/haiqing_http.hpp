#pragma once
#include "gateway/device/list_port.hpp"
#include "protocols/facepush/session.hpp"
#include "protocols/net/http_client.hpp"

#include <string>
#include <vector>

namespace gatehouse::facepush {

// ---- family B over HTTP (sheet B2): bodies and pushes; pure ----

[[nodiscard]] std::string open_door_body(const std::string& serial);
// `word`: AddPerson or EditPerson.
[[nodiscard]] std::string person_body(std::string_view word, const std::string& serial,
                                      const model::ListEntry& entry);
[[nodiscard]] std::string delete_person_body(const std::string& serial, const std::string& person);
[[nodiscard]] bool is_haiqing_heartbeat(const Fields& fields);
[[nodiscard]] Read read_haiqing_push(const Fields& fields, std::chrono::minutes offset);

// One camera of family B that is spoken with over HTTP: it posts to us, and we ask it with Basic log-in. It
// is there as long as it posts: no question is known that changes nothing. Made by make_driver().
class HaiqingHttpDriver final : public device::Driver, public device::ListPort {
public:
    HaiqingHttpDriver(Config config, device::DriverContext context);

    // ---- Driver ----
    asio::awaitable<void> run() override;
    asio::awaitable<model::Outcome> execute(model::Command command) override;
    asio::awaitable<device::PushReply> on_push(device::PushRequest request) override;
    asio::awaitable<std::vector<device::TestStep>> self_test() override;
    [[nodiscard]] device::DeviceStatus status() const override { return session_.status; }
    [[nodiscard]] std::vector<std::string> replay(std::string_view bytes) override;
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override;
    [[nodiscard]] device::ListPort* lists() override { return this; }

    // ---- ListPort ----
    [[nodiscard]] bool takes(model::ListEntry::Type type) const override;
    [[nodiscard]] bool takes_faces() const override { return true; }
    [[nodiscard]] device::HeldEntry as_held(const model::ListEntry& entry) const override;
    asio::awaitable<base::Result<std::vector<model::ListEntry>>> read(model::ListEntry::Type type) override;
    asio::awaitable<std::vector<device::ListResult>> write(std::vector<model::ListEntry> entries) override;
    asio::awaitable<std::vector<device::ListResult>> remove(std::vector<model::ListEntry> entries) override;

private:
    struct Reply {
        base::error_code error;
        bool done = false;
        std::string code;
        [[nodiscard]] bool ok() const { return !error && done; }
        [[nodiscard]] bool never_sent() const;
        [[nodiscard]] std::string why() const;
    };
    asio::awaitable<void> follow_pushes();
    asio::awaitable<Reply> ask(std::string word, std::string body);
    asio::awaitable<device::ListResult> told(std::string what, Reply reply);

    Session session_;
    net::HttpClient http_;
    std::optional<base::MonoTime> last_push_;
};

} // namespace gatehouse::facepush
