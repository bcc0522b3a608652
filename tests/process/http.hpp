#pragma once
#include <cstdint>
#include <string>

namespace gatehouse::proof {

struct Answer {
    int status = 0; // 0: nobody answered
    std::string head;
    std::string body;
};

// One GET, two seconds at most, over loopback or over a control socket.
[[nodiscard]] Answer http_get(std::uint16_t port, const std::string& path);
[[nodiscard]] Answer http_get(const std::string& socket, const std::string& path);

// One POST over loopback; `fields` are further lines of its head, each with its end.
[[nodiscard]] Answer http_post(std::uint16_t port, const std::string& path, const std::string& body,
                               const std::string& fields = {});

struct SecureAnswer {
    Answer answer;
    std::string fingerprint; // SHA-256 of the certificate that was shown, AA:BB...; empty: no TLS there
};

// One GET over TLS, whosever the certificate is.
[[nodiscard]] SecureAnswer https_get(std::uint16_t port, const std::string& path);

// One line to a loopback port and the line that comes back; empty when nobody answers.
[[nodiscard]] std::string ask_line(std::uint16_t port, const std::string& line);

} // namespace gatehouse::proof
