#include "gateway/audit/chain.hpp"

#include "gateway/base/sha256.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::audit {
namespace {

constexpr std::size_t hash_size = 64;

void append_text(std::string& out, std::string_view text)
{
    out += std::to_string(text.size());
    out += ':';
    out += text;
    out += '\n';
}

bool is_hash(std::string_view text)
{
    const auto digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return text.size() == hash_size && std::all_of(text.begin(), text.end(), digit);
}

} // namespace

const std::string& genesis()
{
    static const std::string nothing(hash_size, '0');
    return nothing;
}

std::string link_hash(const Row& row)
{
    const auto& record = row.record;
    std::string text = "gatehouse audit 1\n";
    append_text(text, row.prev);
    append_text(text, std::to_string(row.seq));
    append_text(text, std::to_string(record.at.time_since_epoch().count()));
    for (const auto* part : {&record.actor, &record.action, &record.target, &record.detail, &record.result})
        append_text(text, *part);
    return base::sha256_hex(text);
}

std::string to_text(const Head& head)
{
    return std::to_string(head.seq) + ":" + head.hash;
}

std::optional<Head> parse_head(std::string_view text)
{
    Head head;
    const auto [end, flaw] = std::from_chars(text.data(), text.data() + text.size(), head.seq);
    const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
    if (flaw != std::errc() || head.seq < 1 || !rest.starts_with(':') || !is_hash(rest.substr(1)))
        return std::nullopt;
    head.hash = rest.substr(1);
    return head;
}

} // namespace gatehouse::audit
