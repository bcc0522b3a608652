#include "protocols/webhook-in/gatekeeper.hpp"

#include "protocols/net/hmac.hpp"
#include "protocols/webhook-in/device_time.hpp"
#include "protocols/webhook-in/encodings.hpp"
#include "protocols/wire/ascii.hpp"
#include "protocols/wire/base64.hpp"
#include "protocols/wire/form.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

namespace gatehouse::webhook_in {
namespace {

using namespace std::chrono_literals;

// At most so many posts of one device are remembered; 50 a second for five minutes.
constexpr std::size_t settled_max = 16'384;

Verdict refused(std::string reason, std::string text)
{
    Verdict out;
    out.reason = std::move(reason);
    out.text = std::move(text);
    return out;
}

Verdict proven()
{
    Verdict out;
    out.outcome = Verdict::Outcome::proven;
    return out;
}

// What follows "Bearer " or "Basic "; the scheme in any case of letters.
std::string_view after_scheme(std::string_view authorization, std::string_view scheme)
{
    if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return {};
    if (!wire::ascii::same_word(authorization.substr(0, scheme.size()), scheme)) return {};
    return wire::ascii::trim(authorization.substr(scheme.size()));
}

std::string token_of_query(std::string_view target)
{
    auto query = target.substr(std::min(target.find('?'), target.size()));
    while (!query.empty()) {
        query.remove_prefix(1);
        const auto pair = query.substr(0, query.find('&'));
        constexpr std::string_view name = "token=";
        if (pair.starts_with(name)) return wire::from_form(pair.substr(name.size()));
        query.remove_prefix(pair.size());
    }
    return {};
}

std::string place(std::string_view name, const SignatureRules& rules, const device::PushRequest& request)
{
    constexpr std::string_view header = "header:";
    if (name == "body") return request.body;
    if (name == "timestamp") return std::string(request.header(rules.timestamp_header));
    if (name == "method") return request.method;
    if (name == "path") return request.target;
    if (name.starts_with(header)) return std::string(request.header(name.substr(header.size())));
    return {};
}

Verdict judge_token(std::string_view given, const base::Secret& secret, std::string_view where)
{
    if (given.empty())
        return refused("no_token", fmt::format("a post came without {}: enter it at the device", where));
    if (!same_secret(given, secret.expose()))
        return refused("wrong_token", fmt::format("a post came with another {} than ours: enter the one of "
                                                  "the configuration at the device",
                                                  where));
    return proven();
}

} // namespace

std::string sha256(std::string_view bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, EVP_sha256(), nullptr) != 1) return {};
    return {reinterpret_cast<const char*>(out.data()), size};
}

// Of equal length whatever is compared, so that not even the length of the secret shows.
bool same_secret(std::string_view a, std::string_view b)
{
    const auto left = sha256(a), right = sha256(b);
    if (b.empty() || left.empty() || left.size() != right.size()) return false;
    return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string signed_bytes(const SignatureRules& rules, const device::PushRequest& request)
{
    std::string out;
    std::string_view rest = rules.over;
    while (!rest.empty()) {
        const auto open = std::min(rest.find('{'), rest.size());
        out += rest.substr(0, open);
        rest.remove_prefix(open);
        if (rest.empty()) break;
        const auto close = std::min(rest.find('}'), rest.size());
        out += place(rest.substr(1, close - 1), rules, request);
        rest.remove_prefix(std::min(close + 1, rest.size()));
    }
    return out;
}

Verdict Gatekeeper::judge(const device::PushRequest& request, base::WallTime now)
{
    if (config_.auth == Auth::address) return proven(); // the session has looked where it comes from
    if (config_.secret.empty())
        return refused("no_secret", "the gateway has no secret for this device: set password");
    switch (config_.auth) {
    case Auth::hmac: return judge_signature(request, now);
    case Auth::bearer:
        return judge_token(after_scheme(request.authorization, "Bearer"), config_.secret,
                           "token (Authorization: Bearer)");
    case Auth::url: return judge_token(token_of_query(request.target), config_.secret, "?token= in its URL");
    default: break;
    }
    const auto login = wire::from_base64(after_scheme(request.authorization, "Basic")).value_or("");
    const base::Secret both(config_.username + ":" + config_.secret.expose());
    return judge_token(login, both, "user name and password");
}

// One header may hold several signatures, separated by blanks, while a secret is being changed.
bool Gatekeeper::fits(const std::string& expected, std::string_view header) const
{
    bool found = false;
    const auto& rules = config_.signature;
    while (!header.empty()) {
        const auto entry = header.substr(0, header.find(' '));
        header.remove_prefix(std::min(entry.size() + 1, header.size()));
        if (!entry.starts_with(rules.prefix)) continue;
        const auto text = entry.substr(rules.prefix.size());
        const auto given = (rules.base64 ? wire::from_base64(text) : from_hex(text)).value_or("");
        const bool equal = given.size() == expected.size() && !expected.empty() &&
                           CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
        found = found || equal;
    }
    return found;
}

Verdict Gatekeeper::judge_signature(const device::PushRequest& request, base::WallTime now)
{
    const auto& rules = config_.signature;
    const auto header = wire::ascii::trim(request.header(rules.header));
    if (header.empty())
        return refused(
            "no_signature",
            fmt::format("a post came without a signature: the header {} is missing", rules.header));
    const auto expected = net::hmac_sha256(config_.secret.expose(), signed_bytes(rules, request));
    if (!fits(expected, header))
        return refused("wrong_signature", fmt::format("the signature in {} does not fit: another secret, "
                                                      "another encoding, or not made of \"{}\"",
                                                      rules.header, rules.over));
    TimeRules utc;
    utc.zone = 0min;
    const auto sent = read_time(request.header(rules.timestamp_header), utc);
    if (!sent) return refused("no_time", fmt::format("the header {} holds no time", rules.timestamp_header));
    Verdict out;
    out.signature = to_hex(expected);
    out.sent = sent;
    const auto away = *sent - now;
    if (std::chrono::abs(away) > rules.window) {
        out.outcome = Verdict::Outcome::untimely;
        out.text = fmt::format("a signed post is {} s {} our clock: set the device's clock, or somebody "
                               "repeats old posts",
                               std::chrono::floor<std::chrono::seconds>(std::chrono::abs(away)).count(),
                               away < 0ms ? "behind" : "ahead of");
        return out;
    }
    out.outcome = settled_.contains(out.signature) ? Verdict::Outcome::repeated : Verdict::Outcome::proven;
    if (settled_.size() >= settled_max) forget_old(now);
    if (out.outcome == Verdict::Outcome::proven && settled_.size() >= settled_max)
        return refused("too_many", "more posts than can be told from repeated ones: shorten window");
    return out;
}

void Gatekeeper::settled(const std::string& signature, base::WallTime now)
{
    if (signature.empty()) return;
    if (settled_.size() % 64 == 0) forget_old(now);
    settled_.emplace(signature, now);
}

// A timestamp of the future passes for up to two windows after its post.
void Gatekeeper::forget_old(base::WallTime now)
{
    const auto kept = 2 * config_.signature.window;
    std::erase_if(settled_, [&](const auto& entry) { return std::chrono::abs(now - entry.second) > kept; });
}

std::string Gatekeeper::challenge() const
{
    if (config_.auth == Auth::basic) return "Basic realm=\"gatehouse\"";
    return config_.auth == Auth::bearer ? "Bearer" : "";
}

} // namespace gatehouse::webhook_in
