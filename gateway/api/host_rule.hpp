#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::api {

// Whether a browser that names this host may have meant us. Anything else is a name that somebody else
// pointed at our address (DNS rebinding), whose pages must not act with our cookie.
class HostRule {
public:
    // `own_names`: this box's name, those of its certificate (*.gate.example too) and of api.names.
    // `any_address`: an address literal of any kind will do, for with TLS we serve networks; else only a
    // loopback one.
    HostRule(std::vector<std::string> own_names, bool any_address);

    // The Host field, with any port (tunnels change it). total.
    [[nodiscard]] bool admits(std::string_view host) const;

private:
    std::vector<std::string> names_;
    bool any_address_;
};

} // namespace gatehouse::api
