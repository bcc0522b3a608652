#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::acceptance {

// One thing that is looked at before a site is taken over (domain.md §8).
struct Item {
    enum class Kind {
        automatic, // the gateway finds out itself
        guided     // a person does something and says how it went
    };
    enum class Result { open, pass, fail, not_applicable };

    std::string id;
    std::string group;
    std::string title_zh;
    std::string title_en;
    Kind kind = Kind::guided;
    Result result = Result::open;
    std::string text;                  // what was found, in one sentence
    std::string note;                  // of whoever did it
    std::vector<std::string> evidence; // ids of events
    std::string by;
    base::WallTime at{}; // of the result
};

struct Signature {
    std::string role;
    std::string name;
};

// One acceptance of a site: the whole sheet. What is signed is never changed again.
struct Run {
    std::string id;
    base::WallTime at{};
    std::string by;
    bool is_signed = false;
    std::string site_id;
    std::string site_name;
    std::vector<Item> items;
    std::map<std::string, double> figures;
    std::vector<Signature> signatures;
    base::WallTime signed_at{};

    [[nodiscard]] std::size_t count(Item::Result result) const;
    [[nodiscard]] Item* item(std::string_view item_id); // null when there is none
};

[[nodiscard]] std::string_view to_string(Item::Result result); // open | pass | fail | na
[[nodiscard]] std::optional<Item::Result> result_of(std::string_view word);

// The run as it is kept, and, with its hash as the last member, shown. Of equal runs the texts are equal, so
// the hash of the text is the hash of the run.
[[nodiscard]] std::string document_of(const Run& run, std::chrono::minutes utc_offset);
// Nothing for any text that is none. total.
[[nodiscard]] std::optional<Run> read_document(std::string_view text);

} // namespace gatehouse::acceptance
