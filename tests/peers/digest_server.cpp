#include "tests/peers/digest_server.hpp"

#include "tests/process/http.hpp"

#include <csignal>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <sstream>
#include <stdexcept>
#include <thread>

namespace gatehouse::peers {
namespace {

using namespace std::chrono_literals;

constexpr auto program = "/usr/sbin/lighttpd";

// The library that gives a program another clock; its folder is named after the machine.
std::string other_clock()
{
    for (const auto& folder : std::filesystem::directory_iterator("/usr/lib")) {
        const auto library = folder.path() / "faketime/libfaketime.so.1";
        std::error_code ignored;
        if (std::filesystem::exists(library, ignored)) return library.string();
    }
    return {};
}

std::string hex_hash(const EVP_MD* kind, const std::string& text)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), bytes, &size, kind, nullptr);
    std::string out;
    for (unsigned at = 0; at < size; ++at)
        out += fmt::format("{:02x}", bytes[at]);
    return out;
}

} // namespace

std::string DigestServer::missing()
{
    if (!std::filesystem::exists(program)) return "lighttpd is not installed";
    return other_clock().empty() ? "faketime is not installed" : "";
}

DigestServer::DigestServer(const proof::Scratch& scratch, const std::string& name, std::uint16_t device)
    : folder_(scratch.file(name)), device_(device), port_(proof::free_port())
{
    std::filesystem::create_directory(folder_);
}

void DigestServer::start(const std::string& algorithms, const std::string& password)
{
    change(password);
    proof::write_file(
        file("lighttpd.conf"),
        fmt::format(R"(server.modules = ("mod_auth", "mod_authn_file", "mod_proxy", "mod_accesslog")
server.document-root = "{0}"
server.bind = "127.0.0.1"
server.port = {1}
server.stream-response-body = 2
server.errorlog = "{0}/error.log"
accesslog.filename = "{0}/access.log"
accesslog.format = "%s %r %{{Authorization}}i"
auth.backend = "htdigest"
auth.backend.htdigest.userfile = "{0}/users"
auth.require = ("" => ("method" => "digest", "algorithm" => "{2}", "realm" => "camera", "require" => "valid-user"))
proxy.server = ("" => (("host" => "127.0.0.1", "port" => {3})))
)",
                    folder_, port_, algorithms, device_));
    set_clock(0s);
    child_ = proof::Child({program, "-D", "-f", file("lighttpd.conf")}, file("log"),
                          {"LD_PRELOAD=" + other_clock(), "FAKETIME_TIMESTAMP_FILE=" + file("clock"),
                           "FAKETIME_NO_CACHE=1", "DONT_FAKE_MONOTONIC=1"});
    await([this] { return proof::http_get(port_, "/").status == 401; }, "log");
}

void DigestServer::change(const std::string& password)
{
    const auto secret = "admin:camera:" + password;
    proof::write_file(file("users"),
                      fmt::format("admin:camera:{}\nadmin:camera:{}\n", hex_hash(EVP_md5(), secret),
                                  hex_hash(EVP_sha256(), secret)));
}

void DigestServer::age(std::chrono::seconds span)
{
    set_clock(span);
    // It looks at the clock once a second.
    await([this] { return proof::read_text(file("error.log")).find("clock jumped") != std::string::npos; },
          "error.log");
}

void DigestServer::set_clock(std::chrono::seconds ahead) const
{
    proof::write_file(file("clock.new"), fmt::format("+{}\n", ahead.count()));
    std::filesystem::rename(file("clock.new"), file("clock"));
}

void DigestServer::await(const std::function<bool()>& holds, const std::string& log) const
{
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > until)
            throw std::runtime_error("lighttpd does not do what it should: " + proof::read_text(file(log)));
        std::this_thread::sleep_for(5ms);
    }
}

std::vector<std::string> DigestServer::end()
{
    child_.end(SIGTERM);
    std::vector<std::string> asked;
    std::istringstream lines(proof::read_text(file("access.log")));
    for (std::string line; std::getline(lines, line);)
        asked.push_back(line);
    return asked;
}

} // namespace gatehouse::peers
