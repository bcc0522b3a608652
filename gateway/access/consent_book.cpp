#include "gateway/access/consent_book.hpp"

#include "gateway/access/consents.hpp"

#include <algorithm>

namespace gatehouse::access {

ConsentBook::ConsentBook(store::Store& store, base::Clock& clock, std::chrono::minutes utc_offset,
                         std::function<std::vector<std::string>()> terminals)
    : store_(store), clock_(clock), utc_offset_(utc_offset), terminals_(std::move(terminals))
{
}

asio::awaitable<base::Result<ConsentReport>> ConsentBook::import(std::string csv, std::string actor,
                                                                 bool dry_run)
{
    auto parsed = parse_consents(csv, utc_offset_);
    const auto known = co_await store_.consents();
    if (!known) co_return known.error();
    ConsentReport report;
    report.records = parsed.records.size();
    report.errors = std::move(parsed.errors);
    store::Change change;
    for (auto& record : parsed.records) {
        const auto same = std::find_if(known->begin(), known->end(), [&](const store::Consent& other) {
            return other.person == record.person && other.purpose == record.purpose &&
                   other.given_at == record.given_at;
        });
        if (same != known->end() && *same == record) continue;
        ++(same == known->end() ? report.added : report.changed);
        change.consents.push_back(std::move(record));
    }
    if (dry_run || !report.errors.empty()) co_return report;
    note_withdrawals(change);
    change.audit.push_back(
        {clock_.wall(), std::move(actor), "consent-import", "consent",
         std::to_string(report.added) + " added, " + std::to_string(report.changed) + " changed", "done"});
    const auto kept = co_await store_.commit(std::move(change));
    if (!kept) co_return kept.error();
    report.imported = true;
    co_return report;
}

asio::awaitable<base::Result<void>> ConsentBook::withdraw(std::string person, std::string purpose,
                                                          std::string actor)
{
    const auto known = co_await store_.consents();
    if (!known) co_return known.error();
    store::Change change;
    for (const auto& record : *known)
        if (record.person == person && record.purpose == purpose && !record.withdrawn_at)
            change.consents.push_back(record);
    if (change.consents.empty()) co_return base::Errc::not_found;
    for (auto& record : change.consents)
        record.withdrawn_at = std::max(clock_.wall(), record.given_at);
    note_withdrawals(change);
    change.audit.push_back({clock_.wall(), std::move(actor), "consent-withdraw", person, purpose, "done"});
    const auto kept = co_await store_.commit(std::move(change));
    if (!kept) co_return kept.error();
    co_return base::Result<void>();
}

// A terminal may hold a face that we have not sent: somebody entered it there.
void ConsentBook::note_withdrawals(store::Change& change) const
{
    const auto terminals = terminals_();
    for (const auto& record : change.consents) {
        if (record.purpose != face_purpose || !record.withdrawn_at) continue;
        for (const auto& terminal : terminals)
            change.faces.push_back({.device = terminal, .person = record.person});
    }
}

} // namespace gatehouse::access
