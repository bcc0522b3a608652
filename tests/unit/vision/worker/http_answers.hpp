#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gatehouse::vision {

// A web server on loopback that gives each request, one a connection, the next of its answers: what a camera
// says byte for byte. The last answer is given for ever.
class HttpAnswers {
public:
    explicit HttpAnswers(std::deque<std::string> answers)
        : answers_(std::move(answers)), socket_(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof here;
        bind(socket_, reinterpret_cast<const sockaddr*>(&here), size);
        listen(socket_, 8);
        getsockname(socket_, reinterpret_cast<sockaddr*>(&here), &size);
        port_ = ntohs(here.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~HttpAnswers()
    {
        shutdown(socket_, SHUT_RDWR);
        thread_.join();
        close(socket_);
    }
    HttpAnswers(const HttpAnswers&) = delete;
    HttpAnswers& operator=(const HttpAnswers&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url(const std::string& path) const
    {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    [[nodiscard]] std::vector<std::string> requests() const
    {
        const std::scoped_lock lock(mutex_);
        return requests_;
    }

private:
    void serve()
    {
        for (int peer = accept(socket_, nullptr, nullptr); peer >= 0;
             peer = accept(socket_, nullptr, nullptr)) {
            std::string request;
            char chunk[4'096];
            while (request.find("\r\n\r\n") == std::string::npos) {
                const auto got = recv(peer, chunk, sizeof chunk, 0);
                if (got <= 0) break;
                request.append(chunk, static_cast<std::size_t>(got));
            }
            {
                const std::scoped_lock lock(mutex_);
                requests_.push_back(request);
            }
            const auto& answer = answers_.front();
            send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
            if (answers_.size() > 1) answers_.pop_front();
            close(peer);
        }
    }

    std::deque<std::string> answers_; // server's thread only
    int socket_;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_; // under mutex_
    std::thread thread_;
};

} // namespace gatehouse::vision
