#include "protocols/net/digest.hpp"

#include "protocols/wire/base64.hpp"

#include <boost/beast/core/string.hpp>
#include <openssl/evp.h>

#include <array>
#include <cstdio>

namespace gatehouse::net {
namespace {

using boost::beast::iequals;

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_token(char c)
{
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || (c != '\0' && marks.find(c) != std::string_view::npos);
}

// Walks over one header value. Every step moves forward, so every input ends.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    [[nodiscard]] bool done() const { return at_ >= text_.size(); }
    void skip_spaces()
    {
        while (!done() && is_space(text_[at_]))
            ++at_;
    }
    void skip_separators()
    {
        while (!done() && (is_space(text_[at_]) || text_[at_] == ','))
            ++at_;
    }
    void skip_one() { ++at_; }
    bool take(char c)
    {
        if (done() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    std::string token()
    {
        const auto first = at_;
        while (!done() && is_token(text_[at_]))
            ++at_;
        return std::string(text_.substr(first, at_ - first));
    }
    // A quoted string without its quotes and escapes, or what stands there up to a comma or blank.
    std::string value()
    {
        std::string text;
        if (take('"')) {
            while (!done() && text_[at_] != '"') {
                if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
                text += text_[at_++];
            }
            take('"');
            return text;
        }
        while (!done() && text_[at_] != ',' && !is_space(text_[at_]))
            text += text_[at_++];
        return text;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

void read_algorithm(Challenge& challenge, const std::string& value)
{
    challenge.algorithm = value;
    std::string_view name = value;
    constexpr std::string_view suffix = "-sess";
    challenge.session =
        name.size() > suffix.size() && iequals(name.substr(name.size() - suffix.size()), suffix);
    if (challenge.session) name.remove_suffix(suffix.size());
    if (iequals(name, "MD5"))
        challenge.hash = Challenge::Hash::md5;
    else if (iequals(name, "SHA-256") || iequals(name, "SHA256"))
        challenge.hash = Challenge::Hash::sha256;
    else
        challenge.hash = Challenge::Hash::unknown;
}

void read_qop(Challenge& challenge, const std::string& value)
{
    challenge.qop_named = true;
    Scanner scanner(value);
    for (scanner.skip_separators(); !scanner.done(); scanner.skip_separators()) {
        const std::string name = scanner.token();
        if (name.empty()) scanner.skip_one();
        if (iequals(name, "auth")) challenge.qop_auth = true;
    }
}

void read_parameter(Challenge& challenge, const std::string& name, const std::string& value)
{
    if (iequals(name, "realm")) challenge.realm = value;
    if (iequals(name, "nonce")) challenge.nonce = value;
    if (iequals(name, "stale")) challenge.stale = iequals(value, "true");
    if (iequals(name, "algorithm")) read_algorithm(challenge, value);
    if (iequals(name, "qop")) read_qop(challenge, value);
    if (!iequals(name, "opaque")) return;
    challenge.opaque = value;
    challenge.has_opaque = true;
}

Challenge::Scheme scheme_of(const std::string& name)
{
    if (iequals(name, "Digest")) return Challenge::Scheme::digest;
    if (iequals(name, "Basic")) return Challenge::Scheme::basic;
    return Challenge::Scheme::other;
}

std::string hex(const unsigned char* bytes, std::size_t size)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(size * 2);
    for (std::size_t i = 0; i < size; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 15U];
    }
    return text;
}

std::string hash(Challenge::Hash kind, const std::string& text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned size = 0;
    const EVP_MD* algorithm = kind == Challenge::Hash::sha256 ? EVP_sha256() : EVP_md5();
    // Fails only where the system's policy forbids MD5; the device then refuses the empty answer once and we
    // stop.
    if (EVP_Digest(text.data(), text.size(), sum.data(), &size, algorithm, nullptr) != 1) return {};
    return hex(sum.data(), size);
}

std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20) out += c; // nothing can break out of the header line
    }
    return out + '"';
}

std::string count_text(std::uint32_t nc)
{
    std::array<char, 9> text{};
    std::snprintf(text.data(), text.size(), "%08x", static_cast<unsigned>(nc));
    return text.data();
}

} // namespace

std::vector<Challenge> parse_challenges(std::string_view header)
{
    std::vector<Challenge> found;
    Scanner scanner(header);
    for (scanner.skip_separators(); !scanner.done(); scanner.skip_separators()) {
        const std::string name = scanner.token();
        if (name.empty()) {
            scanner.skip_one();
            continue;
        }
        scanner.skip_spaces();
        if (scanner.take('=')) {
            scanner.skip_spaces();
            const std::string value = scanner.value();
            if (!found.empty()) read_parameter(found.back(), name, value);
        } else {
            found.emplace_back().scheme = scheme_of(name);
        }
    }
    return found;
}

std::optional<Challenge> choose(const std::vector<Challenge>& offered, bool allow_basic)
{
    const auto rank = [allow_basic](const Challenge& challenge) {
        if (challenge.scheme == Challenge::Scheme::basic) return allow_basic ? 1 : 0;
        if (challenge.scheme != Challenge::Scheme::digest || challenge.nonce.empty()) return 0;
        if (challenge.qop_named && !challenge.qop_auth) return 0; // auth-int only: not spoken here
        if (challenge.hash == Challenge::Hash::sha256) return 3;
        return challenge.hash == Challenge::Hash::md5 ? 2 : 0;
    };
    std::optional<Challenge> best;
    int best_rank = 0;
    for (const auto& challenge : offered) {
        if (rank(challenge) <= best_rank) continue;
        best_rank = rank(challenge);
        best = challenge;
    }
    return best;
}

std::string digest_response(const Challenge& challenge, const DigestInput& input)
{
    const auto h = [&challenge](const std::string& text) { return hash(challenge.hash, text); };
    std::string a1 = input.username + ':' + challenge.realm + ':' + input.password;
    if (challenge.session) a1 = h(a1) + ':' + challenge.nonce + ':' + input.cnonce;
    const std::string a2 = input.method + ':' + input.uri;
    if (!challenge.qop_named) return h(h(a1) + ':' + challenge.nonce + ':' + h(a2)); // RFC 2069
    return h(h(a1) + ':' + challenge.nonce + ':' + count_text(input.nc) + ':' + input.cnonce +
             ":auth:" + h(a2));
}

std::string digest_authorization(const Challenge& challenge, const DigestInput& input)
{
    std::string text = "Digest username=" + quoted(input.username) + ", realm=" + quoted(challenge.realm) +
                       ", nonce=" + quoted(challenge.nonce) + ", uri=" + quoted(input.uri);
    if (!challenge.algorithm.empty())
        text += challenge.hash == Challenge::Hash::sha256 ? ", algorithm=SHA-256" : ", algorithm=MD5";
    if (challenge.session) text += "-sess";
    text += ", response=" + quoted(digest_response(challenge, input));
    if (challenge.qop_named) text += ", qop=auth, nc=" + count_text(input.nc);
    if (challenge.qop_named || challenge.session) text += ", cnonce=" + quoted(input.cnonce);
    if (challenge.has_opaque) text += ", opaque=" + quoted(challenge.opaque);
    return text;
}

std::string basic_authorization(std::string_view username, std::string_view password)
{
    return "Basic " + wire::to_base64(std::string(username) + ':' + std::string(password));
}

} // namespace gatehouse::net
