#include "gateway/access/list_preview.hpp"

#include "gateway/access/csv_list.hpp"

#include <string_view>
#include <unordered_map>

namespace gatehouse::access {
namespace {

void show(std::vector<std::string>& shown, std::size_t& count, const std::string& value)
{
    if (count++ < ListPreview::shown_max) shown.push_back(value);
}

} // namespace

ListPreview preview_of(const std::vector<store::Credential>& before,
                       const store::Change::ListReplacement& list)
{
    ListPreview preview;
    preview.list = std::string(to_string(list.type)) + '/' + list.list;
    std::unordered_map<std::string_view, const store::Credential*> known;
    for (const auto& entry : before)
        if (entry.type == list.type && entry.list == list.list) known[entry.value] = &entry;
    for (const auto& entry : list.credentials) {
        const auto earlier = known.extract(entry.value);
        if (earlier.empty())
            show(preview.added, preview.added_count, entry.value);
        else if (*earlier.mapped() == entry)
            ++preview.equal_count;
        else
            show(preview.changed, preview.changed_count, entry.value);
    }
    for (const auto& entry : before)
        if (const auto left = known.find(entry.value); left != known.end() && left->second == &entry)
            show(preview.removed, preview.removed_count, entry.value);
    return preview;
}

} // namespace gatehouse::access
