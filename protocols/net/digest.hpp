#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::net {

// One challenge of a WWW-Authenticate header (RFC 9110 §11.6.1, RFC 7616 §3.3).
struct Challenge {
    enum class Scheme { digest, basic, other };
    enum class Hash { md5, sha256, unknown };

    Scheme scheme = Scheme::other;
    std::string realm;
    std::string nonce;
    std::string opaque;
    bool has_opaque = false;
    std::string algorithm; // as sent; empty: not named, which means MD5
    Hash hash = Hash::md5;
    bool session = false;   // -sess variant
    bool qop_auth = false;  // offers qop=auth
    bool qop_named = false; // offers any qop; without one the RFC 2069 form is used
    bool stale = false;
};

// All challenges of one header field value; several may share a line. total: rubbish yields fewer challenges,
// never an exception. Callers parse each header field on its own and never join them.
[[nodiscard]] std::vector<Challenge> parse_challenges(std::string_view header);

// What we answer to: SHA-256 before MD5 before Basic (only when allowed); the first of equals. Nothing when
// we can answer none.
[[nodiscard]] std::optional<Challenge> choose(const std::vector<Challenge>& offered, bool allow_basic);

struct DigestInput {
    std::string username;
    std::string password;
    std::string method;
    std::string uri;
    std::string cnonce;
    std::uint32_t nc = 1;
};

// The value of `response` (RFC 7616 §3.4.1; RFC 2069 form without qop), lower-case hex.
[[nodiscard]] std::string digest_response(const Challenge& challenge, const DigestInput& input);

// The whole value of the Authorization header.
[[nodiscard]] std::string digest_authorization(const Challenge& challenge, const DigestInput& input);
[[nodiscard]] std::string basic_authorization(std::string_view username, std::string_view password);

} // namespace gatehouse::net
