#include "gateway/access/lists.hpp"

#include "gateway/access/list_name.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
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

// The plan, and the versions to keep of it.
struct Prepared {
    ImportPlan plan;
    std::vector<store::ListVersion> versions;
};

asio::awaitable<Prepared> prepare_on_worker(ParsedList parsed, std::string named,
                                            std::vector<Credential> before,
                                            std::vector<store::ListVersion> known, VersionNote note,
                                            std::chrono::minutes utc_offset)
{
    Prepared prepared;
    prepared.plan = plan_import(std::move(parsed), named, before, note.at);
    prepared.versions = versions_of(prepared.plan, before, known, note, utc_offset);
    co_return prepared;
}

asio::awaitable<IndexPtr> index_on_worker(std::vector<Credential> credentials)
{
    co_return Directory::index_of(credentials);
}

std::string name_of(const store::Change::ListReplacement& list)
{
    return std::string(to_string(list.type)) + '/' + list.list;
}

// The version to go back to: the one before the content that the list has now.
int earlier_than_now(const std::vector<store::ListVersion>& newest_first, const UndoRequest& request)
{
    for (const auto& version : newest_first)
        if (version.type == request.type && version.list == request.list)
            return (version.restored > 0 ? version.restored : version.number) - 1;
    return 0;
}

} // namespace

Lists::Lists(store::Store& store, Directory& directory, base::Clock& clock, const config::SiteConfig& site,
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
    if (!request.list.empty()) options.list = request.list;
    auto parsing = parse_on_worker(std::move(request.csv), std::move(options));
    auto parsed = co_await asio::co_spawn(worker_, std::move(parsing), asio::use_awaitable);
    ImportReport report;
    report.lines = parsed.lines;
    report.entries = parsed.credentials.size();
    report.errors = parsed.errors;
    report.restored = request.restored;
    auto before = co_await store_.credentials();
    if (!before) co_return before.error();
    auto known = co_await store_.list_versions();
    if (!known) co_return known.error();
    VersionNote note{.actor = request.actor, .at = clock_.wall(), .restored = request.restored};
    auto preparing = prepare_on_worker(std::move(parsed), request.list, std::move(*before), std::move(*known),
                                       std::move(note), options_.utc_offset);
    auto prepared = co_await asio::co_spawn(worker_, std::move(preparing), asio::use_awaitable);
    if (directory_.policy().corrects_reads()) report.misreads = accepted_misreads(prepared.plan);
    auto change = change_of(std::move(prepared.plan.lists), request, report);
    report.previews = std::move(prepared.plan.previews);
    change.versions = std::move(prepared.versions);
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

// The lists with what the audit log is to say of them; the report learns which they are.
store::Change Lists::change_of(std::vector<store::Change::ListReplacement> lists,
                               const ImportRequest& request, ImportReport& report) const
{
    store::Change change;
    change.lists = std::move(lists);
    if (change.lists.empty() && report.errors.empty())
        report.errors.push_back({1, "the file has no entry and does not say which list is to become empty; "
                                    "name it by its type (plate, person or card) and its list"});
    for (const auto& list : change.lists) {
        report.replaced.push_back(name_of(list));
        if (keeps_out(list.list)) report.keep_out.push_back(name_of(list));
        auto detail = std::to_string(list.credentials.size()) + " entries";
        if (request.restored > 0) detail += ", version " + std::to_string(request.restored) + " again";
        change.audit.push_back({clock_.wall(), request.actor,
                                request.restored > 0 ? "list-undo" : "list-import", name_of(list),
                                std::move(detail), "done"});
    }
    return change;
}

asio::awaitable<base::Result<std::vector<store::ListVersion>>> Lists::versions()
{
    co_return co_await store_.list_versions();
}

asio::awaitable<base::Result<ImportReport>> Lists::undo(UndoRequest request)
{
    const auto known = co_await store_.list_versions();
    if (!known) co_return known.error();
    const int number = request.to > 0 ? request.to : earlier_than_now(*known, request);
    auto version = co_await store_.list_version(request.type, request.list, number);
    if (!version) co_return version.error();
    if (!*version) co_return base::Errc::not_found;
    ImportRequest again;
    again.csv = std::move((*version)->csv);
    again.actor = std::move(request.actor);
    again.type = request.type;
    again.list = std::move(request.list);
    again.restored = number;
    again.dry_run = request.dry_run;
    co_return co_await import(std::move(again));
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
