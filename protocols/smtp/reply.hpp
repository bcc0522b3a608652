#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::smtp {

// One reply of a mail server (RFC 5321 §4.2): the code, and the text of each of its lines.
struct Reply {
    int code = 0; // 200 to 599
    std::vector<std::string> lines;

    [[nodiscard]] bool is_good() const { return code >= 200 && code < 300; }
    [[nodiscard]] bool is_for_now() const { return code >= 400 && code < 500; }
};

// What one look at the front of the receive buffer yielded.
struct ReplyStep {
    std::size_t consumed = 0;   // bytes to drop; 0: read more first
    std::optional<Reply> reply; // a whole one
    bool broken = false;        // this is no mail server's reply
};
// total. Lines may end in a bare line feed. Bounded: a reply of more than 64 KiB is broken.
[[nodiscard]] ReplyStep parse_reply(std::string_view bytes);

// What a server says in its answer to EHLO.
struct Abilities {
    bool starttls = false;
    bool auth_plain = false;
    bool auth_login = false;
};
[[nodiscard]] Abilities read_abilities(const Reply& reply);

} // namespace gatehouse::smtp
