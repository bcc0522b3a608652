#include "tests/process/http.hpp"

#include <arpa/inet.h>
#include <cstdlib>
#include <cstring>
#include <fmt/ranges.h>
#include <memory>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace gatehouse::proof {
namespace {

class Socket {
public:
    explicit Socket(int family) : handle_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        const timeval limit{2, 0};
        ::setsockopt(handle_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(handle_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    }
    ~Socket() { ::close(handle_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] int handle() const { return handle_; }
    template <class Address>
    bool connect(const Address& address)
    {
        return ::connect(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    bool write(const std::string& text)
    {
        return ::send(handle_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
    }
    // Until the peer closes, the time is over, or `last` has come.
    std::string read(char last = '\0')
    {
        std::string text;
        char chunk[4096];
        for (;;) {
            const auto size = ::recv(handle_, chunk, sizeof chunk, 0);
            if (size <= 0) return text;
            text.append(chunk, static_cast<std::size_t>(size));
            if (last != '\0' && text.back() == last) return text;
        }
    }

private:
    int handle_;
};

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::string request_of(const std::string& line, const std::string& fields)
{
    return line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields + "\r\n";
}

Answer answer_of(const std::string& text)
{
    Answer answer;
    const auto space = text.find(' ');
    if (space == std::string::npos) return answer;
    answer.status = std::atoi(text.c_str() + space);
    const auto body = text.find("\r\n\r\n");
    answer.head = text.substr(0, body);
    if (body != std::string::npos) answer.body = text.substr(body + 4);
    return answer;
}

Answer ask(Socket& socket, const std::string& line, const std::string& fields, const std::string& sent)
{
    return socket.write(request_of(line, fields) + sent) ? answer_of(socket.read()) : Answer{};
}

Answer get(Socket& socket, const std::string& path)
{
    return ask(socket, "GET " + path, {}, {});
}

template <class T, void (*release)(T*)>
struct Release {
    void operator()(T* object) const { release(object); }
};

std::string fingerprint_of(SSL* ssl)
{
    const std::unique_ptr<X509, Release<X509, X509_free>> shown(SSL_get1_peer_certificate(ssl));
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!shown || X509_digest(shown.get(), EVP_sha256(), digest, &size) != 1) return {};
    return fmt::format("{:02X}", fmt::join(digest, digest + size, ":"));
}

} // namespace

SecureAnswer https_get(std::uint16_t port, const std::string& path)
{
    SecureAnswer found;
    Socket socket(AF_INET);
    const std::unique_ptr<SSL_CTX, Release<SSL_CTX, SSL_CTX_free>> context(SSL_CTX_new(TLS_client_method()));
    const std::unique_ptr<SSL, Release<SSL, SSL_free>> ssl(SSL_new(context.get()));
    if (!socket.connect(loopback(port)) || SSL_set_fd(ssl.get(), socket.handle()) != 1 ||
        SSL_connect(ssl.get()) != 1)
        return found;
    found.fingerprint = fingerprint_of(ssl.get());
    const auto request = request_of("GET " + path, {});
    SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()));
    std::string text;
    char chunk[4096];
    for (int size = 0; (size = SSL_read(ssl.get(), chunk, sizeof chunk)) > 0;)
        text.append(chunk, static_cast<std::size_t>(size));
    found.answer = answer_of(text);
    return found;
}

Answer http_get(std::uint16_t port, const std::string& path)
{
    Socket socket(AF_INET);
    return socket.connect(loopback(port)) ? get(socket, path) : Answer{};
}

Answer http_post(std::uint16_t port, const std::string& path, const std::string& body,
                 const std::string& fields)
{
    Socket socket(AF_INET);
    if (!socket.connect(loopback(port))) return {};
    return ask(socket, "POST " + path, "Content-Length: " + std::to_string(body.size()) + "\r\n" + fields,
               body);
}

Answer http_get(const std::string& file, const std::string& path)
{
    Socket socket(AF_UNIX);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, file.c_str(), sizeof address.sun_path - 1);
    return socket.connect(address) ? get(socket, path) : Answer{};
}

std::string ask_line(std::uint16_t port, const std::string& line)
{
    Socket socket(AF_INET);
    if (!socket.connect(loopback(port)) || !socket.write(line + "\n")) return {};
    auto answer = socket.read('\n');
    if (!answer.empty() && answer.back() == '\n') answer.pop_back();
    return answer;
}

} // namespace gatehouse::proof
