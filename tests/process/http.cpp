#include "tests/process/http.hpp"

#include <arpa/inet.h>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
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

Answer ask(Socket& socket, const std::string& line, const std::string& fields, const std::string& sent)
{
    Answer answer;
    if (!socket.write(line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields + "\r\n" +
                      sent))
        return answer;
    const auto text = socket.read();
    const auto space = text.find(' ');
    if (space == std::string::npos) return answer;
    answer.status = std::atoi(text.c_str() + space);
    const auto body = text.find("\r\n\r\n");
    answer.head = text.substr(0, body);
    if (body != std::string::npos) answer.body = text.substr(body + 4);
    return answer;
}

Answer get(Socket& socket, const std::string& path)
{
    return ask(socket, "GET " + path, {}, {});
}

} // namespace

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
