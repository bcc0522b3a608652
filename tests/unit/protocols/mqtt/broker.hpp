#pragma once
#include <filesystem>
#include <string>
#include <sys/types.h>

namespace gatehouse::mqtt_test {

// A real mosquitto as a child process on a free loopback port, with its files in a folder of its own.
class Broker {
public:
    explicit Broker(std::string extra = {}, bool tls = false);
    ~Broker();
    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;

    static bool available();
    void start();
    void stop(); // SIGTERM, joined
    // Its connections stay open and hear nothing more, until thaw() or stop().
    void freeze();
    void thaw();
    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url() const;
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
    bool tls_ = false;
    std::string extra_;
    int port_ = 0;
    pid_t child_ = -1;
};

// A certificate authority with a server and a client certificate, made for one test.
void make_certificates(const std::filesystem::path& folder, const std::string& client_name);

} // namespace gatehouse::mqtt_test
