#include "gateway/acceptance/checklist.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse::acceptance {
namespace {

using std::chrono::minutes;
using Kind = Item::Kind;
using Verdict = Item::Result;

// The bounds of domain.md §4 and §5.
constexpr std::int64_t clock_offset_max_ms = 5'000;
constexpr std::int64_t read_to_act_max_ms = 2'000;
constexpr auto drill_min = minutes(10);
constexpr double on_line_min = 0.98;
constexpr int audit_days_min = 183;
constexpr int records_days_min = 180;

// What is on every sheet.
struct Row {
    const char* id;
    const char* group;
    const char* title_zh;
    const char* title_en;
    Kind kind;
};
constexpr std::array rows{
    Row{"inventory", "inventory", "设备清单与配置一致", "Inventory matches the plan", Kind::automatic},
    Row{"clock", "gateway", "网关时钟已校准", "The gateway's clock is kept", Kind::automatic},
    Row{"audit", "gateway", "审计日志完整", "The audit is whole", Kind::automatic},
    Row{"retention", "gateway", "保存期限符合要求", "Retention is as required", Kind::automatic},
    Row{"upstream", "gateway", "上级平台已连接且无积压", "Upstreams are connected, nothing waits",
        Kind::automatic},
    Row{"on-line-rate", "gateway", "试运行期设备在线率", "On-line rate of the trial month", Kind::automatic},
    Row{"offline-drill", "drills", "断网十分钟，数据不丢失", "Uplink pulled for ten minutes: nothing lost",
        Kind::automatic},
    Row{"tamper-drill", "drills", "防拆报警送达门岗和中心", "Tamper drill reaches guard and centre",
        Kind::guided},
    Row{"forced-door-drill", "drills", "强行开门报警送达门岗和中心",
        "Forced-door drill reaches guard and centre", Kind::guided},
    Row{"power-drill", "drills", "断电后自动恢复", "Power cut: everything comes back by itself",
        Kind::guided},
    Row{"deletion-drill", "drills", "人员删除后各终端均已清除",
        "Deletion: a person is gone from every terminal", Kind::guided},
    Row{"manual-opening", "drills", "停机时可手动开闸", "Barriers open by hand without the gateway",
        Kind::guided},
    Row{"signs", "papers", "告知标识已设置并登记", "Signs are up and recorded", Kind::guided},
};

Item item_of(const Row& row)
{
    Item item;
    item.id = row.id;
    item.group = row.group;
    item.title_zh = row.title_zh;
    item.title_en = row.title_en;
    item.kind = row.kind;
    return item;
}

const std::string& named(const std::string& name, const std::string& id)
{
    return name.empty() ? id : name;
}

Item item_about(const std::string& id, const char* group, const std::string& title_zh,
                const std::string& title_en, Kind kind)
{
    Item item;
    item.id = id;
    item.group = group;
    item.title_zh = title_zh;
    item.title_en = title_en;
    item.kind = kind;
    return item;
}

void settle(Item& item, Verdict result, std::string text, base::WallTime now)
{
    item.result = result;
    item.text = std::move(text);
    item.by = "gateway";
    item.at = now;
}

Verdict verdict(bool good)
{
    return good ? Verdict::pass : Verdict::fail;
}

// ---- one function a check ----

void check_inventory(Run& run, Item& item, const Facts& facts, base::WallTime now)
{
    std::string missing;
    for (const auto& device : facts.devices) {
        ++run.figures["devices_" + device.kind];
        if (!device.up) missing += (missing.empty() ? "" : ", ") + device.id;
    }
    run.figures["lanes"] = static_cast<double>(facts.lanes.size());
    const bool good = missing.empty() && !facts.devices.empty();
    settle(item, verdict(good),
           std::to_string(facts.devices.size()) + " devices, " + std::to_string(facts.lanes.size()) +
               " lanes" + (missing.empty() ? "" : "; not reachable: " + missing),
           now);
}

void check_retention(Item& item, const Facts& facts, base::WallTime now)
{
    const auto& keep = facts.retention;
    settle(item, verdict(keep.records_days >= records_days_min && keep.audit_days >= audit_days_min),
           "records " + std::to_string(keep.records_days) + " d, pictures " +
               std::to_string(keep.pictures_days) + " d, visitors " + std::to_string(keep.visitors_days) +
               " d, alerts " + std::to_string(keep.alerts_days) + " d, audit " +
               std::to_string(keep.audit_days) + " d",
           now);
}

void check_upstreams(Item& item, const Facts& facts, base::WallTime now)
{
    if (facts.upstreams.empty())
        return settle(item, Verdict::not_applicable, "no upstream is configured", now);
    std::string text;
    bool good = true;
    for (const auto& upstream : facts.upstreams) {
        good = good && upstream.up && upstream.backlog == 0;
        text += (text.empty() ? "" : "; ") + upstream.name +
                (upstream.up ? " is connected, " : " is down, ") + std::to_string(upstream.backlog) +
                " entries wait";
    }
    settle(item, verdict(good), text, now);
}

void check_on_line_rate(Run& run, Item& item, const Facts& facts, base::WallTime now)
{
    std::string low;
    double sum = 0;
    int known = 0;
    for (const auto& device : facts.devices) {
        if (!device.on_line) continue;
        sum += *device.on_line;
        ++known;
        if (*device.on_line < on_line_min) low += (low.empty() ? "" : ", ") + device.id;
    }
    if (known == 0) return settle(item, Verdict::open, "no device has been on line yet", now);
    run.figures["on_line_rate"] = std::round(sum / known * 10'000) / 10'000;
    settle(item, verdict(low.empty()), low.empty() ? "every device at least 98 %" : "below 98 %: " + low,
           now);
}

// The drill is a person's; what it showed is the gateway's.
void check_offline_drill(Run& run, Item& item, const Facts& facts, base::WallTime now)
{
    if (facts.upstreams.empty())
        return settle(item, Verdict::not_applicable, "no upstream is configured", now);
    const auto longest =
        std::max_element(facts.upstreams.begin(), facts.upstreams.end(),
                         [](const auto& a, const auto& b) { return a.longest_outage < b.longest_outage; });
    const auto outage = std::chrono::duration_cast<minutes>(longest->longest_outage);
    run.figures["offline_drill_minutes"] = static_cast<double>(outage.count());
    if (outage < drill_min)
        return settle(item, Verdict::open, "pull the uplink for ten minutes, then run the checks again", now);
    const auto text = longest->name + " was away for " + std::to_string(outage.count()) + " min";
    if (!longest->up || longest->backlog > 0)
        return settle(item, Verdict::open,
                      text + "; " + std::to_string(longest->backlog) + " entries are still on their way",
                      now);
    settle(item, verdict(facts.entries_lost == 0),
           text + "; " + std::to_string(facts.entries_lost) + " entries were lost", now);
}

void check_device(Item& item, const DeviceFact& device, base::WallTime now)
{
    const bool in_time = !device.clock_offset_ms || std::abs(*device.clock_offset_ms) <= clock_offset_max_ms;
    std::string text = device.up ? "reachable" : "not reachable: " + device.why;
    text += device.clock_offset_ms ? ", clock " + std::to_string(*device.clock_offset_ms) + " ms away"
                                   : std::string(", tells no time");
    if (!device.model.empty()) text += ", " + device.model;
    text += device.firmware.empty() ? ", firmware unknown" : ", firmware " + device.firmware;
    if (device.lists_in_step) text += *device.lists_in_step ? ", lists in step" : ", lists not in step";
    settle(item, verdict(device.up && in_time && device.lists_in_step.value_or(true)), text, now);
}

void check_passage(Run& run, Item& item, const std::string& lane, const Facts& facts, base::WallTime now)
{
    const auto found = facts.passages.find(lane);
    if (found == facts.passages.end())
        return settle(item, Verdict::open, "let somebody pass, then run the checks again", now);
    const auto& passage = found->second;
    item.evidence = {passage.event};
    std::string text =
        "in the gateway " + std::to_string(passage.capture_to_gateway_ms) + " ms after the capture";
    run.figures["capture_to_gateway_ms_" + lane] = static_cast<double>(passage.capture_to_gateway_ms);
    if (passage.read_to_act_ms) {
        text += ", read to act " + std::to_string(*passage.read_to_act_ms) + " ms";
        run.figures["read_to_act_ms_" + lane] = static_cast<double>(*passage.read_to_act_ms);
    }
    if (passage.upstream) text += *passage.upstream ? ", delivered upstream" : ", not delivered upstream yet";
    settle(
        item,
        verdict(passage.read_to_act_ms.value_or(0) <= read_to_act_max_ms && passage.upstream.value_or(true)),
        text, now);
}

} // namespace

std::vector<Item> checklist_for(const Facts& facts)
{
    std::vector<Item> items;
    for (const auto& row : rows)
        items.push_back(item_of(row));
    if (facts.fire_inputs)
        items.push_back(item_about("fire-drill", "drills", "消防联动开门开闸",
                                   "Fire input opens gates and doors", Kind::guided));
    for (const auto& device : facts.devices)
        items.push_back(item_about("device-" + device.id, "devices", named(device.name, device.id),
                                   named(device.name, device.id), Kind::automatic));
    for (const auto& lane : facts.lanes) {
        const auto& name = named(lane.name, lane.id);
        items.push_back(item_about("passage-" + lane.id, "lanes", name + "：实际通行一次",
                                   name + ": one real passage", Kind::automatic));
        if (!lane.vehicle)
            items.push_back(item_about("entry-" + lane.id, "lanes", name + "：不刷脸也能通行",
                                       name + ": entry without a face", Kind::guided));
    }
    return items;
}

void check(Run& run, const Facts& facts, base::WallTime now)
{
    run.figures.clear();
    const auto with = [&run](const std::string& id, const auto& look) {
        auto* item = run.item(id);
        // What a person has set aside stays aside.
        if (item != nullptr && !(item->result == Verdict::not_applicable && item->by != "gateway"))
            look(*item);
    };
    with("inventory", [&](Item& item) { check_inventory(run, item, facts, now); });
    with("clock", [&](Item& item) {
        settle(item, verdict(facts.clock_synced),
               facts.clock_synced ? "a time service keeps it" : "no time service keeps it", now);
    });
    with("audit", [&](Item& item) {
        settle(item, verdict(facts.audit_whole), std::to_string(facts.audit_rows) + " rows looked at", now);
    });
    with("retention", [&](Item& item) { check_retention(item, facts, now); });
    with("upstream", [&](Item& item) { check_upstreams(item, facts, now); });
    with("on-line-rate", [&](Item& item) { check_on_line_rate(run, item, facts, now); });
    with("offline-drill", [&](Item& item) { check_offline_drill(run, item, facts, now); });
    for (const auto& device : facts.devices)
        with("device-" + device.id, [&](Item& item) { check_device(item, device, now); });
    for (const auto& lane : facts.lanes)
        with("passage-" + lane.id, [&](Item& item) { check_passage(run, item, lane.id, facts, now); });
}

} // namespace gatehouse::acceptance
