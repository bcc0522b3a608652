#include "tests/sim/isapi/digest_guard.hpp"

#include "tests/sim/text.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace gatehouse::sim::isapi {
namespace {

constexpr std::size_t nonces_max = 4096;
constexpr auto failure_window = std::chrono::minutes(30);

// name=value pairs, quoted or not, separated by commas.
std::map<std::string, std::string> parameters(std::string_view text)
{
    std::map<std::string, std::string> out;
    while (!text.empty()) {
        const auto start = text.find_first_not_of(", ");
        if (start == std::string_view::npos) break;
        text.remove_prefix(start);
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) break;
        const std::string name = lower(text.substr(0, equals));
        text.remove_prefix(equals + 1);
        const bool quoted = !text.empty() && text.front() == '"';
        if (quoted) text.remove_prefix(1);
        const auto end = std::min(text.find(quoted ? '"' : ','), text.size());
        out[name] = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::optional<DigestAnswer> parse_answer(std::string_view authorization)
{
    constexpr std::string_view scheme = "digest ";
    if (!equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
    auto values = parameters(authorization.substr(scheme.size()));
    DigestAnswer answer;
    answer.algorithm =
        equal_ignoring_case(values["algorithm"], "SHA-256") ? Algorithm::sha256 : Algorithm::md5;
    answer.username = values["username"];
    answer.realm = values["realm"];
    answer.nonce = values["nonce"];
    answer.uri = values["uri"];
    answer.response = values["response"];
    answer.qop = values["qop"];
    answer.nc = values["nc"];
    answer.cnonce = values["cnonce"];
    return answer;
}

} // namespace

std::string digest_hex(Algorithm algorithm, std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), bytes.data(), &size,
               algorithm == Algorithm::md5 ? EVP_md5() : EVP_sha256(), nullptr);
    return hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), size));
}

std::string expected_response(const DigestAnswer& a, std::string_view password, std::string_view method)
{
    const auto ha1 = digest_hex(a.algorithm, fmt::format("{}:{}:{}", a.username, a.realm, password));
    const auto ha2 = digest_hex(a.algorithm, fmt::format("{}:{}", method, a.uri));
    if (a.qop.empty()) return digest_hex(a.algorithm, fmt::format("{}:{}:{}", ha1, a.nonce, ha2));
    return digest_hex(a.algorithm,
                      fmt::format("{}:{}:{}:{}:{}:{}", ha1, a.nonce, a.nc, a.cnonce, a.qop, ha2));
}

DigestGuard::DigestGuard(base::Clock& clock, base::Random& random, const Switches& switches,
                         std::string username, std::string password, std::string realm)
    : clock_(clock), random_(random), switches_(switches), username_(std::move(username)),
      password_(std::move(password)), realm_(std::move(realm))
{
}

Admission DigestGuard::check(std::string_view authorization, std::string_view method, std::string_view target,
                             const std::string& peer)
{
    if (switches_.auth == "none" || username_.empty()) return Admission::admitted;
    if (locked(peer)) return Admission::locked;
    if (authorization.empty()) return Admission::unknown_caller;
    const auto answer = parse_answer(authorization);
    if (!answer) {
        note_failure(peer);
        return Admission::wrong;
    }
    const auto nonce = nonces_.find(answer->nonce);
    if (nonce == nonces_.end()) return Admission::stale;
    if (clock_.now() - nonce->second.born > switches_.nonce_life) {
        nonces_.erase(nonce);
        return Admission::stale;
    }
    const bool right = answer->username == username_ && answer->realm == realm_ && answer->uri == target &&
                       answer->algorithm == nonce->second.algorithm &&
                       answer->response == expected_response(*answer, password_, method);
    if (!right) {
        note_failure(peer);
        return locked(peer) ? Admission::locked : Admission::wrong;
    }
    // A counter seen before is a replay: the nonce is spent.
    auto& used = nonce->second.used;
    if (!answer->qop.empty() && std::find(used.begin(), used.end(), answer->nc) != used.end())
        return Admission::stale;
    constexpr std::size_t remembered = 64;
    if (used.size() == remembered) used.erase(used.begin());
    used.push_back(answer->nc);
    callers_.erase(peer);
    return Admission::admitted;
}

std::string DigestGuard::issue(Algorithm algorithm)
{
    if (nonces_.size() >= nonces_max) {
        const auto oldest =
            std::min_element(nonces_.begin(), nonces_.end(),
                             [](const auto& a, const auto& b) { return a.second.born < b.second.born; });
        nonces_.erase(oldest);
    }
    std::string nonce = fmt::format("{:016x}{:016x}{:016x}", random_.next(), random_.next(), random_.next());
    nonces_[nonce] = Nonce{algorithm, clock_.now(), {}};
    return nonce;
}

std::string DigestGuard::challenges(bool stale)
{
    const char* flag = stale ? "TRUE" : "FALSE";
    std::string out;
    if (switches_.auth != "sha256")
        out +=
            fmt::format("WWW-Authenticate: Digest qop=\"auth\", realm=\"{}\", nonce=\"{}\", stale=\"{}\"\r\n",
                        realm_, issue(Algorithm::md5), flag);
    if (switches_.auth != "md5")
        out += fmt::format("WWW-Authenticate: Digest qop=\"auth\", realm=\"{}\", nonce=\"{}\", "
                           "algorithm=\"SHA-256\", stale=\"{}\"\r\n",
                           realm_, issue(Algorithm::sha256), flag);
    return out;
}

void DigestGuard::note_failure(const std::string& peer)
{
    Caller& caller = callers_[peer];
    const auto now = clock_.now();
    caller.failures.push_back(now);
    while (now - caller.failures.front() > failure_window)
        caller.failures.pop_front();
    if (switches_.lock_after > 0 && caller.failures.size() >= switches_.lock_after) {
        caller.locked_until = now + switches_.lock_for;
        caller.failures.clear();
    }
}

bool DigestGuard::locked(const std::string& peer) const
{
    const auto caller = callers_.find(peer);
    return caller != callers_.end() && clock_.now() < caller->second.locked_until;
}

std::string DigestGuard::user_check(const std::string& peer, bool admitted)
{
    const bool is_locked = locked(peer);
    const auto caller = callers_.find(peer);
    const auto failures = caller == callers_.end() ? 0 : caller->second.failures.size();
    const auto unlock_s =
        is_locked ? std::chrono::ceil<std::chrono::seconds>(caller->second.locked_until - clock_.now())
                  : std::chrono::seconds(0);
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
        "<userCheck version=\"2.0\" xmlns=\"http://www.hikvision.com/ver20/XMLSchema\">\r\n"
        "<statusValue>{}</statusValue>\r\n<statusString>{}</statusString>\r\n"
        "<isDefaultPassword>false</isDefaultPassword>\r\n<isRiskPassword>false</isRiskPassword>\r\n"
        "<isActivated>true</isActivated>\r\n<lockStatus>{}</lockStatus>\r\n"
        "<unlockTime>{}</unlockTime>\r\n<retryLoginTime>{}</retryLoginTime>\r\n</userCheck>\r\n",
        admitted ? 200 : 401, admitted ? "OK" : "Unauthorized", is_locked ? "lock" : "unlock",
        unlock_s.count(), is_locked || switches_.lock_after < failures ? 0 : switches_.lock_after - failures);
}

void DigestGuard::reset()
{
    nonces_.clear();
    callers_.clear();
}

} // namespace gatehouse::sim::isapi
