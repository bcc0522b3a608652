#pragma once
#include "tests/process/child.hpp"

namespace gatehouse::peers {

// lighttpd before a simulated device that knows no log-in: it asks for digest (RFC 7616) in its own reading
// of it, and hands on what it lets in. The user is admin, the realm "camera".
class DigestServer {
public:
    DigestServer(const proof::Scratch& scratch, const std::string& name, std::uint16_t device);
    // Algorithms as its manual writes them: "MD5", "SHA-256", "MD5|SHA-256". Throws when it does not come up.
    void start(const std::string& algorithms, const std::string& password);
    // Another password from now on.
    void change(const std::string& password);
    // Its clock is ahead by so much, and it has noticed: a nonce lives for ten minutes there.
    void age(std::chrono::seconds span);

    [[nodiscard]] std::uint16_t port() const { return port_; }
    // Stops it; what it was asked, one line each: status, request, and the Authorization header or "-".
    [[nodiscard]] std::vector<std::string> end();

    // Why it cannot be had on this machine; empty: it can.
    [[nodiscard]] static std::string missing();

private:
    void set_clock(std::chrono::seconds ahead) const;
    // Throws, with its log, when it does not come true within 10 s.
    void await(const std::function<bool()>& holds, const std::string& log) const;
    [[nodiscard]] std::string file(const std::string& what) const { return folder_ + "/" + what; }

    std::string folder_;
    std::uint16_t device_;
    std::uint16_t port_;
    proof::Child child_;
};

} // namespace gatehouse::peers
