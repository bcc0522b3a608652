#include "gateway/notify/wording.hpp"

#include "gateway/base/time_text.hpp"
#include "gateway/notify/mask.hpp"

#include <algorithm>
#include <map>

namespace gatehouse::notify {
namespace {

constexpr std::size_t sentences_max = 8; // of a digest

// "2026-01-01 08:05:30", the site's time.
std::string local_time(base::WallTime at, std::chrono::minutes utc_offset)
{
    auto text = base::format_time(at, utc_offset).substr(0, 19);
    text[10] = ' ';
    return text;
}

std::string mark_of(Stage stage)
{
    if (stage == Stage::raised) return "告警";
    return stage == Stage::escalated ? "升级" : "恢复";
}

// "3分钟", "2小时", "4天": rounded up, because what is told lies inside it.
std::string span_text(std::chrono::milliseconds span)
{
    using namespace std::chrono;
    if (span > days(2)) return std::to_string(ceil<days>(span).count()) + "天";
    if (span > hours(2)) return std::to_string(ceil<hours>(span).count()) + "小时";
    return std::to_string(std::max<std::int64_t>(1, ceil<minutes>(span).count())) + "分钟";
}

struct Sum {
    std::int64_t count = 0;
    int severity = 4;
    base::WallTime from = base::WallTime::max();
    base::WallTime to = base::WallTime::min();
    std::map<std::pair<int, std::string>, int> sentences; // by urgency and text: how often

    void add(const Pending& item)
    {
        ++count;
        severity = std::min(severity, item.alert.severity);
        from = std::min(from, item.since);
        to = std::max(to, item.alert.changed_at);
        const auto over = item.stage == Stage::cleared ? "（已恢复）" : "";
        ++sentences[{item.alert.severity, masked(item.alert.text) + over}];
    }
    void add(const Folded& folded)
    {
        if (folded.count == 0) return;
        count += folded.count;
        severity = std::min(severity, folded.severity);
        from = std::min(from, folded.from);
        to = std::max(to, folded.to);
    }
};

} // namespace

std::string short_id(const std::string& alert_id)
{
    constexpr std::size_t shown = 6;
    return alert_id.size() > shown ? alert_id.substr(alert_id.size() - shown) : alert_id;
}

Notification news_message(const Pending& pending, std::chrono::minutes utc_offset)
{
    const auto& alert = pending.alert;
    Notification message;
    message.id = pending.id;
    message.alert_id = alert.id;
    message.stage = pending.stage;
    message.severity = alert.severity;
    message.kind = alert.kind;
    message.device = alert.device;
    message.lane = alert.lane;
    message.mark = mark_of(pending.stage);
    message.title = masked(alert.text);
    message.at = alert.changed_at;
    message.lines.push_back({"级别", std::to_string(alert.severity)});
    const bool over = pending.stage == Stage::cleared;
    message.lines.push_back({"时间", local_time(over ? alert.raised_at : alert.changed_at, utc_offset)});
    if (over) message.lines.push_back({"恢复", local_time(alert.changed_at, utc_offset)});
    if (alert.count > 1) message.lines.push_back({"次数", std::to_string(alert.count)});
    message.lines.push_back({"编号", short_id(alert.id)});
    return message;
}

Notification test_message(const std::string& who, base::WallTime now, std::chrono::minutes utc_offset)
{
    Notification message;
    message.id = "test-" + std::to_string(now.time_since_epoch().count());
    message.severity = 4;
    message.mark = "测试";
    message.title = "这是一条测试消息，不用处理";
    message.at = now;
    message.lines.push_back({"发送人", who});
    message.lines.push_back({"时间", local_time(now, utc_offset)});
    return message;
}

Notification digest_message(const Parcel& parcel, std::chrono::minutes utc_offset)
{
    Sum sum;
    for (const auto& item : parcel.items)
        sum.add(item);
    sum.add(parcel.folded);
    Notification message;
    const auto newest = parcel.items.empty() ? std::string("folded") : parcel.items.back().id;
    message.id = newest + "-" + std::to_string(sum.count);
    message.severity = sum.severity;
    message.mark = "汇总";
    message.title = "另有" + std::to_string(sum.count) + "条告警（" + span_text(sum.to - sum.from) + "内）";
    message.at = sum.to;
    message.lines.push_back({"最高级别", std::to_string(sum.severity)});
    message.lines.push_back(
        {"时间", local_time(sum.from, utc_offset) + " – " + local_time(sum.to, utc_offset)});
    std::size_t told = 0;
    for (const auto& [what, times] : sum.sentences) {
        if (++told > sentences_max) break;
        message.lines.push_back({std::to_string(what.first) + "级",
                                 what.second + (times > 1 ? " ×" + std::to_string(times) : "")});
    }
    if (sum.sentences.size() > sentences_max || parcel.folded.count > 0)
        message.lines.push_back({"其余", "见网关告警列表"});
    return message;
}

} // namespace gatehouse::notify
