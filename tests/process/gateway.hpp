#pragma once
#include "tests/process/child.hpp"
#include "tests/process/estate.hpp"
#include "tests/process/http.hpp"

#include <boost/json/value.hpp>

namespace gatehouse::proof {

// A `gatehouse run` of its own and the command line beside it.
class Gateway {
public:
    Gateway(const Scratch& scratch, std::uint16_t listener, std::uint16_t broker);

    void configure(const std::vector<DevicePlan>& plans, const Estate& estate);
    // The same with devices and lanes as they are to stand in the file.
    void configure(const std::string& devices);
    void write_config(const std::string& text) const { write_file(config_file_, text); }
    // Settings a test may change before configure().
    std::string data_dir;
    std::string upstream_keys = "keepalive = \"5s\"\n";
    std::string more; // further sections
    // The kernel's word on the clock is fixed to "kept": it differs between machines.
    std::vector<std::string> environment{"LD_PRELOAD=" GATEHOUSE_KEPT_CLOCK};

    void launch();
    // Whether /readyz says 200.
    [[nodiscard]] bool ready() const { return http_get(api_, "/readyz").status == 200; }
    [[nodiscard]] Child& process() { return child_; }
    void kill();

    // `gatehouse VERB...` on this gateway's control socket.
    [[nodiscard]] Finished cli(std::vector<std::string> words) const;
    // `gatehouse status --json`; null when it printed no document.
    [[nodiscard]] boost::json::value status() const;
    // A document of the API over the control socket.
    [[nodiscard]] boost::json::value api(const std::string& path) const;

    [[nodiscard]] const std::string& config_text() const { return config_text_; }
    [[nodiscard]] const std::string& config_file() const { return config_file_; }
    [[nodiscard]] const std::string& log_file() const { return log_; }
    [[nodiscard]] const std::string& socket() const { return socket_; }
    [[nodiscard]] std::uint16_t api_port() const { return api_; }

private:
    std::uint16_t api_;
    std::uint16_t listener_;
    std::uint16_t broker_;
    std::string config_file_;
    std::string config_text_;
    std::string log_;
    std::string socket_;
    Child child_;
};

// The link of one device or of the upstream as a status document tells it.
[[nodiscard]] std::string device_link(const boost::json::value& status, const std::string& device);
[[nodiscard]] std::string upstream_link(const boost::json::value& status);
// Entries that wait for the upstream; -1 when the document does not say.
[[nodiscard]] std::int64_t backlog(const boost::json::value& status);

} // namespace gatehouse::proof
