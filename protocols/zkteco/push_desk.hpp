#pragma once
#include "protocols/zkteco/access_link.hpp"
#include "protocols/zkteco/log_watch.hpp"
#include "protocols/zkteco/record_numbers.hpp"
#include "protocols/zkteco/recorder.hpp"
#include "protocols/zkteco/request.hpp"
#include "protocols/zkteco/session.hpp"

#include <map>
#include <string>

namespace gatehouse::zkteco {

// Answers every request of the device, in both dialects. OK means: on disk, or understood and not wanted.
// Any other answer makes the device keep what it has and send it again.
class PushDesk {
public:
    PushDesk(Session& session, LogWatch& log, AccessLink& access)
        : session_(session), log_(log), access_(access)
    {
    }

    // Whether the request is this device's: by serial number and source.
    [[nodiscard]] bool claims(const device::PushRequest& request) const;
    asio::awaitable<device::PushReply> take(device::PushRequest request);
    // Takes up what is remembered of the device. Once, when the session starts.
    void restore();
    // Reports record numbers that never came.
    asio::awaitable<void> report_holes();
    // Tells a device that was shifted by its time zone option no zone any more.
    [[nodiscard]] std::string zone() const;
    void trust_zone_again() { zone_wrong_ = false; }
    [[nodiscard]] bool serves_time() const;

    Recorder recorder;
    // Users that the device told while somebody reads them, by PIN.
    std::map<std::string, Fields>* users = nullptr;

private:
    using Reply = asio::awaitable<device::PushReply>;
    Reply dispatch(const Request& request, std::string_view body);
    Reply hello(const Request& request);
    Reply take_table(const Request& request, std::string_view body);
    Reply take_punches(const Request& request, std::string_view body);
    Reply take_operations(const Request& request, std::string_view body);
    Reply take_access_log(std::string_view body);
    Reply take_state(std::string_view body);
    Reply take_query(const Request& request, std::string_view body);
    Reply hand_over(const Request& request);
    [[nodiscard]] device::PushReply take_photo(std::string_view body);
    [[nodiscard]] device::PushReply take_results(std::string_view body);
    [[nodiscard]] device::PushReply decide(std::string_view body);
    [[nodiscard]] device::PushReply time();
    asio::awaitable<void> learn_dialect(const Request& request);
    asio::awaitable<bool> keep(std::vector<model::Event> events, bool small);
    asio::awaitable<void> remember_stamp(const std::string& table, const Request& request);
    void judge_zone();
    void count(const std::string& what);

    Session& session_;
    LogWatch& log_;
    AccessLink& access_;
    RecordNumbers numbers_;
    std::map<int, int> contact_doubts_; // states in a row that contradict what events said
    bool zone_told_ = false;
    bool zone_wrong_ = false;
};

} // namespace gatehouse::zkteco
