#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::sim::isapi {

// One receiver of pushes: a slot of httpHosts.
struct Host {
    std::string address; // empty or 0.0.0.0: nobody
    std::uint16_t port = 0;
    std::string url;
    bool operator==(const Host&) const = default;
    [[nodiscard]] bool used() const { return !address.empty() && address != "0.0.0.0" && port != 0; }
};

// "http://127.0.0.1:8090/push/lpr-1"; nothing for anything else.
[[nodiscard]] std::optional<Host> parse_host(std::string_view url);

// The three slots of /ISAPI/Event/notification/httpHosts.
class Hosts {
public:
    static constexpr std::size_t size = 3;

    [[nodiscard]] const std::array<Host, size>& all() const { return slots_; }
    void set(std::size_t slot, Host host) { slots_.at(slot) = std::move(host); }
    void forget() { slots_ = {}; }
    [[nodiscard]] std::string list_xml() const;
    [[nodiscard]] std::string one_xml(std::size_t slot) const;
    // A whole list, or one entry when `slot` is given. statusCode of the answer: 1, or 5 and 6 for what we
    // cannot read.
    [[nodiscard]] int put(std::string_view body, std::optional<std::size_t> slot);

private:
    std::array<Host, size> slots_;
};

} // namespace gatehouse::sim::isapi
