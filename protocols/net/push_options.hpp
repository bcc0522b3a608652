#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/device/driver.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace gatehouse::net {

struct PushListenerOptions {
    std::string host = "127.0.0.1"; // address literal
    std::uint16_t port = 0;         // 0: any; see PushListener::port()
    std::size_t connections_max = 1024;
    std::size_t header_max = 16U * 1024;
    std::size_t body_max = 4U * 1024 * 1024;
    std::size_t bytes_in_flight_max =
        64U * 1024 * 1024;                          // bodies received or handled, all connections together
    std::chrono::milliseconds idle_timeout{60'000}; // between requests
    std::chrono::milliseconds request_timeout{
        30'000}; // first to last byte of one request, and to take its answer
    // Which device sends bytes that are no HTTP at all (raw XML or JSON on TCP), by its address without port;
    // empty answer: nobody we know, the connection is closed. They reach the handler as a POST to
    // /push/{device-id}.
    std::function<std::string(const std::string& remote)> device_of;
    // Which device sends a request on a vendor's fixed path, by all that is in it; empty answer: nobody we
    // know, 404. Without it there is no path but /push/{device-id}.
    std::function<std::string(const device::PushRequest& request)> claimed_by{};
};

// Answers one request of one device. The answer is sent to the device after it resumes; a 503 makes the
// device keep what it has and send it again.
using PushHandler =
    std::function<asio::awaitable<device::PushReply>(std::string device_id, device::PushRequest request)>;

} // namespace gatehouse::net
