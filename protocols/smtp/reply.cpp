#include "protocols/smtp/reply.hpp"

#include "protocols/wire/ascii.hpp"

namespace gatehouse::smtp {
namespace {

namespace ascii = wire::ascii;

constexpr std::size_t reply_max = 64U * 1024;

// The code at the front of a line, 0: none.
int code_of(std::string_view line)
{
    if (line.size() < 3 || line[0] < '2' || line[0] > '5') return 0;
    if (!ascii::is_digit(line[1]) || !ascii::is_digit(line[2])) return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

// The words of "AUTH PLAIN LOGIN" or, as old servers write it, "AUTH=LOGIN".
void read_mechanisms(std::string_view words, Abilities& found)
{
    while (!words.empty()) {
        const auto end = std::min(words.find_first_of(" ="), words.size());
        found.auth_plain = found.auth_plain || ascii::same_word(words.substr(0, end), "PLAIN");
        found.auth_login = found.auth_login || ascii::same_word(words.substr(0, end), "LOGIN");
        words.remove_prefix(std::min(end + 1, words.size()));
    }
}

} // namespace

ReplyStep parse_reply(std::string_view bytes)
{
    ReplyStep step;
    Reply reply;
    for (std::size_t at = 0;;) {
        const auto end = bytes.find('\n', at);
        if (end == std::string_view::npos) {
            step.broken = bytes.size() > reply_max;
            return step;
        }
        auto line = bytes.substr(at, end - at);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const int code = code_of(line);
        const char mark = line.size() > 3 ? line[3] : ' ';
        step.broken = code == 0 || (mark != ' ' && mark != '-') || (reply.code != 0 && reply.code != code) ||
                      end > reply_max;
        if (step.broken) return step;
        reply.code = code;
        reply.lines.emplace_back(line.substr(std::min<std::size_t>(4, line.size())));
        at = end + 1;
        if (mark == '-') continue;
        step.consumed = at;
        step.reply = std::move(reply);
        return step;
    }
}

Abilities read_abilities(const Reply& reply)
{
    Abilities found;
    for (std::string_view line : reply.lines) {
        const auto end = std::min(line.find_first_of(" ="), line.size());
        const auto word = line.substr(0, end);
        found.starttls = found.starttls || ascii::same_word(word, "STARTTLS");
        if (ascii::same_word(word, "AUTH"))
            read_mechanisms(line.substr(std::min(end + 1, line.size())), found);
    }
    return found;
}

} // namespace gatehouse::smtp
