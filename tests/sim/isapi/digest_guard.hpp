#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/random.hpp"
#include "tests/sim/isapi/switches.hpp"

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::sim::isapi {

enum class Algorithm { md5, sha256 };

// Lower-case hexadecimal.
[[nodiscard]] std::string digest_hex(Algorithm algorithm, std::string_view text);

struct DigestAnswer {
    Algorithm algorithm = Algorithm::md5;
    std::string username, realm, nonce, uri, response, qop, nc, cnonce;
};

// The `response` value that RFC 7616 asks for. Without qop the form of RFC 2069.
[[nodiscard]] std::string expected_response(const DigestAnswer& answer, std::string_view password,
                                            std::string_view method);

enum class Admission { admitted, unknown_caller, stale, wrong, locked };

// A device's log-in: challenges, nonces that age, counters that must not repeat, and the lock after failures,
// which is held against the caller's address (fact sheet section 2).
class DigestGuard {
public:
    DigestGuard(base::Clock& clock, base::Random& random, const Switches& switches, std::string username,
                std::string password, std::string realm);

    [[nodiscard]] Admission check(std::string_view authorization, std::string_view method,
                                  std::string_view target, const std::string& peer);
    // One WWW-Authenticate line each, CRLF included.
    [[nodiscard]] std::string challenges(bool stale);
    // <userCheck> as seen from this address.
    [[nodiscard]] std::string user_check(const std::string& peer, bool admitted);
    void set_password(std::string password) { password_ = std::move(password); }
    // A reboot forgets nonces, failures and locks.
    void reset();

private:
    struct Nonce {
        Algorithm algorithm = Algorithm::md5;
        base::MonoTime born{};
        std::vector<std::string> used; // nc values seen
    };
    struct Caller {
        std::deque<base::MonoTime> failures;
        base::MonoTime locked_until{};
    };

    std::string issue(Algorithm algorithm);
    void note_failure(const std::string& peer);
    [[nodiscard]] bool locked(const std::string& peer) const;

    base::Clock& clock_;
    base::Random& random_;
    const Switches& switches_;
    std::string username_, password_, realm_;
    std::map<std::string, Nonce, std::less<>> nonces_;
    std::map<std::string, Caller> callers_;
};

} // namespace gatehouse::sim::isapi
