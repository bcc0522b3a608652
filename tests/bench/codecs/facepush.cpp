// Face terminals that push: callbacks of family A as a form, records of family B as JSON (sheet A2, B1).
#include "protocols/facepush/dialect.hpp"
#include "protocols/facepush/uface_messages.hpp"
#include "tests/bench/codecs/codec.hpp"

#include <fmt/format.h>

namespace gatehouse::bench {
namespace {

constexpr std::chrono::minutes shanghai{480};

std::string callback()
{
    return "deviceKey=8DA5A59CF625F562&personId=1001&time=1795652102417&type=face_0"
           "&path=http%3A%2F%2F192.0.2.41%3A8090%2FimgPath%2F2026%2F11%2F26%2F20417.jpg&base64=&personName="
           "%25E7%258E%258B%25E5%25B0%258F%25E6%2598%258E&ip=192.0.2.41&token=&standard=&searchScore=97.2&"
           "livenessScore=99.1"
           "&aliveType=1&recType=1&maskState=1&identifyType=1&idcardNum=&temperature=-1.0&temperatureState=0&"
           "mask=-1";
}

bool read_callback(std::string_view body)
{
    constexpr std::string_view target = "/push/door-1/identify";
    const auto fields = facepush::Fields::of_request(target, body);
    if (!fields) return false;
    const auto kind = facepush::callback_of(target, "POST", *fields).kind;
    return kind == facepush::Callback::Kind::identify && facepush::read_identify(*fields, shanghai).reading;
}

std::string record(std::size_t picture)
{
    return fmt::format(
        R"({{"operator":"RecPush","info":{{"customId":"1001","personId":"17","RecordID":"20417","VerifyStatus":"1",)"
        R"("PersonType":"0","similarity1":"83.000000","similarity2":"0.000000","Sendintime":1,"direction":"entr",)"
        R"("otype":"1","personName":"王小明","facesluiceId":"1026700","facesluiceName":"一号楼","idCard":"","telnum":" ",)"
        R"("time":"2026-11-26 08:15:02","isNoMask":"0","PushType":0,"targetPosInScene":[711,594,905,652],)"
        R"("dwFileIndex":0,"dwFilePos":0,"szQrCodeData":"","pic":"{}"}}}})",
        picture > 0 ? "data:image/jpeg;base64," + base64_jpeg(picture) : "");
}

Codec records(std::string name, std::size_t count, std::size_t picture)
{
    facepush::Config config;
    config.family = facepush::Family::haiqing;
    config.serial = "1026700";
    const std::shared_ptr<facepush::Dialect> dialect = facepush::make_dialect(config, shanghai);
    const std::vector<std::string> messages(count, record(picture));
    auto codec = one_by_one(std::move(name), messages, [dialect](std::string_view payload) {
        const auto fields = facepush::Fields::of_json(payload);
        return fields && dialect->hear("mqtt/face/1026700/Rec", *fields).read.reading.has_value();
    });
    against_json(codec, messages);
    return codec;
}

} // namespace

std::vector<Codec> facepush_codecs()
{
    return {one_by_one("facepush, form", std::vector<std::string>(20, callback()), read_callback),
            records("facepush, JSON", 20, 0), records("facepush, JSON, 60 kB picture", 5, picture_size)};
}

} // namespace gatehouse::bench
