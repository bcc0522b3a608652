#include "protocols/facepush/dialect.hpp"

#include "protocols/facepush/people.hpp"
#include "protocols/facepush/refusals.hpp"
#include "protocols/wire/text.hpp"

#include <fmt/format.h>

#include <array>

namespace gatehouse::facepush {

using model::ListEntry;

Heard heard_record(Read read)
{
    Heard heard;
    heard.kind = Heard::Kind::record;
    heard.read = std::move(read);
    return heard;
}

namespace {

Heard heard(Heard::Kind kind)
{
    Heard what;
    what.kind = kind;
    return what;
}

Heard answered(std::string_view number, bool done, std::string_view code, const wire::Advice& advice)
{
    Heard what;
    what.kind = Heard::Kind::answer;
    what.number = number;
    what.done = done;
    what.code = code;
    if (!done) what.text = wire::in_both_languages(advice, what.code);
    return what;
}

Read read_of(Reading&& reading)
{
    Read read;
    read.reading = std::move(reading);
    return read;
}

ListEntry plain_entry(ListEntry entry, std::size_t name_max)
{
    entry.name = wire::cut(entry.name, name_max);
    entry.outputs.clear();
    entry.picture.clear();
    if (entry.valid_from) entry.valid_from = std::chrono::floor<std::chrono::seconds>(*entry.valid_from);
    if (entry.valid_until) entry.valid_until = std::chrono::floor<std::chrono::seconds>(*entry.valid_until);
    return entry;
}

std::int64_t seconds_of(base::WallTime time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// A day that no terminal outlives, where a bound must be written.
constexpr std::int64_t far_away = 2'145'888'000; // 2038-01-01

// ---- B: facesluice cameras ----

struct Flaw {
    std::string_view code;
    wire::Advice advice;
};
constexpr std::array flaws{
    Flaw{"410", {"another batch is still being taken; try again", "设备正在处理上一批人员；请稍后重试"}},
    Flaw{"417",
         {"the number of persons in the batch was wrong; report the model",
          "批次中的人数不对；请反馈设备型号"}},
    Flaw{"461", {"the person has no id; give one", "人员没有编号；请填写编号"}},
    Flaw{"463", {"the person has no picture; give one", "人员没有照片；请添加照片"}},
    Flaw{"464",
         {"the terminal cannot resolve our name; write an address as listener.listen",
          "设备无法解析网关的域名；请在 listener.listen 中写 IP 地址"}},
    Flaw{"465",
         {"the terminal could not fetch the picture; check the way from it to our listener",
          "设备下载照片失败；请检查设备到网关的网络"}},
    Flaw{"466", {"the picture was empty; take another one", "照片为空；请重新拍照"}},
    Flaw{"467",
         {"the picture is too large; at most 1 MB and 1080p", "照片过大；请用不超过 1 MB、1080p 的照片"}},
    Flaw{"468", {"no face was found in the picture; take another one", "照片中没有检测到人脸；请重新拍照"}},
    Flaw{"474", {"the terminal's store is full; remove persons first", "设备人员库已满；请先删除部分人员"}},
    Flaw{"478",
         {"the face is too like that of another person on the terminal; remove that person or take another "
          "picture",
          "人脸与设备上另一人员过于相似；请删除该人员或重新拍照"}},
};

class Haiqing final : public Dialect {
public:
    Haiqing(const Config& config, std::chrono::minutes offset)
        : id_(config.serial), root_("mqtt/face/" + id_), acknowledge_(config.acknowledge), offset_(offset)
    {
    }
    std::string name() const override { return "Haiqing"; }
    bool beats() const override { return true; }
    std::vector<std::string> topics() const override
    {
        return {root_ + "/Ack", root_ + "/Rec", root_ + "/Snap", "mqtt/face/basic", "mqtt/face/heartbeat"};
    }

    Heard hear(const std::string& topic, const Fields& fields) const override
    {
        const auto sender = fields.any({"info.facesluiceId", "info.DeviceID", "facesluiceId"});
        if (!sender.empty() && sender != id_) return {};
        const auto word = fields.text("operator");
        if (topic == "mqtt/face/heartbeat" || topic == "mqtt/face/basic") {
            if (sender.empty()) return {}; // everybody's topic, and nobody named
            if (word == "Offline") return heard(Heard::Kind::offline);
            auto beat = heard(word == "Online" ? Heard::Kind::online : Heard::Kind::heartbeat);
            beat.time = time_of(fields.text("info.time"), offset_);
            return beat;
        }
        if (topic == root_ + "/Ack") return read_ack(fields);
        return hear_record(word, fields);
    }

    Order open(std::string number) const override
    {
        return order("Unlock", std::move(number),
                     "{\"DeviceID\":" + quoted(id_) + R"(,"Chn":0,"status":0,"msg":""})");
    }

    Order put(const ListEntry& entry, std::string number, const std::string& url) const override
    {
        std::string info = "{\"customId\":" + quoted(entry.value) + ",\"name\":" + quoted(entry.name) +
                           ",\"personType\":" + (entry.keep_out ? "1" : "0");
        const bool dated = entry.valid_from || entry.valid_until;
        info += std::string(",\"tempCardType\":") + (dated ? "1" : "0");
        if (dated) {
            const base::WallTime first = entry.valid_from.value_or(base::WallTime{});
            const base::WallTime last =
                entry.valid_until.value_or(base::WallTime(std::chrono::seconds(far_away)));
            info += ",\"cardValidBegin\":" + quoted(local_text(first, offset_)) +
                    ",\"cardValidEnd\":" + quoted(local_text(last, offset_));
        }
        info += ",\"isCheckSimilarity\":0";
        if (!url.empty()) info += ",\"picURI\":" + quoted(url);
        return order("EditPerson", std::move(number), info + '}');
    }

    Order take_away(const std::string& person, std::string number) const override
    {
        return order("DelPerson", std::move(number), "{\"customId\":" + quoted(person) + '}');
    }

    std::string unfit(const ListEntry& entry) const override
    {
        constexpr std::size_t id_max = 48;
        return facepush::unfit(entry, true, true, id_max);
    }
    ListEntry as_held(ListEntry entry) const override
    {
        constexpr std::size_t name_max = 32;
        return plain_entry(std::move(entry), name_max);
    }

private:
    Order order(std::string_view word, std::string number, const std::string& info) const
    {
        Order out;
        out.topic = root_;
        out.payload =
            "{\"messageId\":" + quoted(number) + ",\"operator\":" + quoted(word) + ",\"info\":" + info + '}';
        out.number = std::move(number);
        return out;
    }

    Order ack_of(const std::string& record) const
    {
        auto ack =
            order("PushAck", "ack-" + record, R"({"PushAckType":2,"SnapOrRecordID":)" + quoted(record) + '}');
        ack.number.clear();
        return ack;
    }

    Heard read_ack(const Fields& fields) const
    {
        const auto result = fields.text("info.result");
        const auto code = fields.any({"info.AddErrInfo.0.errcode", "info.errcode", "code"});
        const bool done = (result == "ok" || fields.text("code") == "200") &&
                          fields.integer("info.AddErrNum").value_or(0) == 0;
        wire::Advice advice = unknown_refusal;
        for (const auto& flaw : flaws)
            if (flaw.code == code) advice = flaw.advice;
        return answered(fields.text("messageId"), done, done ? std::string_view() : code, advice);
    }

    Heard hear_record(std::string_view word, const Fields& fields) const
    {
        auto what = heard_record(read_record(word, fields));
        if (acknowledge_ && what.read.reading) what.acknowledge = ack_of(what.read.reading->record);
        return what;
    }

    Read read_record(std::string_view word, const Fields& fields) const
    {
        const bool known = word == "RecPush";
        const bool stranger = word == "StrSnapPush" || word == "SnapPush";
        if (!known && !stranger) return unread(Unread::unknown_type, "an operator that is not known here");
        Reading reading;
        reading.sender = fields.text("info.facesluiceId");
        reading.record = fields.any({"info.RecordID", "info.SnapID"});
        const auto verdict = fields.text("info.VerifyStatus");
        reading.granted = known && verdict == "1";
        const bool on_block_list = fields.text("info.PersonType") == "1";
        if (known) reading.person = fields.any({"info.customId"});
        if (!reading.granted)
            reading.reason =
                known && verdict == "2" ? (on_block_list ? "block_list" : "no_permission") : "not_recognised";
        if (on_block_list) reading.user_type = "block_list";
        const auto time = fields.text("info.time");
        reading.time = time_of(time, offset_);
        if (!reading.time) return unread(Unread::incomplete, "the record has no time");
        // Record numbers start anew after a reset: the time belongs to the key.
        const auto number = reading.record.empty() ? fields.text("info.personId") : reading.record;
        reading.key = known ? "rec/" : "snap/";
        reading.key.append(number).append("/").append(time);
        reading.later = fields.text("info.PushType") == "2" || fields.text("info.Sendintime") == "0";
        reading.picture_base64 = fields.any({"info.pic", "pic"});
        return read_of(std::move(reading));
    }

    std::string id_;
    std::string root_;
    bool acknowledge_;
    std::chrono::minutes offset_;
};

// ---- C: VZ face terminals ----

class Yld final : public Dialect {
public:
    explicit Yld(const Config& config) : sn_(config.serial) {}
    std::string name() const override { return "YLD"; }
    bool beats() const override { return false; }
    // With dots in the documents, with slashes in code that works.
    std::vector<std::string> topics() const override
    {
        return {"face.response",   "face/response",  "face." + sn_ + ".response", "face/" + sn_ + "/response",
                "online.response", "online/response"};
    }

    Heard hear(const std::string& topic, const Fields& fields) const override
    {
        const auto sender = fields.any({"sn", "body.sn", "client_id"});
        if (sender != sn_ && !(sender.empty() && topic.find(sn_) != std::string::npos)) return {};
        if (fields.text("cmd") == "mqtt_online") return heard(Heard::Kind::online);
        if (fields.text("type") == "face_result") return heard_record(read_record(fields));
        if (!fields.has("cmd_id"))
            return heard_record(unread(Unread::not_a_record, "neither answer nor record"));
        const auto code = fields.text("code");
        return answered(fields.text("cmd_id"), code == "0", code, unknown_refusal);
    }

    Order open(std::string number) const override
    {
        return order(std::move(number), "gpio control", R"(,"ctrl_type":"on")");
    }

    Order put(const ListEntry& entry, std::string number, const std::string& url) const override
    {
        const auto first = entry.valid_from ? seconds_of(*entry.valid_from) : 0;
        const auto last = entry.valid_until ? seconds_of(*entry.valid_until) : far_away;
        std::string more = ",\"per_id\":" + quoted(entry.value) + ",\"face_id\":" + quoted(entry.value) +
                           ",\"per_name\":" + quoted(entry.name) + R"(,"idcardNum":"","img_url":)" +
                           quoted(url) +
                           fmt::format(R"(,"idcardper":"","s_time":{},"e_time":{})", first, last) +
                           R"(,"per_type":0,"usr_type":0)";
        return order(std::move(number), "create_face", more);
    }

    // Never type 4: that is everybody.
    Order take_away(const std::string& person, std::string number) const override
    {
        return order(std::move(number), "delete_face", R"(,"type":0,"per_id":)" + quoted(person));
    }

    std::string unfit(const ListEntry& entry) const override
    {
        constexpr std::size_t id_max = 64;
        return facepush::unfit(entry, true, false, id_max);
    }
    ListEntry as_held(ListEntry entry) const override
    {
        constexpr std::size_t name_max = 64;
        return plain_entry(std::move(entry), name_max);
    }

private:
    Order order(std::string number, std::string_view word, const std::string& more) const
    {
        Order out;
        out.topic = "face." + sn_ + ".request";
        out.payload = "{\"client_id\":" + quoted(sn_) + ",\"cmd_id\":" + quoted(number) +
                      R"(,"version":"0.2","cmd":)" + quoted(word) + more + '}';
        out.number = std::move(number);
        return out;
    }

    static Read read_record(const Fields& fields)
    {
        const auto seconds = fields.integer("body.sec");
        if (!seconds || *seconds < 0 || *seconds > 4'102'444'800)
            return unread(Unread::incomplete, "the record has no time");
        Reading reading;
        reading.sender = fields.text("body.sn");
        reading.record = fields.text("body.sequence");
        reading.key = fmt::format("face/{}/{}", reading.record, fields.text("body.sec"));
        reading.person = fields.text("body.per_id");
        reading.granted = !reading.person.empty();
        if (!reading.granted) reading.reason = "not_recognised";
        const auto micros = std::clamp<std::int64_t>(fields.integer("body.usec").value_or(0), 0, 999'999);
        reading.time = base::WallTime(milliseconds(*seconds * 1000 + micros / 1000));
        reading.picture_base64 = fields.text("body.face_imgdata");
        return read_of(std::move(reading));
    }

    std::string sn_;
};

// ---- D: hiot ----

class Hiot final : public Dialect {
public:
    Hiot(const Config& config, std::chrono::minutes offset)
        : sn_(config.serial), root_("/hiot/" + sn_ + '/'), offset_(offset)
    {
    }
    std::string name() const override { return "hiot"; }
    bool beats() const override { return false; }
    std::vector<std::string> topics() const override
    {
        return {"/hiot/people_send_reply", "/hiot/record_message", "/hiot/connection"};
    }

    Heard hear(const std::string& topic, const Fields& fields) const override
    {
        if (topic == "/hiot/people_send_reply") {
            const auto code = fields.any({"code", "status"});
            const bool done = code == "200" || code == "ok";
            return answered(fields.text("message_uuid"), done, code, unknown_refusal);
        }
        const auto sender = fields.any({"sn", "device_sn", "device_id", "data.sn", "data.device_sn",
                                        "data.device_id", "product_key", "data.product_key"});
        if (sender.empty() && topic == "/hiot/record_message")
            return heard_record(unread(Unread::other_device, "the record does not name its terminal"));
        if (sender != sn_) return {};
        if (topic == "/hiot/connection") return heard(Heard::Kind::online);
        return heard_record(read_record(fields));
    }

    Order open(std::string number) const override
    {
        return order("request_setting", std::move(number), R"({"cmd_type":"open"})",
                     R"(,"request_type":"device_cmd")");
    }

    Order put(const ListEntry& entry, std::string number, const std::string& url) const override
    {
        return order("add_data", std::move(number),
                     "[{\"person_uuid\":" + quoted(entry.value) + ",\"name\":" + quoted(entry.name) +
                         R"(,"product_key":"","image_url":)" + quoted(url) +
                         R"(,"gender":1,"age":0,"card":""}])");
    }

    Order take_away(const std::string& person, std::string number) const override
    {
        return order("del_data", std::move(number),
                     R"({"clear_all":false,"person_uuids":[)" + quoted(person) + "]}");
    }

    std::string unfit(const ListEntry& entry) const override
    {
        constexpr std::size_t id_max = 64;
        return facepush::unfit(entry, false, false, id_max);
    }
    ListEntry as_held(ListEntry entry) const override
    {
        constexpr std::size_t name_max = 64;
        return plain_entry(std::move(entry), name_max);
    }

private:
    Order order(const char* topic, std::string number, const std::string& content,
                const std::string& more = {}) const
    {
        Order out;
        out.topic = root_ + topic;
        out.payload = R"({"confirmation_topic":"/hiot/people_send_reply","message_uuid":)" + quoted(number) +
                      R"(,"message_id":"0","data":)" + content + more + '}';
        out.number = std::move(number);
        return out;
    }

    Read read_record(const Fields& fields) const
    {
        Reading reading;
        reading.sender = sn_;
        reading.person = fields.any({"data.person_uuid", "person_uuid"});
        const auto time = fields.any({"data.recog_time", "data.time", "recog_time"});
        const auto number = integer_of(time);
        constexpr std::int64_t some_millis = 100'000'000'000; // more than that are no seconds
        if (number && *number >= 0 && *number < some_millis)
            reading.time = base::WallTime(milliseconds(*number * 1000));
        else
            reading.time = time_of(time, offset_);
        if (!reading.time) return unread(Unread::incomplete, "the record has no time");
        reading.granted = !reading.person.empty();
        if (!reading.granted) reading.reason = "not_recognised";
        reading.record = fields.any({"message_uuid", "data.record_id"});
        reading.key = fmt::format("record/{}/{}/{}", time, reading.person, reading.record);
        reading.picture_base64 = fields.text("data.snap_image");
        if (reading.picture_base64.starts_with("http")) reading.picture_base64.clear();
        return read_of(std::move(reading));
    }

    std::string sn_;
    std::string root_;
    std::chrono::minutes offset_;
};

} // namespace

std::unique_ptr<Dialect> make_dialect(const Config& config, std::chrono::minutes utc_offset)
{
    if (config.family == Family::haiqing) return std::make_unique<Haiqing>(config, utc_offset);
    if (config.family == Family::yld) return std::make_unique<Yld>(config);
    return std::make_unique<Hiot>(config, utc_offset);
}

} // namespace gatehouse::facepush
