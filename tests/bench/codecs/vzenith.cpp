// VZ plate cameras: frames of TCP 8131 and what they post (sheet §2, §3).
#include "protocols/vzenith/frame.hpp"
#include "protocols/vzenith/messages.hpp"
#include "tests/bench/codecs/codec.hpp"

#include <fmt/format.h>

namespace gatehouse::bench {
namespace {

// The plate in GB2312, as TCP has it.
std::string result_text(std::size_t picture)
{
    return fmt::format(
        R"({{"cmd":"ivs_result","id":20417,"active_id":0,"clipImgSize":0,"fullImgSize":{},"imageformat":"jpg",)"
        R"("timeString":"2026-11-26 08:15:02","PlateResult":{{"bright":0,"carBright":0,"carColor":0,"colorType":1,)"
        R"("colorValue":0,"confidence":97,"direction":4,"license":"{}","location":{{"RECT":{{"bottom":652,"left":711,)"
        R"("right":905,"top":594}}}},"plateid":20417,"timeStamp":{{"Timeval":{{"sec":1795652102,"usec":417000}}}},)"
        R"("timeUsed":0,"triggerType":1,"type":1}}}})",
        picture,
        "\xbb\xa6"
        "A12345");
}

std::string frame_of(std::size_t picture)
{
    auto body = result_text(picture) + '\0';
    if (picture > 0) body += jpeg(picture);
    return vzenith::encode_frame(vzenith::FrameKind::json, 0, body);
}

std::size_t read_frames(std::string_view bytes)
{
    std::size_t understood = 0;
    for (auto step = vzenith::decode_frame(bytes); step.consumed > 0; step = vzenith::decode_frame(bytes)) {
        bytes.remove_prefix(step.consumed);
        if (!step.frame) continue;
        const auto split = vzenith::split_body(step.frame->body);
        const auto document = vzenith::parse_object(split.text);
        if (document && vzenith::read_result(*document, split.rest)) ++understood;
    }
    return understood;
}

std::string push(std::size_t picture)
{
    return fmt::format(
        R"({{"AlarmInfoPlate":{{"channel":0,"deviceName":"东门进口","ipaddr":"192.0.2.41","result":{{"PlateResult":{{)"
        R"("bright":0,"carBright":0,"carColor":0,"colorType":1,"colorValue":0,"confidence":97,"direction":4,)"
        R"("gioouts":[{{"ctrltype":0,"ionum":0}},{{"ctrltype":0,"ionum":1}}],"imageFile":"{0}","imageFileLen":{1},)"
        R"("imageFragmentFile":"","imageFragmentFileLen":0,"imagePath":"","isoffline":0,"license":"沪A12345",)"
        R"("location":{{"RECT":{{"bottom":652,"left":711,"right":905,"top":594}}}},"plateid":20417,)"
        R"("timeStamp":{{"Timeval":{{"decday":26,"dechour":8,"decmin":15,"decmon":11,"decsec":2,"decyear":2026,)"
        R"("sec":1795652102,"usec":417000}}}},"timeUsed":0,"triggerType":1,"type":1}}}},)"
        R"("serialno":"d85b1269-8f942256","user_data":""}}}})",
        picture > 0 ? base64_jpeg(picture) : "", picture);
}

bool read_post(std::string_view body)
{
    const auto read = vzenith::read_push(body);
    const auto* report = std::get_if<vzenith::PlateReport>(&read);
    return report != nullptr && !report->license.empty();
}

Codec posted(std::string name, std::size_t count, std::size_t picture)
{
    const std::vector<std::string> posts(count, push(picture));
    auto codec = one_by_one(std::move(name), posts, read_post);
    against_json(codec, posts);
    return codec;
}

} // namespace

std::vector<Codec> vzenith_codecs()
{
    return {streamed("vzenith, TCP 8131", std::vector<std::string>(20, frame_of(0)), read_frames),
            streamed("vzenith, TCP 8131, 60 kB picture", std::vector<std::string>(5, frame_of(picture_size)),
                     read_frames),
            posted("vzenith, push", 20, 0), posted("vzenith, push, 60 kB picture", 5, picture_size)};
}

} // namespace gatehouse::bench
