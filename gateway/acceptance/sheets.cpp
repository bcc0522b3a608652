#include "gateway/acceptance/sheets.hpp"

#include "gateway/acceptance/checklist.hpp"
#include "gateway/base/sha256.hpp"

#include <algorithm>

namespace gatehouse::acceptance {

using base::Errc;

namespace {

// Where the store remembers them: no device has this id, for of the configuration's letters it lacks the
// colon.
constexpr auto memory = "acceptance:runs";
constexpr std::size_t runs_max = 100;
constexpr std::size_t signatures_max = 20;

audit::Record record_of(const Sheet& sheet, base::WallTime at, std::string actor, std::string action)
{
    return {.at = at,
            .actor = std::move(actor),
            .action = std::move(action),
            .target = sheet.run.id,
            .detail = sheet.hash.empty() ? "" : "sha256 " + sheet.hash,
            .result = "done"};
}

class Turn {
public:
    explicit Turn(bool& taken) : taken_(taken) { taken_ = true; }
    ~Turn() { taken_ = false; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    bool& taken_;
};

} // namespace

asio::awaitable<base::Result<std::vector<Sheet>>> Sheets::all()
{
    const auto kept = co_await ports_.store.memory(memory);
    if (!kept) co_return kept.error();
    std::vector<Sheet> sheets;
    for (const auto& [id, text] : *kept) {
        auto run = read_document(text);
        if (!run) continue;
        Sheet sheet;
        sheet.run = std::move(*run);
        sheet.document = text;
        if (sheet.run.is_signed) sheet.hash = base::sha256_hex(text);
        sheets.push_back(std::move(sheet));
    }
    std::reverse(sheets.begin(), sheets.end()); // ids grow with time
    co_return sheets;
}

asio::awaitable<base::Result<Sheet>> Sheets::find(std::string id)
{
    auto sheets = co_await all();
    if (!sheets) co_return sheets.error();
    for (auto& sheet : *sheets)
        if (sheet.run.id == id) co_return std::move(sheet);
    co_return Errc::not_found;
}

asio::awaitable<base::Result<Sheet>> Sheets::begin(std::string actor)
{
    if (changing_) co_return Errc::busy;
    const Turn turn(changing_);
    const auto known = co_await all();
    if (!known) co_return known.error();
    if (known->size() >= runs_max) co_return Errc::overloaded;
    const auto facts = co_await ports_.facts();
    if (!facts) co_return facts.error();
    Sheet sheet;
    sheet.run.id = ports_.ids.next();
    sheet.run.at = ports_.clock.wall();
    sheet.run.by = actor;
    sheet.run.site_id = ports_.site().site_id;
    sheet.run.site_name = ports_.site().site_name;
    sheet.run.items = checklist_for(*facts);
    check(sheet.run, *facts, ports_.clock.wall());
    std::vector<audit::Record> records{
        record_of(sheet, ports_.clock.wall(), std::move(actor), "acceptance-begin")};
    co_return co_await keep(std::move(sheet), std::move(records));
}

asio::awaitable<base::Result<Sheet>> Sheets::open_one(std::string id)
{
    auto sheet = co_await find(std::move(id));
    if (sheet && sheet->run.is_signed) co_return Errc::conflict;
    co_return sheet;
}

asio::awaitable<base::Result<Sheet>> Sheets::settle(std::string id, std::string item, Finding finding)
{
    if (changing_) co_return Errc::busy;
    const Turn turn(changing_);
    auto sheet = co_await open_one(std::move(id));
    if (!sheet) co_return sheet.error();
    auto* found = sheet->run.item(item);
    if (found == nullptr) co_return Errc::not_found;
    const bool aside = finding.result == Item::Result::not_applicable || finding.result == Item::Result::open;
    if (found->kind == Item::Kind::automatic && !aside) co_return Errc::conflict;
    // What was not looked at needs a word why.
    if (finding.result == Item::Result::not_applicable && finding.note.empty()) co_return Errc::bad_input;
    found->result = finding.result;
    found->note = std::move(finding.note);
    found->evidence = std::move(finding.evidence);
    found->by = std::move(finding.actor);
    found->at = ports_.clock.wall();
    std::vector<audit::Record> records;
    co_return co_await keep(std::move(*sheet), std::move(records));
}

asio::awaitable<base::Result<Sheet>> Sheets::check_again(std::string id)
{
    if (changing_) co_return Errc::busy;
    const Turn turn(changing_);
    const auto facts = co_await ports_.facts();
    if (!facts) co_return facts.error();
    auto sheet = co_await open_one(std::move(id));
    if (!sheet) co_return sheet.error();
    check(sheet->run, *facts, ports_.clock.wall());
    std::vector<audit::Record> records;
    co_return co_await keep(std::move(*sheet), std::move(records));
}

asio::awaitable<base::Result<Sheet>> Sheets::sign(std::string id, std::vector<Signature> signatures,
                                                  std::string actor)
{
    if (changing_) co_return Errc::busy;
    const Turn turn(changing_);
    const bool nameless = std::any_of(signatures.begin(), signatures.end(), [](const Signature& one) {
        return one.role.empty() || one.name.empty();
    });
    if (signatures.empty() || signatures.size() > signatures_max || nameless) co_return Errc::bad_input;
    auto sheet = co_await open_one(std::move(id));
    if (!sheet) co_return sheet.error();
    if (sheet->run.count(Item::Result::open) > 0) co_return Errc::conflict;
    sheet->run.signatures = std::move(signatures);
    sheet->run.is_signed = true;
    sheet->run.signed_at = ports_.clock.wall();
    sheet->hash = base::sha256_hex(document_of(sheet->run, ports_.site().utc_offset));
    std::vector<audit::Record> records{
        record_of(*sheet, ports_.clock.wall(), std::move(actor), "acceptance-sign")};
    co_return co_await keep(std::move(*sheet), std::move(records));
}

asio::awaitable<base::Result<Sheet>> Sheets::keep(Sheet sheet, std::vector<audit::Record> records)
{
    store::Change change;
    sheet.document = document_of(sheet.run, ports_.site().utc_offset);
    change.memory.push_back({memory, sheet.run.id, sheet.document});
    change.audit = std::move(records);
    const auto kept = co_await ports_.store.commit(std::move(change));
    if (!kept) co_return kept.error();
    co_return sheet;
}

} // namespace gatehouse::acceptance
