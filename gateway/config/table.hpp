#pragma once
#include "gateway/base/secret.hpp"
#include "gateway/config/issue.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::config {

struct Node; // a TOML node; hides toml++ from every other room

// Reads one table of the configuration and collects every issue instead of stopping at the first. A key that
// nobody read is an unknown key: finish() reports it. Each room and each driver reads its own table with
// this. The document outlives its tables. Values that are wrong report an issue and yield the fallback, so
// reading always goes on.
class Table {
public:
    // The whole file. Syntax errors are reported as issues and yield an empty table.
    static Table parse(std::string text, std::string file, Issues& issues);

    [[nodiscard]] bool has(std::string_view key) const;
    std::string text(std::string_view key, std::string fallback = {});
    // Reports an issue when the key is missing or empty.
    std::string required_text(std::string_view key);
    // [a-z0-9-]{1,32}; required.
    std::string id(std::string_view key);
    // One of `allowed`. Without a fallback the key is required.
    std::string one_of(std::string_view key, const std::vector<std::string>& allowed, std::string fallback);
    bool flag(std::string_view key, bool fallback);
    std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max);
    double number(std::string_view key, double fallback, double min, double max);
    // "250ms", "60s", "5m", "12h", "30d", or 0.
    std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds fallback,
                                       std::chrono::milliseconds min, std::chrono::milliseconds max);
    std::vector<std::string> texts(std::string_view key);
    // Each of them one of `allowed`.
    std::vector<std::string> some_of(std::string_view key, const std::vector<std::string>& allowed);
    std::vector<std::int64_t> integers(std::string_view key, std::int64_t min, std::int64_t max);
    // A table whose keys are free and whose values are texts: { "1" = "in", "2" = "out" }.
    std::map<std::string, std::string> text_map(std::string_view key);
    // A plain string (with a warning), { credential = "NAME" } or { file = "PATH" } of mode 0600 or stricter
    // (contract §3).
    std::optional<base::Secret> secret(std::string_view key);
    // The tables of an array of tables ([[device]]); a missing key yields none.
    std::vector<Table> tables(std::string_view key);
    // A sub-table; a missing key yields an empty table.
    Table table(std::string_view key);

    // Reports an issue at the key (or at this table when the key is empty).
    void issue(std::string_view key, std::string text);
    void warning(std::string_view key, std::string text);
    // Marks a key as known without reading it: another room will.
    void expect(std::string_view key);
    // Reports every key of this table that was never asked for. A second call reports nothing new.
    void finish();
    // Canonical text of this table's content: equal texts mean nothing changed (reload is a difference).
    // A digest, so no secret is in it; secrets that were read count with their content.
    [[nodiscard]] std::string fingerprint() const;
    // The same values, nothing reported: for a driver that reads its table again after the check.
    [[nodiscard]] Table silent() const;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    Table(std::shared_ptr<const Node> node, std::string path, Issues* issues, std::string file);
    // Issues at the key's value, at the key itself when `at_key`, or at this table.
    void report(std::string_view key, Issue issue, bool at_key = false);
    [[nodiscard]] std::string path_of(std::string_view key) const;

    std::shared_ptr<const Node> node_; // may be null: an empty table
    std::string path_;
    Issues* issues_ = nullptr; // null: silent
    std::string file_;
    std::set<std::string, std::less<>> known_;
    std::uint64_t secrets_digest_ = 0;
};

} // namespace gatehouse::config
