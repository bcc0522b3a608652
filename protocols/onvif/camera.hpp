#pragma once
#include "protocols/onvif/session.hpp"
#include "vision/link/camera_watch.hpp"

namespace gatehouse::onvif {

// The device's pictures, when `vision` asks for them: where they are as the device tells, seen through the
// vision worker. Its own link is the conversation's; how the pictures come are facts and faults beside it.
class Camera {
public:
    explicit Camera(Session& session);

    [[nodiscard]] bool wanted() const { return session_.config.camera.wanted(); }
    // Where they are, the largest stream first; told at every conversation.
    void found(const std::vector<std::string>& streams, const std::string& snapshot);
    // For the driver's whole run: brings what is seen to the journal.
    asio::awaitable<void> bring();
    void leave();
    asio::awaitable<void> test(std::vector<device::TestStep>& steps);
    void write_facts(std::map<std::string, std::string>& facts) const;

private:
    [[nodiscard]] vision::Watch watch_of(const std::vector<vision::Source>& sources) const;

    Session& session_;
    vision::CameraWatch watch_;
    std::vector<vision::Source> sources_; // as they were found last
};

// The address that the device told, at the host of the configuration: it tells internal, wrong and other
// devices' addresses (sheet §1, §8). Empty when it is none with one of these schemes. total.
[[nodiscard]] std::string address_at(const std::string& host, const std::string& told,
                                     std::initializer_list<std::string_view> schemes);

} // namespace gatehouse::onvif
