#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/secret.hpp"
#include "gateway/device/driver.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::webhook_in {

// How a device proves that a post is its own. hmac: a signature over time and body. bearer, basic: a header.
// url: "?token=" for makes that can be given an address only. address: nothing but where it comes from.
enum class Auth { hmac, bearer, basic, url, address };

// Where a signature stands and what it is made of; the defaults suit a make that is told what to do.
struct SignatureRules {
    std::string header = "X-Signature";
    std::string prefix;  // before the signature: "sha256=", "v1,"
    bool base64 = false; // otherwise hexadecimal
    std::string timestamp_header = "X-Timestamp";
    std::string over = "{timestamp}.{body}"; // also {header:NAME}, {method} and {path}
    std::chrono::milliseconds window{300'000};
};

struct AuthConfig {
    Auth auth = Auth::hmac;
    std::string username; // basic
    base::Secret secret;  // the key itself, decoded
    SignatureRules signature;
};

// What a look at one post's credentials found. untimely: signed with the secret, but at a time that is not
// ours; its clock is wrong or ours is, or the post waited at the device, or somebody repeats it.
struct Verdict {
    enum class Outcome { proven, refused, repeated, untimely };
    Outcome outcome = Outcome::refused;
    std::string reason;    // of a refusal, a fixed word: no_signature, wrong_signature, no_time ...
    std::string text;      // one plain sentence with what to do; nothing secret in it
    std::string signature; // of a signed post: hexadecimal, the same for the same post only
    std::optional<base::WallTime> sent; // and when the device says that it sent it
};

// Lets nobody in who does not know the secret, compares in constant time, and calls no signed post proven
// twice. An empty secret lets nobody in. io thread only.
class Gatekeeper {
public:
    explicit Gatekeeper(AuthConfig config) : config_(std::move(config)) {}

    [[nodiscard]] Verdict judge(const device::PushRequest& request, base::WallTime now);
    // The post with this signature was acknowledged: whoever sends it again gets the same answer and nothing
    // happens. Kept for as long as its timestamp would pass.
    void settled(const std::string& signature, base::WallTime now);
    // What a 401 says it wants; empty: nothing that HTTP has a word for.
    [[nodiscard]] std::string challenge() const;

private:
    [[nodiscard]] Verdict judge_signature(const device::PushRequest& request, base::WallTime now);
    void forget_old(base::WallTime now);
    [[nodiscard]] bool fits(const std::string& expected, std::string_view header) const;

    AuthConfig config_;
    std::map<std::string, base::WallTime> settled_; // bounded by window and settled_max
};

// Empty when the library fails.
[[nodiscard]] std::string sha256(std::string_view bytes);
// Tells nothing of where they differ by the time it takes.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);
// What is signed: the template with its places filled in.
[[nodiscard]] std::string signed_bytes(const SignatureRules& rules, const device::PushRequest& request);

} // namespace gatehouse::webhook_in
