#include "gateway/config/table.hpp"

#include "gateway/config/nearest.hpp"
#include "gateway/config/secret_source.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace gatehouse::config {

struct Node {
    std::shared_ptr<const toml::table> document; // owns: everything below
    const toml::table* table = nullptr;
};

namespace {

using std::chrono::milliseconds;

constexpr std::size_t issues_max = 1000; // a file with more is not a configuration

const toml::node* find(const std::shared_ptr<const Node>& node, std::string_view key)
{
    return node ? node->table->get(key) : nullptr;
}

std::string_view type_name(const toml::node& node)
{
    switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a text";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "a boolean";
    default: return "a date or time";
    }
}

std::string wrong_type(const toml::node& node, std::string_view right)
{
    return std::string("is ") + std::string(type_name(node)) + "; right would be " + std::string(right);
}

template <class T>
std::string out_of_range(T value, T min, T max)
{
    std::ostringstream text;
    text << "is " << value << "; right would be " << min << " to " << max;
    return text.str();
}

bool is_id(std::string_view text)
{
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

// Milliseconds in one `unit`, 0 for an unknown one.
std::int64_t unit_size(std::string_view unit)
{
    if (unit == "ms") return 1;
    if (unit == "s") return 1'000;
    if (unit == "m") return 60'000;
    if (unit == "h") return 3'600'000;
    if (unit == "d") return 86'400'000;
    return 0;
}

std::optional<milliseconds> parse_duration(std::string_view text)
{
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const auto unit = unit_size(text.substr(static_cast<std::size_t>(end - text.data())));
    // 36,500 days is more than anything here is ever set to, and far from an overflow.
    if (error != std::errc{} || unit == 0 || count < 0 || count > std::int64_t{36'500} * 86'400'000 / unit)
        return std::nullopt;
    return milliseconds(count * unit);
}

std::string duration_text(milliseconds span)
{
    const auto count = span.count();
    for (const std::string_view unit : {"d", "h", "m", "s"})
        if (count != 0 && count % unit_size(unit) == 0)
            return std::to_string(count / unit_size(unit)) + std::string(unit);
    return std::to_string(count) + "ms";
}

// FNV-1a, 64 bit: tells whether something changed, guards nothing.
std::uint64_t digest(std::string_view text, std::uint64_t seed)
{
    std::uint64_t hash = seed ^ 0xcbf29ce484222325ULL;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

} // namespace

Table::Table(std::shared_ptr<const Node> node, std::string path, Issues* issues, std::string file)
    : node_(std::move(node)), path_(std::move(path)), issues_(issues), file_(std::move(file))
{
}

Table Table::parse(std::string text, std::string file, Issues& issues)
{
    auto node = std::make_shared<Node>();
    try {
        auto document =
            std::make_shared<const toml::table>(toml::parse(std::string_view(text), std::string_view(file)));
        node->table = document.get();
        node->document = std::move(document);
    } catch (const toml::parse_error& error) {
        const auto at = error.source().begin;
        Issue issue;
        issue.file = file;
        issue.line = static_cast<unsigned>(at.line);
        issue.column = static_cast<unsigned>(at.column);
        issue.text = "not valid TOML: " + std::string(error.description());
        issues.push_back(std::move(issue));
        return {nullptr, "", &issues, std::move(file)};
    }
    return {std::move(node), "", &issues, std::move(file)};
}

std::string Table::path_of(std::string_view key) const
{
    if (key.empty()) return path_;
    return path_.empty() ? std::string(key) : path_ + '.' + std::string(key);
}

void Table::report(std::string_view key, Issue issue, bool at_key)
{
    if (issues_ == nullptr || issues_->size() >= issues_max) return;
    issue.file = file_;
    issue.path = path_of(key);
    if (node_) {
        auto source = node_->table->source();
        if (const auto found = node_->table->find(key); !key.empty() && found != node_->table->end())
            source = at_key ? found->first.source() : found->second.source();
        issue.line = static_cast<unsigned>(source.begin.line);
        issue.column = static_cast<unsigned>(source.begin.column);
    }
    const bool known = std::any_of(issues_->begin(), issues_->end(), [&](const Issue& other) {
        return other.line == issue.line && other.path == issue.path && other.text == issue.text;
    });
    if (!known) issues_->push_back(std::move(issue));
}

bool Table::has(std::string_view key) const
{
    return find(node_, key) != nullptr;
}

std::string Table::text(std::string_view key, std::string fallback)
{
    expect(key);
    const auto* node = find(node_, key);
    if (node == nullptr) return fallback;
    if (const auto value = node->value_exact<std::string>()) return *value;
    issue(key, wrong_type(*node, "a text in quotes"));
    return fallback;
}

std::string Table::required_text(std::string_view key)
{
    auto value = text(key);
    if (!has(key))
        issue(key, "is missing");
    else if (value.empty() && find(node_, key)->is_string())
        issue(key, "is empty");
    return value;
}

std::string Table::id(std::string_view key)
{
    auto value = required_text(key);
    if (!value.empty() && !is_id(value))
        issue(key, "\"" + value + "\" is not an id; right would be 1 to 32 of a-z, 0-9 and -");
    return value;
}

std::string Table::one_of(std::string_view key, const std::vector<std::string>& allowed, std::string fallback)
{
    expect(key);
    if (!has(key)) {
        if (fallback.empty()) issue(key, "is missing; right would be one of " + joined(allowed));
        return fallback;
    }
    auto value = text(key);
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
    if (find(node_, key)->is_string()) {
        const auto meant = nearest(value, allowed);
        issue(key, "\"" + value + "\" is none of " + joined(allowed) +
                       (meant.empty() ? "" : "; did you mean \"" + meant + "\"?"));
    }
    return fallback;
}

bool Table::flag(std::string_view key, bool fallback)
{
    expect(key);
    const auto* node = find(node_, key);
    if (node == nullptr) return fallback;
    if (const auto value = node->value_exact<bool>()) return *value;
    issue(key, wrong_type(*node, "true or false"));
    return fallback;
}

std::int64_t Table::integer(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max)
{
    expect(key);
    const auto* node = find(node_, key);
    if (node == nullptr) return fallback;
    const auto value = node->value_exact<std::int64_t>();
    if (value && *value >= min && *value <= max) return *value;
    issue(key, value ? out_of_range(*value, min, max) : wrong_type(*node, "an integer"));
    return fallback;
}

double Table::number(std::string_view key, double fallback, double min, double max)
{
    expect(key);
    const auto* node = find(node_, key);
    if (node == nullptr) return fallback;
    const auto value = node->is_number() ? node->value<double>() : std::nullopt;
    if (value && *value >= min && *value <= max) return *value;
    issue(key, value ? out_of_range(*value, min, max) : wrong_type(*node, "a number"));
    return fallback;
}

milliseconds Table::duration(std::string_view key, milliseconds fallback, milliseconds min, milliseconds max)
{
    constexpr std::string_view right = "a duration such as \"250ms\", \"60s\", \"5m\", \"12h\" or \"30d\"";
    expect(key);
    const auto* node = find(node_, key);
    if (node == nullptr) return fallback;
    std::optional<milliseconds> value;
    if (const auto number = node->value_exact<std::int64_t>(); number && *number == 0)
        value = milliseconds(0);
    if (const auto text = node->value_exact<std::string>()) {
        value = parse_duration(*text);
        if (!value) issue(key, "\"" + *text + "\" is not " + std::string(right));
    } else if (!value) {
        issue(key, wrong_type(*node, right));
    }
    if (!value) return fallback;
    if (*value >= min && *value <= max) return *value;
    issue(key, "is " + duration_text(*value) + "; right would be " + duration_text(min) + " to " +
                   duration_text(max));
    return fallback;
}

std::vector<std::string> Table::texts(std::string_view key)
{
    expect(key);
    std::vector<std::string> list;
    const auto* node = find(node_, key);
    if (node == nullptr) return list;
    const auto* array = node->as_array();
    if (array == nullptr) {
        issue(key, wrong_type(*node, "an array of texts, such as [\"a\", \"b\"]"));
        return list;
    }
    for (const auto& element : *array) {
        if (auto value = element.value_exact<std::string>())
            list.push_back(std::move(*value));
        else
            issue(key, "has an element that is " + std::string(type_name(element)) +
                           "; right would be texts only");
    }
    return list;
}

std::vector<std::string> Table::some_of(std::string_view key, const std::vector<std::string>& allowed)
{
    auto list = texts(key);
    for (const auto& word : list) {
        if (std::find(allowed.begin(), allowed.end(), word) != allowed.end()) continue;
        const auto meant = nearest(word, allowed);
        issue(key, "\"" + word + "\" is none of " + joined(allowed) +
                       (meant.empty() ? "" : "; did you mean \"" + meant + "\"?"));
    }
    return list;
}

std::vector<std::int64_t> Table::integers(std::string_view key, std::int64_t min, std::int64_t max)
{
    expect(key);
    std::vector<std::int64_t> list;
    const auto* node = find(node_, key);
    if (node == nullptr) return list;
    const auto* array = node->as_array();
    if (array == nullptr) {
        issue(key, wrong_type(*node, "an array of integers, such as [1, 2]"));
        return list;
    }
    for (const auto& element : *array) {
        const auto value = element.value_exact<std::int64_t>();
        if (value && *value >= min && *value <= max)
            list.push_back(*value);
        else
            issue(key, "has an element that " +
                           (value ? out_of_range(*value, min, max) : wrong_type(element, "an integer")));
    }
    return list;
}

std::map<std::string, std::string> Table::text_map(std::string_view key)
{
    expect(key);
    std::map<std::string, std::string> map;
    const auto* node = find(node_, key);
    if (node == nullptr) return map;
    const auto* source = node->as_table();
    if (source == nullptr) {
        issue(key, wrong_type(*node, "a table of texts, such as { \"1\" = \"in\" }"));
        return map;
    }
    for (const auto& [name, element] : *source) {
        if (auto value = element.value_exact<std::string>())
            map.emplace(name.str(), std::move(*value));
        else
            issue(key, "\"" + std::string(name.str()) + "\" is " + std::string(type_name(element)) +
                           "; right would be a text in quotes");
    }
    return map;
}

std::optional<base::Secret> Table::secret(std::string_view key)
{
    constexpr std::string_view right = "{ credential = \"NAME\" } or { file = \"PATH\" }";
    expect(key);
    const auto* node = find(node_, key);
    if (node == nullptr) return std::nullopt;
    SecretFound found;
    const auto* source = node->as_table();
    if (const auto plain = node->value_exact<std::string>()) {
        found.secret = base::Secret(*plain);
        Issue plain_text;
        plain_text.text = "is readable by everybody who can read this file; better " + std::string(right);
        plain_text.warning = plain_text.plain_secret = true;
        report(key, std::move(plain_text));
    } else if (source == nullptr || source->size() != 1) {
        found.problem = source == nullptr ? wrong_type(*node, right) : "right would be " + std::string(right);
    } else if (const auto name = (*source)["credential"].value_exact<std::string>()) {
        found = read_credential(*name);
    } else if (const auto file = (*source)["file"].value_exact<std::string>()) {
        found = read_secret_file(std::filesystem::path(file_).parent_path() / *file);
    } else {
        found.problem = "right would be " + std::string(right);
    }
    if (!found.problem.empty()) {
        Issue missing;
        missing.text = std::move(found.problem);
        missing.warning = missing.outside_service = found.outside_service;
        report(key, std::move(missing));
    }
    if (found.secret) secrets_digest_ = digest(found.secret->expose(), secrets_digest_);
    return found.secret;
}

std::vector<Table> Table::tables(std::string_view key)
{
    expect(key);
    std::vector<Table> list;
    const auto* node = find(node_, key);
    if (node == nullptr) return list;
    const auto* array = node->as_array();
    if (array == nullptr) {
        issue(key, wrong_type(*node, "one [[" + path_of(key) + "]] for each"));
        return list;
    }
    for (std::size_t i = 0; i < array->size(); ++i) {
        const auto path = path_of(key) + '[' + std::to_string(i) + ']';
        if (const auto* element = array->get(i)->as_table())
            list.push_back(
                Table(std::make_shared<Node>(Node{node_->document, element}), path, issues_, file_));
        else
            issue(key, wrong_type(*array->get(i), "one [[" + path_of(key) + "]] for each"));
    }
    return list;
}

Table Table::table(std::string_view key)
{
    expect(key);
    const auto* node = find(node_, key);
    if (node == nullptr) return {nullptr, path_of(key), issues_, file_};
    if (const auto* found = node->as_table())
        return {std::make_shared<Node>(Node{node_->document, found}), path_of(key), issues_, file_};
    issue(key, wrong_type(*node, "a table: [" + path_of(key) + "]"));
    return {nullptr, path_of(key), issues_, file_};
}

void Table::issue(std::string_view key, std::string text)
{
    Issue issue;
    issue.text = std::move(text);
    report(key, std::move(issue));
}

void Table::warning(std::string_view key, std::string text)
{
    Issue issue;
    issue.text = std::move(text);
    issue.warning = true;
    report(key, std::move(issue));
}

void Table::expect(std::string_view key)
{
    if (known_.find(key) == known_.end()) known_.emplace(key);
}

void Table::finish()
{
    if (!node_) return;
    const std::vector<std::string> known(known_.begin(), known_.end());
    for (const auto& [key, value] : *node_->table) {
        if (known_.find(key.str()) != known_.end()) continue;
        const auto meant = nearest(key.str(), known);
        Issue unknown;
        unknown.text = meant.empty() ? "unknown key; known here: " + joined(known)
                                     : "unknown key; did you mean \"" + meant + "\"?";
        report(key.str(), std::move(unknown), true);
    }
}

std::string Table::fingerprint() const
{
    std::ostringstream text;
    if (node_) text << toml::toml_formatter(*node_->table); // keys come sorted
    return std::to_string(digest(text.str(), secrets_digest_));
}

Table Table::silent() const
{
    auto copy = *this;
    copy.issues_ = nullptr;
    return copy;
}

} // namespace gatehouse::config
