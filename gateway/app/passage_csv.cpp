#include "gateway/app/passage_csv.hpp"

#include "gateway/access/csv_rows.hpp"
#include "gateway/base/time_text.hpp"
#include "gateway/model/enum_text.hpp"

#include <map>

namespace gatehouse::app {
namespace {

constexpr std::size_t csv_page = 500;
constexpr std::string_view csv_head =
    "\xEF\xBB\xBF时间,类别,车道,车道名称,方向,号牌,人员编号,姓名,凭证,结果,规则,原因,已通过,事件编号\r\n";

std::string_view result_word(const model::Event& event)
{
    if (!event.decision) return "";
    switch (event.decision->result) {
    case model::Decision::Result::open: return "放行";
    case model::Decision::Result::refuse: return "拒绝";
    case model::Decision::Result::none: break;
    }
    return "";
}

std::string_view direction_word(model::Direction direction)
{
    if (direction == model::Direction::in) return "进";
    return direction == model::Direction::out ? "出" : "";
}

// What a person or a device has named must not become a formula where the table is opened.
void add_field(std::string& out, std::string_view value, bool last = false)
{
    const bool formula =
        !value.empty() && std::string_view("=+-@\t\r").find(value[0]) != std::string_view::npos;
    access::append_csv_field(out, formula ? "'" + std::string(value) : std::string(value));
    out += last ? "\r\n" : ",";
}

struct Columns {
    bool vehicle = true;
    std::string plate;
    std::string person;
    std::string credential;
};

Columns columns_of(const model::Body& body)
{
    if (const auto* vehicle = std::get_if<model::VehiclePassage>(&body))
        return {.vehicle = true, .plate = vehicle->plate.text, .person = {}, .credential = {}};
    if (const auto* attempt = std::get_if<model::AccessAttempt>(&body))
        return {.vehicle = false, .plate = {}, .person = attempt->person, .credential = attempt->credential};
    if (const auto* passage = std::get_if<model::Passage>(&body))
        return {.vehicle = passage->vehicle,
                .plate = passage->plate.text,
                .person = passage->person,
                .credential = passage->credential};
    return {};
}

class Table {
public:
    Table(const config::SiteConfig& site, std::function<std::string(const std::string&)> person_name)
        : utc_offset_(site.utc_offset), person_name_(std::move(person_name)), text_(csv_head)
    {
        for (const auto& lane : site.lanes)
            lanes_[lane.id] = lane.name;
    }

    void add(const model::Event& event, bool passed)
    {
        const auto columns = columns_of(event.body);
        add_field(text_, base::format_time(event.occurred_at, utc_offset_));
        add_field(text_, columns.vehicle ? "车辆" : "人员");
        add_field(text_, event.lane);
        const auto lane = lanes_.find(event.lane);
        add_field(text_, lane == lanes_.end() ? std::string_view() : std::string_view(lane->second));
        add_field(text_, direction_word(event.direction));
        add_field(text_, columns.plate);
        add_field(text_, columns.person);
        add_field(text_, columns.person.empty() ? std::string() : person_name_(columns.person));
        add_field(text_, columns.credential);
        add_field(text_, result_word(event));
        add_field(text_, event.decision ? std::string_view(event.decision->rule) : std::string_view());
        const bool has_reason = event.decision && !event.decision->reasons.empty();
        add_field(text_, has_reason ? std::string_view(event.decision->reasons.front()) : std::string_view());
        add_field(text_, passed ? "是" : "否");
        add_field(text_, event.id, true);
        ++rows_;
    }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    std::chrono::minutes utc_offset_;
    std::function<std::string(const std::string&)> person_name_;
    std::map<std::string, std::string> lanes_;
    std::string text_;
    std::size_t rows_ = 0;
};

using Rows = std::vector<std::pair<model::EntryPtr, bool>>; // and whether it passed

// Without those that the journal has let go just now.
asio::awaitable<base::Result<Rows>> entries_of(store::Store& store, const store::PassagePage& page)
{
    Rows rows;
    store::EventFilter filter;
    std::map<std::int64_t, bool> passed;
    for (const auto& found : page.found) {
        filter.numbers.push_back(found.place.seq);
        passed[found.place.seq] = found.passed;
    }
    if (filter.numbers.empty()) co_return rows;
    const auto entries = co_await store.events(filter);
    if (!entries) co_return entries.error();
    for (const auto& entry : *entries)
        rows.emplace_back(entry, passed[entry->seq]);
    co_return rows;
}

} // namespace

asio::awaitable<base::Result<api::PassageTable>>
passage_csv(store::Store& store, store::PassageIndex& index, store::PassageQuery query,
            const config::SiteConfig& site, std::function<std::string(const std::string& person)> person_name,
            std::size_t rows_max)
{
    Table table(site, std::move(person_name));
    query.limit = csv_page;
    for (;;) {
        const auto page = co_await index.select(query);
        if (!page) co_return page.error();
        const auto entries = co_await entries_of(store, *page);
        if (!entries) co_return entries.error();
        for (const auto& [entry, passed] : *entries) {
            if (table.rows() == rows_max) co_return api::PassageTable{table.take(), rows_max, true};
            table.add(entry->event, passed);
        }
        if (!page->next) break;
        query.before = page->next;
    }
    const auto rows = table.rows();
    co_return api::PassageTable{table.take(), rows, false};
}

} // namespace gatehouse::app
