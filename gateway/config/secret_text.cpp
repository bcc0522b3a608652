#include "gateway/config/secret_text.hpp"

#include "gateway/config/text_values.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace gatehouse::config {
namespace {

constexpr std::array secret_names{std::string_view("password"), std::string_view("secret"),
                                  std::string_view("old_secret"), std::string_view("token"),
                                  std::string_view("master_key")};

// "device[0].password" ends with the key.
std::string_view last_key(std::string_view path)
{
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

bool is_named_like_one(const TextValue& value)
{
    if (std::find(secret_names.begin(), secret_names.end(), value.key) != secret_names.end()) return true;
    // The address of a staff channel holds its key; a device's key is no file, as that of a certificate is.
    return (value.root == "notify" && value.key == "url") || (value.root == "device" && value.key == "key");
}

bool was_read_as_one(const TextValue& value, const Issues& issues)
{
    return std::any_of(issues.begin(), issues.end(), [&value](const Issue& issue) {
        return issue.plain_secret && issue.line == value.line && last_key(issue.path) == value.key;
    });
}

bool is_hidden(const TextValue& value)
{
    return value.content == hidden_secret;
}

bool is_secret(const TextValue& value, const Issues& issues)
{
    return !value.content.empty() && (is_named_like_one(value) || was_read_as_one(value, issues));
}

} // namespace

std::string hide_secrets(std::string_view text, const Issues& issues)
{
    std::string shown;
    std::size_t from = 0;
    for (const auto& value : text_values(text)) {
        if (!is_secret(value, issues)) continue;
        shown += text.substr(from, value.offset - from);
        shown += '"' + std::string(hidden_secret) + '"';
        from = value.offset + value.size;
    }
    return shown += text.substr(from);
}

std::string restore_secrets(std::string_view text, std::string_view before)
{
    std::map<std::string, std::string_view> known;
    for (const auto& value : text_values(before))
        known.emplace(value.place, before.substr(value.offset, value.size));
    std::string whole;
    std::size_t from = 0;
    for (const auto& value : text_values(text)) {
        const auto found = known.find(value.place);
        if (!is_hidden(value) || found == known.end()) continue;
        whole += text.substr(from, value.offset - from);
        whole += found->second;
        from = value.offset + value.size;
    }
    return whole += text.substr(from);
}

void refuse_hidden_secrets(std::string_view text, const std::string& file, Issues& issues)
{
    const auto read = issues;
    for (const auto& value : text_values(text)) {
        if (!is_hidden(value) || value.in_comment || !is_secret(value, read)) continue;
        Issue issue;
        issue.file = file;
        issue.line = value.line;
        issue.column = value.column;
        issue.path = value.key;
        issue.text = "\"***\" stands for a secret that the file has, and at this place it has none; right "
                     "would be the secret itself or { credential = \"NAME\" }";
        issues.push_back(std::move(issue));
    }
}

} // namespace gatehouse::config
