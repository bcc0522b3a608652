#include "tests/unit/protocols/mqtt/broker.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace gatehouse::mqtt_test {
namespace {

constexpr auto program = "/usr/sbin/mosquitto";

sockaddr_in loopback(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int free_port()
{
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    auto address = loopback(0);
    socklen_t size = sizeof address;
    ::bind(probe, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(probe);
    return ntohs(address.sin_port);
}

bool accepts(int port)
{
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    const auto address = loopback(port);
    const bool open = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(probe);
    return open;
}

} // namespace

bool Broker::available()
{
    return std::filesystem::exists(program);
}

Broker::Broker(std::string extra, bool tls) : tls_(tls), extra_(std::move(extra)), port_(free_port())
{
    std::string pattern = (std::filesystem::temp_directory_path() / "gatehouse-broker-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    std::filesystem::permissions(folder_, std::filesystem::perms(0755));
}

Broker::~Broker()
{
    stop();
    std::error_code ignored; // a left-over folder is no reason to fail
    std::filesystem::remove_all(folder_, ignored);
}

std::string Broker::url() const
{
    return (tls_ ? "mqtts://localhost:" : "mqtt://127.0.0.1:") + std::to_string(port_);
}

void Broker::start()
{
    const auto file = folder_ / "mosquitto.conf";
    std::ofstream config(file);
    config << "listener " << port_
           << " 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\npersistence false\n";
    config << "max_inflight_messages 0\nmax_queued_messages 0\nlog_type none\n";
    if (tls_)
        config << "cafile " << (folder_ / "ca.pem").string() << "\ncertfile "
               << (folder_ / "server.pem").string() << "\nkeyfile " << (folder_ / "server.key").string()
               << "\nrequire_certificate true\n";
    if (::getuid() == 0) config << "user root\n";
    config << extra_;
    config.close();
    child_ = ::fork();
    if (child_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int quiet = ::open("/dev/null", O_WRONLY);
        ::dup2(quiet, 1);
        ::dup2(quiet, 2);
        ::execl(program, program, "-c", file.c_str(), nullptr);
        ::_exit(127);
    }
    for (int i = 0; i < 500 && !accepts(port_); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

void Broker::stop()
{
    if (child_ <= 0) return;
    ::kill(child_, SIGTERM);
    thaw();
    ::waitpid(child_, nullptr, 0);
    child_ = -1;
}

void Broker::freeze()
{
    ::kill(child_, SIGSTOP);
}

void Broker::thaw()
{
    ::kill(child_, SIGCONT);
}

void make_certificates(const std::filesystem::path& folder, const std::string& client_name)
{
    const auto at = [&](const char* name) { return (folder / name).string(); };
    std::string script = "set -e; exec >/dev/null 2>&1; ";
    if (!std::filesystem::exists(folder / "ca.pem")) {
        script += "openssl req -x509 -newkey rsa:2048 -nodes -days 200 -subj /CN=ca -keyout " + at("ca.key") +
                  " -out " + at("ca.pem") + "; ";
        script += "printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > " + at("san") + "; ";
        script += "openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout " + at("server.key") +
                  " -out " + at("server.csr") + "; ";
        script += "openssl x509 -req -days 2 -in " + at("server.csr") + " -CA " + at("ca.pem") + " -CAkey " +
                  at("ca.key") + " -CAcreateserial -extfile " + at("san") + " -out " + at("server.pem") +
                  "; ";
    }
    script += "openssl req -newkey rsa:2048 -nodes -subj /CN=" + client_name + " -keyout " +
              at("client.key") + " -out " + at("client.csr") + "; ";
    script += "openssl x509 -req -days 20 -in " + at("client.csr") + " -CA " + at("ca.pem") + " -CAkey " +
              at("ca.key") + " -CAcreateserial -out " + at("client.pem") + "; ";
    if (std::system(script.c_str()) != 0) throw std::runtime_error("openssl could not make the certificates");
}

} // namespace gatehouse::mqtt_test
