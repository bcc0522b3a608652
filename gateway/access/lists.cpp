#include "gateway/access/lists.hpp"

#include "gateway/access/list_name.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <map>
#include <tuple>

namespace gatehouse::access {
namespace {

using store::Credential;
using IndexPtr = std::shared_ptr<const Directory::Index>;

bool is_wanted(const Credential& entry, const EntryFilter& filter)
{
    return (!filter.type || entry.type == *filter.type) &&
           (filter.list.empty() || entry.list == filter.list) &&
           (filter.text.empty() || entry.value.find(filter.text) != std::string::npos ||
            entry.name.find(filter.text) != std::string::npos);
}

EntryPage page_of(std::vector<Credential> entries, const EntryFilter& filter)
{
    std::erase_if(entries, [&](const Credential& entry) { return !is_wanted(entry, filter); });
    std::sort(entries.begin(), entries.end(), [](const Credential& a, const Credential& b) {
        return std::tie(a.type, a.list, a.value) < std::tie(b.type, b.list, b.value);
    });
    EntryPage page;
    page.total = entries.size();
    entries.erase(entries.begin(),
                  entries.begin() + static_cast<std::ptrdiff_t>(std::min(filter.offset, entries.size())));
    if (filter.limit > 0 && entries.size() > filter.limit) entries.resize(filter.limit);
    page.entries = std::move(entries);
    return page;
}

// What may take longer than the io thread can spare; each runs as a whole on the worker.
asio::awaitable<base::Result<EntryPage>> select_on_worker(std::vector<Credential> entries, EntryFilter filter)
{
    co_return page_of(std::move(entries), filter);
}

asio::awaitable<base::Result<std::string>> write_on_worker(std::vector<Credential> entries,
                                                           std::chrono::minutes utc_offset)
{
    co_return write_list(entries, utc_offset);
}

asio::awaitable<ParsedList> parse_on_worker(std::string csv, CsvOptions options)
{
    co_return parse_list(csv, options);
}

asio::awaitable<IndexPtr> index_on_worker(std::vector<Credential> credentials)
{
    co_return Directory::index_of(credentials);
}

constexpr const char* default_list = "resident"; // of rows, when neither they nor the request name one

// A number of entries is counted from the beginning of the validity. Where the file names none, that is when
// the entry came onto the list: it stays as it was for one that is on it already.
void begin_visits(std::vector<store::Change::ListReplacement>& lists, const std::vector<Credential>& before,
                  base::WallTime now)
{
    std::map<std::tuple<Credential::Type, std::string_view, std::string_view>, base::WallTime> begun;
    for (const auto& entry : before)
        if (entry.entries && entry.valid_from) begun[{entry.type, entry.list, entry.value}] = *entry.valid_from;
    for (auto& list : lists)
        for (auto& entry : list.credentials) {
            if (!entry.entries || entry.valid_from) continue;
            const auto known = begun.find({entry.type, list.list, entry.value});
            entry.valid_from = known == begun.end() ? now : known->second;
        }
}

using ListKey = std::pair<Credential::Type, std::string>;

// The list that is replaced although no row may name it: with the last entry struck out, no row does.
// `named`: the request's list, or empty.
std::optional<ListKey> list_meant(const ParsedList& parsed, const std::string& named)
{
    if (parsed.types.size() != 1) return std::nullopt;
    if (!named.empty()) return ListKey(parsed.types.front(), list_named(named));
    const bool only_one = parsed.credentials.empty() && !parsed.has_list_column;
    return only_one ? std::optional(ListKey(parsed.types.front(), default_list)) : std::nullopt;
}

// One replacement for each list that occurs, and for the one that is meant.
std::vector<store::Change::ListReplacement> by_list(std::vector<Credential> credentials,
                                                    const std::optional<ListKey>& meant)
{
    std::map<ListKey, std::vector<Credential>> groups;
    if (meant) groups[*meant];
    for (auto& credential : credentials) {
        auto key = std::pair(credential.type, credential.list);
        groups[std::move(key)].push_back(std::move(credential));
    }
    std::vector<store::Change::ListReplacement> lists;
    for (auto& [key, group] : groups)
        lists.push_back({key.first, key.second, std::move(group)});
    return lists;
}

std::string name_of(const store::Change::ListReplacement& list)
{
    return std::string(to_string(list.type)) + '/' + list.list;
}

} // namespace

Lists::Lists(store::Store& store, Directory& directory, base::Clock& clock,
             const config::SiteConfig& site,
             asio::any_io_executor worker)
    : store_(store), directory_(directory), clock_(clock), worker_(std::move(worker))
{
    options_.utc_offset = site.utc_offset;
    use(site);
}

void Lists::use(const config::SiteConfig& site)
{
    options_.lanes.clear();
    for (const auto& lane : site.lanes)
        options_.lanes.push_back(lane.id);
    options_.groups.clear();
    for (const auto& group : site.access.groups)
        options_.groups.push_back(group.name);
    directory_.use(Policy(site.access, site.lanes, options_.utc_offset));
}

asio::awaitable<base::Result<void>> Lists::reload()
{
    auto credentials = co_await store_.credentials();
    if (!credentials) co_return credentials.error();
    auto work = index_on_worker(std::move(*credentials));
    auto index = co_await asio::co_spawn(worker_, std::move(work), asio::use_awaitable);
    directory_.replace(std::move(index));
    co_return base::Result<void>();
}

asio::awaitable<base::Result<void>> Lists::load()
{
    const auto uses = co_await store_.entry_uses();
    if (!uses) co_return uses.error();
    directory_.load_visits(*uses);
    co_return co_await reload();
}

asio::awaitable<base::Result<ImportReport>> Lists::import(ImportRequest request)
{
    auto options = options_;
    options.type = request.type;
    options.list = request.list.empty() ? default_list : request.list;
    auto work = parse_on_worker(std::move(request.csv), std::move(options));
    auto parsed = co_await asio::co_spawn(worker_, std::move(work), asio::use_awaitable);
    ImportReport report;
    report.lines = parsed.lines;
    report.entries = parsed.credentials.size();
    report.errors = std::move(parsed.errors);
    const auto meant = report.errors.empty() ? list_meant(parsed, request.list) : std::nullopt;
    const auto before = co_await store_.credentials();
    if (!before) co_return before.error();
    store::Change change;
    change.lists = by_list(std::move(parsed.credentials), meant);
    begin_visits(change.lists, *before, clock_.wall());
    if (change.lists.empty() && report.errors.empty())
        report.errors.push_back({1, "the file has no entry and does not say which list is to become empty; "
                                    "name it by its type (plate, person or card) and its list"});
    for (const auto& list : change.lists) {
        report.replaced.push_back(name_of(list));
        if (keeps_out(list.list)) report.keep_out.push_back(name_of(list));
        change.audit.push_back({clock_.wall(), request.actor, "list-import", name_of(list),
                                std::to_string(list.credentials.size()) + " entries", "done"});
    }
    const bool wanted =
        !request.dry_run && (report.errors.empty() || request.partial) && !change.lists.empty();
    if (!wanted) co_return report;
    const auto committed = co_await store_.commit(std::move(change));
    if (!committed) co_return committed.error();
    const auto reloaded = co_await reload();
    if (!reloaded) co_return reloaded.error();
    report.imported = true;
    co_return report;
}

asio::awaitable<base::Result<EntryPage>> Lists::select(EntryFilter filter)
{
    auto credentials = co_await store_.credentials();
    if (!credentials) co_return credentials.error();
    auto work = select_on_worker(std::move(*credentials), std::move(filter));
    co_return co_await asio::co_spawn(worker_, std::move(work), asio::use_awaitable);
}

asio::awaitable<base::Result<std::string>> Lists::export_csv(EntryFilter filter)
{
    const auto page = co_await select(std::move(filter));
    if (!page) co_return page.error();
    auto work = write_on_worker(page->entries, options_.utc_offset);
    co_return co_await asio::co_spawn(worker_, std::move(work), asio::use_awaitable);
}

} // namespace gatehouse::access
